"""Markdown of stems, options and rationales to safe HTML."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3

BLANK = "（　　）"
"""The blank that a stem leaves for the response: full-width parentheses around two full-width spaces."""

_TAGS = {"p", "br", "em", "strong", "code", "pre", "sub", "sup", "ul", "ol", "li", "blockquote"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_ATTRIBUTES = {"th": {"align"}, "td": {"align"}, "ol": {"start"}}


_PLAIN = re.compile(
    r"(?![-+=]|\d+\.)(?=\S)"
    r"(?:[^\W_]|[ \u3000，。、；：？！“”‘’（）《》〈〉【】〔〕…—·％%,;:?/=@$'\"().+-])+"
    r"(?<=\S)"
)
"""One line that means nothing to Markdown or HTML, as nearly all texts of items are: “公民（　　）4.5%” matches,

“1. 公民” (a list) and “公民_一律_平等” do not. Rendering such a line otherwise takes a hundred times as long.
"""


@lru_cache(maxsize=32_768)
def render_markdown(text: str) -> str:
    """The text as HTML of plain formatting only: no links, images, scripts, styles or event handlers."""
    return f"<p>{text}</p>" if _PLAIN.fullmatch(text) else parsed(text)


def parsed(text: str) -> str:
    """As `render_markdown`, always by Markdown's own parser."""
    import markdown

    html = markdown.markdown(text, extensions=["tables", "sane_lists"], extension_configs=_CONFIGS)
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES).strip()


_CONFIGS = {"tables": {"use_align_attribute": True}}


def render_inline(text: str) -> str:
    """As `render_markdown`, but one paragraph alone comes without its `<p>`, for labels and legends."""
    html = render_markdown(text)
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html[3:-4]
    return html


def render_stem(text: str) -> str:
    """As `render_inline`, with every blank marked up as `span.blank` so that it does not break across lines."""
    return render_inline(text).replace(BLANK, f'<span class="blank">{BLANK}</span>')
