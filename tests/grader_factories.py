"""Programmes, content, accounts and dossiers for tests of the grader: complete and valid, every field open to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from grader.domain.account import Account, AccountId, Credential, Placement, Role, UnitId
from grader.domain.content import Content
from grader.domain.dossier import Dossier, Milestone, Outcome
from grader.domain.unit import Unit
from quizgen.lesson import Lesson
from quizgen.model import Item, ItemType, LessonId, ModuleId, TierId
from quizgen.programme import (
    Blueprint,
    CertificateText,
    CreditBy,
    Gate,
    KeysShown,
    Programme,
    Quota,
    Section,
    Tier,
    Window,
)
from tests.quizgen_factories import item, register

NOON = datetime(2026, 10, 9, 4, 0, tzinfo=UTC)
"""Noon in China on a working day within every window of the factories' programme."""
LEADING, AGENCY = TierId("leading"), TierId("agency")
HASH = "argon2-hash"


def window(opens: str, closes: str) -> Window:
    """From and to ISO dates, midnight in China."""
    offset = timedelta(hours=8)
    return Window(
        opens=datetime.fromisoformat(opens).replace(tzinfo=UTC) - offset,
        closes=datetime.fromisoformat(closes).replace(tzinfo=UTC) - offset,
    )


def blueprint(single: int = 2, judgement: int = 1) -> Blueprint:
    """Single items and judgements of module xianfa, 30 and 40 points each."""

    def section(type: ItemType, count: int, points: float) -> Section:
        quota = Quota(type=type, module=ModuleId("xianfa"), difficulty=None, count=count)
        return Section(type=type, points=points, quotas=(quota,))

    return Blueprint(
        id="standard",
        sections=(section(ItemType.SINGLE, single, 30), section(ItemType.JUDGEMENT, judgement, 40)),
    )


def tier(id: str = "agency", **changes: Any) -> Tier:
    """A tier with one required lesson of ten minutes and one elective, 60 minutes, two attempts and one make-up."""
    values: dict[str, Any] = {
        "id": TierId(id),
        "title": {"agency": "国家机关工作人员", "leading": "领导干部"}.get(id, id),
        "required": (LessonId("xianfa-01"),),
        "electives": (LessonId("xuanxiu-01"),),
        "blueprint": "standard",
        "gate": Gate.HOURS,
        "exam_minutes": 60,
        "attempts": 2,
        "makeup_attempts": 1,
        "pass_mark": 60,
    }
    return Tier(**(values | changes))


def programme(**changes: Any) -> Programme:
    """The year 2026 with an exam from October, a make-up in December, one hour of ten minutes required."""
    values: dict[str, Any] = {
        "id": "2026",
        "title": "2026年度学法考试",
        "time_zone": "Asia/Shanghai",
        "study": window("2026-03-01", "2027-01-01"),
        "exam": window("2026-10-01", "2026-12-01"),
        "makeup": window("2026-12-01", "2027-01-01"),
        "credit_hour_minutes": 10,
        "required_hours": 1,
        "credit_by": CreditBy.TIME,
        "completion_minutes": 5,
        "keys_shown": KeysShown.CLOSED,
        "modules": {ModuleId("xianfa"): "宪法", ModuleId("xuanxiu"): "选修课程"},
        "blueprints": {"standard": blueprint()},
        "tiers": {AGENCY: tier(), LEADING: tier("leading")},
        "exemptions": {"near_retirement": "临近退休"},
        "certificate": CertificateText(title="合格证书", body="{name}考核合格，特发此证。", issuer="某县普法办"),
    }
    return Programme(**(values | changes))


def lesson(id: str = "xianfa-01", *, minutes: int = 10, module: str = "") -> Lesson:
    """A lesson of ten minutes; its module follows from its id."""
    return Lesson(
        id=LessonId(id),
        title=f"第一课（{id}）",
        module=ModuleId(module or id.rpartition("-")[0]),
        minutes=minutes,
        reviewed=date(2026, 3, 1),
        path=f"lessons/{id}/",
    )


def exam_items() -> tuple[Item, ...]:
    """Six single items (key B) and three judgements (key 正确) of xianfa-01."""
    singles = [item(f"xianfa-01-{number}") for number in range(101, 107)]
    judgements = [item(f"xianfa-01-{number}", type=ItemType.JUDGEMENT) for number in range(107, 110)]
    return (*singles, *judgements)


def content(**changes: Any) -> Content:
    """The programme with a required lesson, an elective, nine exam items and one practice item."""
    values: dict[str, Any] = {
        "programme": programme(),
        "lessons": (lesson(), lesson("xuanxiu-01")),
        "items": exam_items(),
        "practice": (item("xianfa-01-001"),),
        "register": register(),
    }
    return Content(**(values | changes))


def account(id: str = "a1", **changes: Any) -> Account:
    """A learner of unit u1 whose own password is already chosen; number and telephone follow from the id."""
    values: dict[str, Any] = {
        "id": AccountId(id),
        "role": Role.LEARNER,
        "name": "赵学法",
        "number": f"900001001{id}",
        "credential": Credential(hash=HASH, initial=False),
        "placements": (Placement(at=datetime(2026, 3, 1, tzinfo=UTC), unit=UnitId("u1"), tier=AGENCY),),
        "created": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Account(**(values | changes))


def unit(id: str = "u1", **changes: Any) -> Unit:
    """A unit without a parent whose code is its id."""
    values: dict[str, Any] = {
        "id": UnitId(id),
        "code": id,
        "name": f"示例单位{id}",
        "created": datetime(2026, 3, 1, tzinfo=UTC),
    }
    return Unit(**(values | changes))


def dossier(*, seconds: Mapping[str, int] | None = None, **changes: Any) -> Dossier:
    """The dossier of a1 for 2026 with these seconds of study on 9 October."""
    study = {LessonId(id): {date(2026, 10, 9): count} for id, count in (seconds or {}).items()}
    values: dict[str, Any] = {"programme": "2026", "account": AccountId("a1"), "study": study}
    return Dossier(**(values | changes))


def outcome(attempt: str = "t1", points: float = 70, *, ended: datetime = NOON) -> Outcome:
    """An attempt that came to these points of 100."""
    return Outcome(attempt=attempt, points=points, possible=100, passed=points >= 60, ended=ended)


def milestones(*names: str, at: datetime = NOON) -> dict[Milestone, datetime]:
    """These milestones, all reached at one time."""
    return {Milestone(name): at for name in names}


def placed(account: Account, *units: tuple[datetime, str]) -> Account:
    """The account with these placements instead."""
    return replace(account, placements=tuple(Placement(at=at, unit=UnitId(u), tier=AGENCY) for at, u in units))


def ids(values: Iterable[Any]) -> list[str]:
    """The ids of items, rows or places, as plain text."""
    return [str(value.id) for value in values]
