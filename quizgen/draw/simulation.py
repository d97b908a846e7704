"""What a blueprint's papers come to: draws thousands of them and measures.

Beside every figure that drawing tries to improve stands the same of plain stratified sampling: the same quotas filled
by chance alone, without regard to enemies, use counts or balance.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, islice
from math import ceil, comb, floor, fsum
from random import Random
from statistics import fmean, pstdev

from quizgen.draw.assemble import draw
from quizgen.draw.eligible import Eligible
from quizgen.draw.exposure import by_preference
from quizgen.interaction import interaction
from quizgen.model import Difficulty, ItemId, Letter
from quizgen.paper import Paper, PaperItem
from quizgen.programme import Blueprint, PaperSection, Stratum

_KEPT = 1_000
"""How many papers are kept for comparing pairs of them."""
_PAIRS = 20_000
"""How many pairs of papers are compared."""
_BARS = 40
"""The most bars of a histogram of scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPaper:
    """One simulated paper: the learner's and the attempt's number from 1, how many of its items the learner had had."""

    learner: int
    attempt: int
    paper: Paper
    expected: float
    """Points that learners are expected to score on it."""
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a number differs between papers; `bars` counts them in classes of one width."""

    mean: float
    sd: float
    least: float
    most: float
    bars: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Expected scores of our papers and of plain ones; the bars of both begin at `start`, each `width` points wide."""

    balanced: Spread
    plain: Spread
    start: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many items two papers share: the mean over all pairs, and how many of a sample of pairs share 0, 1, 2 …."""

    mean: float
    plain: float
    """The mean over all pairs of plain papers."""
    pairs: tuple[int, ...]

    @property
    def most(self) -> int:
        """The most items that two papers of the sample share."""
        return max(0, len(self.pairs) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How often the items of one stratum were on a paper; all of them ought to be alike."""

    stratum: Stratum
    items: int
    fewest: int
    most: int
    mean: float
    unused: int

    @property
    def ratio(self) -> float:
        """Uses of the most used item through those of the least used; infinite where one was never used."""
        return self.most / self.fewest if self.fewest else float("inf") if self.most else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The measures of `papers` papers of `items` items and `points` points, drawn for `learners` learners."""

    papers: int
    learners: int
    attempts: int
    items: int
    points: float
    scores: Scores
    measured: int
    """How many of the items that can be drawn have a facility; the others count with their level's estimate."""
    estimated: int
    overlap: Overlap
    uses: tuple[Use, ...]
    uses_of_items: tuple[int, ...]
    """How many items were used so often, in classes of `uses_width` uses from none to the most used."""
    uses_width: int
    unreachable: Mapping[Stratum, int]
    """Cells that no quota draws on, and how many items they hold."""
    quotas: int
    """How many quotas a paper must meet."""
    papers_short: int
    """Papers that miss a quota."""
    enemies_together: int
    """Pairs of enemies on one paper."""
    repeats: int
    """Items of a later paper that the same learner had had before."""
    papers_with_repeats: int
    key_positions: tuple[tuple[float, float], ...]
    """For each position of a single item's option: the share of keys that stood there, and the share by chance."""


def drawn_papers(
    index: Eligible, blueprint: Blueprint, *, count: int, attempts: int, seed: str, content: str
) -> Iterator[DrawnPaper]:
    """`count` papers, `attempts` for each learner (the last may have fewer); use counts grow as in the service.

    The same arguments give the same papers. Raises CannotFill.
    """
    uses: Counter[ItemId] = Counter()
    had: set[ItemId] = set()
    for number in range(count):
        learner, attempt = divmod(number, attempts)
        if attempt == 0:
            had.clear()
        name = f"{seed}/{learner + 1}/{attempt + 1}"
        paper = draw(index, blueprint, seed=name, content=content, had=had, uses=uses)
        ids = [place.item for place in paper.items]
        yield DrawnPaper(
            learner=learner + 1,
            attempt=attempt + 1,
            paper=paper,
            expected=fsum(place.points * index.expected[place.item] for place in paper.items),
            repeats=sum(id in had for id in ids),
        )
        uses.update(ids)
        had.update(ids)


class Tally:
    """Takes in papers one by one and gives the measures; what it keeps does not grow with them but for two numbers."""

    def __init__(
        self,
        index: Eligible,
        blueprint: Blueprint,
        *,
        keys: Mapping[ItemId, Set[Letter]],
        count: int,
        attempts: int,
        seed: str,
    ) -> None:
        self._index = index
        self._blueprint = blueprint
        self._keys = keys
        self._attempts = attempts
        self._rng = Random(f"{seed}/plain")  # noqa: S311 - a simulation must follow from its seed
        self._cells = {id: stratum for stratum, ids in index.strata.items() if stratum[2] for id in ids}
        self._kept_at = frozenset(_numbers(count, self._rng))
        self._kept: list[frozenset[ItemId]] = []
        self._scores = array("d")
        self._plain_scores = array("d")
        self._uses: Counter[ItemId] = Counter()
        self._plain_uses: Counter[ItemId] = Counter()
        self._positions: Counter[int] = Counter()
        self._by_chance: Counter[int] = Counter()
        self._short = self._together = self._repeats = self._repeating = self._learners = 0

    def add(self, drawn: DrawnPaper) -> None:
        """Take in the next paper, and draw a plain one beside it."""
        ids = frozenset(place.item for place in drawn.paper.items)
        if len(self._scores) in self._kept_at:
            self._kept.append(ids)
        self._scores.append(drawn.expected)
        self._uses.update(ids)
        self._short += not meets(self._blueprint, drawn.paper, self._cells)
        self._together += enemies_together(ids, self._index.enemies)
        self._repeats += drawn.repeats
        self._repeating += drawn.repeats > 0
        self._learners += drawn.attempt == 1
        self._note_keys(drawn.paper.items)
        plain = list(plain_paper(self._index, self._blueprint, self._rng))
        self._plain_uses.update(id for _, id in plain)
        self._plain_scores.append(fsum(points * self._index.expected[id] for points, id in plain))

    def _note_keys(self, places: Sequence[PaperItem]) -> None:
        for place in places:
            if interaction(place.type).picks_one:
                (key,) = self._keys[place.item]
                self._positions[place.options.index(key)] += 1
                self._by_chance[len(place.options)] += 1

    def result(self) -> Simulation:
        """The measures of the papers so far, two at least."""
        by_stratum = {
            stratum: [self._uses[id] for id in self._index.strata[stratum]]
            for stratum in used_alike(self._index, self._blueprint)
        }
        counts = [use for uses in by_stratum.values() for use in uses]
        drawn_from = {id for stratum in by_stratum for id in self._index.strata[stratum]}
        measured = len(drawn_from & self._index.measured)
        uses_width = max(1, ceil((max(counts) + 1) / _BARS))
        return Simulation(
            papers=len(self._scores),
            learners=self._learners,
            attempts=self._attempts,
            items=self._blueprint.count,
            points=self._blueprint.points,
            scores=_scores(self._scores, self._plain_scores),
            measured=measured,
            estimated=len(drawn_from) - measured,
            overlap=self._overlap(),
            uses=tuple(_use(stratum, uses) for stratum, uses in by_stratum.items()),
            uses_of_items=_bars([count // uses_width for count in counts]),
            uses_width=uses_width,
            unreachable=unreachable(self._index, self._blueprint),
            quotas=len(self._blueprint.quotas),
            papers_short=self._short,
            enemies_together=self._together,
            repeats=self._repeats,
            papers_with_repeats=self._repeating,
            key_positions=self._key_positions(),
        )

    def _overlap(self) -> Overlap:
        shared = [len(a & b) for a, b in _pairs(self._kept, self._rng)]
        return Overlap(
            mean=_shared(self._uses, len(self._scores)),
            plain=_shared(self._plain_uses, len(self._scores)),
            pairs=_bars(shared),
        )

    def _key_positions(self) -> tuple[tuple[float, float], ...]:
        total = self._positions.total()
        return tuple(
            (self._positions[at] / total, fsum(n / size for size, n in self._by_chance.items() if at < size) / total)
            for at in range(max(self._by_chance, default=0))
        )


def _bars(values: Sequence[int]) -> tuple[int, ...]:
    """How many of the values are 0, 1, 2 … up to the highest."""
    counts = Counter(values)
    return tuple(counts[n] for n in range(max(counts) + 1))


def _numbers(count: int, rng: Random) -> Iterator[int]:
    """Which of `count` papers to keep for comparing: all of them, or so many by chance."""
    return iter(range(count)) if count <= _KEPT else (int(rng.random() * count) for _ in range(_KEPT))


def _pairs(papers: Sequence[frozenset[ItemId]], rng: Random) -> Iterator[tuple[frozenset[ItemId], frozenset[ItemId]]]:
    for _ in range(_PAIRS):
        first = int(rng.random() * len(papers))
        other = int(rng.random() * (len(papers) - 1))
        yield papers[first], papers[other + (other >= first)]


def _shared(uses: Mapping[ItemId, int], papers: int) -> float:
    """The mean number of items that two papers share: pairs of papers with the same item, over all pairs."""
    return sum(comb(count, 2) for count in uses.values()) / comb(papers, 2)


def _scores(balanced: Sequence[float], plain: Sequence[float]) -> Scores:
    least, most = min(chain(balanced, plain)), max(chain(balanced, plain))
    width = next(w for w in _widths() if (most - least) / w < _BARS - 1)
    start = floor(least / width) * width
    bars = _bar(most, start, width) + 1
    spreads = [_spread(values, start=start, width=width, bars=bars) for values in (balanced, plain)]
    return Scores(balanced=spreads[0], plain=spreads[1], start=start, width=width)


def _widths() -> Iterator[float]:
    """Widths that read well: 0.05, 0.1, 0.25, 0.5, 1 … points."""
    power = 1.0
    while True:
        yield from (0.05 * power, 0.1 * power, 0.25 * power)
        power *= 10


def _spread(values: Sequence[float], *, start: float, width: float, bars: int) -> Spread:
    counts = Counter(_bar(value, start, width) for value in values)
    return Spread(
        mean=fmean(values),
        sd=pstdev(values),
        least=min(values),
        most=max(values),
        bars=tuple(counts[n] for n in range(bars)),
    )


def _bar(value: float, start: float, width: float) -> int:
    return max(0, floor((value - start) / width))


def _use(stratum: Stratum, counts: Sequence[int]) -> Use:
    return Use(
        stratum=stratum,
        items=len(counts),
        fewest=min(counts),
        most=max(counts),
        mean=fmean(counts),
        unused=counts.count(0),
    )


def meets(blueprint: Blueprint, paper: Paper, cells: Mapping[ItemId, Stratum]) -> bool:
    """Whether each section of a paper holds what its quotas ask for, and nothing twice."""
    places = iter(paper.items)
    sections = [(section, list(islice(places, section.count))) for section in blueprint.sections]
    is_whole = not list(places) and len({place.item for place in paper.items}) == blueprint.count
    return is_whole and all(_section_meets(section, taken, cells) for section, taken in sections)


def _section_meets(section: PaperSection, places: Sequence[PaperItem], cells: Mapping[ItemId, Stratum]) -> bool:
    """What quotas of one difficulty leave of a module must be as many as its quotas of any difficulty."""
    found = Counter(cells[place.item] for place in places)
    for quota in section.quotas:
        found[quota.stratum] -= quota.count
    left: Counter[Stratum] = Counter()
    for (type, module, _), count in found.items():
        left[type, module, None] += count
    exact = {quota.stratum for quota in section.quotas if quota.difficulty}
    return not any(left.values()) and all(found[stratum] >= 0 for stratum in exact)


def enemies_together(ids: Set[ItemId], enemies: Mapping[ItemId, frozenset[ItemId]]) -> int:
    """How many pairs of enemies are among the items."""
    return sum(len(enemies[id] & ids) for id in ids if id in enemies) // 2


def plain_paper(index: Eligible, blueprint: Blueprint, rng: Random) -> Iterator[tuple[float, ItemId]]:
    """Points and item of each place when every quota is filled by chance alone, those of any difficulty last."""
    quotas = [(section.points, quota) for section in blueprint.sections for quota in section.quotas]
    taken: set[ItemId] = set()
    for points, quota in sorted(quotas, key=lambda each: each[1].difficulty is None):
        pool = {0: [id for id in index.strata.get(quota.stratum, ()) if id not in taken]}
        for id in islice(by_preference(pool, rng), quota.count):
            taken.add(id)
            yield points, id


def used_alike(index: Eligible, blueprint: Blueprint) -> list[Stratum]:
    """The strata inside which every item ought to be used as often as any other, in the order of the blueprint.

    A quota of any difficulty uses its items alike unless quotas of one difficulty draw on them too; then it does so
    inside each difficulty.
    """
    wanted = [quota.stratum for quota in blueprint.quotas if quota.count]
    exact = {stratum[:2] for stratum in wanted if stratum[2]}
    found: dict[Stratum, None] = {}
    for type, module, difficulty in wanted:
        is_split = difficulty is None and (type, module) in exact
        for each in Difficulty if is_split else (difficulty,):
            found[type, module, each] = None
    return [stratum for stratum in found if stratum in index.strata]


def unreachable(index: Eligible, blueprint: Blueprint) -> dict[Stratum, int]:
    """The cells on which no quota draws, and how many items they hold."""
    wanted = {quota.stratum for quota in blueprint.quotas if quota.count}
    return {
        stratum: len(ids)
        for stratum, ids in index.strata.items()
        if stratum[2] and stratum not in wanted and (*stratum[:2], None) not in wanted
    }
