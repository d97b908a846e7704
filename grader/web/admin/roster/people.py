"""单位会员管理: the people of the own units, and one person's page with everything that may be done there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.accounts.linking import learner_of_office
from grader.accounts.security import Happening
from grader.accounts.signin import account_by_id, account_named, reset_password
from grader.administration.accounts import person as acts
from grader.administration.accounts.people import Condition, Wanted, happenings, people
from grader.administration.accounts.person import Details, Doing, details_of, person_in_scope, shown_digest
from grader.administration.roster.book.columns import (
    clean,
    name_fault,
    order_fault,
    qq_fault,
    telephone_fault,
    text_fault,
)
from grader.domain import errors
from grader.domain.audit.acts import ACTIONS
from grader.domain.people.account import LEAVING, Account, AccountId, Role, UnitId
from grader.store.base import Store
from grader.units import unit_name, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LONGEST_WORD, bp, page_number
from grader.web.noting import note, note_refusal
from grader.web.problems import status_of
from grader.web.service import service
from quizgen.model import TierId


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the list's filter says; the fields are those of the form."""

    text: str
    state: str
    role: str
    unit: str

    @classmethod
    def of_request(cls) -> _Asked:
        given = {name: request.args.get(name, "").strip()[:LONGEST_WORD] for name in ("text", "state", "role", "unit")}
        known = {"state": set(map(str, Condition)), "role": set(map(str, Role))}
        return cls(**{name: text if text in known.get(name, {text}) else "" for name, text in given.items()})

    @property
    def is_narrow(self) -> bool:
        return any(asdict(self).values())

    @property
    def wanted(self) -> Wanted:
        condition = Condition(self.state) if self.state else None
        return Wanted(text=self.text, condition=condition, role=Role(self.role) if self.role else None)

    def link(self, page: int) -> str:
        given = {name: text for name, text in asdict(self).items() if text}
        return url_for("admin.members", page=page, **given)


@bp.get("/people")
@allow(Access.UNIT)
def members() -> ResponseReturnValue:
    """Everybody of the own units, searched and filtered; paged."""
    store, asked = service().store, _Asked.of_request()
    units = units_of(store, signed_in())
    chosen = {id: unit for id, unit in units.items() if asked.unit in unit.name or asked.unit in {unit.code, id}}
    shown = people(store, chosen, asked.wanted, now=service().now(), page=page_number("page"))
    return render_template(
        "admin/people.html", shown=shown, asked=asked, conditions=list(Condition), roles=list(Role), many=len(units) > 1
    )


@bp.get("/people/happenings")
@allow(Access.UNIT)
def account_happenings() -> ResponseReturnValue:
    """账号动态: what was last done to whose account; paged."""
    store = service().store
    shown = happenings(store, units_of(store, signed_in()), now=service().now(), page=page_number("page"))
    return render_template("admin/happenings.html", shown=shown, actions=ACTIONS)


@bp.get("/people/<id>")
@allow(Access.UNIT)
def person(id: str) -> ResponseReturnValue:
    """One person's page."""
    return _page(_person(id))


@bp.post("/people/<id>")
@allow(Access.UNIT)
def edit(id: str) -> ResponseReturnValue:
    """Keep the person's details; where they changed meanwhile or are wrong, the form comes back with what was typed."""
    found = _person(id)
    typed = {name: clean(label, request.form.get(name, "")) for name, label in _FIELDS.items()}
    if faults := _faults(typed, found):
        return _page(found, typed=typed, refusal="".join(faults)), 422
    details = Details(
        name=typed["name"],
        rank=typed["rank"],
        tier=TierId(typed["tier"]),
        order_number=int(typed["order_number"] or 0),
        telephone=typed["telephone"],
        qq=typed["qq"],
    )
    try:
        acts.edit_person(service().store, found.id, details, _doing())
    except (acts.AccountChanged, acts.NumberHeld) as refused:
        return _page(_person(id), typed=typed, refusal=str(refused)), status_of(refused)
    flash("已保存。")
    return redirect(url_for("admin.person", id=id))


_FIELDS: Final[Mapping[str, str]] = {
    "name": "姓名",
    "rank": "职务级别",
    "tier": "人员层次",
    "order_number": "序号",
    "telephone": "手机号",
    "qq": "QQ号",
}


def _faults(typed: Mapping[str, str], found: Account) -> list[str]:
    tiers = service().courses.current(service().now()).content.programme.tiers
    is_tier = typed["tier"] in tiers or typed["tier"] == found.tier
    faults = (
        name_fault(typed["name"]),
        text_fault(typed["rank"], label="职务级别"),
        "" if is_tier else "请选择人员层次。",
        order_fault(typed["order_number"]),
        telephone_fault(typed["telephone"]),
        qq_fault(typed["qq"]),
    )
    return [fault for fault in faults if fault]


_Act = Callable[[Store, AccountId, Doing], Account]


def _change_role(store: Store, id: AccountId, doing: Doing) -> Account:
    if signed_in().role is not Role.COUNTY:
        raise errors.NotAllowed
    role = request.form.get("role", "")
    if role not in set(Role):
        raise errors.Malformed(why="请选择角色。")
    return acts.change_role(store, id, Role(role), doing)


def _disable(store: Store, id: AccountId, doing: Doing) -> Account:
    return acts.set_active(store, id, doing, active=False, reason=request.form.get("reason", ""))


_ACTS: Final[Mapping[str, tuple[_Act, Happening]]] = {
    "unlock": (acts.unlock, Happening.UNLOCKED),
    "enable": (partial(acts.set_active, active=True), Happening.ENABLED),
    "disable": (_disable, Happening.DISABLED),
    "end-sign-ins": (acts.end_sign_ins, Happening.ENDED),
    "unbind-telephone": (acts.unbind_telephone, Happening.UNBOUND),
    "unbind-qq": (acts.unbind_qq, Happening.UNBOUND),
    "change-role": (_change_role, Happening.ROLE),
}
_WEIGHTY: Final = frozenset({"disable", "end-sign-ins", "unbind-telephone", "unbind-qq", "change-role"})
"""Acts that ask for a tick first."""


@bp.post("/people/<id>/act")
@allow(Access.UNIT)
def act(id: str) -> ResponseReturnValue:
    """Do what the button says, once it is confirmed where it matters."""
    found, name = _person(id), request.form.get("act", "")
    if name not in _ACTS:
        raise errors.Malformed(why="没有这一事项。")
    if name in _WEIGHTY and request.form.get("sure") != "1":
        return _page(found, refusal="请先勾选“已核对”，再办理。"), 422
    do, happening = _ACTS[name]
    try:
        done = do(service().store, found.id, _doing())
    except (errors.NotNow, errors.Malformed) as refused:
        return _page(_person(id), refusal=str(refused)), status_of(refused)
    note(happening, done, what=done.role.value if happening is Happening.ROLE else "")
    flash(f"已办理：{ACTIONS[name]}。")
    return redirect(url_for("admin.person", id=id))


@bp.get("/learners/<id>/reset-password")
@allow(Access.UNIT)
def ask_to_reset(id: str) -> ResponseReturnValue:
    """Ask once more before a password is reset."""
    found = _person(id)
    return render_template("admin/reset.html", person=found, unit=unit_name(service().store, found.unit))


@bp.post("/learners/<id>/reset-password")
@allow(Access.UNIT)
def reset(id: str) -> ResponseReturnValue:
    """A one-time password for a person of the administrator's scope, shown on this page only."""
    found = _person(id)
    slip = reset_password(service().store, found.id, by=signed_in().id, now=service().now())
    note(Happening.RESET, found)
    unit = unit_name(service().store, found.unit)
    back = url_for("admin.person", id=id)
    return render_template("admin/slip.html", slip=slip, unit=unit, back=back, told=f"{slip.name}的密码已重置")


@bp.get("/people/new-administrator")
@allow(Access.COUNTY)
def new_administrator() -> ResponseReturnValue:
    """The form for an account of the office."""
    return _new_form()


@bp.post("/people/new-administrator")
@allow(Access.COUNTY)
def make_administrator() -> ResponseReturnValue:
    """An account of the office, with a slip that is shown once."""
    store, name, role = service().store, clean("姓名", request.form.get("name", "")), request.form.get("role", "")
    units = units_of(store, signed_in())
    unit = next((id for id, unit in units.items() if unit.code == request.form.get("code", "").strip()), None)
    fault = text_fault(name, label="姓名", required=True) or ("" if unit else "没有这个单位代码，请核对。")
    if fault or unit is None or role not in acts.OFFICE_ROLES:
        return _new_form(fault or "请选择角色。"), 422
    try:
        slip = acts.create_administrator(
            store,
            name=name,
            role=Role(role),
            unit=unit,
            code=units[unit].code,
            by=signed_in().id,
            now=service().now(),
            id=AccountId(service().new_id()),
        )
    except (acts.NotAtTheTop, acts.HasAdministrator) as refused:
        return _new_form(str(refused)), 422
    note(Happening.CREATED, account_named(store, slip.number), what=role)
    told = f"{slip.name}的账号已建立"
    return render_template(
        "admin/slip.html", slip=slip, unit=units[unit].name, back=url_for("admin.members"), told=told
    )


def _new_form(refusal: str = "") -> str:
    return render_template("admin/new_administrator.html", roles=acts.OFFICE_ROLES, refusal=refusal, given=request.form)


def _doing() -> Doing:
    return Doing(by=signed_in().id, now=service().now(), shown=request.form.get("shown", "")[:LONGEST_WORD] or "none")


def _person(id: str) -> Account:
    """Somebody of the caller's scope; whoever asks for another's person is told as of nobody. Raises UnknownLearner."""
    store, administrator = service().store, signed_in()
    try:
        return person_in_scope(store, administrator, AccountId(id))
    except errors.UnknownLearner:
        if account_by_id(store, AccountId(id)) is not None:
            note_refusal(administrator)
        raise


def _page(found: Account, *, typed: Mapping[str, str] | None = None, refusal: str = "") -> str:
    store, now = service().store, service().now()
    programme = service().courses.current(now).content.programme
    return render_template(
        "admin/person.html",
        person=found,
        unit=unit_name(store, UnitId(found.unit)),
        is_locked=acts.is_waiting(found, now),
        linked=learner_of_office(store, found),
        programme=programme,
        given=typed or {name: str(value) for name, value in asdict(details_of(found)).items()},
        newer=typed is not None,
        shown=shown_digest(found),
        refusal=refusal,
        leaving=LEAVING,
        roles=acts.OFFICE_ROLES,
        is_county=signed_in().role is Role.COUNTY,
        told=[act for act in reversed(found.acts) if act.action in ACTIONS][:10],
        actions=ACTIONS,
    )
