"""Parts of the store in PostgreSQL that need no server: its SQL files, its facts, what it keeps decoded."""

from __future__ import annotations

import inspect
from datetime import timedelta
from importlib.resources import files

import pytest

from grader.domain.learning.dossier import summarise_dossier
from grader.domain.people.account import Switch, summarise_account
from grader.store.base import Stored
from grader.store.kinds import UNIT
from grader.store.postgres import documents, facts, importing, schema, store, summaries, writing
from grader.store.postgres.bodies import Bodies
from grader.store.postgres.facts import facts_of, restored, storable
from grader.store.postgres.queries import migrations, queries
from tests.grader_factories import NOON, account, dossier, milestones, placed, unit


def test_every_query_is_asked_somewhere() -> None:
    sources = "".join(map(inspect.getsource, (documents, facts, importing, schema, store, summaries, writing)))
    made = {"keep_learner", "keep_progress", "forget_learner", "forget_progress"}  # put together from a table's name
    opening = {"unfinished_import"}

    assert [name for name in queries() if f'"{name}"' not in sources and name not in made | opening] == []


def test_migrations_are_numbered_without_gaps() -> None:
    assert [migration.number for migration in migrations()] == list(range(1, len(migrations()) + 1))
    assert all(files("grader.store.postgres").joinpath("sql/migrations", f"{m.name}.sql") for m in migrations())


@pytest.mark.parametrize("text", ["", "u1", "\x00", "\x1a", "\x1a0", "\x1a1", "\x1a\x00", "\x00\x1a", "a\x00\x1a1b"])
def test_text_with_rare_characters_is_restored(text: str) -> None:
    kept = storable(text)

    assert "\x00" not in kept
    assert restored(kept) == text


def test_learner_without_a_past_has_no_history() -> None:
    stays = facts_of(summarise_account(placed(account(), (NOON, "u1"))), ()).learner
    moved = facts_of(summarise_account(placed(account(), (NOON, "u1"), (NOON + timedelta(1), "u2"))), ()).learner

    assert stays
    assert moved
    assert (stays["unit"], stays["settled"], stays["units"]) == ("u1", NOON, None)
    assert (moved["unit"], moved["settled"], moved["units"]) == ("u2", NOON + timedelta(1), ["u1", "u2"])


def test_facts_change_with_what_reports_ask_and_not_with_study() -> None:
    def digest(seconds: int) -> str:
        studied = dossier(seconds={"xianfa-01": seconds}, milestones=milestones("started"))
        return facts_of(summarise_dossier(studied), ()).digest

    assert digest(60) == digest(90)
    switched = [
        facts_of(summarise_account(account(switches=s)), ()).digest for s in ((), (Switch(at=NOON, active=False),))
    ]
    assert switched[0] != switched[1]


def test_decoded_body_is_found_by_its_very_text_until_others_push_it_out() -> None:
    bodies, stored = Bodies(2), Stored(unit(), 1)

    bodies.keep(UNIT, "a", stored, id="u1")
    found = [bodies.find(UNIT, "u1", text) for text in ("a", "b")]
    for id in ("u2", "u3"):
        bodies.keep(UNIT, "a", stored, id=id)

    assert found == [stored, None]
    assert [bodies.find(UNIT, id, "a") for id in ("u1", "u2", "u3")] == [None, stored, stored]
