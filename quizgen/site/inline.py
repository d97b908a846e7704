"""Inline Markdown at half the cost: texts are searched for signs that are in them. A Python-Markdown extension."""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import Pattern
from markdown.treeprocessors import InlineProcessor

_PLAIN = re.compile(r"[\w\u3000-\u303f\uff01-\uff5e“”‘’—…· .,%/-]*")
"""Text in which none of the usual patterns finds anything: 依照《宪法》第5条，“公民”; not: **公民**, [公民](a.md)."""
_SIGNS = {
    "backtick": ("`",),
    "escape": ("\\",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "entity": ("&",),
    **dict.fromkeys(("reference", "link", "short_reference"), ("[",)),
    **dict.fromkeys(("image_link", "image_reference", "short_image_ref"), ("![",)),
    **dict.fromkeys(("autolink", "automail"), ("<",)),
    **dict.fromkeys(("not_strong", "em_strong", "em_strong2"), ("*", "_")),
    "footnote": ("[^",),
}
"""Python-Markdown's own patterns and that of footnotes, each with the signs of which it needs one.

Another one may look for any character.
"""


class _Inline(InlineProcessor):
    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.signs = {md.inlinePatterns[name]: signs for name, signs in _SIGNS.items() if name in md.inlinePatterns}

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 - Python-Markdown's
        if "_" not in data and _PLAIN.fullmatch(data):
            return data
        return super()._InlineProcessor__handleInline(data, patternIndex)  # type: ignore[misc, no-any-return]  # private, as above

    def _InlineProcessor__applyPattern(  # noqa: N802 - as above
        self,
        pattern: Pattern,
        data: str,
        patternIndex: int,  # noqa: N803 - as above
        startIndex: int = 0,  # noqa: N803 - as above
    ) -> tuple[str, bool, int]:
        if not any(sign in data for sign in self.signs[pattern]):
            return data, False, 0
        return super()._InlineProcessor__applyPattern(pattern, data, patternIndex, startIndex)  # type: ignore[misc, no-any-return]  # private


class PlainTexts(Extension):
    """Passes over what a text has no sign of, where only the usual patterns are in use."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Must be the last extension, so that it knows all patterns."""
        if len(md.inlinePatterns) == sum(name in md.inlinePatterns for name in _SIGNS):
            md.treeprocessors.register(_Inline(md), "inline", 20)
