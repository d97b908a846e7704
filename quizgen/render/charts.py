"""Small charts as inline SVG, for pages that work without a script and on paper.

Drawn for a phone's width (300 units), so that their labels stay readable there; wider screens enlarge them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

_WIDTH, _HEIGHT = 300, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 292, 22, 108


def histogram(
    bars: Sequence[int], *, ticks: Mapping[float, str], label: str, tone: str, mark: tuple[float, str] | None = None
) -> Markup:
    """Bars side by side. `ticks` and `mark` stand at a number of bars from the left; `tone` is a class of the page."""
    step = (_RIGHT - _LEFT) / max(1, len(bars))
    tallest = max(bars, default=0) or 1
    parts = [Markup('<path class="axis" d="M{} {}H{}"/>').format(_LEFT, _BOTTOM, _RIGHT)]
    for at, count in enumerate(bars):
        if count:
            height = max(1.0, count / tallest * (_BOTTOM - _TOP))
            parts.append(_box(_LEFT + at * step, height, min(step * 0.86, 40.0), tone=tone, indent=step))
    parts += [_text(_LEFT + at * step, _BOTTOM + 16, words) for at, words in ticks.items()]
    if mark:
        parts.append(_mark(_LEFT + mark[0] * step, mark[1]))
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, _HEIGHT, label, Markup().join(parts)
    )


def _box(left: float, height: float, width: float, *, tone: str, indent: float) -> Markup:
    x = left + (indent - width) / 2
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        tone, x, _BOTTOM - height, width, height
    )


def _text(x: float, y: float, words: str) -> Markup:
    """Centred, but never over the edge."""
    anchor = "start" if x < _LEFT + 20 else "end" if x > _RIGHT - 20 else "middle"
    return Markup('<text x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, words)


def _mark(x: float, words: str) -> Markup:
    line = Markup('<path class="mark" d="M{:.1f} {}V{}"/>').format(x, _TOP - 6, _BOTTOM)
    return line + _text(x, _TOP - 9, words)


def span(low: float, high: float, *, label: str) -> Markup:
    """A bar from `low` to `high` on a scale from half to one and a half of what is usual (1, marked)."""
    left, right = (min(1.5, max(0.5, value)) * 100 - 50 for value in (low, high))
    return Markup(
        '<svg class="span" viewBox="-3 0 106 14" role="img" aria-label="{}"><path class="axis" d="M0 7H100"/>'
        '<path class="mark" d="M50 1V13"/><rect class="ours" x="{:.1f}" y="4" width="{:.1f}" height="6" rx="3"/></svg>'
    ).format(label, left - 1.5, right - left + 3)
