"""账号发放单: the slips of new accounts, shown once, as a spreadsheet, and to print and cut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import request
from flask.typing import ResponseReturnValue

from grader.domain.people.account import Role
from grader.units import units_of
from grader.web.access import Access, allow, signed_in
from grader.web.admin.frame import bp, current_programme, file_sent
from grader.web.admin.roster.sealed import put_aside, taken_up
from grader.web.service import service
from quizgen.programme import Programme

if TYPE_CHECKING:
    from grader.administration.roster.rows import ImportResult
    from grader.administration.roster.slips.hand_out import HandOut

SLIPS = "slips"
"""What a page of new accounts puts aside."""
_MOST_SHOWN = 30
"""Slips that the page shows; all are in the files."""
_A_PRINT = 500
"""Slips of one PDF; of more there are several."""


def import_slips(result: ImportResult, programme: Programme) -> dict[str, Any]:
    """What a page shows of new accounts: the first slips, and all of them put aside for the files."""
    from grader.administration.roster.slips.hand_out import HandOut

    names = {unit.code: unit.name for unit in units_of(service().store, signed_in()).values()}
    slips = [
        HandOut(
            name=new.name,
            unit=names.get(new.unit, new.unit),
            number=new.number,
            role=new.role,
            password=new.password,
            expires=new.expires,
        )
        for new in result.new
    ]
    return hand_outs(slips, programme)


def hand_outs(slips: Sequence[HandOut], programme: Programme) -> dict[str, Any]:
    """What a page shows of these slips: the first of them with a text each, and all put aside for the files."""
    from grader.administration.roster.slips.hand_out import hand_out_text

    address = service().settings.address
    packed = [
        (one.name, one.unit, one.number, one.role.value, one.password, one.expires and one.expires.isoformat())
        for one in slips
    ]
    return {
        "slips": [(one, hand_out_text(one, programme, address=address)) for one in slips[:_MOST_SHOWN]],
        "slips_found": len(slips),
        "slips_ticket": put_aside(SLIPS, packed) if packed else "",
        "prints": range(1, -(-len(slips) // _A_PRINT) + 1),
    }


def _opened_slips() -> list[HandOut]:
    from grader.administration.roster.slips.hand_out import HandOut

    return [
        HandOut(
            name=name,
            unit=unit,
            number=number,
            role=Role(role),
            password=password,
            expires=datetime.fromisoformat(expires) if expires else None,
        )
        for name, unit, number, role, password, expires in taken_up(SLIPS, request.form.get("slips", ""))
    ]


@bp.post("/roster/slips.xlsx")
@allow(Access.UNIT)
def slips_book() -> ResponseReturnValue:
    """账号发放单 as a spreadsheet: only the page right after the accounts were made can ask for it."""
    from grader.administration.roster.slips.hand_out import hand_out_book

    return file_sent(BytesIO(hand_out_book(_opened_slips(), current_programme())), "账号发放单.xlsx")


@bp.post("/roster/slips.pdf")
@allow(Access.UNIT)
def slips_print() -> ResponseReturnValue:
    """账号发放单 to print and cut, so many slips a file."""
    from grader.administration.roster.slips.pages import hand_out_pages
    from grader.certificates.fonts import fonts_with

    part = request.form.get("part", "1")
    first = (int(part) - 1) * _A_PRINT if part.isdecimal() and len(part) < 4 and int(part) else 0
    settings = service().settings
    pages = hand_out_pages(
        _opened_slips()[first : first + _A_PRINT],
        current_programme(),
        title=settings.title,
        address=settings.address,
        fonts=fonts_with(settings.fonts),
    )
    return file_sent(BytesIO(pages), "账号发放单.pdf", "application/pdf")
