"""Who administers the units; passwords reset."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from grader.accounts.signin import account_by_id, reset_password
from grader.administration.reports.paging import page_of
from grader.domain import errors
from grader.domain.account import Account, AccountId, Role
from grader.units import administrators as administrators_of
from grader.units import unit_name, units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, page_number
from grader.web.service import service


@bp.get("/administrators")
@allow(Access.COUNTY)
def administrators() -> ResponseReturnValue:
    """Who administers the units, in the units' order; paged."""
    units = units_of(service().store, signed_in())
    found = administrators_of(service().store, units)
    return render_template("admin/administrators.html", units=units, shown=page_of(found, page_number("page")))


@bp.get("/learners/<id>/reset-password")
@allow(Access.UNIT)
def ask_to_reset(id: str) -> ResponseReturnValue:
    """Ask once more before a password is reset."""
    person = _person(id)
    unit = unit_name(service().store, person.unit)
    return render_template("admin/reset.html", person=person, unit=unit, back=_back(person))


@bp.post("/learners/<id>/reset-password")
@allow(Access.UNIT)
def reset(id: str) -> ResponseReturnValue:
    """A one-time password for a person of the administrator's scope, shown on this page only."""
    person = _person(id)
    slip = reset_password(service().store, person.id, by=signed_in().id, now=service().now())
    unit = unit_name(service().store, person.unit)
    return render_template("admin/slip.html", person=person, unit=unit, slip=slip, back=_back(person))


def _person(id: str) -> Account:
    """Somebody of the caller's scope. Raises UnknownLearner."""
    store = service().store
    person = account_by_id(store, AccountId(id))
    if person is None or person.unit not in units_of(store, signed_in()) or person.role is Role.COUNTY:
        raise errors.UnknownLearner
    return person


def _back(person: Account) -> str:
    """The list that has the person on it."""
    is_learner = person.role is Role.LEARNER
    return url_for("admin.home" if is_learner or signed_in().role is not Role.COUNTY else "admin.administrators")
