"""A drawing that is taken aside early stands on the page as Python-Markdown would have put it."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions import Extension

from quizgen.site.figures import Figures

FIGURE = '<figure class="figure" markdown="0">\n<svg id="f1"><text x="1">甲</text>\n</svg>\n</figure>'
OTHERS = [
    FIGURE.replace("甲", "甲 &lt; 乙"),
    FIGURE.replace("甲", "甲<!-- 注 -->"),
    FIGURE.replace("甲", "\n\n甲"),
    FIGURE.replace("甲", "<script>甲</script>"),
    FIGURE.replace('markdown="0"', 'markdown="1"'),
    FIGURE.replace(' markdown="0"', ""),
    FIGURE.upper(),
]
PIECES = [FIGURE, *(f"\n\n{figure}\n\n" for figure in (FIGURE, *OTHERS))]
PIECES += ["\n\n", "\n", "正文", "    ", "- ", '<div markdown="1">', "</div>", "```", "!!! case", "</figure>", "`"]


def _html(text: str, figures: Figures | None = None) -> str:
    extensions: list[Extension | str] = ["admonition", "md_in_html", "pymdownx.superfences"]
    extensions += [figures] if figures else []
    return markdown.markdown(text, extensions=extensions)


@given(st.lists(st.sampled_from(PIECES), max_size=10))
def test_page_reads_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)

    assert _html(text, Figures(lambda _: None)) == _html(text)


@pytest.mark.parametrize(("text", "ids"), [(f"甲\n\n{FIGURE}\n\n乙", {"f1"}), (f"```\n\n{FIGURE}\n\n```", set())])
def test_ids_in_drawings_are_told(text: str, ids: set[str]) -> None:
    told: set[str] = set()

    _html(text, Figures(told.update))

    assert told == ids
