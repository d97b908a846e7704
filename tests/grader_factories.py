"""Programmes, content, accounts and dossiers for tests of the grader: complete, valid, every field open to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from grader.accounts.signin import Door
from grader.accounts.sources import Origin, Sources
from grader.administration.publish import publish
from grader.course import Courses
from grader.domain.content import PublishedContent
from grader.domain.exam.attempt import Attempt
from grader.domain.learning.dossier import AttemptStart, Award, Dossier, Milestone, Outcome, WindowName
from grader.domain.people.account import Account, AccountId, Credential, Placement, Role, UnitId
from grader.domain.people.unit import Unit
from grader.domain.serial import Serial
from grader.store.base import Kind, S, Store, T
from grader.store.kinds import ACCOUNT, DOSSIER, dossier_id
from grader.store.memory import MemoryStore
from quizgen.lesson import Lesson, LessonSection
from quizgen.model import Item, ItemId, ItemType, LessonId, ModuleId, TierId
from quizgen.programme import (
    Blueprint,
    CertificateText,
    CreditBy,
    Gate,
    KeysShown,
    PaperSection,
    Programme,
    Quota,
    Tier,
    Window,
)
from tests.quizgen_factories import item, paper, place, register

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

    def section(type: ItemType, count: int, points: float) -> PaperSection:
        quota = Quota(type=type, module=ModuleId("xianfa"), difficulty=None, count=count)
        return PaperSection(type=type, points=points, quotas=(quota,))

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
        hours=1,
        minutes=minutes,
        reviewed=date(2026, 3, 1),
        path=f"lessons/{id}/",
    )


SECTIONS = (("001", "002"), ("003", "004"), ("005",))


def sectioned(id: str = "xianfa-01", *, items: Iterable[Iterable[str]] = SECTIONS, hours: float = 1) -> Lesson:
    """A lesson of three sections that ask for the practice items 001 and 002, 003 and 004, 005."""
    sections = tuple(LessonSection(items=tuple(ItemId(f"{id}-{number}") for number in one)) for one in items)
    return replace(lesson(id), hours=hours, minutes=None, sections=sections)


def exam_items() -> tuple[Item, ...]:
    """Six single items (key B) and three judgements (key 正确) of xianfa-01."""
    singles = [item(f"xianfa-01-{number}") for number in range(101, 107)]
    judgements = [item(f"xianfa-01-{number}", type=ItemType.JUDGEMENT) for number in range(107, 110)]
    return (*singles, *judgements)


def content(**changes: Any) -> PublishedContent:
    """The programme with a required lesson, an elective, nine exam items and one practice item."""
    values: dict[str, Any] = {
        "programme": programme(),
        "lessons": (lesson(), lesson("xuanxiu-01")),
        "items": exam_items(),
        "practice": (item("xianfa-01-001"),),
        "register": register(),
    }
    return PublishedContent(**(values | changes))


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


def start(id: str = "t1", *, number: int = 1, at: datetime = NOON, minutes: int = 60, **changes: Any) -> AttemptStart:
    """An attempt in the exam window begun at `at`."""
    deadline = at + timedelta(minutes=minutes)
    values: dict[str, Any] = {
        "attempt": id,
        "number": number,
        "window": WindowName.EXAM,
        "at": at,
        "deadline": deadline,
    }
    return AttemptStart(**(values | changes))


def attempt(id: str = "t1", **changes: Any) -> Attempt:
    """a1's first attempt from noon to one: two single items of 30 points (key B) and a judgement of 40 (正确)."""
    judgement = place("xianfa-01-107", type=ItemType.JUDGEMENT, points=40)
    values: dict[str, Any] = {
        "id": id,
        "account": AccountId("a1"),
        "programme": "2026",
        "tier": AGENCY,
        "number": 1,
        "window": WindowName.EXAM,
        "paper": paper(place("xianfa-01-101", points=30), place("xianfa-01-102", points=30), judgement),
        "started": NOON,
        "deadline": NOON + timedelta(hours=1),
    }
    return Attempt(**(values | changes))


def award(serial: str = "0000000000000000", **changes: Any) -> Award:
    """A certificate issued at noon; the serial is none that is ever drawn."""
    values: dict[str, Any] = {
        "serial": Serial(serial),
        "issued": NOON,
        "name": "赵学法",
        "unit": "示例单位u1",
        "tier": "国家机关工作人员",
        "programme": "2026年度学法考试",
        "hours": 1.0,
        "score": 70.0,
        "title": "合格证书",
        "body": "赵学法考核合格，特发此证。",
        "issuer": "某县普法办",
    }
    return Award(**(values | changes))


class WatchedStore(MemoryStore):
    """A store in memory that calls `before_save` with the kind's name first: to crash there, or to be forestalled."""

    def __init__(self, before_save: Callable[[str], None] = lambda _: None) -> None:
        super().__init__()
        self.before_save = before_save
        self.probes = 0
        """How often something was written that counts for nothing."""

    def try_saving(self) -> None:
        """Count it."""
        self.probes += 1
        super().try_saving()

    def save(self, kind: Kind[T, S], id: str, value: T, *, expected: int) -> int:
        """Keep `value` unless `before_save` raises."""
        self.before_save(kind.name)
        return super().save(kind, id, value, expected=expected)


class Crash(Exception):
    """The process ends here."""


def crash_at(kind: str, *, after: int = 0) -> Callable[[str], None]:
    """For `WatchedStore`: a crash before a document of this kind is saved, once `after` of them were."""
    left = after

    def before_save(saved: str) -> None:
        nonlocal left
        if saved == kind:
            if not left:
                raise Crash
            left -= 1

    return before_save


def year(*people: Account, **changes: Any) -> tuple[WatchedStore, Courses]:
    """A store with these people (a1, unless given) and the factory's content, changed as told, published; at noon."""
    store = WatchedStore()
    publish(store, content(**changes), by="test", now=NOON)
    for person in people or (account(),):
        store.save(ACCOUNT, person.id, person, expected=0)
    return store, Courses(store)


def keep_dossier(store: MemoryStore, dossier: Dossier) -> None:
    """Put the dossier in place of whatever is there."""
    id = dossier_id(dossier.programme, dossier.account)
    stored = store.load(DOSSIER, id)
    store.save(DOSSIER, id, dossier, expected=stored.version if stored else 0)


def kept_dossier(store: MemoryStore, account: str = "a1", *, programme: str = "2026") -> Dossier:
    """The account's dossier as the store has it."""
    stored = store.load(DOSSIER, dossier_id(programme, AccountId(account)))
    assert stored is not None
    return stored.value


def door(store: Store, *, address: str = "198.51.100.7", now: datetime = NOON, limits: Sources | None = None) -> Door:
    """What a sign-in from this address goes through; limits of its own where none are given."""
    return Door(store=store, limits=limits or Sources(), origin=Origin(address=address), now=now)
