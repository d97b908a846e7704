"""Item statistics of one programme, from its attempts, for the editors' next year. Reads only; names no person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from grader.domain.content import PublishedContent
from grader.domain.errors import NotFound, NotNow
from grader.domain.exam.attempt import Attempt, AttemptSummary, is_finished, score_attempt
from grader.store.base import Row, Store, Unusable
from grader.store.codec import is_id
from grader.store.kinds import ACTIVE, ATTEMPT, CONTENT
from quizgen.evidence.statistics import ExamStatistics, Sitting, statistics_of
from quizgen.model import Item, ItemId, Letter

AttemptRow = Row[AttemptSummary]


class UnknownProgramme(NotFound):
    """No programme of this id was ever published."""

    code = "unknown-programme"
    sentence = "没有发布过方案“{programme}”，没有统计。"


class NothingToCount(NotNow):
    """Nobody has finished an exam of the programme yet."""

    code = "nothing-to-count"
    sentence = "方案“{programme}”还没有完成的考试，没有可以统计的作答。"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAttempts:
    """The statistics, and how many attempts were left out because they or their content cannot be read."""

    statistics: ExamStatistics
    left_out: int


def count_attempts(
    store: Store,
    programme: str,
    *,
    now: datetime,
    watched: Callable[[Sequence[AttemptRow]], Iterable[AttemptRow]] = iter,
) -> CountedAttempts:
    """The statistics of a programme's attempts, opened one by one; `watched` sees each of them go by.

    The first finished attempt of each learner counts, as in Moodle: later ones are sat by those who failed, and with
    practice. Every paper drawn counts as exposure. Raises UnknownProgramme, or NothingToCount.
    """
    pointer = store.load(ACTIVE, programme) if is_id(programme) else None
    if pointer is None:
        raise UnknownProgramme(programme=programme)
    sittings = _Sittings(_Sources(store, current=pointer.value.digest), now=now)
    rows = sorted(store.list(ATTEMPT, programme=programme), key=_by_learner)
    statistics = statistics_of(sittings.of(watched(rows)), programme=programme)
    if statistics is None:
        raise NothingToCount(programme=programme)
    return CountedAttempts(statistics=statistics, left_out=sittings.left_out)


def _by_learner(row: AttemptRow) -> tuple[str, datetime]:
    return row.summary.account, row.summary.started


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A content that papers were drawn from; `changed` are items that read otherwise in the one now in force."""

    content: PublishedContent
    keys: Mapping[ItemId, frozenset[Letter]]
    changed: frozenset[ItemId]


class _Sources:
    """Opens the attempts of a store, and each content that they were drawn from once."""

    def __init__(self, store: Store, *, current: str) -> None:
        self._store = store
        self._sources: dict[str, _Source | None] = {}
        self._items = {id: _wording(item) for id, item in self._content(current).exam_items().items()}

    def attempt(self, id: str) -> tuple[Attempt, _Source] | None:
        """An attempt and what it was drawn from; None where it is gone. Raises Unusable where either is damaged."""
        stored = self._store.load(ATTEMPT, id)
        return None if stored is None else (stored.value, self._source(stored.value.paper.content))

    def _source(self, digest: str) -> _Source:
        if digest not in self._sources:
            self._sources[digest] = None
            items = (content := self._content(digest)).exam_items()
            self._sources[digest] = _Source(
                content=content,
                keys={id: item.key for id, item in items.items()},
                changed=frozenset(
                    id for id, item in items.items() if self._items.get(id, _wording(item)) != _wording(item)
                ),
            )
        source = self._sources[digest]
        if source is None:
            raise Unusable(_DAMAGED.format(digest=digest))
        return source

    def _content(self, digest: str) -> PublishedContent:
        stored = self._store.load(CONTENT, digest)
        if stored is None:
            raise Unusable(_DAMAGED.format(digest=digest))
        return stored.value


_DAMAGED = "找不到试卷所用的题库（版本 {digest}）。请从备份恢复数据文件夹。"


def _wording(item: Item) -> tuple[object, ...]:
    """What a response answers to: an item that differs in it is another one, whatever its id."""
    return item.type, item.stem, dict(item.options), item.key


class _Sittings:
    """Decides which attempts count, and counts those that cannot be read."""

    def __init__(self, sources: _Sources, *, now: datetime) -> None:
        self._sources = sources
        self._now = now
        self.left_out = 0

    def of(self, rows: Iterable[AttemptRow]) -> Iterator[Sitting]:
        """A sitting for each attempt that can be read; `rows` are each learner's in the order of their start.

        Behind one that cannot, none of this learner's counts: it may have been the first.
        """
        for _, attempts in groupby(rows, key=lambda row: row.summary.account):
            may_count = True
            for row in attempts:
                try:
                    found = self._sources.attempt(row.id)
                except Unusable:
                    self.left_out += 1
                    may_count = False
                    continue
                if found:
                    sitting = self._sitting(*found, may_count=may_count)
                    may_count &= sitting.score is None
                    yield sitting

    def _sitting(self, attempt: Attempt, source: _Source, *, may_count: bool) -> Sitting:
        programme = source.content.programme
        ended = programme.local_day(attempt.submitted or attempt.deadline)
        if not may_count or not is_finished(attempt, self._now):
            return Sitting(paper=attempt.paper, ended=ended)
        rule = programme.blueprints[attempt.paper.blueprint].scoring
        return Sitting(
            paper=attempt.paper,
            ended=ended,
            responses={item: given.options for item, given in attempt.responses.items()},
            score=score_attempt(attempt, keys=source.keys, rule=rule),
            changed=source.changed,
        )
