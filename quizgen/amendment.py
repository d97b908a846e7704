"""What changed between two versions of a statute, article by article. Standard library and pure modules only.

Articles are paired by their words, not by their numbers, because one inserted article shifts all that follow:

1. the same words on both sides, where only one article has them;
2. between two such pairs, the best pairs of similar articles that keep the order;
3. what is left over, if alike enough, wherever it stands (an article moved to another chapter);
4. what is left under the same number between the same neighbours: written anew.

Similarity is Dice's coefficient over pairs of neighbouring characters: 2 × common ÷ all, from 0 to 1.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quizgen.citation import NUMERAL, numeral
from quizgen.statute import article_title
from quizgen.statute_text import StatuteText

ALIKE, ALIKE_ELSEWHERE = 0.45, 0.6
"""Least similarity of two articles between the same neighbours, and of one that was moved."""
COMMON = 40
"""A pair of characters in more articles than this says nothing of which ones belong together."""

_OWN_ARTICLE = re.compile(rf"(?<!》)第({NUMERAL})条(?:之({NUMERAL}))?")
_MARKS = re.compile(r"[\s，。、；：“”‘’（）《》〈〉！？—－-]")


class ChangeKind(StrEnum):
    """What happened to an article."""

    CHANGED = "changed"
    RENUMBERED = "renumbered"
    RENUMBERED_AND_CHANGED = "renumbered-and-changed"
    NEW = "new"
    REPEALED = "repealed"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return _LABELS[self]


_LABELS = {
    ChangeKind.CHANGED: "修改",
    ChangeKind.RENUMBERED: "条号变动",
    ChangeKind.RENUMBERED_AND_CHANGED: "条号变动并修改",
    ChangeKind.NEW: "新增",
    ChangeKind.REPEALED: "删去",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One article that is not as it was: `old` and `new` are its numbers, `before` and `after` its words.

    A new article has no `old` and `before`, a repealed one no `new` and `after`.
    """

    kind: ChangeKind
    old: str = ""
    new: str = ""
    before: str = ""
    after: str = ""

    @property
    def title(self) -> str:
        """第三十三条 → 第三十五条; 第三十三条 where the number is the same."""
        numbers = dict.fromkeys(number for number in (self.old, self.new) if number)
        return " → ".join(article_title(number) for number in numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """Two versions of a statute and every change, in the order of the new one, repealed articles at their places."""

    old: StatuteText
    new: StatuteText
    changes: tuple[Change, ...]

    def by_old_article(self) -> dict[str, Change]:
        """What became of each article of the old version that is not as it was, by its old number."""
        return {change.old: change for change in self.changes if change.old}

    def counts(self) -> dict[ChangeKind, int]:
        """How many changes of each kind there are, those that there are."""
        counted = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in ChangeKind if counted[kind]}


def amendment(old: StatuteText, new: StatuteText) -> Amendment:
    """The changes from one version to the other; an article that only stands in another chapter has not changed."""
    pairs = _pairs(old.articles, new.articles)
    renumbered = {before: after for before, after in pairs if before and after}
    changes = (_change(old.articles, new.articles, before, after, renumbered) for before, after in pairs)
    return Amendment(old=old, new=new, changes=tuple(change for change in changes if change))


def _change(
    old: Mapping[str, str], new: Mapping[str, str], before: str, after: str, renumbered: Mapping[str, str]
) -> Change | None:
    if not before or not after:
        kind = ChangeKind.NEW if after else ChangeKind.REPEALED
    elif before == after:
        if old[before] == new[after]:
            return None
        kind = ChangeKind.CHANGED
    else:
        is_same = _bare(_renumbered(old[before], renumbered)) == _bare(new[after])
        kind = ChangeKind.RENUMBERED if is_same else ChangeKind.RENUMBERED_AND_CHANGED
    return Change(kind=kind, old=before, new=after, before=old.get(before, ""), after=new.get(after, ""))


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def _renumbered(text: str, numbers: Mapping[str, str]) -> str:
    """The words with every reference to an article of the same statute under its new number."""

    def title(found: re.Match[str]) -> str:
        old = f"{numeral(found[1])}-{numeral(found[2])}" if found[2] else str(numeral(found[1]))
        return article_title(numbers[old]) if old in numbers else found[0]

    return _OWN_ARTICLE.sub(title, text)


def _pairs(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, str]]:
    """Old and new number of every article, "" on one side where it has none there, in the order of the new version."""
    matching = _Matching(list(old.items()), list(new.items()))
    matching.pair_same_words()
    matching.pair_between_neighbours()
    matching.pair_elsewhere()
    matching.pair_same_numbers()
    return matching.in_order()


class _Matching:
    """Pairs of places in the two versions, found in four steps."""

    def __init__(self, old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> None:
        self.old, self.new = old, new
        self.new_of: dict[int, int] = {}
        self.old_of: dict[int, int] = {}
        self._grams = [[Counter(_grams(text)) for _, text in side] for side in (old, new)]

    def pair(self, before: int, after: int) -> None:
        self.new_of[before], self.old_of[after] = after, before

    def pair_same_words(self) -> None:
        """Pair articles with the same words; of several with the same words, those under the same number."""
        places = [_places(text for _, text in side) for side in (self.old, self.new)]
        for text, olds in places[0].items():
            news = places[1].get(text, [])
            numbers = {self.new[place][0]: place for place in news}
            for before in olds:
                number = self.old[before][0]
                if number in numbers or len(olds) == len(news) == 1:
                    self.pair(before, numbers.get(number, news[0] if news else -1))

    def pair_between_neighbours(self) -> None:
        """Pair similar articles in the order of both versions, best pairs first."""
        self._pair_candidates(ALIKE, in_order=True)

    def pair_elsewhere(self) -> None:
        """Pair what is left and similar, whatever the order."""
        self._pair_candidates(ALIKE_ELSEWHERE, in_order=False)

    def pair_same_numbers(self) -> None:
        """Pair what is left under the same number between the same neighbours."""
        numbers = {number: place for place, (number, _) in enumerate(self.new) if place not in self.old_of}
        chain = self._chain()
        for before, (number, _) in enumerate(self.old):
            if before not in self.new_of and number in numbers and _fits(chain, before, numbers[number]):
                self.pair(before, numbers[number])

    def _pair_candidates(self, least: float, *, in_order: bool) -> None:
        chain = self._chain()
        for similarity, _, before, after in sorted(self._candidates(), key=lambda each: (-each[0], *each[1:])):
            if similarity < least or before in self.new_of or after in self.old_of:
                continue
            if not in_order:
                self.pair(before, after)
            elif _fits(chain, before, after):
                self.pair(before, after)
                chain.insert(bisect_left(chain, (before, after)), (before, after))

    def _candidates(self) -> Iterator[tuple[float, int, int, int]]:
        """Similarity, distance of numbers, and places of pairs that have an uncommon pair of characters in common."""
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for after in (place for place in range(len(self.new)) if place not in self.old_of):
            for gram in self._grams[1][after]:
                holders[gram].append(after)
        for before in (place for place in range(len(self.old)) if place not in self.new_of):
            shared = Counter(
                after
                for gram in self._grams[0][before]
                if len(holders.get(gram, ())) <= COMMON
                for after in holders.get(gram, ())
            )
            for after, _ in shared.most_common(_MOST):
                yield self._similarity(before, after), abs(before - after), before, after

    def _similarity(self, before: int, after: int) -> float:
        left, right = self._grams[0][before], self._grams[1][after]
        return 2 * (left & right).total() / max(1, left.total() + right.total())

    def _chain(self) -> list[tuple[int, int]]:
        """The longest run of pairs in the order of both versions: neighbours that have not moved."""
        tails: list[int] = []
        ends: list[tuple[int, int]] = []
        before_of: dict[tuple[int, int], tuple[int, int] | None] = {}
        for pair in sorted(self.new_of.items()):
            place = bisect_left(tails, pair[1])
            before_of[pair] = ends[place - 1] if place else None
            tails[place:], ends[place:] = [pair[1], *tails[place + 1 :]], [pair, *ends[place + 1 :]]
        chain: list[tuple[int, int]] = []
        pair_or_none = ends[-1] if ends else None
        while pair_or_none:
            chain.append(pair_or_none)
            pair_or_none = before_of[pair_or_none]
        return chain[::-1]

    def in_order(self) -> list[tuple[str, str]]:
        """The pairs by number: as in the new version, each repealed article behind the one that it followed."""
        rows = [
            (after, 1, self.old[self.old_of[after]][0] if after in self.old_of else "", number)
            for after, (number, _) in enumerate(self.new)
        ]
        last = -1
        for before, (number, _) in enumerate(self.old):
            last = self.new_of.get(before, last)
            if before not in self.new_of:
                rows.append((last, 2, number, ""))
        return [(before, after) for _, _, before, after in sorted(rows, key=lambda row: row[:2])]


_MOST = 6
"""Candidates of an article that are compared in full."""


def _places(texts: Iterable[str]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        places[text].append(place)
    return places


def _grams(text: str) -> Iterator[str]:
    words = f"^{_bare(text)}$"
    return (words[place : place + 2] for place in range(len(words) - 1))


def _fits(chain: Sequence[tuple[int, int]], before: int, after: int) -> bool:
    """Whether the pair keeps the order of all pairs in `chain`."""
    place = bisect_left(chain, (before, after))
    follows = place == 0 or chain[place - 1][1] < after
    return follows and (place == len(chain) or after < chain[place][1])
