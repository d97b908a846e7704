"""Official texts: articles, paragraphs, which version holds."""

from __future__ import annotations

from datetime import date

from quizgen.law.register import Statute, Upcoming
from quizgen.law.text import StatuteText, dated, in_force, paragraphs, text_seen


def text(version: str, effective: str | None = None, articles: tuple[str, ...] = ("1",)) -> StatuteText:
    return StatuteText(
        id="ceshi-fa",
        title="中华人民共和国测试法",
        short="测试法",
        version=date.fromisoformat(version),
        effective=date.fromisoformat(effective) if effective else None,
        articles=dict.fromkeys(articles, "条文。"),
    )


def test_entries_stand_with_their_paragraph() -> None:
    assert paragraphs("下列：\n（一）甲；\n（十二）乙。\n第二款。") == ["下列：\n（一）甲；\n（十二）乙。", "第二款。"]


def test_last_article_counts_inserted_ones_with_the_one_before() -> None:
    assert text("2026-01-01", articles=("1", "17", "17-1")).last_article == 17
    assert text("2026-01-01", articles=()).last_article == 0


def test_article_is_cited_by_the_full_title() -> None:
    assert text("2026-01-01").citation("17-1") == "《中华人民共和国测试法》第十七条之一"


def test_version_in_force_is_the_last_to_take_effect() -> None:
    old, present, coming = text("2018-01-01"), text("2024-01-01", "2024-07-01"), text("2026-01-01", "2027-01-01")

    registered = date(2024, 1, 1)

    assert in_force((old, present, coming), date(2026, 11, 23), registered=registered) == present
    assert in_force((old, present, coming), date(2027, 1, 1), registered=registered) == coming
    assert in_force((coming,), date(2026, 11, 23), registered=registered) is None


def test_new_version_that_does_not_say_when_holds_once_it_is_registered() -> None:
    old, new = text("2018-01-01"), text("2026-10-28")

    assert in_force((old, new), date(2026, 11, 23), registered=date(2018, 1, 1)) == old
    assert in_force((old, new), date(2026, 11, 23), registered=date(2026, 10, 28)) == new


def test_register_gives_the_day_of_effect_that_a_text_does_not_say() -> None:
    coming = Upcoming(version=date(2026, 1, 1), effective=date(2027, 1, 1), articles=1)
    statute = Statute(
        id="ceshi-fa",
        title="中华人民共和国测试法",
        short="测试法",
        version=date(2024, 1, 1),
        effective=date(2024, 7, 1),
        articles=1,
        upcoming=coming,
    )

    assert dated(text("2024-01-01"), statute) == text("2024-01-01", "2024-07-01")
    assert dated(text("2026-01-01"), statute) == text("2026-01-01", "2027-01-01")
    assert dated(text("2026-01-01", "2026-02-01"), statute) == text("2026-01-01", "2026-02-01")
    assert dated(text("2018-01-01"), statute) == text("2018-01-01")
    assert dated(text("2018-01-01"), None) == text("2018-01-01")


def test_review_saw_the_newest_text_unless_a_version_in_between_has_none() -> None:
    old, new = text("2018-01-01"), text("2024-01-01")
    days = (date(2018, 1, 1), date(2020, 1, 1), date(2024, 1, 1))

    seen = [text_seen((old, new), days, date(year, 6, 1)) for year in (2017, 2019, 2021, 2025)]

    assert seen == [None, old, None, new]
