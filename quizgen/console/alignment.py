"""Plain tables on a terminal, where wide characters take two columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quizgen.diagnostics import columns


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """The rows as lines, every column but the last as wide as its widest cell.

    A cell whose row has nothing behind it may reach into the next column, unless it is the first.
    """
    many = max(map(len, rows))
    widths = [max(columns(row[at]) for row in rows if at == 0 or any(row[at + 1 :])) for at in range(many - 1)]
    return "\n".join("  ".join(_padded(row, widths)).rstrip() for row in rows)


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for cell, width in zip(row, widths, strict=False):
        yield cell + " " * (width - columns(cell))
    yield from row[len(widths) :]
