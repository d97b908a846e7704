"""Practice blocks in lessons: a Python-Markdown extension over `parse.lesson.practice_blocks`.

    ::: practice 1
    xianfa-01-001
    xianfa-01-002
    :::

closes the first section of a lesson; without a number it is free practice. Ids may also follow on the opening line;
free practice without ids stands for all active items of its lesson.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from quizgen.parse.lesson import PracticeBlock, practice_blocks


def error_box(sentences: Sequence[str]) -> str:
    """What an editor sees at the top of a faulty page while it is served for preview."""
    rows = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    title = '<p class="admonition-title">本页有错误</p>'
    return f'<div class="admonition danger" role="alert">{title}<ul>{rows}</ul></div>'


class _Blocks(Preprocessor):
    def __init__(self, md: Markdown, render: Callable[[PracticeBlock], str]) -> None:
        super().__init__(md)
        self.stash = md.htmlStash
        self.render = render

    def run(self, lines: list[str]) -> list[str]:
        # Faults were told when the lessons were read; a block that is not closed stays text.
        blocks, _ = practice_blocks("\n".join(lines), "")
        result, done = [], 0
        for block in blocks:
            result += [*lines[done : block.first - 1], "", self.stash.store(self.render(block)), ""]
            done = block.last
        return result + lines[done:]


class PracticeBlocks(Extension):
    """Replaces each block by what `render` makes of it."""

    def __init__(self, render: Callable[[PracticeBlock], str]) -> None:
        super().__init__()
        self.render = render

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Runs after line ends are normalised (30) and before fences (25) are taken out."""
        md.preprocessors.register(_Blocks(md, self.render), "quizgen-practice", 29)
