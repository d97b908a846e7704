from __future__ import annotations

import markdown

from quizgen.model import ItemId
from quizgen.parse.lesson import PracticeBlock
from quizgen.site.practice import PracticeBlocks, error_box


def _convert(text: str) -> tuple[str, list[tuple[ItemId, ...]]]:
    asked: list[tuple[ItemId, ...]] = []

    def render(block: PracticeBlock) -> str:
        asked.append(tuple(id for id, _ in block.items))
        return f'<div class="practice">{len(block.items)}</div>'

    html = markdown.markdown(text, extensions=["pymdownx.superfences", "admonition", PracticeBlocks(render)])
    return html, asked


def test_block_becomes_its_items() -> None:
    html, asked = _convert("前\n\n::: practice\nxianfa-01-001\nxianfa-01-002\n:::\n\n后\n")

    assert asked == [("xianfa-01-001", "xianfa-01-002")]
    assert html == '<p>前</p>\n<div class="practice">2</div>\n<p>后</p>'


def test_ids_may_follow_on_the_opening_line() -> None:
    _, asked = _convert("::: practice xianfa-01-001\nxianfa-01-002\n:::\n")

    assert asked == [("xianfa-01-001", "xianfa-01-002")]


def test_block_without_ids_asks_for_the_whole_lesson() -> None:
    _, asked = _convert("::: practice\n:::\n")

    assert asked == [()]


def test_block_needs_no_blank_lines_around_it() -> None:
    html, _ = _convert("前\n::: practice\nxianfa-01-001\n:::\n后\n")

    assert html == '<p>前</p>\n<div class="practice">1</div>\n<p>后</p>'


def test_two_blocks_keep_their_places() -> None:
    html, asked = _convert("::: practice\na-001\n:::\n\n中\n\n::: practice\na-002\na-003\n:::\n")

    assert asked == [("a-001",), ("a-002", "a-003")]
    assert html.replace("\n", "") == '<div class="practice">1</div><p>中</p><div class="practice">2</div>'


def test_block_in_a_code_fence_stays_text() -> None:
    html, asked = _convert("```text\n::: practice\nxianfa-01-001\n:::\n```\n")

    assert asked == []
    assert "::: practice" in html


def test_unclosed_block_stays_text() -> None:
    html, asked = _convert("::: practice\nxianfa-01-001\n\n后面的文字\n")

    assert asked == []
    assert "后面的文字" in html


def test_error_box_escapes_what_it_quotes() -> None:
    assert "<li>a.md:3:1 没有试题“&lt;b&gt;”</li>" in error_box(["a.md:3:1 没有试题“<b>”"])
