from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from grader.domain.learning.dossier import Dossier, ask_supplement, rule_supplement, summarise_dossier
from grader.domain.learning.standing import standing
from grader.domain.learning.supplement import Ruling, Supplement, SupplementRuling, supplement_states
from grader.domain.people.account import AccountId
from grader.domain.reports.past import summary_at
from quizgen.model import LessonId
from tests.grader_factories import AGENCY, NOON, content

LESSON = LessonId("xianfa-01")
ASKED = Supplement(id="s1", lesson=LESSON, at=NOON, by="clerk", reason="党校学过", proof="结业证 8 号")


def ruled(ruling: Ruling, hours: int) -> SupplementRuling:
    return SupplementRuling(supplement="s1", ruling=ruling, at=NOON + timedelta(hours=hours), by="office")


def after(*rulings: SupplementRuling) -> Dossier:
    dossier = ask_supplement(Dossier(programme="2026", account=AccountId("a1")), ASKED)
    for ruling in rulings:
        dossier = rule_supplement(dossier, ruling)
    return dossier


@pytest.mark.parametrize(
    ("rulings", "label", "counts"),
    [
        ((), "待审核", False),
        ((ruled(Ruling.REFUSED, 1),), "未批准", False),
        ((ruled(Ruling.APPROVED, 1),), "已批准", True),
        ((ruled(Ruling.APPROVED, 1), ruled(Ruling.REVOKED, 2)), "已撤销", False),
    ],
)
def test_only_an_approval_that_holds_counts(rulings: tuple[SupplementRuling, ...], label: str, counts: bool) -> None:
    dossier = after(*rulings)
    found = standing(content(), AGENCY, summarise_dossier(dossier), exempt=False, now=NOON)
    (entry,) = (entry for entry in found.lessons if entry.lesson.id == LESSON)

    assert [state.label for state in dossier.supplement_states] == [label]
    assert (entry.supplemented, entry.is_complete, found.hours_met) == (counts, counts, counts)
    assert found.hours == found.supplemented_hours == (entry.worth if counts else 0)


def test_facts_are_told_once() -> None:
    dossier = after(ruled(Ruling.APPROVED, 1))

    assert ask_supplement(dossier, replace(ASKED, reason="again")) == dossier
    assert rule_supplement(dossier, ruled(Ruling.APPROVED, 1)) == dossier


def test_lesson_that_was_learnt_too_is_not_shown_as_entered() -> None:
    dossier = replace(after(ruled(Ruling.APPROVED, 1)), completed={LESSON: date(2026, 10, 1)})
    found = standing(content(), AGENCY, summarise_dossier(dossier), exempt=False, now=NOON)

    assert (found.supplemented_hours, found.hours_met) == (0, True)


def test_at_a_past_date_only_what_was_approved_by_then_counts() -> None:
    summary = summarise_dossier(after(ruled(Ruling.APPROVED, 2), ruled(Ruling.REVOKED, 4)))

    then = [
        bool(summary_at(summary, at=NOON + timedelta(hours=hours), day=date(2026, 10, 9)).supplemented)
        for hours in (1, 3, 5)
    ]

    assert then == [False, True, False]


def test_whoever_has_hours_entered_has_taken_part() -> None:
    assert not summarise_dossier(after()).has_studied
    assert summarise_dossier(after(ruled(Ruling.APPROVED, 1))).has_studied


def test_states_know_whether_they_wait() -> None:
    (waiting,) = supplement_states([ASKED], [])
    (approved,) = supplement_states([ASKED], [ruled(Ruling.APPROVED, 1)])

    assert (waiting.is_waiting, waiting.is_approved) == (True, False)
    assert (approved.is_waiting, approved.is_approved) == (False, True)
