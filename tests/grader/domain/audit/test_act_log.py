from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from grader.domain.audit.act_log import ActsWanted, LoggedAct, findable, is_act_wanted, logged_acts
from grader.domain.audit.acts import append_act
from grader.domain.learning.dossier import Dossier
from grader.domain.learning.notebook import Notebook
from grader.domain.people.account import AccountId, UnitId
from tests.grader_factories import NOON, account, unit

ACTS = append_act((), "publish", by="county", at=NOON)


def test_logged_act_says_whom_it_is_about() -> None:
    def about(kind: str, id: str, value: object) -> list[tuple[str, str]]:
        return [(logged.account, logged.unit) for logged in logged_acts(kind, id, value)]

    assert about("account", "a1", replace(account(), acts=ACTS)) == [("a1", "")]
    assert about("dossier", "2026.a1", Dossier(programme="2026", account=AccountId("a1"), acts=ACTS)) == [("a1", "")]
    assert about("unit", "u1", replace(unit("u1"), acts=ACTS)) == [("", "u1")]
    assert about("notebook", "a1", Notebook(account=AccountId("a1"))) == []


@pytest.mark.parametrize(
    ("wanted", "is_wanted"),
    [
        (ActsWanted(), True),
        (ActsWanted(by="county", action="publish", account="a1"), True),
        (ActsWanted(by="other"), False),
        (ActsWanted(action="grant"), False),
        (ActsWanted(account="a2"), False),
        (ActsWanted(since=NOON, until=NOON + timedelta(seconds=1)), True),
        (ActsWanted(since=NOON + timedelta(seconds=1)), False),
        (ActsWanted(until=NOON), False),
        (ActsWanted(units=frozenset({UnitId("u1")})), True),
        (ActsWanted(units=frozenset()), False),
    ],
)
def test_act_is_wanted_where_all_of_it_agrees(wanted: ActsWanted, is_wanted: bool) -> None:
    (logged,) = logged_acts("account", "a1", replace(account(), acts=ACTS))
    people = {"a1"} if wanted.units else set()

    assert is_act_wanted(findable(logged), wanted, accounts=people) is is_wanted


def test_act_on_a_unit_is_its_own() -> None:
    logged = LoggedAct(kind="unit", id="u1", number=1, act=ACTS[0], unit="u1")

    assert is_act_wanted(findable(logged), ActsWanted(units=frozenset({UnitId("u1")})), accounts=())
