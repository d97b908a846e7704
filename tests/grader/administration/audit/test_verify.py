"""Verifying the acts of a deployment whose documents somebody altered by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.accounts.signin import reset_password
from grader.administration.audit.verify import (
    BadHead,
    Verifying,
    begin_verification,
    finish_verification,
    last_verification,
    noted_head,
    verify_acts,
)
from grader.administration.reports.snapshots import freeze_year
from grader.cli import main
from grader.domain.audit.act_log import ActsWanted
from grader.domain.errors import NotAllowed
from grader.domain.people.account import Role
from grader.store import migrate_store, open_store
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from grader.store.memory import MemoryStore
from tests.grader_factories import NOON, account, unit, year
from tests.postgres_server import Database

HOUR = timedelta(hours=1)
Acts = list[dict[str, Any]]


def filled(store: Store) -> Store:
    """Two people, each with two passwords reset."""
    for id in ("a1", "a2"):
        store.save(ACCOUNT, id, replace(account(id), number=id, telephone="", qq="", pinyin=""), expected=0)
        for hours in (0, 1):
            reset_password(store, account(id).id, by="county", now=NOON + hours * HOUR)
    return store


def found(store: Store) -> list[str]:
    result = verify_acts(store, by="county", now=NOON + 2 * HOUR)
    assert result.problem == ""
    return [f"{finding.fault} {finding.id} {finding.number}" for finding in result.findings]


TAMPERINGS = [
    (lambda acts: acts.pop(), ["lost a2 2"]),
    (lambda acts: acts.clear(), ["lost a2 1", "lost a2 2"]),
    (lambda acts: acts[1].update(by="nobody"), ["altered a2 2"]),
    (lambda acts: acts[0].update(by="nobody"), ["broken a2 0", "altered a2 1"]),
    (lambda acts: acts.append(acts[0]), ["broken a2 0", "unlogged a2 3"]),
    (lambda acts: acts[0].update(at=7), ["unreadable a2 0"]),
]
NAMES = ["last removed", "all removed", "last altered", "first altered", "one added", "nonsense"]


@pytest.mark.parametrize(("tamper", "faults"), TAMPERINGS, ids=NAMES)
def test_file_altered_by_hand_is_found_while_the_service_runs(
    tmp_path: Path, tamper: Callable[[Acts], object], faults: list[str]
) -> None:
    store = filled(open_store(f"tiny:{tmp_path}", exclusive=True))
    (path,) = (tmp_path / "documents" / "account").rglob("a2.json")
    document = json.loads(path.read_text("utf-8"))

    tamper(document["documents"]["1"]["value"]["acts"])
    path.write_text(json.dumps(document), "utf-8")

    assert found(store) == faults
    store.close()


def test_last_act_removed_by_hand_is_found_after_a_restart_too(tmp_path: Path) -> None:
    filled(open_store(f"tiny:{tmp_path}", exclusive=True)).close()
    (path,) = (tmp_path / "documents" / "account").rglob("a2.json")
    document = json.loads(path.read_text("utf-8"))
    del document["documents"]["1"]["value"]["acts"][-1]
    path.write_text(json.dumps(document), "utf-8")

    store = open_store(f"tiny:{tmp_path}", exclusive=True)

    assert found(store) == ["lost a2 2"]
    store.close()


@pytest.mark.process
@pytest.mark.parametrize(("tamper", "faults"), TAMPERINGS, ids=NAMES)
def test_row_altered_by_sql_is_found(
    shared_database: Database, tamper: Callable[[Acts], object], faults: list[str]
) -> None:
    with shared_database.connect() as connection:
        connection.execute("truncate document, name, learner, progress, act, import")
        store = filled(open_store(shared_database.address, exclusive=True))
        body: Any = connection.execute("select body from document where id = 'a2'").fetchone()
        tamper(body[0]["value"]["acts"])
        connection.execute("update document set body = %s where id = 'a2'", [json.dumps(body[0])])

        assert found(store) == faults
        store.close()


@pytest.mark.process
def test_database_of_before_the_log_gets_one(shared_database: Database) -> None:
    with shared_database.connect() as connection:
        connection.execute("truncate document, name, learner, progress, act, import")
        filled(open_store(shared_database.address, exclusive=True)).close()
        connection.execute("truncate act")
        connection.execute("update document set facts = ''")
        connection.execute("update summaries set made_by = 'a program of before'")

        migrate_store(shared_database.address)

        store = open_store(shared_database.address, exclusive=True)
        result = verify_acts(store, by="county", now=NOON)
        store.close()
    assert (result.acts, result.late, result.found) == (4, 4, 0)


def test_documents_and_log_altered_together_differ_from_what_was_noted(tmp_path: Path) -> None:
    store = filled(open_store(f"tiny:{tmp_path}", exclusive=True))
    noted = verify_acts(store, by="county", now=NOON + 2 * HOUR).head
    store.close()
    (path,) = (tmp_path / "documents" / "account").rglob("a2.json")
    document = json.loads(path.read_text("utf-8"))
    del document["documents"]["1"]["value"]["acts"][-1]
    path.write_text(json.dumps(document), "utf-8")
    log = tmp_path / "acts.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))

    store = open_store(f"tiny:{tmp_path}", exclusive=True)

    assert found(store) == []
    assert verify_acts(store, by="county", now=NOON + 3 * HOUR, noted=noted_head(noted)).noted == "differs"
    store.close()


def test_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    store = filled(open_store(f"tiny:{tmp_path}", exclusive=True))
    (tmp_path / "acts.jsonl").write_bytes(b"nonsense\n")

    result = verify_acts(store, by="county", now=NOON)

    assert "第 1 行无法读取" in result.problem
    assert not result.is_sound
    store.close()


def test_what_is_no_head_is_refused() -> None:
    assert noted_head("  ") is None
    with pytest.raises(BadHead, match="不是核对码"):
        noted_head("20261128")


def test_verification_is_kept_and_is_an_act_itself() -> None:
    store = filled(MemoryStore())
    county = replace(account("c"), role=Role.COUNTY)

    begin_verification(store, county, now=NOON + 2 * HOUR, told=str)
    under_way = last_verification(store)
    finish_verification(store, noted=None, clock=lambda: NOON + 3 * HOUR)
    last = last_verification(store)

    assert under_way
    assert under_way.ended is None
    assert last
    assert (last.ended, last.acts, last.is_sound, last.by) == (NOON + 3 * HOUR, 5, True, "c")
    assert found(store) == []


def test_one_verification_at_a_time_and_by_the_county_only() -> None:
    store = MemoryStore()
    county = replace(account("c"), role=Role.COUNTY)
    begin_verification(store, county, now=NOON, told=str)

    with pytest.raises(Verifying):
        begin_verification(store, county, now=NOON + timedelta(minutes=29), told=str)
    begin_verification(store, county, now=NOON + timedelta(minutes=31), told=str)
    with pytest.raises(NotAllowed):
        begin_verification(store, replace(account("u"), role=Role.UNIT), now=NOON + HOUR, told=str)


def test_command_finds_what_was_altered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert main(["init", "--data", str(data), "--title", "某县", "--address", "http://localhost"]) == 0
    filled(open_store(f"tiny:{data / 'store'}", exclusive=True)).close()
    capsys.readouterr()

    assert main(["audit", "verify", "--data", str(data)]) == 0
    sound = capsys.readouterr().out
    assert "全部相符" in sound
    (path,) = (data / "store" / "documents" / "account").rglob("a2.json")
    path.write_text(path.read_text("utf-8").replace('"by":"county"', '"by":"clerk"'), "utf-8")
    noted = sound.split("核对码：")[1].strip()

    assert main(["audit", "verify", "--data", str(data), "--noted", noted]) == 1
    told = capsys.readouterr().out
    assert "操作记录被改动：account/a2 第 1 条" in told
    assert "与抄下的核对码不一致" in told


def test_command_lists_acts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert main(["init", "--data", str(data), "--title", "某县", "--address", "http://localhost"]) == 0
    filled(open_store(f"tiny:{data / 'store'}", exclusive=True)).close()
    capsys.readouterr()

    assert main(["audit", "list", "--data", str(data), "--person", "a2", "--action", "重置密码", "--most", "1"]) == 0

    line, count = capsys.readouterr().out.splitlines()
    assert line.split("  ")[0] == "2026-10-09 13:00:00"
    assert "重置密码" in line
    assert "（a2）" in line
    assert count == "共 2 条，列出最近的 1 条。"


def test_frozen_year_is_an_act_once() -> None:
    store, courses = year(account())
    store.save(UNIT, "u1", unit("u1"), expected=0)
    county, closed = replace(account("c"), role=Role.COUNTY), courses.current(NOON).content.programme.closes

    for _ in range(2):
        freeze_year(store, courses.current(NOON), county, now=closed)

    (act,) = store.acts(ActsWanted(action="freeze-year"), most=9).acts
    assert (act.act.by, act.act.facts["snapshot"]) == ("c", "年终存档报表")
