"""Texts without a sign are passed over, and nothing else reads otherwise for it."""

from __future__ import annotations

import markdown
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions import Extension

from quizgen.site.inline import PlainTexts

PIECES = [
    "依照《宪法》第5条，",
    "“公民”",
    "a.b",
    "**粗**",
    "*斜*",
    "_下_",
    "`码`",
    "[链](a.md)",
    "<b>",
    "&amp;",
    "\\*",
    "  \n",
]
PIECES += [
    "\n\n",
    "- 列 ",
    "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |",
    "^[1]",
    "[^1]",
    "<https://example.org>",
    "\u3000",
    "http://a_b_c",
]


def _html(text: str, *more: Extension | str) -> str:
    extensions: list[Extension | str] = ["admonition", "attr_list", "footnotes", "md_in_html", "tables", *more]
    return markdown.markdown(text, extensions=extensions)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_page_reads_the_same(pieces: list[str]) -> None:
    text = "".join(pieces) + "\n\n[^1]: 注\n"

    assert _html(text, PlainTexts()) == _html(text)


def test_signs_of_another_extension_are_still_found() -> None:
    text = "依照宪法：smile："

    class Smile(Extension):
        def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
            md.inlinePatterns.register(markdown.inlinepatterns.SimpleTagInlineProcessor("()(宪法)", "mark"), "smile", 5)

    assert _html(text, Smile(), PlainTexts()) == "<p>依照<mark>宪法</mark>：smile：</p>"
