"""Drawings of lessons taken aside before anybody parses HTML: a Python-Markdown extension.

Three parsers would otherwise read each of their hundred tags: mkdocs for ids, Python-Markdown for blocks, and ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

_FIGURE = re.compile(r"(?<=\n\n)<figure\b.*?</figure>(?=\n *\n)", re.DOTALL)
_UNUSUAL = ("&", "<!", "<?", "\n\n", "\x02", "<figure", "<script", "<style")
"""Signs after the first tag that Python-Markdown may not leave as they are."""
_FIRST = re.compile(r"<figure(?: class=\"[^\"&<>]*\")?(?: markdown=\"0\")?>")
_ID = re.compile(r"\sid=\"([^\"]*)\"")


class _Aside(Preprocessor):
    def __init__(self, md: Markdown, note: Callable[[set[str]], None]) -> None:
        super().__init__(md)
        self.stash = md.htmlStash
        self.note = note

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if text.count("markdown") != text.count('markdown="0"'):  # what stands in `<div markdown="1">` is written anew
            return lines
        return _FIGURE.sub(self._kept, text).split("\n")

    def _kept(self, figure: re.Match[str]) -> str:
        """What Python-Markdown puts in the place of a raw block, line by line."""
        first = _FIRST.match(figure[0])
        if not first or any(sign in figure[0][first.end() :] for sign in _UNUSUAL):
            return figure[0]
        self.note(set(_ID.findall(figure[0])))
        return f"\n{self.stash.store(figure[0] + chr(10))}\n\n"


class Figures(Extension):
    """Takes drawings aside; `note` learns the ids in them, which links may lead to."""

    def __init__(self, note: Callable[[set[str]], None]) -> None:
        super().__init__()
        self.note = note

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Runs after fences (25) are taken out and before mkdocs looks for ids in raw HTML (21)."""
        md.preprocessors.register(_Aside(md, self.note), "quizgen-figures", 22)
