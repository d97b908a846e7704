"""The year's end: figures frozen for good, and numbered corrections after a repair."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from grader.administration.reports.table import Table, table_of
from grader.administration.reports.units import NOTES, By, GroupFigures, columns_of, unit_report
from grader.course import Course
from grader.domain.audit.acts import append_act
from grader.domain.content import Active
from grader.domain.errors import AttemptsOpen, Malformed, NoProgramme, NotAllowed, NotNow, ProgrammeOpen
from grader.domain.figures import Snapshot, UnitFigures
from grader.domain.people.account import Account, Role, UnitId
from grader.store.base import Store
from grader.store.kinds import ACTIVE, DOSSIER, SNAPSHOT
from grader.store.update import update
from grader.units import units_of
from quizgen.office.sheets_in import tidy
from quizgen.programme import Programme

LONGEST_REASON = 200
"""Characters."""


class BadReason(Malformed):
    """A correction without a reason, or with too long a one; nothing was kept."""

    code = "bad-reason"
    sentence = "没有存档：请写明更正的原因，不超过 {most} 字。"


class NothingToCorrect(NotNow):
    """There is no frozen report yet, or the figures are still those of the last one."""

    code = "nothing-to-correct"
    sentence = "没有存档：{why}"


def snapshot_of(store: Store, programme: str, number: int = 0) -> Snapshot | None:
    """The programme's frozen report, or a correction of it, if there is one."""
    stored = store.load(SNAPSHOT, _id(programme, number))
    return stored.value if stored else None


def snapshots_of(store: Store, programme: str) -> list[Snapshot]:
    """The frozen report and its corrections, in their order."""
    numbers = sorted(row.summary.number for row in store.list(SNAPSHOT, programme=programme))
    return [found for number in numbers if (found := snapshot_of(store, programme, number))]


def seen_by(snapshot: Snapshot, units: Collection[UnitId]) -> Snapshot:
    """The rows of these units alone; the digest is then that of the extract."""
    return replace(snapshot, rows=tuple(row for row in snapshot.rows if row.unit in units))


def snapshot_table(snapshot: Snapshot, programme: Programme, *, units: Collection[UnitId] | None, unit: str) -> Table:
    """The report for a file: the rows of these units (None: of all), and the digest of the whole."""
    seen = snapshot if units is None else seen_by(snapshot, units)
    rows = [GroupFigures(key=row.unit, name=row.name, figures=row.figures) for row in seen.rows]
    cut_off = f"统计截止时间 {programme.cut_off_text(snapshot.cut_off)}"
    return table_of(
        columns_of(By.UNIT),
        rows,
        title=snapshot.label,
        facts=(snapshot.title, cut_off, f"全部存档数据的 SHA-256 {snapshot.digest}"),
        unit=unit,
        total=GroupFigures(key="", name="合计", figures=seen.total) if len(rows) > 1 else None,
        notes=(*NOTES, f"更正原因：{snapshot.reason}") if snapshot.reason else NOTES,
    )


def freeze_year(store: Store, course: Course, administrator: Account, *, now: datetime) -> Snapshot:
    """The year's figures at the moment its last window shut, kept for good; the first one stays.

    Raises ProgrammeOpen before that moment, AttemptsOpen while an attempt has no outcome yet, and NotAllowed for
    anybody but the county office.
    """
    made = _made(store, course, administrator, now=now, at=course.content.programme.closes)
    is_first = snapshot_of(store, made.programme) is None
    kept = update(store, SNAPSHOT, made.programme, lambda before: before or made)
    if is_first and kept == made:
        _note(store, kept, course.content.programme)
    return kept


def correct_year(store: Store, course: Course, administrator: Account, *, reason: str, now: datetime) -> Snapshot:
    """One more snapshot, numbered, of the figures with every fact that was recorded since; those before it stay.

    Raises what `freeze_year` does, BadReason, and NothingToCorrect.
    """
    words = tidy(reason)
    if not 0 < len(words) <= LONGEST_REASON:
        raise BadReason(most=LONGEST_REASON)
    made = _made(store, course, administrator, now=now, at=now)
    with store.turn(f"snapshot {made.programme}"):
        kept = snapshots_of(store, made.programme)
        if not kept:
            raise NothingToCorrect(why="还没有年终存档报表。")
        if kept[-1].rows == made.rows:
            raise NothingToCorrect(why=f"现在的数字与{kept[-1].label}完全相同。")
        correction = replace(made, number=len(kept), reason=words)
        store.save(SNAPSHOT, _id(made.programme, correction.number), correction, expected=0)
    _note(store, correction, course.content.programme)
    return correction


def _note(store: Store, kept: Snapshot, programme: Programme) -> None:
    """An act on the programme: a snapshot itself is never changed, so that it has no acts."""
    facts = {"snapshot": kept.label, "cut_off": programme.cut_off_text(kept.cut_off), "reason": kept.reason}

    def change(before: Active | None) -> Active:
        if before is None:
            raise NoProgramme
        acts = append_act(
            before.acts, "correct-year" if kept.number else "freeze-year", by=kept.by, at=kept.made, facts=facts
        )
        return replace(before, acts=acts)

    update(store, ACTIVE, kept.programme, change)


def _id(programme: str, number: int) -> str:
    return f"{programme}.{number}" if number else programme


def _made(store: Store, course: Course, administrator: Account, *, now: datetime, at: datetime) -> Snapshot:
    if administrator.role is not Role.COUNTY:
        raise NotAllowed
    programme = course.content.programme
    if now < programme.closes:
        raise ProgrammeOpen(title=programme.title, closes=programme.cut_off_text(programme.closes))
    sitting = store.list(DOSSIER, programme=programme.id, sitting=True)
    if sitting:
        raise AttemptsOpen(title=programme.title, count=len(sitting))
    report = unit_report(store, course, units_of(store, administrator), at=at)
    rows = tuple(UnitFigures(unit=UnitId(row.key), name=row.name, figures=row.figures) for row in report.rows)
    return Snapshot(programme=programme.id, title=programme.title, cut_off=at, made=now, by=administrator.id, rows=rows)
