"""What may be changed in a running year, and what the programme then says. Noon of 9 October 2026, but where told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from grader.domain.content import in_force
from grader.domain.year_change import (
    BadYearChange,
    Laid,
    Rule,
    YearChange,
    YearOver,
    check_change,
    check_order,
    differing,
    laid_by,
    programme_in_force,
    told,
    without,
    written,
)
from quizgen.programme import Window
from tests.grader_factories import NOON, content, programme, window

DAY = timedelta(days=1)
LONGER_EXAM = window("2026-10-01", "2026-12-11")
LATER_MAKEUP = window("2026-12-11", "2027-01-11")


def change(laid: Laid, *, days: int = 0) -> YearChange:
    return YearChange(at=NOON + days * DAY, by="office", reason="疫情", document="某普法办〔2026〕5号", laid=laid)


def refusal(laid: Laid, *, days: int = 0, **changes: object) -> str:
    with pytest.raises((BadYearChange, YearOver)) as refused:
        check_change(programme(**changes), laid, now=NOON + days * DAY)
    return str(refused.value)


def test_nothing_laid_over_is_the_published_content_itself() -> None:
    published = content()

    assert in_force(published, laid_by(())) is published


def test_of_each_rule_the_last_change_is_in_force_and_all_else_as_published() -> None:
    changes = [
        change(Laid(exam=LONGER_EXAM, makeup=LATER_MAKEUP)),
        change(Laid(exam=window("2026-10-01", "2026-12-05"), contacts="电话 0000"), days=1),
    ]

    found = in_force(content(), laid_by(changes)).programme

    assert found == replace(
        programme(), exam=window("2026-10-01", "2026-12-05"), makeup=LATER_MAKEUP, contacts="电话 0000"
    )


def test_changed_window_ends_on_a_day_of_the_programmes_zone() -> None:
    found = programme_in_force(programme(), Laid(exam=LONGER_EXAM))

    assert str(found.exam.last_day) == "2026-12-10"


def test_change_without_a_rule_leaves_those_of_the_others() -> None:
    both, one = change(Laid(exam=LONGER_EXAM, makeup=LATER_MAKEUP)), change(Laid(contacts="电话"))

    assert without((both, one), {Rule.EXAM, Rule.CONTACTS}) == (change(Laid(makeup=LATER_MAKEUP)),)


def test_rule_that_the_folder_says_too_does_not_differ() -> None:
    laid = Laid(exam=LONGER_EXAM, makeup=LATER_MAKEUP)

    assert differing(programme(), laid) == (Rule.EXAM, Rule.MAKEUP)
    assert differing(programme(exam=LONGER_EXAM), laid) == (Rule.MAKEUP,)


@pytest.mark.parametrize(
    "laid",
    [
        Laid(exam=LONGER_EXAM, makeup=LATER_MAKEUP),
        Laid(study=window("2026-03-01", "2027-02-01")),
        Laid(makeup=window("2026-12-01", "2027-01-02")),
        Laid(contacts="电话 0000"),
    ],
    ids=["exam and make-up", "study", "make-up", "contacts"],
)
def test_rules_may_be_made_wider(laid: Laid) -> None:
    assert check_change(programme(), laid, now=NOON) == programme_in_force(programme(), laid)


def test_makeup_may_be_opened_where_there_was_none() -> None:
    makeup = window("2026-12-01", "2026-12-20")

    assert check_change(programme(makeup=None), Laid(makeup=makeup), now=NOON).makeup == makeup


def test_exam_that_has_not_begun_may_begin_earlier() -> None:
    earlier = window("2026-09-01", "2026-12-01")

    assert check_change(programme(), Laid(exam=earlier), now=NOON - 60 * DAY).exam == earlier


@pytest.mark.parametrize(
    ("laid", "why"),
    [
        (Laid(), "没有改动任何一项"),
        (Laid(exam=programme().exam), "没有改动任何一项"),
        (Laid(exam=window("2026-10-01", "2026-11-30")), "考试时间不能提前截止（现在是 2026年10月1日 00:00 至"),
        (Laid(exam=window("2026-09-30", "2026-12-01")), "考试时间已经开始，开始时间不能再改"),
        (Laid(exam=window("2026-10-02", "2026-12-01")), "考试时间已经开始，开始时间不能再改"),
        (Laid(exam=LONGER_EXAM), "考试和补考的时间重叠"),
        (Laid(makeup=window("2026-11-30", "2027-01-01")), "考试和补考的时间重叠"),
        (Laid(makeup=window("2027-01-02", "2027-01-02")), "补考时间的截止时间不晚于开始时间"),
        (Laid(study=window("2026-03-01", "2028-01-03")), "请核对年份"),
        (Laid(contacts="  "), "请填写联系方式"),
        (Laid(contacts="电" * 501), "不超过 500 字"),
    ],
)
def test_what_takes_time_away_or_cannot_be_is_refused(laid: Laid, why: str) -> None:
    assert why in refusal(laid)


def test_exam_that_has_not_begun_does_not_begin_later() -> None:
    assert "考试时间不能推后开始" in refusal(Laid(exam=window("2026-10-02", "2026-12-01")), days=-60)


def test_makeup_that_is_already_past_is_not_opened() -> None:
    past = Window(opens=NOON - 2 * DAY, closes=NOON - DAY)

    assert "已经过去" in refusal(Laid(makeup=past), makeup=None)


def test_windows_of_a_year_that_is_over_stay_and_its_contacts_may_change() -> None:
    assert "已经全部结束" in refusal(Laid(study=window("2026-03-01", "2027-06-01")), days=120)

    assert check_change(programme(), Laid(contacts="电话"), now=NOON + 120 * DAY).contacts == "电话"


def test_rules_are_told_in_words_and_as_the_file_has_them() -> None:
    wide = programme_in_force(programme(makeup=None), Laid(exam=LONGER_EXAM, contacts="电话 0000"))

    assert [told(wide, rule) for rule in (Rule.EXAM, Rule.MAKEUP, Rule.CONTACTS)] == [
        "2026年10月1日 00:00 至 2026年12月10日 24:00",
        "没有",
        "电话 0000",
    ]
    assert [written(wide, rule) for rule in (Rule.EXAM, Rule.CONTACTS)] == [
        "exam: {opens: 2026-10-01 00:00, closes: 2026-12-11 00:00}",
        "contacts: 电话 0000",
    ]


def test_windows_without_a_makeup_are_in_order() -> None:
    check_order(programme(makeup=None))
