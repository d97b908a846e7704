"""Windows, hours and sizes that follow from a programme's rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from quizgen.model import Difficulty, ItemType, ModuleId
from quizgen.parse.programme import parse_programme
from quizgen.programme import Blueprint, PaperSection, Programme, Quota, Window
from tests.quizgen_content import PROGRAMME

BEIJING = ZoneInfo("Asia/Shanghai")


def programme() -> Programme:
    parsed, found = parse_programme(PROGRAMME, "a.yml")
    assert parsed is not None
    assert found == []
    return parsed


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


MAKEUP = Window(opens=moment("2026-12-21 08:00"), closes=moment("2027-02-01 00:00"))


def test_last_day_is_the_one_before_a_midnight() -> None:
    late = replace(programme(), makeup=MAKEUP)

    assert MAKEUP.last_day == date(2027, 1, 31)
    assert late.last_exam_day == date(2027, 1, 31)
    assert replace(late, makeup=None).last_exam_day == late.exam.last_day


@pytest.mark.parametrize(
    ("difficulty", "module", "title"),
    [(Difficulty.EASY, "xianfa", "宪法容易的单选题"), (None, "shuifa", "shuifa单选题")],
)
def test_cell_is_named_in_words(difficulty: Difficulty | None, module: str, title: str) -> None:
    assert programme().cell_title((ItemType.SINGLE, ModuleId(module), difficulty)) == title


def test_window_opens_with_its_first_and_closes_before_its_last_moment() -> None:
    window = programme().exam
    instant = timedelta(microseconds=1)

    states = [
        window.is_open(at) for at in (window.opens - instant, window.opens, window.closes - instant, window.closes)
    ]

    assert states == [False, True, True, False]


@pytest.mark.parametrize(
    ("now", "window"),
    [
        ("2026-08-31 12:00", None),
        ("2026-09-01 08:00", "exam"),
        ("2026-12-21 00:00", None),
        ("2026-12-21 08:00", "makeup"),
        ("2027-02-01 00:00", None),
    ],
)
def test_exam_window_is_the_one_open_now(now: str, window: str | None) -> None:
    with_makeup = replace(programme(), makeup=MAKEUP)

    assert with_makeup.exam_window(moment(now)) == window


def test_programme_without_makeup_has_only_the_exam_window() -> None:
    assert programme().exam_window(moment("2026-12-25 08:00")) is None


def test_programme_closes_with_its_last_window() -> None:
    assert programme().closes == moment("2027-01-01 00:00")
    assert replace(programme(), makeup=MAKEUP).closes == moment("2027-02-01 00:00")


def test_local_day_begins_in_the_programmes_time_zone() -> None:
    assert programme().local_day(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert programme().local_day(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("cut_off", "text"),
    [
        ("2026-11-21 00:00", "2026年11月20日 24:00"),
        ("2027-01-01 00:00", "2026年12月31日 24:00"),
        ("2026-11-20 08:30", "2026年11月20日 08:30"),
    ],
)
def test_cut_off_at_midnight_is_the_end_of_the_day_that_was_asked_for(cut_off: str, text: str) -> None:
    assert programme().cut_off_text(moment(cut_off)) == text


def test_exam_year_is_the_year_in_which_the_exam_opens() -> None:
    new_year_in_beijing = Window(opens=datetime(2026, 12, 31, 16, tzinfo=UTC), closes=moment("2027-02-01 00:00"))

    assert programme().exam_year == 2026
    assert replace(programme(), exam=new_year_in_beijing).exam_year == 2027


@pytest.mark.parametrize(
    ("points", "passed", "word"),
    [(59.5, False, "未合格"), (60, True, "合格"), (79.5, True, "合格"), (80, True, "良好"), (100, True, "优秀")],
)
def test_score_is_called_by_the_best_band_that_it_reaches(points: float, passed: bool, word: str) -> None:
    banded = replace(programme(), bands={"良好": 80, "优秀": 90})

    assert banded.result(points, passed=passed) == word
    assert programme().result(points, passed=passed) == ("合格" if passed else "未合格")


def test_blueprint_adds_up_its_sections() -> None:
    def section(type: ItemType, points: float, *counts: int) -> PaperSection:
        quotas = [Quota(type=type, module=ModuleId("xianfa"), difficulty=Difficulty.EASY, count=n) for n in counts]
        return PaperSection(type=type, points=points, quotas=tuple(quotas))

    blueprint = Blueprint(id="b", sections=(section(ItemType.SINGLE, 2, 3, 4), section(ItemType.JUDGEMENT, 1.5, 2)))

    assert [part.count for part in blueprint.sections] == [7, 2]
    assert (blueprint.count, blueprint.points) == (9, 17)
