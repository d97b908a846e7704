"""Set phrases and common slips: what must not be written, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

_BETWEEN = r"[、，,和与及\s]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Wrong forms of one phrase. Within the right form, or one of the contexts `unless`, a wrong form is right."""

    wrong: tuple[str, ...]
    right: str
    why: str
    unless: tuple[str, ...] = ()

    def slips(self, text: str) -> Iterator[tuple[int, str]]:
        """Where wrong forms begin in the text (from 0), each with the form."""
        for wrong in self.wrong:
            start = text.find(wrong)
            while start >= 0:
                if not any(_surrounds(context, text, wrong, start) for context in (self.right, *self.unless)):
                    yield start, wrong
                start = text.find(wrong, start + len(wrong))


def _surrounds(context: str, text: str, wrong: str, start: int) -> bool:
    """Whether the wrong form that begins at `start` is a piece of the context there."""
    within = context.find(wrong)
    while within >= 0:
        if start >= within and text.startswith(context, start - within):
            return True
        within = context.find(wrong, within + 1)
    return False


@dataclass(frozen=True, kw_only=True)
class Order:
    """An enumeration with an official order; only where all its members stand together is their order looked at."""

    members: tuple[str, ...]
    why: str

    def slips(self, text: str) -> Iterator[tuple[int, str]]:
        """Where an enumeration in another order begins in the text (from 0), with its words."""
        if not all(member in text for member in self.members):
            return
        for run in self._runs.finditer(text):
            named = self._member.findall(run[0])
            if sorted(named) == sorted(self.members) and named != list(self.members):
                yield run.start(), run[0]

    @cached_property
    def _member(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(member) for member in sorted(self.members, key=len, reverse=True)))

    @cached_property
    def _runs(self) -> re.Pattern[str]:
        """Members one after another; possessive, so that no text makes it go back and try again."""
        return re.compile(f"(?:{self._member.pattern})(?:{_BETWEEN}(?:{self._member.pattern}))++")


@dataclass(frozen=True, kw_only=True)
class Abolished:
    """Names of statutes, institutions or measures that are no more since a day, and what there is instead."""

    names: tuple[str, ...]
    since: date
    instead: str

    def uses(self, text: str) -> Iterator[tuple[int, str]]:
        """Where a name is used as if it were in force, from 0, each with the name.

        Longer words around a name (海商法 for 商法) and what is called old, former or abolished are left alone.
        """
        if not any(name in text for name in self.names):
            return
        for found in self._names.finditer(text):
            near = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
            if not _PAST.search(near) and not found[0].startswith("原"):
                yield found.start(1), found[1]

    @cached_property
    def _names(self) -> re.Pattern[str]:
        names = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        if not any(_IS_LAW.search(name) for name in self.names):
            return re.compile(f"原?({names})(?!法|条例|规定|办法|决定|门)")
        return re.compile(
            f"(?:《(?:中华人民共和国)?|(?:依照|按照|根据|依据|违反|适用|[，。；：、（\\s]|^))({names})(?=》|第|的?规定)"
        )


_IS_LAW = re.compile("(?:法|条例|规定|办法|决定)$")
"""A name of a law, which ordinary words may contain; institutions and measures are known by their names."""
_AROUND = 14
"""Characters on either side in which a name may be called a thing of the past."""
_PAST = re.compile("旧|原[《法来]|废止|曾|以前|当时|失效|过去|不再|已被|取代|之前|制定过|施行前|历史")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseList:
    """All that is looked for."""

    phrases: tuple[Phrase, ...] = ()
    orders: tuple[Order, ...] = ()
    abolished: tuple[Abolished, ...] = ()

    @property
    def forms(self) -> int:
        """How many words are looked for, contexts and members of enumerations included."""
        phrases = sum(len(phrase.wrong) + len(phrase.unless) for phrase in self.phrases)
        names = sum(len(entry.names) for entry in self.abolished)
        return phrases + names + sum(len(order.members) for order in self.orders)
