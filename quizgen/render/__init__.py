"""HTML of items, practice blocks and printed papers. May import Markdown, nh3, Jinja2 and quizgen's pure modules."""

from quizgen.render.cites import cite_title
from quizgen.render.markdown import relabel, render_inline, render_markdown, render_stem
from quizgen.render.paper import render_paper, shown_labels
from quizgen.render.practice import StatuteLinks, render_practice

__all__ = [
    "StatuteLinks",
    "cite_title",
    "relabel",
    "render_inline",
    "render_markdown",
    "render_paper",
    "render_practice",
    "render_stem",
    "shown_labels",
]
