"""Inline Markdown at half the cost: texts without any sign are not searched for signs. A Python-Markdown extension."""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import InlineProcessor

_PLAIN = re.compile(r"[\w\u3000-\u303f\uff01-\uff5e“”‘’—…· .,%/-]*")
"""Text in which none of the usual patterns finds anything: 依照《宪法》第5条，“公民”; not: **公民**, [公民](a.md)."""
_USUAL = frozenset(
    {
        *("backtick", "escape", "reference", "link", "image_link", "image_reference", "short_reference"),
        *("short_image_ref", "autolink", "automail", "linebreak", "html", "entity", "not_strong", "em_strong"),
        *("em_strong2", "footnote"),
    }
)
"""Python-Markdown's own patterns and that of footnotes. Another one may look for any character."""


class _Inline(InlineProcessor):
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 - Python-Markdown's
        if "_" not in data and _PLAIN.fullmatch(data):
            return data
        return super()._InlineProcessor__handleInline(data, patternIndex)  # type: ignore[misc, no-any-return]  # private, as above


class PlainTexts(Extension):
    """Passes over texts without a sign where only the usual patterns are in use."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Must be the last extension, so that it knows all patterns."""
        if len(md.inlinePatterns) == sum(name in md.inlinePatterns for name in _USUAL):
            md.treeprocessors.register(_Inline(md), "inline", 20)
