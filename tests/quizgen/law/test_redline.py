"""What was deleted and inserted, in pieces that people can read."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.law.redline import Mark, redline


def marked(before: str, after: str) -> str:
    signs = {Mark.KEPT: "{}", Mark.DELETED: "[{}]", Mark.INSERTED: "<{}>"}
    return "".join(signs[mark].format(text) for mark, text in redline(before, after))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("甲乙丙", "甲乙丙", "甲乙丙"),
        ("", "甲", "<甲>"),
        ("甲", "", "[甲]"),
        ("", "", ""),
        ("处五百元以下罚款。", "处一千元以下罚款。", "处[五百]<一千>元以下罚款。"),
        ("依照第三条办理。", "依照第十三条办理。", "依照[第三条]<第十三条>办理。"),
        ("（一）甲；\n（二）乙。", "（一）甲；\n（二）丙；\n（三）乙。", "（一）甲；\n（二）<丙；\n（三）>乙。"),
        ("应当公布名单。", "可以公开名册。", "[应当公布名单]<可以公开名册>。"),
        (
            "报国务院备案，由省级人民政府批准后公布。",
            "报国务院批准，由省级人民政府公布。",
            "报国务院[备案]<批准>，由省级人民政府[批准后]公布。",
        ),
    ],
)
def test_changes_are_marked(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


def test_long_texts_are_compared_by_sentences() -> None:
    sentences = [f"第{number}句说明其他的事情。" for number in range(200)]
    changed = [*sentences[:100], "新的一句。", *sentences[101:]]

    shown = marked("".join(sentences), "".join(changed))

    assert "[第100句说明其他的事情。]<新的一句。>" in shown


def test_texts_too_long_for_that_are_shown_whole() -> None:
    before, after = "甲。" * 1000, "乙；" * 1000

    assert marked(before, after) == f"[{before}]<{after}>"


TEXT = st.text(alphabet="甲乙丙，。；\n（）一二三第条12ab", max_size=60)


@given(TEXT, TEXT)
def test_pieces_give_back_both_texts(before: str, after: str) -> None:
    pieces = redline(before, after)

    assert "".join(text for mark, text in pieces if mark is not Mark.INSERTED) == before
    assert "".join(text for mark, text in pieces if mark is not Mark.DELETED) == after
    assert all(text for _, text in pieces)
    assert all(left.mark is not right.mark for left, right in itertools.pairwise(pieces))
