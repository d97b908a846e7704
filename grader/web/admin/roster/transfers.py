"""调入调出: what is under way, the steps, 申请调入 and 调出."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.administration import transfers as use
from grader.administration.paging import page_of
from grader.domain import errors
from grader.domain.people.account import AccountId, UnitId
from grader.domain.people.transfer import TransferNotNow
from grader.domain.people.unit import UnitSummary
from grader.units import learner_of, unit_names, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import LONGEST_WORD, bp, current_programme, page_number
from grader.web.problems import status_of
from grader.web.service import service

_FEW_UNITS = 60


@bp.get("/transfers")
@allow(Access.UNIT)
def transfers() -> ResponseReturnValue:
    """Into the own units and out of them; the county sees all, and those that have waited for long."""
    return _page()


def _page(refusal: str = "") -> str:
    store, units = service().store, units_of(service().store, signed_in())
    found = use.under_way(store, units, now=service().now())
    late = use.overdue(found)
    is_late = request.args.get("late") == "1"
    typed = {name: _typed(name) for name in ("number", "name", "unit", "kind")}
    if id := request.args.get("person", ""):
        person = learner_of(store, signed_in(), AccountId(id))
        typed = {"number": person.number, "name": person.name, "unit": "", "kind": "out"}
    open_units = {id: unit for id, unit in units.items() if not unit.closed}
    return render_template(
        "admin/transfers.html",
        shown=page_of(late if is_late else found, page_number("page")),
        late=len(late),
        is_late=is_late,
        names=unit_names(store),
        units=open_units,
        own=next(iter(open_units), ""),
        few=len(open_units) <= _FEW_UNITS,
        programme=current_programme(),
        refusal=refusal,
        typed=typed,
    )


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST_WORD]


@bp.post("/transfers")
@allow(Access.UNIT)
def open_transfer() -> ResponseReturnValue:
    """申请调入 into one of the own units, or 调出 of one of the own people, by number and name."""
    store, account, now = service().store, signed_in(), service().now()
    units = units_of(store, account)
    try:
        id = use.learner_called(store, _typed("number"), _typed("name"))
        if _typed("kind") == "out":
            to = use.unit_called(store, _typed("unit"))
            moved = use.release_to(store, id, to, units, by=account.id, now=now)
            flash(f"{moved.name}已办理调出，等新单位接收；接收以前仍算本单位的人。")
        else:
            moved = use.ask(store, id, _own_unit(units), units, by=account.id, now=now)
            flash(f"已申请调入{moved.name}，等原单位办理调出。")
    except (use.NobodySo, use.NoUnitCalled, TransferNotNow) as refused:
        return _page(str(refused)), status_of(refused)
    except errors.UnknownLearner:
        return _page("此人不在您管理的单位，请改为“申请调入”。"), 404
    return redirect(url_for("admin.transfers"))


def _own_unit(units: dict[UnitId, UnitSummary]) -> UnitId:
    """The unit that the form names, by id or as it is called; the own one where there is only one."""
    text = _typed("unit")
    if text in units or (not text and len(units) == 1):
        return UnitId(text) if text else next(iter(units))
    return use.unit_called(service().store, text)


@bp.post("/learners/<id>/transfer")
@allow(Access.UNIT)
def transfer_step(id: str) -> ResponseReturnValue:
    """Release, receive, withdraw or refuse."""
    store, account, step = service().store, signed_in(), _typed("step")
    if step not in set(use.Step):
        raise errors.Malformed(why="没有这一步。")
    try:
        opened = datetime.fromisoformat(_typed("opened"))
        moved = use.take_step(
            store,
            AccountId(id),
            use.Step(step),
            units_of(store, account),
            opened=opened,
            by=account.id,
            now=service().now(),
        )
    except ValueError:
        raise errors.Malformed(why="页面不完整。") from None
    except TransferNotNow as refused:
        return _page(str(refused)), status_of(refused)
    done = {
        use.Step.RELEASE: "已办理调出，等新单位接收",
        use.Step.RECEIVE: "已接收，现在算本单位的人",
        use.Step.WITHDRAW: "的调动已撤回",
        use.Step.REFUSE: "的调动没有同意，仍在原单位",
    }
    flash(f"{moved.name}{done[use.Step(step)]}。")
    return redirect(url_for("admin.transfers"))
