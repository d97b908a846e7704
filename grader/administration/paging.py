"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE = 30
"""Rows of a list on one page."""


_MOST_DIGITS = 8
"""Of a page's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list: its rows, its number from 1, how many pages and rows there are."""

    rows: Sequence[T]
    number: int
    pages: int
    found: int


def page_asked(text: str) -> int:
    """The number of a page as an address has it; the first one for nonsense."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 1


def page_of(rows: Sequence[T], number: int) -> Page[T]:
    """The page of this number; the nearest one there is."""
    pages = max(-(-len(rows) // PAGE), 1)
    number = min(max(number, 1), pages)
    return Page(rows=rows[(number - 1) * PAGE : number * PAGE], number=number, pages=pages, found=len(rows))
