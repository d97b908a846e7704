"""Faults that merely follow from a file that could not be read: one slip in the register is one, not five hundred."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from quizgen.content import Part
from quizgen.diagnostics import Diagnostic

_FOLLOW = {
    Part.LESSONS: {"Q202", "Q408", "Q410"},
    Part.PRACTICE: {"Q206", "Q304"},
    Part.EXAM: {"Q206", "Q410", "Q602"},
    Part.PROGRAMMES: {"Q203", "Q308"},
    Part.REGISTER: {"Q204", "Q312"},
}
"""What says that something is not there, by the part of the content where it would be."""


def independent(found: Iterable[Diagnostic], unread: Collection[Part]) -> Iterator[Diagnostic]:
    """The diagnostics that stand whatever is written in the files that could not be read."""
    follow = {code for part in unread for code in _FOLLOW[part]}
    return (diagnostic for diagnostic in found if diagnostic.code not in follow)
