from __future__ import annotations

import time
from dataclasses import replace

import pytest

from grader.domain.exam.attempt import Attempt, Given
from grader.domain.learning.dossier import Dossier
from quizgen.model import ItemId, LessonId, Letter
from tests.grader_factories import NOON, attempt, dossier, outcome, start
from tests.soak.ledger import Ledger, Response, Sitting

ITEM, LESSON = ItemId("xianfa-01-101"), LessonId("xianfa-01")
KEYS = {ITEM: frozenset({Letter("B")})} | {
    ItemId(f"xianfa-01-{number}"): frozenset({Letter("T")}) for number in (102, 107)
}
RIGHT = Given(options=KEYS[ITEM], sequence=4, at=NOON)
SAT = attempt("t1", responses={ITEM: RIGHT}, submitted=NOON, outcome=outcome("t1", 30))
STUDIED = dossier(seconds={LESSON: 60}, starts=(start("t1"),), outcomes=(outcome("t1", 30),))


def ledger() -> Ledger:
    """What a learner was told of `STUDIED` and `SAT`."""
    response = Response(sequence=4, options=RIGHT.options)
    sitting = Sitting(acknowledged={ITEM: response}, is_submitted=True)
    sitting.sent[ITEM].add(response)
    began = time.monotonic() - 100
    seconds = {LESSON: 60}
    return Ledger("a1", first_beat=began, beats=2, lesson_seconds=seconds, starts_sent=1, sittings={"t1": sitting})


def losses(dossier: Dossier | None = STUDIED, attempt: Attempt | None = SAT) -> list[str]:
    return ledger().losses(dossier, {"t1": attempt} if attempt else {}, KEYS)


def test_ledger_finds_nothing_lost_where_everything_is_kept() -> None:
    assert losses() == []


@pytest.mark.parametrize(
    ("kept", "word"),
    [
        (None, "the dossier is gone"),
        (replace(STUDIED, study={}), "60 s were acknowledged, 0 s are kept"),
        (dossier(seconds={LESSON: 101}, starts=STUDIED.starts, outcomes=STUDIED.outcomes), "101 s are credited, only"),
        (replace(STUDIED, starts=()), "attempt t1 was begun and is gone"),
        (replace(STUDIED, starts=(start("t1"), start("t2"))), "1 starts were asked for"),
        (replace(STUDIED, outcomes=()), "attempt t1 was handed in and is not settled"),
        (replace(STUDIED, outcomes=STUDIED.outcomes * 2), "attempt t1 has 2 outcomes"),
        (replace(STUDIED, outcomes=(outcome("t1", 60),)), "attempt t1: the dossier has"),
    ],
)
def test_ledger_names_what_a_dossier_lacks_or_has_twice(kept: Dossier | None, word: str) -> None:
    found = losses(dossier=kept)

    assert any(word in loss for loss in found), found


@pytest.mark.parametrize(
    ("kept", "word"),
    [
        (None, "attempt t1 was begun and is gone"),
        (replace(SAT, responses={}), "was acknowledged, None is kept"),
        (replace(SAT, responses={ITEM: replace(RIGHT, sequence=3)}), "was acknowledged, Response(sequence=3"),
        (replace(SAT, responses={ITEM: replace(RIGHT, options=frozenset())}), "is kept and was never sent"),
        (replace(SAT, submitted=None, outcome=None), "attempt t1 was handed in and is not settled"),
        (replace(SAT, outcome=outcome("t1", 60)), "attempt t1: the dossier has"),
    ],
)
def test_ledger_names_what_an_attempt_lacks_or_has_twice(kept: Attempt | None, word: str) -> None:
    found = losses(attempt=kept)

    assert any(word in loss for loss in found), found


def test_ledger_takes_a_later_response_that_was_sent_and_not_answered() -> None:
    later = Response(sequence=5, options=frozenset({Letter("C")}))
    known = ledger()
    known.sittings["t1"].sent[ITEM].add(later)
    given = Given(options=later.options, sequence=later.sequence, at=NOON)
    unscored = replace(SAT, responses={ITEM: given}, outcome=outcome("t1", 0))

    assert known.losses(replace(STUDIED, outcomes=(outcome("t1", 0),)), {"t1": unscored}, KEYS) == []
