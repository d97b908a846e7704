"""What somebody types to change a running year, read into windows: days and hours as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from grader.administration.year.change import RunningYear, WantedChange
from grader.domain.year_change import WINDOWS, BadYearChange, Laid, Rule
from quizgen.office.sheets_in import tidy
from quizgen.programme import Window

_MOMENT = re.compile(
    r"""(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?  # 2026-12-20, 2026年12月20日; not 26-12-20
    (?:\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{2})分?)?""",
    re.VERBOSE,
)
_LONGEST_MOMENT = 40
"""Characters of what is read as a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowShown:
    """A window as the form has it: whether its opening may still be changed, and both moments as they are typed."""

    rule: Rule
    may_open: bool
    opens: str
    closes: str


def windows_shown(year: RunningYear, *, now: datetime) -> list[WindowShown]:
    """The windows in force, for the form; a make-up that there is none of has empty fields."""
    shown = []
    for rule in WINDOWS:
        window: Window | None = getattr(year.programme, rule)
        opens, closes = (_typed(year, window.opens), _typed(year, window.closes, end=True)) if window else ("", "")
        shown.append(WindowShown(rule=rule, may_open=window is None or now < window.opens, opens=opens, closes=closes))
    return shown


def _typed(year: RunningYear, moment: datetime, *, end: bool = False) -> str:
    local = moment.astimezone(year.programme.zone)
    if end and (local.hour, local.minute) == (0, 0):
        return f"{local - timedelta(minutes=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def wanted_change(year: RunningYear, typed: Mapping[str, str]) -> WantedChange:
    """The change that the fields say; one that is missing stays as it is in force. Raises BadYearChange.

    The fields are `exam_opens`, `exam_closes` and so on, `contacts`, `reason` and `document`.
    """
    contacts = _lines(typed.get("contacts", year.programme.contacts))
    return WantedChange(
        laid=Laid(
            study=_window(year, Rule.STUDY, typed),
            exam=_window(year, Rule.EXAM, typed),
            makeup=_window(year, Rule.MAKEUP, typed),
            contacts=contacts if contacts != _lines(year.programme.contacts) else None,
        ),
        reason=typed.get("reason", ""),
        document=typed.get("document", ""),
    )


def _lines(text: str) -> str:
    """The lines without what nobody sees."""
    return "\n".join(map(tidy, text.strip().splitlines()))


def _window(year: RunningYear, rule: Rule, typed: Mapping[str, str]) -> Window | None:
    held: Window | None = getattr(year.programme, rule)
    opens = _moment(year, typed.get(f"{rule}_opens"), held.opens if held else None, f"{rule.label}的开始")
    closes = _moment(year, typed.get(f"{rule}_closes"), held.closes if held else None, f"{rule.label}的截止", end=True)
    if opens is None and closes is None:
        if held:
            raise BadYearChange(why=f"{rule.label}不能取消，只能延长。")
        return None
    if opens is None or closes is None:
        raise BadYearChange(why=f"请把{rule.label}的开始和截止都填上。")
    return Window(opens=opens, closes=closes)


def _moment(
    year: RunningYear, text: str | None, held: datetime | None, label: str, *, end: bool = False
) -> datetime | None:
    """The moment that the text says; `held` where there is no such field, None for an empty one. Raises BadYearChange.

    A day alone is its first moment, as an end its last. 24:00 is the first moment of the following day.
    """
    if text is None:
        return held
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_MOMENT]).strip()
    if not plain:
        return None
    moment = _read(plain, year.programme.zone, end=end)
    if moment is None:
        raise BadYearChange(
            why=f"{label}“{plain}”不是时间。请写成 2026-12-20 24:00 的样子；只写日期，开始从 0 时算，截止到 24 时。"
        )
    return moment


def _read(plain: str, zone: ZoneInfo, *, end: bool) -> datetime | None:
    found = _MOMENT.fullmatch(plain)
    if found is None:
        return None
    hour, minute = int(found["hour"] or (24 if end else 0)), int(found["minute"] or 0)
    is_midnight = (hour, minute) == (24, 0)
    try:
        day = datetime(int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=zone)
        return day + timedelta(days=1) if is_midnight else day.replace(hour=hour, minute=minute)
    except (ValueError, OverflowError):  # no such day or hour
        return None
