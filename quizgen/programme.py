"""The rules of one year's (or one special) study and examination, as data.

Standard library, `model`, `lesson`-free: lessons are named by id. All times are aware; windows are half-open
`[opens, closes)` in the programme's own time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from quizgen.diagnostics import Span
from quizgen.model import Difficulty, ItemType, LessonId, ModuleId, TierId
from quizgen.words.days import day_text

Stratum = tuple[ItemType, ModuleId, Difficulty | None]
"""What one quota draws from: the items of a type, a module and a difficulty (or any difficulty)."""


class CreditBy(StrEnum):
    """How a lesson earns credit: by its sections done, by the time studied, or in full after `completion_minutes`.

    `completion` is that of older programmes; `check` refuses it in new ones.
    """

    SECTIONS = "sections"
    TIME = "time"
    COMPLETION = "completion"

    @property
    def label(self) -> str:
        """The rule as people say it."""
        return {
            "sections": "按小节计学时",
            "time": "按学习时间计学时",
            "completion": "学满规定时间按整课计学时",
        }[self.value]

    @property
    def note(self) -> str:
        """What pages and reports say beside credit hours that are no measured time; empty where they are."""
        return "学时为课程规定学时，按完成小节计，不表示在线时长。" if self is CreditBy.SECTIONS else ""


class Gate(StrEnum):
    """What must be met before an exam may be sat."""

    HOURS = "hours"
    NONE = "none"


class KeysShown(StrEnum):
    """When a learner may see keys and rationales of a finished attempt."""

    NEVER = "never"
    SUBMITTED = "submitted"
    CLOSED = "closed"


class FirstPassword(StrEnum):
    """How a learner signs in first: by the published password and the telephone's last four digits, or by a slip.

    Whoever has no telephone on the roster, and every administrator, gets a one-time slip in any case.
    """

    COMMON = "common"
    SLIP = "slip"


class HelpTelephone(StrEnum):
    """Whose telephone the sign-in page tells somebody who forgot the password."""

    UNIT = "unit"
    NONE = "none"


class ScoringRule(StrEnum):
    """How a multiple item earns points; single and judgement are always all or nothing."""

    ALL_OR_NOTHING = "all-or-nothing"
    PARTIAL = "partial"
    """No wrong option ticked: points × ticked ÷ keys, rounded down to half a point; any wrong one: 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of time, half-open: `opens` is in, `closes` is out."""

    opens: datetime
    closes: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether `now` lies within."""
        return self.opens <= now < self.closes

    @property
    def last_day(self) -> date:
        """The last day on which it is open, in the time zone in which it is written."""
        return (self.closes - timedelta(microseconds=1)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """`count` items of one type and module, of one difficulty or (`None`) of any."""

    type: ItemType
    module: ModuleId
    difficulty: Difficulty | None
    count: int
    where: Span = field(default=Span(path=""), compare=False, repr=False)

    @property
    def stratum(self) -> Stratum:
        """What it draws from."""
        return self.type, self.module, self.difficulty


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSection:
    """A part of the paper: all its items of one type, each worth `points`."""

    type: ItemType
    points: float
    quotas: tuple[Quota, ...]

    @property
    def count(self) -> int:
        """How many items it has."""
        return sum(quota.count for quota in self.quotas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """An exam's table of specifications: sections in the order of the paper."""

    id: str
    sections: tuple[PaperSection, ...]
    scoring: ScoringRule = ScoringRule.ALL_OR_NOTHING
    where: Span = field(default=Span(path=""), compare=False, repr=False)

    @property
    def points(self) -> float:
        """The full score."""
        return sum(section.points * section.count for section in self.sections)

    @property
    def count(self) -> int:
        """How many items a paper has."""
        return sum(section.count for section in self.sections)

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """The quotas of all sections, in their order."""
        return tuple(quota for section in self.sections for quota in section.quotas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One tier of learners with its own required lessons, electives and exam."""

    id: TierId
    title: str
    required: tuple[LessonId, ...]
    electives: tuple[LessonId, ...]
    blueprint: str
    gate: Gate = Gate.HOURS
    exam_minutes: int = 120
    attempts: int = 5
    makeup_attempts: int = 3
    pass_mark: float = 60
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateText:
    """What the certificate says around the learner's data; `body` has {fields} in braces."""

    title: str
    body: str
    issuer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A year's rules. `required_hours` are credit hours of `credit_hour_minutes` each."""

    id: str
    title: str
    time_zone: str
    study: Window
    exam: Window
    makeup: Window | None
    credit_hour_minutes: int
    required_hours: float
    credit_by: CreditBy
    completion_minutes: int
    keys_shown: KeysShown
    modules: Mapping[ModuleId, str]
    blueprints: Mapping[str, Blueprint]
    tiers: Mapping[TierId, Tier]
    exemptions: Mapping[str, str]
    certificate: CertificateText
    contacts: str = ""
    notice: str = ""
    bands: Mapping[str, float] = field(default_factory=dict)
    """Names of good results, each with the least score that earns it, such as 优秀 90; none: 合格 is all there is."""
    first_password: FirstPassword = FirstPassword.COMMON
    password_text: str = ""
    """What the sign-in page says about the first password; "" for what follows from `first_password`."""
    help_telephone: HelpTelephone = HelpTelephone.NONE
    ranks: Mapping[str, TierId] = field(default_factory=dict)
    """职务级别 in the order in which they are offered, each with the tier that its people belong to by default."""
    where: Span = field(default=Span(path=""), compare=False, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and windows are written."""
        return ZoneInfo(self.time_zone)

    def local_day(self, now: datetime) -> date:
        """The calendar day of `now` where the programme runs."""
        return now.astimezone(self.zone).date()

    def day_text(self, moment: datetime) -> str:
        """The day as people read it: 2026年3月1日."""
        return day_text(self.local_day(moment))

    def clock_text(self, moment: datetime) -> str:
        """Day and time as people read them: 2026年3月1日 08:00."""
        return f"{self.day_text(moment)} {moment.astimezone(self.zone):%H:%M}"

    def cut_off_text(self, moment: datetime) -> str:
        """An end, of a window or of what is counted: the midnight after a day is that day's, 2026年11月20日 24:00."""
        local = moment.astimezone(self.zone)
        if local.time() == time():
            return f"{self.day_text(moment - timedelta(days=1))} 24:00"
        return self.clock_text(moment)

    @property
    def closes(self) -> datetime:
        """When the last window shuts; from then on only revocation, reissue, regrade and erasure."""
        return max(window.closes for window in (self.study, self.exam, self.makeup) if window)

    @property
    def last_exam_day(self) -> date:
        """The last day on which it examines, the make-up included: items are right by the law of that day."""
        return max(window.last_day for window in (self.exam, self.makeup) if window)

    def cell_title(self, stratum: Stratum) -> str:
        """What a stratum holds, as people say it: 宪法容易的单选题."""
        type, module, difficulty = stratum
        level = f"{difficulty.label}的" if difficulty else ""
        return f"{self.modules.get(module, module)}{level}{type.label}"

    def result(self, points: float, *, passed: bool) -> str:
        """What a score is called: the best band that it reaches, 合格 below all bands, 未合格 if it did not pass."""
        if not passed:
            return "未合格"
        reached = [(least, name) for name, least in self.bands.items() if least <= points]
        return max(reached)[1] if reached else "合格"

    @property
    def exam_year(self) -> int:
        """The calendar year in which the exam opens, for the {year} of a certificate."""
        return self.local_day(self.exam.opens).year

    def exam_window(self, now: datetime) -> str | None:
        """`exam` or `makeup` when that window is open at `now`, otherwise None."""
        if self.exam.is_open(now):
            return "exam"
        return "makeup" if self.makeup and self.makeup.is_open(now) else None
