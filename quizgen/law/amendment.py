"""What changed between two versions of a statute, article by article.

Articles are paired by their words, not by their numbers, because one inserted article shifts all that follow:

1. the same words on both sides, where only one article has them;
2. between two such pairs, the best pairs of similar articles that keep the order;
3. what is left over, if alike enough, wherever it stands (an article moved to another chapter);
4. what is left and stands whole in an article of the other side, which did not have it: merged into it, or split off;
5. what is left under the same number between the same neighbours: written anew.

Similarity is Dice's coefficient over pairs of neighbouring characters: 2 × common ÷ all, from 0 to 1.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from quizgen.law.citation import NUMERAL, numeral
from quizgen.law.register import article_title
from quizgen.law.successor import successors
from quizgen.law.text import StatuteText

ALIKE, ALIKE_ELSEWHERE = 0.45, 0.6
"""Least similarity of two articles between the same neighbours, and of one that was moved."""
ALIKE_BY_NUMBER = 0.2
"""The same under one number, where more than one article is left there; three quarters of neighbours have less."""
CONTAINED, SHORTEST = 0.8, 20
"""Least share of an article's words that one which took it up has, and the fewest pairs of characters that can tell."""
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
    MERGED = "merged"
    SPLIT = "split"

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
    ChangeKind.MERGED: "并入",
    ChangeKind.SPLIT: "分出",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One article that is not as it was: `old` and `new` are its numbers, `before` and `after` its words.

    A new article has no `old` and `before`, a repealed one no `new` and `after`. A merged one has as `new` the article
    that took up its words, one split off as `old` the article that its words come from; that article is told apart.
    The preamble has no number.
    """

    kind: ChangeKind
    old: str = ""
    new: str = ""
    before: str = ""
    after: str = ""
    successor: str = ""
    """Of a repealed article: the new one that rules the same in other words, where one clearly does."""

    @property
    def title(self) -> str:
        """第三十三条 → 第三十五条; 第三十三条 where the number is the same."""
        numbers = dict.fromkeys(number for number in (self.old, self.new) if number)
        return " → ".join(article_title(number) for number in numbers) or "序言"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """Two versions of a statute and every change, in the order of the new one, repealed articles at their places."""

    old: StatuteText
    new: StatuteText
    changes: tuple[Change, ...]
    preamble: Change | None = None
    """What stands before the articles, where that is not as it was."""

    def by_old_article(self) -> dict[str, Change]:
        """What became of each article of the old version that is not as it was, by its old number."""
        return {change.old: change for change in self.changes if change.old and change.kind is not ChangeKind.SPLIT}

    def counts(self) -> dict[ChangeKind, int]:
        """How many changes of each kind there are, those that there are."""
        counted = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in ChangeKind if counted[kind]}


def amendment(old: StatuteText, new: StatuteText) -> Amendment:
    """The changes from one version to the other; an article that only stands in another chapter has not changed."""
    rows = _rows(old.articles, new.articles)
    renumbered = {row.old: row.new for row in rows if not row.kind}
    changes = [_change(old.articles, new.articles, row, renumbered) for row in rows]
    repealed = {change.old: change.before for change in changes if change and change.kind is ChangeKind.REPEALED}
    following = successors(repealed, new.articles)
    return Amendment(
        old=old,
        new=new,
        changes=tuple(_followed(change, following) for change in changes if change),
        preamble=_preamble(old, new),
    )


def _followed(change: Change, following: Mapping[str, str]) -> Change:
    return replace(change, successor=following[change.old]) if change.old in following else change


def _preamble(old: StatuteText, new: StatuteText) -> Change | None:
    if _bare(old.preamble) == _bare(new.preamble):
        return None
    return Change(kind=ChangeKind.CHANGED, before=old.preamble, after=new.preamble)


class _Row(NamedTuple):
    """Old and new number of an article; `kind` is what happened to one that has no counterpart of its own."""

    old: str
    new: str
    kind: ChangeKind | None = None


def _change(old: Mapping[str, str], new: Mapping[str, str], row: _Row, renumbered: Mapping[str, str]) -> Change | None:
    before, after = old.get(row.old, ""), new.get(row.new, "")
    kind = row.kind
    if not kind and row.old == row.new:
        if before == after:
            return None
        kind = ChangeKind.CHANGED
    elif not kind:
        is_same = _bare(_renumbered(before, renumbered)) == _bare(after)
        kind = ChangeKind.RENUMBERED if is_same else ChangeKind.RENUMBERED_AND_CHANGED
    return Change(kind=kind, old=row.old, new=row.new, before=before, after=after)


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def _renumbered(text: str, numbers: Mapping[str, str]) -> str:
    """The words with every reference to an article of the same statute under its new number."""

    def title(found: re.Match[str]) -> str:
        old = f"{numeral(found[1])}-{numeral(found[2])}" if found[2] else str(numeral(found[1]))
        return article_title(numbers[old]) if old in numbers else found[0]

    return _OWN_ARTICLE.sub(title, text)


def _rows(old: Mapping[str, str], new: Mapping[str, str]) -> list[_Row]:
    """A row for every article of either version, in the order of the new one."""
    matching = _Matching(list(old.items()), list(new.items()))
    matching.pair_same_words()
    matching.pair_between_neighbours()
    matching.pair_elsewhere()
    matching.find_merged_and_split()
    matching.pair_same_numbers()
    return matching.in_order()


class _Matching:
    """Pairs of places in the two versions, and the homes of articles that lost or found their words elsewhere."""

    def __init__(self, old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> None:
        self.old, self.new = old, new
        self.new_of: dict[int, int] = {}
        self.old_of: dict[int, int] = {}
        self.merged: dict[int, int] = {}
        """The place in the new version of the article that took up an old one."""
        self.split: dict[int, int] = {}
        """The place in the old version of the article from which a new one was split off."""
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

    def find_merged_and_split(self) -> None:
        """Note what is left and stands whole in an article that did not have it; pair it where that is left too."""
        for before in self._left(0):
            self._find_word_for_word(before)
        for before, after in self._homes(0, self._left(0)):
            if after in self.old_of:
                self.merged[before] = after
            else:
                self.pair(before, after)
        for after, before in self._homes(1, self._left(1)):
            if before in self.new_of:
                self.split[after] = before
            else:
                self.pair(before, after)

    def _find_word_for_word(self, before: int) -> None:
        """Note an article, however short, whose very words now stand in another one that had them not."""
        words = _bare(self.old[before][1])
        for after, (_, text) in enumerate(self.new if len(words) >= _SHORTEST_COPY else ()):
            if words in _bare(text):
                former = self.old_of.get(after)
                if former is None:
                    self.pair(before, after)
                elif words not in _bare(self.old[former][1]):
                    self.merged[before] = after
                return

    def _homes(self, side: int, places: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Places of one side, each with that on the other side of an article that has its words, and had them not."""
        partners = (self.old_of, self.new_of)[side]
        for place, homes in self._sharing(side, places, range(len((self.new, self.old)[side]))):
            words = self._grams[side][place]
            had = ((home, self._grams[side][partners[home]] if home in partners else Counter[str]()) for home in homes)
            for home, former in had if words.total() >= SHORTEST else ():
                if _share(words, self._grams[1 - side][home]) >= CONTAINED > _share(words, former):
                    yield place, home
                    break

    def pair_same_numbers(self) -> None:
        """Pair what is left under the same number between the same neighbours; of several left there, what is alike."""
        left = self._left(1)
        numbers = {self.new[place][0]: place for place in left}
        chain = self._chain()
        for before in self._left(0):
            after = numbers.get(self.old[before][0], -1)
            if after >= 0 and _fits(chain, before, after):
                is_alone = _is_alone(chain, before, after, ends=(len(self.old), len(self.new)))
                if is_alone or self._similarity(before, after) >= ALIKE_BY_NUMBER:
                    self.pair(before, after)

    def _left(self, side: int) -> list[int]:
        """The places of one side of which nothing is known yet."""
        known = (self.new_of.keys() | self.merged.keys(), self.old_of.keys() | self.split.keys())[side]
        return [place for place in range(len((self.old, self.new)[side])) if place not in known]

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
        for before, likely in self._sharing(0, self._left(0), self._left(1)):
            for after in likely:
                yield self._similarity(before, after), abs(before - after), before, after

    def _sharing(self, side: int, places: Iterable[int], others: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
        """Places of one side, each with those of `others` on the other side that share most of its uncommon pairs."""
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for other in others:
            for gram in self._grams[1 - side][other]:
                holders[gram].append(other)
        for place in places:
            shared = Counter(
                other
                for gram in self._grams[side][place]
                if len(holders.get(gram, ())) <= COMMON
                for other in holders.get(gram, ())
            )
            yield place, [other for other, _ in shared.most_common(_MOST)]

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

    def in_order(self) -> list[_Row]:
        """The rows by number: as in the new version, each repealed article behind the one that it followed."""
        rows = [(after, 1, self._new_row(after)) for after in range(len(self.new))]
        last = -1
        for before, (number, _) in enumerate(self.old):
            last = self.new_of.get(before, last)
            if before in self.merged:
                rows.append((last, 2, _Row(number, self.new[self.merged[before]][0], ChangeKind.MERGED)))
            elif before not in self.new_of:
                rows.append((last, 2, _Row(number, "", ChangeKind.REPEALED)))
        return [row for _, _, row in sorted(rows, key=lambda each: each[:2])]

    def _new_row(self, after: int) -> _Row:
        number = self.new[after][0]
        if after in self.old_of:
            return _Row(self.old[self.old_of[after]][0], number)
        if after in self.split:
            return _Row(self.old[self.split[after]][0], number, ChangeKind.SPLIT)
        return _Row("", number, ChangeKind.NEW)


_SHORTEST_COPY = 10
"""Characters, marks left out, of an article that is recognised word for word within another one."""
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


def _share(words: Counter[str], others: Counter[str]) -> float:
    """The share of the words that the others have, from 0 to 1."""
    return (words & others).total() / max(1, words.total())


def _is_alone(chain: Sequence[tuple[int, int]], before: int, after: int, *, ends: tuple[int, int]) -> bool:
    """Whether the two places alone stand between their neighbours in `chain`, the ends counting as such."""
    place = bisect_left(chain, (before, after))
    above = chain[place - 1] if place else (-1, -1)
    below = chain[place] if place < len(chain) else ends
    return above == (before - 1, after - 1) and below == (before + 1, after + 1)


def _fits(chain: Sequence[tuple[int, int]], before: int, after: int) -> bool:
    """Whether the pair keeps the order of all pairs in `chain`."""
    place = bisect_left(chain, (before, after))
    follows = place == 0 or chain[place - 1][1] < after
    return follows and (place == len(chain) or after < chain[place][1])
