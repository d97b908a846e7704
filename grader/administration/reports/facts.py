"""One person's facts under a programme: what every figure about the person comes from, and 个人学法考试情况证明."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from grader.administration.corrections.supplements import county_accounts
from grader.administration.reports.learners import LearnerRow, View
from grader.administration.reports.making import make
from grader.course import Course
from grader.domain.errors import UnknownLearner
from grader.domain.figures import LearnerEntry
from grader.domain.learning.dossier import AttemptStart, Dossier, Outcome, summarise_dossier
from grader.domain.people.account import Account, AccountId, Role, UnitId, summarise_account
from grader.domain.people.unit import UnitSummary, summarise_unit
from grader.domain.serial import format_serial
from grader.dossiers import dossier_of
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from grader.units import unit_name, units_of
from quizgen.model import LessonId
from quizgen.words.days import day_text

_NOTE = (
    "本证明根据学法考试系统中的记录生成。编号由以上内容计算得出，内容不同，编号也不同；"
    "出具单位可以对照系统中的记录重新核对。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """Everything that is recorded of one learner under a programme, and what it comes to now (`row`)."""

    account: Account
    dossier: Dossier
    row: LearnerRow
    units: dict[UnitId, str]
    """Names of the units of all placements."""

    @property
    def attempts(self) -> list[tuple[AttemptStart, Outcome | None]]:
        """Every attempt with its outcome, where there is one."""
        outcomes = {outcome.attempt: outcome for outcome in self.dossier.outcomes}
        return [(start, outcomes.get(start.attempt)) for start in self.dossier.starts]

    def days_of(self, lesson: LessonId) -> str:
        """When the lesson was done, or the first and last day of study in it; "" for neither."""
        if done := self.dossier.completed.get(lesson):
            return day_text(done)
        days = sorted(self.dossier.study.get(lesson, {}))
        return "" if not days else "至".join(dict.fromkeys([day_text(days[0]), day_text(days[-1])]))


def person_facts(store: Store, course: Course, administrator: Account, id: AccountId, *, now: datetime) -> PersonFacts:
    """The facts of a learner of the administrator's units. Raises UnknownLearner for anybody else."""
    units = units_of(store, administrator)
    stored = store.load(ACCOUNT, id)
    if stored is None or stored.value.role is not Role.LEARNER or stored.value.unit not in units:
        raise UnknownLearner
    return _facts(store, course, stored.value, units, now=now)


def own_facts(store: Store, course: Course, account: Account, *, now: datetime) -> PersonFacts:
    """The learner's own facts."""
    stored = store.load(UNIT, account.unit)
    units = {account.unit: summarise_unit(stored.value)} if stored else {}
    return _facts(store, course, account, units, now=now)


def _facts(
    store: Store, course: Course, account: Account, units: dict[UnitId, UnitSummary], *, now: datetime
) -> PersonFacts:
    dossier = dossier_of(store, course.content.programme.id, account.id)
    entry = LearnerEntry(id=account.id, account=summarise_account(account), dossier=summarise_dossier(dossier))
    return PersonFacts(
        account=account,
        dossier=dossier,
        row=View(course, now=now, county=partial(county_accounts, store)).row(entry, units),
        units={place.unit: _name(store, units, place.unit) for place in account.placements},
    )


def _name(store: Store, units: dict[UnitId, UnitSummary], unit: UnitId) -> str:
    return units[unit].name if unit in units else unit_name(store, unit) or unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """个人学法考试情况证明: `lines` name facts; the number follows from them, so that the same facts give the same."""

    person: str
    lines: tuple[tuple[str, str], ...]
    issuer: str
    day: str
    year: int

    @property
    def number(self) -> str:
        """Such as 学证〔2026〕7F3A9C04: anybody who may see the facts can make it again and compare."""
        text = "\n".join(["=".join(line) for line in self.lines] + [self.issuer, self.day])
        return f"学证〔{self.year}〕{hashlib.sha256(text.encode()).hexdigest()[:8].upper()}"


def proof_of(course: Course, facts: PersonFacts, *, issuer: str, now: datetime) -> Proof:
    """The year of one person as it stands now, for whoever asks for it on paper; it says nothing of minutes."""
    programme, row = course.content.programme, facts.row
    standing, award = row.standing, facts.dossier.award
    best = "没有考试成绩" if standing.best is None else f"{standing.best:g} 分（{row.band}）"
    lines = [
        ("姓名", facts.account.name),
        ("学法账号", facts.account.number),
        ("单位", row.unit),
        ("人员层次", row.tier),
        ("职务级别", facts.account.rank or "—"),
        ("方案", programme.title),
        ("学时", f"{standing.hours:g} 学时（要求 {standing.required_hours:g} 学时）"),
        ("考试次数", f"{row.attempts} 次"),
        ("最好成绩", best),
        ("完成情况", row.state),
        ("合格证书编号", format_serial(award.serial) if award else "—"),
        ("统计截止时间", programme.cut_off_text(now)),
    ]
    return Proof(
        person=facts.account.name,
        lines=tuple(lines),
        issuer=issuer,
        day=programme.day_text(now),
        year=programme.exam_year,
    )


def proof_pdf(proof: Proof, *, verify_url: str, fonts: Sequence[Path] = ()) -> bytes:
    """The proof as one A4 page. Raises MakerBusy or FileNotMade."""
    given = {
        "title": "个人学法考试情况证明",
        "number": proof.number,
        "lines": [list(line) for line in proof.lines],
        "notes": [
            _NOTE,
            f"有合格证书编号的，可在 {verify_url} 核验证书。",
        ],
        "issuer": proof.issuer,
        "day": proof.day,
        "fonts": [str(path) for path in fonts],
    }
    return make("grader.administration.reports.proof", given)
