"""The lists of a year that go into the archives: certificates, exemptions, study, attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from grader.administration.reports.learners import LearnerRow
from grader.administration.reports.table import Column, Form, Table, table_of
from grader.domain.learning.dossier import AttemptStart, Award, Dossier, Outcome
from grader.domain.people.account import Exemption
from grader.domain.serial import format_serial
from quizgen.lesson import Lesson
from quizgen.programme import Programme

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One learner with everything that is archived of the year."""

    row: LearnerRow
    dossier: Dossier
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Makes the lists of these people under a programme; `facts` and `unit` head each of them."""

    programme: Programme
    people: tuple[Person, ...]
    facts: tuple[str, ...]
    unit: str

    def register(self) -> Table:
        """证书登记表: every certificate, revoked ones too."""
        rows = [(one, award) for one in self.people for award in one.dossier.awards]
        columns: tuple[Column[tuple[Person, Award]], ...] = (
            Column(label="证书编号", width=12, value=lambda pair: format_serial(pair[1].serial)),
            Column(label="姓名", width=5, value=lambda pair: pair[1].name),
            Column(label="单位", width=14, value=lambda pair: pair[1].unit),
            Column(label="人员层次", width=9, value=lambda pair: pair[1].tier),
            Column(label="学时", width=4, form=Form.NUMBER, value=lambda pair: pair[1].hours),
            Column(label="成绩", width=4, form=Form.NUMBER, value=lambda pair: pair[1].score),
            Column(label="发证日期", width=8, value=lambda pair: self.programme.day_text(pair[1].issued)),
            Column(label="作废", width=10, value=lambda pair: self._revoked(pair[0].dossier, pair[1])),
        )
        return self._table("证书登记表", columns, rows)

    def _revoked(self, dossier: Dossier, award: Award) -> str | None:
        found = next((one for one in dossier.revocations if one.serial == award.serial), None)
        return f"{self.programme.day_text(found.at)} {found.reason}" if found else None

    def exemptions(self) -> Table:
        """可不参加登记表."""
        rows = [(one, exemption) for one in self.people for exemption in one.exemptions]
        columns: tuple[Column[tuple[Person, Exemption]], ...] = (
            *_who(lambda pair: pair[0]),
            Column(label="情形", width=8, value=lambda pair: self._kind(pair[1])),
            Column(label="说明", width=10, value=lambda pair: pair[1].note or None),
            Column(label="批准人", width=6, value=lambda pair: pair[1].approver or None),
            Column(label="批准日期", width=8, value=lambda pair: self._date(pair[1].approved)),
            Column(label="文号", width=10, value=lambda pair: pair[1].document or None),
            Column(label="起始", width=8, value=lambda pair: self.programme.day_text(pair[1].at)),
            Column(label="取消", width=8, value=lambda pair: self._day(pair[1].ends)),
        )
        return self._table("可不参加登记表", columns, rows)

    def _kind(self, exemption: Exemption) -> str:
        return self.programme.exemptions.get(exemption.kind, exemption.kind)

    def _day(self, moment: datetime | None) -> str | None:
        return self.programme.day_text(moment) if moment else None

    @staticmethod
    def _date(day: date | None) -> str | None:
        return day.isoformat() if day else None

    def study(self) -> Table:
        """学习记录: every lesson begun, with the day on which it was done; no times of day, no minutes."""
        columns: tuple[Column[tuple[Person, Lesson, float, str]], ...] = (
            *_who(lambda one: one[0]),
            Column(label="课程", width=16, value=lambda one: one[1].title),
            Column(label="学时", width=4, form=Form.NUMBER, value=lambda one: one[2]),
            Column(label="完成日期", width=8, value=lambda one: one[3] or None),
        )
        return self._table("学习记录", columns, list(self._lessons()))

    def _lessons(self) -> Iterator[tuple[Person, Lesson, float, str]]:
        for one in self.people:
            for entry in one.row.standing.lessons:
                done = one.dossier.completed.get(entry.lesson.id)
                if entry.is_begun:
                    yield one, entry.lesson, entry.earned, done.isoformat() if done else ""

    def attempts(self) -> Table:
        """考试记录: every attempt with what it came to."""
        columns: tuple[Column[tuple[Person, AttemptStart, Outcome | None]], ...] = (
            *_who(lambda one: one[0]),
            Column(label="次数", width=4, form=Form.NUMBER, value=lambda one: one[1].number),
            Column(label="考试", width=4, value=lambda one: one[1].window.label),
            Column(label="开始", width=10, value=lambda one: self.programme.clock_text(one[1].at)),
            Column(label="成绩", width=4, form=Form.NUMBER, value=lambda one: one[2].points if one[2] else None),
            Column(label="结果", width=5, value=lambda one: self._result(one[2])),
        )
        return self._table("考试记录", columns, list(self._sittings()))

    def _sittings(self) -> Iterator[tuple[Person, AttemptStart, Outcome | None]]:
        for one in self.people:
            outcomes = {outcome.attempt: outcome for outcome in one.dossier.outcomes}
            for start in one.dossier.starts:
                yield one, start, outcomes.get(start.attempt)

    def _result(self, outcome: Outcome | None) -> str | None:
        return self.programme.result(outcome.points, passed=outcome.passed) if outcome else None

    def _table(self, title: str, columns: Iterable[Column[R]], rows: list[R]) -> Table:
        return table_of(tuple(columns), rows, title=title, facts=self.facts, unit=self.unit)


def _who(person: Callable[[R], Person]) -> tuple[Column[R], ...]:
    """The columns that say whom a row is about."""
    return (
        Column(label="姓名", width=5, value=lambda row: person(row).row.account.name),
        Column(label="学法账号", width=8, value=lambda row: person(row).row.account.number),
        Column(label="单位", width=14, value=lambda row: person(row).row.unit),
    )
