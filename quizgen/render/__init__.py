"""HTML of items, practice blocks and printed papers. May import Markdown, nh3, Jinja2 and quizgen's pure modules."""

from quizgen.render.cites import cite_title
from quizgen.render.markdown import relabel, render_inline, render_markdown, render_stem
from quizgen.render.paper import render_paper, shown_labels
from quizgen.render.practice import StatuteLinks, render_practice
from quizgen.render.simulation import Finding, findings, render_simulation

__all__ = [
    "Finding",
    "StatuteLinks",
    "cite_title",
    "findings",
    "relabel",
    "render_inline",
    "render_markdown",
    "render_paper",
    "render_practice",
    "render_simulation",
    "render_stem",
    "shown_labels",
]
