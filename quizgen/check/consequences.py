"""Faults that merely follow: from a file that could not be read, or another fault. One slip is one, not hundreds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from quizgen.content import Part
from quizgen.diagnostics import Diagnostic
from quizgen.law.restating.alignment import Matter

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


def told_once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics without Q218 of an item whose negation is told beside the article (Q217) already."""
    told = list(found)
    denied = {fault.item for fault in told if fault.code == "Q217" and fault.label.startswith(Matter.NEGATION)}
    return [fault for fault in told if fault.code != "Q218" or fault.item not in denied]
