"""Item and exam statistics as Moodle defines them, and what they say of an item.

Standard library, `score`, `paper` and `model` only. Scores are shares of the points to be had (0 to 1), so that
sections and blueprints of different points can be put together; where all papers are worth the same, every figure is
the one that Moodle computes from points (`question/classes/statistics/questions/calculator.php`), not in per cent.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from math import fsum, sqrt
from operator import mul
from statistics import fmean

from quizgen.diagnostics import Span
from quizgen.interaction import interaction
from quizgen.model import Item, ItemId, ItemType, Letter
from quizgen.paper import Paper
from quizgen.score import Response, Score

FACILITY_FROM = 10
"""Responses from which a facility is given; its standard error is then at most 0.16."""
RELIED_FROM = 30
"""Responses from which discrimination is given, and a facility takes the place of the editor's estimate."""
DISTRACTORS_FROM = 100
"""Responses from which a distractor may be called dead: below it, one learner more or less would decide."""

_NOTHING_LESS = 1e-9
"""Shares that differ by less are the same share computed twice."""
_DIGITS = 4
"""Decimal places that are kept; what follows is noise at any size of exam."""


class Flag(StrEnum):
    """What an editor is to look into; the thresholds are the kit's own but the efficiency's, which is Moodle's."""

    TOO_HARD = "too-hard"
    TOO_EASY = "too-easy"
    NEGATIVE = "negative-discrimination"
    WEAK = "weak-efficiency"
    DEAD_DISTRACTOR = "dead-distractor"
    MISJUDGED = "difficulty-misjudged"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return _LABELS[self]


_LABELS = {
    Flag.TOO_HARD: "过难（得分率低于20%）",
    Flag.TOO_EASY: "过易（得分率高于95%）",
    Flag.NEGATIVE: "区分度为负（成绩好的学员反而容易答错）",
    Flag.WEAK: "区分效率低（低于15%）",
    Flag.DEAD_DISTRACTOR: "有干扰项几乎没有人选（少于2%）",
    Flag.MISJUDGED: "难度与实际得分率相差超过20个百分点",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """What learners made of one item up to `as_of`; None where there are too few responses to say.

    `papers` is on how many papers it stood: its exposure. `responses` is how many of these count for the figures:
    the first finished attempt of each learner; an item left blank counts, and earned nothing. `options` says how
    often each option was ticked.
    """

    papers: int
    responses: int
    facility: float | None
    """Mean score ÷ full score, 0 to 1; from `FACILITY_FROM` responses."""
    sd: float | None
    """Standard deviation of the score (n − 1), as a share of the full score; from `FACILITY_FROM` responses."""
    discrimination: float | None
    """See `discrimination`; from `RELIED_FROM` responses, None too where all scored alike."""
    efficiency: float | None
    """See `efficiency`; given where `discrimination` is."""
    options: Mapping[Letter, int]
    as_of: date
    where: Span = field(default=Span(path=""), compare=False, repr=False)

    def tells_of(self, item: Item) -> bool:
        """Whether these are figures of the item as it reads now: one reviewed since then may have been edited."""
        return item.reviewed <= self.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFigures:
    """What one programme's exam came to, over `learners` first attempts; scores as shares of the full score.

    Learners have different papers, so Cronbach's alpha, which needs everybody's score on every item, is not defined.
    Papers drawn at random have a standard error of their own: a learner's score is the sum of samples from the
    strata of the bank, whose error variance is the sum of k × s² over the sections, k items with variance s² (n − 1)
    within this very paper. That is Lord's binomial error (1955), by sections as in Feldt's compound binomial (1984).
    `standard_error` is the root of its mean over the learners, and `reliability` 1 − that mean ÷ variance of scores:
    for one section of items scored 0 or 1 it is KR-21, but for n − 1 in the variance. It is a lower bound, because
    modules and difficulties hold papers closer together than sections alone. Both are None below `RELIED_FROM`
    learners and where a section has a single item, `reliability` also where all scored alike.
    """

    learners: int
    mean: float
    sd: float | None
    reliability: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamStatistics:
    """The statistics of one programme: `papers` drawn, and the figures of the exam and of each item, by id."""

    programme: str
    as_of: date
    """The day on which the last attempt that counts ended: an item reviewed later may read otherwise."""
    papers: int
    items: Mapping[ItemId, ItemStatistics]
    exam: ExamFigures | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One paper that was drawn. It counts where it has a `score`; otherwise it is exposure only.

    `changed` are items that read otherwise today: their responses are left out, their points stay in the total.
    """

    paper: Paper
    ended: date
    responses: Mapping[ItemId, Response] = field(default_factory=dict)
    score: Score | None = None
    changed: Set[ItemId] = frozenset()


def statistics_of(sittings: Iterable[Sitting], *, programme: str) -> ExamStatistics | None:
    """The statistics of a programme's papers, read one by one; None where none of them counts.

    Needs 16 bytes for each item of each paper that counts, because the efficiency looks at all scores in order.
    """
    tallies: defaultdict[ItemId, _Tally] = defaultdict(_Tally)
    whole = _Whole()
    for sitting in sittings:
        whole.papers += 1
        for place in sitting.paper.items:
            tallies[place.item].papers += 1
        if sitting.score is not None and sitting.score.possible:
            whole.add(sitting, sitting.score)
            _tally(tallies, sitting, sitting.score)
    if whole.as_of is None:
        return None
    items = {id: tallies[id].figures(whole.as_of) for id in sorted(tallies)}
    return ExamStatistics(
        programme=programme, as_of=whole.as_of, papers=whole.papers, exam=whole.figures(), items=items
    )


def discrimination(scores: Sequence[float], rests: Sequence[float]) -> float | None:
    """Pearson's correlation of an item's score with the score of the rest of the paper, −1 to 1.

    The rest is the total without the item, so that no item correlates with itself (corrected item–total
    correlation; for scores of 0 and 1 the corrected point-biserial). None where either is the same for all.
    """
    if _is_constant(scores) or _is_constant(rests):
        return None
    spread = sqrt(_covariance(scores, scores)) * sqrt(_covariance(rests, rests))
    return max(-1.0, min(1.0, _covariance(scores, rests) / spread))


def efficiency(scores: Sequence[float], rests: Sequence[float]) -> float | None:
    """Discriminative efficiency: the covariance of score and rest ÷ the greatest these scores could have, at most 1.

    It is greatest when the best scores of the item go with the best rests, hence both sorted; so, unlike
    discrimination, it is not held down by an item's being easy or hard. None where either is the same for all.
    """
    if _is_constant(scores) or _is_constant(rests):
        return None
    return min(1.0, _covariance(scores, rests) / _covariance(sorted(scores), sorted(rests)))


def flags(item: Item, figures: ItemStatistics) -> tuple[Flag, ...]:
    """What the figures say against the item as it reads now, in the order of `Flag`; nothing for one edited since."""
    return tuple(_flags(item, figures)) if figures.tells_of(item) else ()


def _flags(item: Item, figures: ItemStatistics) -> Iterator[Flag]:
    facility = figures.facility
    if facility is None:
        return
    if facility < 0.2:
        yield Flag.TOO_HARD
    if facility > 0.95:
        yield Flag.TOO_EASY
    if figures.discrimination is not None and figures.discrimination < 0:
        yield Flag.NEGATIVE
    elif figures.efficiency is not None and figures.efficiency < 0.15:
        yield Flag.WEAK
    if dead_distractors(item, figures):
        yield Flag.DEAD_DISTRACTOR
    if figures.responses >= RELIED_FROM and abs(facility - item.difficulty.facility) > 0.2 + _NOTHING_LESS:
        yield Flag.MISJUDGED


def dead_distractors(item: Item, figures: ItemStatistics) -> tuple[Letter, ...]:
    """The distractors ticked by fewer than 2 % of at least `DISTRACTORS_FROM`.

    Fixed options (a judgement's) are none: that nobody ticks the other one says no more than that it is too easy.
    """
    if interaction(item.type).fixed or figures.responses < DISTRACTORS_FROM:
        return ()
    few = 0.02 * figures.responses
    return tuple(letter for letter in item.options if letter not in item.key and figures.options.get(letter, 0) < few)


def newest(files: Iterable[ExamStatistics]) -> dict[ItemId, ItemStatistics]:
    """Each item's latest figures with enough responses to rely on (failing these, the latest); papers of all files."""
    found: defaultdict[ItemId, list[ItemStatistics]] = defaultdict(list)
    for file in files:
        for id, figures in file.items.items():
            found[id].append(figures)
    return {id: _newest(figures) for id, figures in found.items()}


def _newest(found: Sequence[ItemStatistics]) -> ItemStatistics:
    best = max(found, key=lambda figures: (figures.responses >= RELIED_FROM, figures.as_of))
    return replace(best, papers=sum(figures.papers for figures in found))


def informed(item: Item, figures: ItemStatistics | None) -> Item:
    """The item with the facility that its statistics give, if they can be relied on.

    What the editor wrote stays, and so does the estimate of an item that was reviewed since. The facility is kept
    off 0 and 1, which no number of learners proves.
    """
    if item.facility is not None or figures is None or figures.facility is None:
        return item
    if figures.responses < RELIED_FROM or not figures.tells_of(item):
        return item
    return replace(item, facility=min(max(figures.facility, 0.01), 0.99))


def render_statistics(statistics: ExamStatistics) -> str:
    """The file `content/statistics/<programme>.json`; the same statistics give the same text, an item a line.

    An object with `programme`, `as_of` (ISO date), `papers`, where known `exam` (fields of `ExamFigures`),
    and `items`: by id, the fields of `ItemStatistics`, with `options` as counts by letter. It names no person.
    """
    head: dict[str, object] = {
        "programme": statistics.programme,
        "as_of": statistics.as_of.isoformat(),
        "papers": statistics.papers,
    }
    if statistics.exam:
        head["exam"] = {name: getattr(statistics.exam, name) for name in EXAM_FIELDS}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    items = [f"    {json.dumps(id)}: {json.dumps(_plain(figures))}" for id, figures in sorted(statistics.items.items())]
    return "{\n" + ",\n".join([*lines, '  "items": {\n' + ",\n".join(items) + "\n  }"]) + "\n}\n"


EXAM_FIELDS = ("learners", "mean", "sd", "reliability", "standard_error")
"""Members of `exam` in the file, in order."""
ITEM_FIELDS = ("papers", "responses", "facility", "sd", "discrimination", "efficiency")
"""Members of an item in the file, in order; `options` comes last."""


def _plain(figures: ItemStatistics) -> dict[str, object]:
    return {
        **{name: getattr(figures, name) for name in ITEM_FIELDS},
        "options": dict(sorted(figures.options.items())),
    }


class _Tally:
    """Gathers one item's responses."""

    def __init__(self) -> None:
        self.papers = 0
        self.scores = array("d")
        self.rests = array("d")
        self.options: Counter[Letter] = Counter()

    def figures(self, as_of: date) -> ItemStatistics:
        count = len(self.scores)
        has_facility, has_discrimination = count >= FACILITY_FROM, count >= RELIED_FROM
        return ItemStatistics(
            papers=self.papers,
            responses=count,
            facility=_rounded(fmean(self.scores)) if has_facility else None,
            sd=_rounded(_sd(self.scores)) if has_facility else None,
            discrimination=_rounded(discrimination(self.scores, self.rests)) if has_discrimination else None,
            efficiency=_rounded(efficiency(self.scores, self.rests)) if has_discrimination else None,
            options=dict(sorted(self.options.items())),
            as_of=as_of,
        )


def _tally(tallies: Mapping[ItemId, _Tally], sitting: Sitting, score: Score) -> None:
    """Add the responses of a sitting that counts; the only item of a paper has a rest of 0."""
    for place in sitting.paper.items:
        if place.item in sitting.changed:
            continue
        tally, earned, others = tallies[place.item], score.items[place.item], score.possible - place.points
        tally.scores.append(earned / place.points)
        tally.rests.append((score.points - earned) / others if others else 0.0)
        if not tally.options:
            tally.options.update(dict.fromkeys(place.options, 0))
        for letter in sitting.responses.get(place.item, ()):
            tally.options[letter] += 1


class _Whole:
    """Gathers what the papers came to as wholes."""

    def __init__(self) -> None:
        self.papers = 0
        self.as_of: date | None = None
        self.scores = array("d")
        self.errors = array("d")
        """The error variance of each score."""
        self.has_lone_items = False

    def add(self, sitting: Sitting, score: Score) -> None:
        self.as_of = max(self.as_of or sitting.ended, sitting.ended)
        self.scores.append(score.points / score.possible)
        sections: defaultdict[tuple[ItemType, float], list[float]] = defaultdict(list)
        for place in sitting.paper.items:
            sections[place.type, place.points].append(score.items[place.item])
        self.has_lone_items |= any(len(earned) < 2 for earned in sections.values())
        error = fsum(len(earned) * _variance(earned) for earned in sections.values())
        self.errors.append(error / score.possible**2)

    def figures(self) -> ExamFigures:
        learners = len(self.scores)
        error = None if learners < RELIED_FROM or self.has_lone_items else fmean(self.errors)
        is_alike = _is_constant(self.scores)
        return ExamFigures(
            learners=learners,
            mean=round(fmean(self.scores), _DIGITS),
            sd=_rounded(_sd(self.scores)) if learners >= FACILITY_FROM else None,
            reliability=None if error is None or is_alike else round(1 - error / _variance(self.scores), _DIGITS),
            standard_error=None if error is None else round(sqrt(error), _DIGITS),
        )


def _is_constant(values: Sequence[float]) -> bool:
    return max(values) - min(values) < _NOTHING_LESS


def _covariance(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Over n − 1, from deviations: no cancellation however close the values are together."""
    x_mean, y_mean = fmean(xs), fmean(ys)
    return fsum(map(mul, [x - x_mean for x in xs], [y - y_mean for y in ys])) / (len(xs) - 1)


def _variance(values: Sequence[float]) -> float:
    return _covariance(values, values) if len(values) > 1 else 0.0


def _sd(values: Sequence[float]) -> float:
    return sqrt(_variance(values))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
