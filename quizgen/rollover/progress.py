"""What editors noted in a to-do list, and how it moves on to the next list of the same programme."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from quizgen.diagnostics import Span
from quizgen.rollover.work import NO_NOTICE, Work, WorkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What people fill in beside one unit of work."""

    done: bool = False
    owner: str = ""
    due: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoEntry:
    """One line of a to-do list."""

    work: Work
    note: Note = Note()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The new list, and what became of the old one's lines."""

    entries: Sequence[TodoEntry]
    noted: int
    """Lines that stand in both lists."""
    kept: int
    """Lines of the old list alone that stay: what was to be checked once, and what people added."""
    settled: int
    """Lines of the old list that nothing speaks for any more."""


def carry(works: Iterable[Work], old: Iterable[TodoEntry]) -> Carried:
    """The units of work with the notes of the old list, and the old lines that can't be found again by looking.

    A tick holds for the very reason that it was set for. Where the figures in the reason have changed, or the reason
    of the only such line, owner, date and remark move on and the tick does not.
    """
    lines = _Lines(old)
    entries = [TodoEntry(work=work, note=lines.note_of(work)) for work in works]
    left = lines.left()
    kept = [entry for entry in left if _is_kept(entry.work)]
    order = list(WorkKind)
    return Carried(
        entries=sorted([*entries, *kept], key=lambda entry: order.index(entry.work.kind)),
        noted=lines.taken,
        kept=len(kept),
        settled=len(left) - len(kept),
    )


def _is_kept(work: Work) -> bool:
    return work.kind is WorkKind.OWN or (work.kind is WorkKind.PROGRAMME and work.reason != NO_NOTICE)


_Key = tuple[str, ...]


def _subject(work: Work) -> _Key:
    return work.kind, work.area, work.subject


def _alike(work: Work) -> _Key:
    return *_subject(work), re.sub(r"[\d\s]+", "", work.reason)


def _same(work: Work) -> _Key:
    return *_subject(work), " ".join(work.reason.split())


class _Lines:
    """The lines of an old list, each to be taken once."""

    def __init__(self, entries: Iterable[TodoEntry]) -> None:
        self.entries = list(entries)
        self.is_taken = [False] * len(self.entries)
        self.by: dict[Callable[[Work], _Key], dict[_Key, list[int]]] = {}
        for key in (_same, _alike, _subject):
            self.by[key] = defaultdict(list)
            for number, entry in enumerate(self.entries):
                self.by[key][key(entry.work)].append(number)

    @property
    def taken(self) -> int:
        """How many have been taken."""
        return sum(self.is_taken)

    def left(self) -> list[TodoEntry]:
        """The lines that were not taken."""
        return [entry for entry, is_taken in zip(self.entries, self.is_taken, strict=True) if not is_taken]

    def note_of(self, work: Work) -> Note:
        """The note of the line that is about this work, which is then taken; an empty one without such a line."""
        for key in (_same, _alike, _subject):
            numbers = [number for number in self.by[key].get(key(work), ()) if not self.is_taken[number]]
            if numbers and (key is _same or len(numbers) == 1):
                self.is_taken[numbers[0]] = True
                note = self.entries[numbers[0]].note
                return note if key is _same else replace(note, done=False)
        return Note()


def own_work(*, title: str, reason: str = "", task: str = "", area: str = "", subject: str = "") -> Work:
    """What people added to the list by hand."""
    place = Span(path="")
    return Work(kind=WorkKind.OWN, area=area, subject=subject, title=title, place=place, reason=reason, task=task)
