"""Law boxes as they stand in lessons."""

from __future__ import annotations

import pytest

from quizgen.diagnostics import Span
from quizgen.parse.law_box import LawBox, law_boxes


def test_law_box_is_read_with_its_places() -> None:
    text = '正文。\n\n!!! law "《宪法》第二条"\n\n    一款。\n    （一）项。\n\n    二款。\n后文。\n'

    assert list(law_boxes(text, "a.md")) == [
        LawBox(
            title="《宪法》第二条",
            title_span=Span(path="a.md", line=3, column=10, length=7),
            body="一款。\n（一）项。\n二款。",
            body_span=Span(path="a.md", line=5, column=5, length=3),
        )
    ]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('!!! law "甲"\n!!! law "乙"\n', ["甲", "乙"]),
        ('??? law "甲"\n???+ law inline "乙"\n', ["甲", "乙"]),
        ('- 列表\n\n    !!! law "甲"\n        正文\n', ["甲"]),
        ("!!! law\n    正文\n", [""]),
        ('!!! lawyer "甲"\n!!! note "乙"\n!!!law "丙"\n', []),
        ('~~~\n!!! law "甲"\n~~~\n', []),
    ],
)
def test_only_law_boxes_are_found(text: str, titles: list[str]) -> None:
    assert [box.title for box in law_boxes(text, "a.md")] == titles


def test_box_without_text_points_at_its_head() -> None:
    (box,) = law_boxes('!!! law "甲"\n正文。\n', "a.md")

    assert (box.body, box.body_span) == ("", box.title_span)
