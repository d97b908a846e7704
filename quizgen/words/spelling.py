"""Which known word a misspelt one is meant to be.

Comparing a word with all known ones (difflib) forgives most, and takes minutes for ten thousand wrong words among ten
thousand ids. So it is done while a budget of comparisons lasts; then words that are one slip away are found by what
is left of them without one letter (symmetric deletion: Garbe, SymSpell 2012), in the same time for any number of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

_COMPARISONS = 20_000
"""How often words are compared at leisure, a third of a second in all."""
_NEAR = 0.7
"""Difflib's ratio from which a word is near."""
_LONGEST = 80
"""Characters of a word that are looked at."""


class Words:
    """Known words; made once for all the misspelt ones that are looked up in them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(words)
        self.left = _COMPARISONS

    def nearest(self, word: str) -> str:
        """The word most like a misspelt one, or nothing when none is near."""
        sought = word.strip().lower()[:_LONGEST]
        if self.left < len(self.words):
            return next((self._shortened[rest] for rest in _shortened(sought) if rest in self._shortened), "")
        self.left -= len(self.words)
        return next(iter(difflib.get_close_matches(sought, self.words, n=1, cutoff=_NEAR)), "")

    def hint(self, word: str) -> str:
        """The hint 是否应为“…”？, or nothing when no word is near."""
        near = self.nearest(word)
        return f"是否应为“{near}”？" if near else ""

    @cached_property
    def _shortened(self) -> dict[str, str]:
        """The first known word by each of its spellings that lack a letter, and by its own."""
        found: dict[str, str] = {}
        for word in self.words:
            for rest in _shortened(word[:_LONGEST]):
                found.setdefault(rest, word)
        return found


def _shortened(word: str) -> Iterator[str]:
    """The word, and what is left of it without one letter; without the last one first."""
    yield word
    yield from (word[:at] + word[at + 1 :] for at in reversed(range(len(word))))


def nearest(word: str, words: Iterable[str], aliases: Mapping[str, str] | None = None) -> str:
    """The word most like a misspelt one, or nothing when none is near; `aliases` are other words people write."""
    return (aliases or {}).get(word.strip().lower()) or Words(words).nearest(word)


def did_you_mean(word: str, words: Iterable[str], aliases: Mapping[str, str] | None = None) -> str:
    """The hint 是否应为“…”？ for one misspelt word, or nothing when no word is near."""
    near = nearest(word, words, aliases)
    return f"是否应为“{near}”？" if near else ""
