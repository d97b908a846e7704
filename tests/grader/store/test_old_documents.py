"""Documents that older versions kept open with their meaning unchanged; those versions wrote the fixtures."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from grader.administration.reports.learners import find_learners
from grader.course import Courses
from grader.domain.figures import Figures, rank_at
from grader.domain.learning.dossier import summarise_dossier
from grader.domain.learning.standing import State, standing
from grader.domain.people.account import UnitId, summarise_account
from grader.domain.people.unit import summarise_unit, unit_kind_at, unit_name_at
from grader.store import codec, open_store
from grader.store.base import Kind, Name
from grader.store.kinds import ACCOUNT, ACTIVE, ATTEMPT, CONTENT, DOSSIER, KINDS, LOGIN, NOTEBOOK, SERIAL, UNIT
from quizgen.credit import full_hours, length
from quizgen.model import LessonId, TierId
from quizgen.programme import CreditBy, FirstPassword, HelpTelephone
from tests.grader_factories import NOON, unit

FIXTURES = Path(__file__).parent / "fixtures"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
UNITS = {UnitId("u1"): summarise_unit(unit())}


def opened(kind: Kind[Any, Any], name: str) -> Any:
    document = json.loads((FIXTURES / name).read_text("utf-8"))
    return codec.decode(kind, document["id"], document, where=name).value


def test_content_kept_before_sections_keeps_its_rule_and_lengths() -> None:
    content = opened(CONTENT, "content-schema-2.json")

    programme, lesson = content.programme, content.lesson(LessonId("xianfa-01"))
    assert (programme.credit_by, programme.completion_minutes) == (CreditBy.COMPLETION, 10)
    assert (length(programme, lesson), full_hours(programme, lesson)) == (2700, 1)
    assert [lesson.hours for lesson in content.lessons] == [1, 1.1]
    assert [lesson.sections for lesson in content.lessons] == [(), ()]


def test_folder_of_november_2026_opens_unchanged(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "county", tmp_path / "data")
    before = {path: path.read_bytes() for path in (tmp_path / "data" / "documents").rglob("*.json")}

    store = open_store(f"tiny:{tmp_path / 'data'}", exclusive=True)

    assert {kind.name: [row.id for row in store.list(kind)] for kind in KINDS} == {
        "account": ["a1", "a2", "c0"],
        "unit": ["u1", "u2"],
        "dossier": ["2026.a1"],
        "attempt": ["t1"],
        "notebook": ["a1"],
        "content": ["8c24c2fbd9a43d44517728a6eb5b58138ba920f5"],
        "active": ["2026"],
        "snapshot": ["2026"],
        "seal": [],
        "audit": [],
        "message": [],
        "board": [],
        "draft": [],
    }
    assert all(store.load(kind, row.id) for kind in KINDS for row in store.list(kind))
    assert store.find(ACCOUNT, Name(LOGIN, "zhaoxuefa")) == "a1"
    assert store.find(DOSSIER, Name(SERIAL, "0000000000000000")) == "2026.a1"
    assert store.figures("2026", at=NOON) == {
        "u1": Figures(enrolled=2, inactive=1, eligible=1, started=1, hours_met=1, examined=1, passed=1, qualified=1)
    }
    course = Courses(store).of_programme("2026", NOON)
    assert [row.standing.state for row in find_learners(store, course, UNITS, now=NOON).rows()] == [
        State.QUALIFIED,
        State.NOT_STARTED,
    ]
    store.close()
    assert {path: path.read_bytes() for path in before} == before


def test_dossier_kept_before_sections_keeps_its_study_and_milestones() -> None:
    dossier = opened(DOSSIER, "dossier-schema-1.json")
    content = opened(CONTENT, "content-schema-2.json")

    summary = summarise_dossier(dossier)
    found = standing(content, TierId("agency"), summary, exempt=False, now=NOON)

    assert (dossier.completed, dossier.answered) == ({}, {})
    assert summary.seconds == {"xianfa-01": 600, "xuanxiu-01": 60}
    assert (found.hours, found.hours_met, found.state) == (1, True, State.EXAM_DUE)


def test_dossier_kept_before_allowances_has_none_and_keeps_its_lessons() -> None:
    dossier = opened(DOSSIER, "dossier-schema-2.json")

    assert (dossier.allowances, dossier.more_minutes, dossier.more_attempts) == ((), 0, {})
    assert (list(dossier.completed), list(dossier.answered), len(dossier.starts)) == (["xianfa-01"], ["xuanxiu-01"], 1)


def test_dossier_kept_before_supplements_has_none_and_keeps_its_allowances() -> None:
    dossier = opened(DOSSIER, "dossier-schema-3.json")

    assert (dossier.supplements, dossier.rulings, dossier.more_minutes) == ((), (), 30)


def test_unit_kept_before_confirmations_has_none_and_keeps_its_former_name() -> None:
    unit = opened(UNIT, "unit-schema-2.json")

    assert (unit.confirmations, [former.text for former in unit.former_names]) == ((), ["县水利局"])


def test_unit_kept_before_its_kinds_had_dates_takes_them_from_its_acts() -> None:
    unit = summarise_unit(opened(UNIT, "unit-schema-3.json"))

    assert [unit_kind_at(unit, JUNE - SECOND), unit_kind_at(unit, JUNE)] == ["机关", "事业单位"]
    assert [unit_name_at(unit, JUNE - SECOND), unit_name_at(unit, JUNE)] == ["县水利局", "县水务局"]


def test_attempt_kept_before_marks_has_none_and_keeps_its_responses() -> None:
    attempt = opened(ATTEMPT, "attempt-schema-1.json")

    assert {item: (set(given.options), given.sequence, given.marked) for item, given in attempt.responses.items()} == {
        "xianfa-01-101": ({"B"}, 3, False)
    }


def test_account_kept_before_transfers_has_none_and_keeps_its_names() -> None:
    person = opened(ACCOUNT, "account-schema-2.json")

    assert (person.transfers, person.transfer, person.telephone) == ((), None, "19900000001")
    assert [ended.nonce for ended in person.ended] == ["n1"]


def test_account_kept_before_approvals_keeps_its_exemption() -> None:
    (exemption,) = opened(ACCOUNT, "account-schema-4.json").exemptions

    assert (exemption.kind, exemption.ends, exemption.approver, exemption.is_approved) == ("worker", None, "", False)


def test_account_kept_before_links_has_none_and_keeps_who_approved() -> None:
    person = opened(ACCOUNT, "account-schema-5.json")

    assert (person.linked, person.exemptions[0].approver, person.exemptions[0].is_approved) == (
        None,
        "县委组织部",
        True,
    )


def test_active_pointer_kept_before_changes_of_the_year_has_none() -> None:
    (name,) = (path.relative_to(FIXTURES) for path in (FIXTURES / "county/documents/active").rglob("2026.json"))
    document = json.loads((FIXTURES / name).read_text("utf-8"))["documents"]["1"]

    pointer = codec.decode(ACTIVE, "2026", document, where=str(name)).value

    assert (document["schema"], pointer.changes, pointer.laid.rules, len(pointer.acts)) == (1, (), (), 1)


def test_account_kept_before_sign_ins_were_noted_has_none() -> None:
    assert opened(ACCOUNT, "account-schema-6.json").sign_ins == ()


def test_account_kept_before_its_ranks_had_dates_takes_them_from_its_acts() -> None:
    person = summarise_account(opened(ACCOUNT, "account-schema-7.json"))

    assert [rank_at(person, NOON + DAY - SECOND), rank_at(person, NOON + DAY)] == ["科员", "科长"]


def test_content_kept_before_ranks_has_none() -> None:
    content = opened(CONTENT, "content-schema-4.json")

    assert (content.programme.ranks, list(content.programme.tiers)) == ({}, ["agency", "leading"])


def test_account_kept_before_slips_is_still_unclaimed_and_never_expires() -> None:
    person = opened(ACCOUNT, "account-schema-3.json")

    assert (person.credential.initial, person.credential.expires, person.confirmed, person.linked) == (
        True,
        None,
        None,
        None,
    )
    assert [(switch.active, switch.reason) for switch in person.switches] == [(False, "")]


def test_content_kept_before_slips_lets_learners_in_as_before() -> None:
    programme = opened(CONTENT, "content-schema-5.json").programme

    assert (programme.first_password, programme.password_text, programme.help_telephone) == (
        FirstPassword.COMMON,
        "",
        HelpTelephone.NONE,
    )


def test_notebook_kept_before_days_keeps_which_items_are_wrong() -> None:
    notebook = opened(NOTEBOOK, "notebook-schema-1.json")

    days = {id: (seen.right_days, str(seen.last_right or "")) for id, seen in notebook.items.items()}
    assert days == {
        "xianfa-01-001": (1, "2026-10-09"),
        "xianfa-01-002": (3, "2026-10-09"),
        "xianfa-01-003": (0, ""),
    }
    assert (notebook.wrong, set(notebook.favourites)) == (("xianfa-01-001", "xianfa-01-003"), {"xianfa-01-002"})
