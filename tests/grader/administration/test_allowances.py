from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from grader.administration.allowances import BadAllowance, ProgrammeOver, grant
from grader.course import Course, Courses
from grader.domain.audit.acts import is_chain
from grader.domain.errors import NotAllowed, UnknownLearner
from grader.domain.learning.dossier import Allowance, WindowName
from grader.domain.people.account import Account, AccountId, Role, UnitId
from grader.dossiers import standing_of
from grader.exam import start_attempt, submit_attempt
from grader.store.kinds import DOSSIER, UNIT
from tests.grader_factories import (
    NOON,
    WatchedStore,
    account,
    dossier,
    keep_dossier,
    kept_dossier,
    milestones,
    placed,
    unit,
    year,
)

BUREAU = account("bureau", role=Role.UNIT)
A1 = AccountId("a1")
MAKEUP = datetime.fromisoformat("2026-12-05T12:00+08:00")
OVER = datetime.fromisoformat("2027-01-01T00:00+08:00")


def county(*people: Account) -> tuple[WatchedStore, Courses, Course]:
    """Unit u1 with its administrator and a1, who has the hours; u2 beside it."""
    store, courses = year(account(), BUREAU, *people)
    for id in ("u1", "u2"):
        store.save(UNIT, id, unit(id), expected=0)
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}, milestones=milestones("started", "hours_met")))
    return store, courses, courses.current(NOON)


def test_granted_minutes_lengthen_the_next_attempt_and_not_the_one_under_way() -> None:
    store, courses, course = county()
    first = start_attempt(store, course, account(), now=NOON, new_id=lambda: "t1")

    grant(store, course, BUREAU, A1, minutes=30, reason=" 视力障碍 ", now=NOON)
    submit_attempt(store, courses, account(), "t1", now=NOON)
    second = start_attempt(store, course, account(), now=NOON, new_id=lambda: "t2")

    kept = kept_dossier(store)
    assert (first.deadline, second.deadline) == (NOON + timedelta(minutes=60), NOON + timedelta(minutes=90))
    assert kept.allowances == (
        Allowance(at=NOON, by="bureau", reason="视力障碍", window=WindowName.EXAM, minutes=30, attempts=0),
    )
    assert [(act.action, dict(act.facts)) for act in kept.acts] == [
        ("grant", {"window": "exam", "minutes": "30", "attempts": "0"})
    ]
    assert is_chain(kept.acts)


@pytest.mark.parametrize(("now", "allowed"), [(NOON, 3), (MAKEUP, 2)])
def test_granted_attempt_counts_in_the_window_of_its_time(now: datetime, allowed: int) -> None:
    store, _, course = county()

    kept = grant(store, course, BUREAU, A1, attempts=1, reason="停电", now=now)

    other = MAKEUP if now is NOON else NOON
    assert standing_of(course, account(), kept, now=now).attempts_allowed == allowed
    assert standing_of(course, account(), kept, now=other).attempts_allowed == {NOON: 2, MAKEUP: 1}[other]


def test_grant_by_mistake_is_taken_back_by_another() -> None:
    store, _, course = county()
    grant(store, course, BUREAU, A1, minutes=60, attempts=2, reason="填错人", now=NOON)

    kept = grant(store, course, BUREAU, A1, minutes=-60, attempts=-2, reason="更正", now=NOON)

    assert (kept.more_minutes, kept.more_attempts, len(kept.allowances)) == (0, {WindowName.EXAM: 0}, 2)


def test_same_grant_sent_twice_is_one() -> None:
    store, _, course = county()

    for _ in range(2):
        grant(store, course, BUREAU, A1, minutes=30, reason="视力障碍", now=NOON)

    assert (kept_dossier(store).more_minutes, len(kept_dossier(store).acts)) == (30, 1)


@pytest.mark.parametrize(
    ("minutes", "attempts", "reason", "sentence"),
    [
        (0, 0, "停电", "没有记录：请填写延长的分钟数或增加的次数。"),
        (241, 0, "停电", "没有记录：延长的时间合计应为 0 至 240 分钟，现在会是 241 分钟。"),
        (-1, 0, "停电", "没有记录：延长的时间合计应为 0 至 240 分钟，现在会是 -1 分钟。"),
        (0, 11, "停电", "没有记录：增加的次数合计应为 0 至 10 次，现在会是 11 次。"),
        (0, -1, "停电", "没有记录：增加的次数合计应为 0 至 10 次，现在会是 -1 次。"),
        (30, 0, " \n", "没有记录：请写明理由，不超过 200 字。"),
        (30, 0, "长" * 201, "没有记录：请写明理由，不超过 200 字。"),
    ],
)
def test_grant_out_of_bounds_is_refused_and_not_recorded(
    minutes: int, attempts: int, reason: str, sentence: str
) -> None:
    store, _, course = county()
    before = kept_dossier(store)

    with pytest.raises(BadAllowance, match=sentence):
        grant(store, course, BUREAU, A1, minutes=minutes, attempts=attempts, reason=reason, now=NOON)

    assert kept_dossier(store) == before


def test_grant_after_the_last_window_is_refused() -> None:
    store, _, course = county()

    with pytest.raises(ProgrammeOver, match="2026年度学法考试的考试已经全部结束"):
        grant(store, course, BUREAU, A1, minutes=30, reason="停电", now=OVER)


def test_only_learners_of_the_administrators_own_units_are_granted_anything() -> None:
    elsewhere = placed(account("a2"), (NOON, "u2"))
    store, _, course = county(elsewhere)

    for id in ("a2", "bureau", "nobody"):
        with pytest.raises(UnknownLearner):
            grant(store, course, BUREAU, AccountId(id), minutes=30, reason="停电", now=NOON)
    with pytest.raises(NotAllowed):
        grant(store, course, account(), A1, minutes=30, reason="停电", now=NOON)

    assert [row.id for row in store.list(DOSSIER)] == ["2026.a1"]
    assert UnitId("u2") == elsewhere.unit
