"""Official texts: articles, paragraphs, which version holds."""

from __future__ import annotations

from datetime import date

from quizgen.statute_text import StatuteText, in_force, paragraphs


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

    assert in_force((old, present, coming), date(2026, 11, 23)) == present
    assert in_force((old, present, coming), date(2027, 1, 1)) == coming
    assert in_force((coming,), date(2026, 11, 23)) is None
