"""The kinds of document: type, summary and unique names of each."""

from __future__ import annotations

from typing import Any

from grader.domain.audit.acts import Seal, SealSummary, summarise_seal
from grader.domain.audit.verification import Audit, AuditSummary, summarise_audit
from grader.domain.board import Board, BoardSummary, summarise_board
from grader.domain.content import (
    Active,
    ActiveSummary,
    ContentSummary,
    PublishedContent,
    summarise_active,
    summarise_content,
)
from grader.domain.draft import Draft, DraftSummary, summarise_draft
from grader.domain.exam.attempt import Attempt, AttemptSummary, summarise_attempt
from grader.domain.figures import Snapshot, SnapshotSummary, summarise_snapshot
from grader.domain.learning.dossier import Dossier, DossierSummary, summarise_dossier
from grader.domain.learning.notebook import Notebook, NotebookSummary, summarise_notebook
from grader.domain.message import Message, MessageSummary, summarise_message
from grader.domain.people.account import Account, AccountId, AccountSummary, summarise_account
from grader.domain.people.unit import Unit, UnitSummary, summarise_unit
from grader.store.base import Kind, Name

LOGIN = "login"
"""Accounts: number, telephone, QQ number and pinyin name share one space, so that a login name means one person."""
SERIAL = "serial"
"""Dossiers: serials of their certificates, revoked ones too."""
LINKED = "linked"
"""Accounts: the learner's account that an administrator's is linked to, so that it has one administrator's only."""
CODE = "code"
"""Units: the unit code."""


def _account_names(account: Account) -> frozenset[Name]:
    linked = [Name(LINKED, account.linked.account)] if account.linked else []
    return frozenset([*(Name(LOGIN, name) for name in account.login_names), *linked])


def _dossier_names(dossier: Dossier) -> frozenset[Name]:
    return frozenset(Name(SERIAL, award.serial) for award in dossier.awards)


def _unit_names(unit: Unit) -> frozenset[Name]:
    return frozenset([Name(CODE, unit.code)])


def _with_hours(content: dict[str, Any]) -> dict[str, Any]:
    """Before schema 3 a lesson had no credit hours; by its length, in tenths."""
    credit_hour = content["programme"]["credit_hour_minutes"]
    lessons = [{**lesson, "hours": max(lesson["minutes"] * 10 // credit_hour, 1) / 10} for lesson in content["lessons"]]
    return {**content, "lessons": lessons}


def _with_right_days(notebook: dict[str, Any]) -> dict[str, Any]:
    """Before schema 2 right answers in a row were counted, whatever the day; what has left the list stays away."""
    items = {
        id: {
            **{name: value for name, value in seen.items() if name != "right_in_row"},
            "right_days": seen["right_in_row"],
            "last_right": seen["last"][:10] if seen["right_in_row"] else None,
        }
        for id, seen in notebook["items"].items()
    }
    return {**notebook, "items": items}


def _with_former_ranks(account: dict[str, Any]) -> dict[str, Any]:
    """Before schema 8 only the acts said what a rank had been."""
    return {**account, "former_ranks": _former(account, "rank:before")}


def _with_former_kinds(unit: dict[str, Any]) -> dict[str, Any]:
    """Before schema 4 only the acts said what kind a unit had been; its former names were written otherwise."""
    names = [{"text": one["name"], "until": one["until"]} for one in unit.get("former", ())]
    kept = {name: value for name, value in unit.items() if name != "former"}
    return {**kept, "former_names": names, "former_kinds": _former(unit, "kind:before")}


def _former(document: dict[str, Any], fact: str) -> list[dict[str, str]]:
    """What stood in a field before each act that says so."""
    acts = [act for act in document.get("acts", ()) if fact in act["facts"]]
    return [{"text": act["facts"][fact], "until": act["at"]} for act in acts]


ACCOUNT: Kind[Account, AccountSummary] = Kind(
    name="account",
    value_type=Account,
    summary_type=AccountSummary,
    summarise=summarise_account,
    names=_account_names,
    schema=8,
    # Those before the last added members that may be missing, or filled one that was always null.
    upcasts={**dict.fromkeys(range(1, 7), dict), 7: _with_former_ranks},
)
UNIT: Kind[Unit, UnitSummary] = Kind(
    name="unit",
    value_type=Unit,
    summary_type=UnitSummary,
    summarise=summarise_unit,
    names=_unit_names,
    schema=4,
    # Those before the last added members that may be missing.
    upcasts={1: dict, 2: dict, 3: _with_former_kinds},
)
DOSSIER: Kind[Dossier, DossierSummary] = Kind(
    name="dossier",
    value_type=Dossier,
    summary_type=DossierSummary,
    summarise=summarise_dossier,
    names=_dossier_names,
    schema=4,
    upcasts={1: dict, 2: dict, 3: dict},  # these added members that may be missing; the last: hours entered by hand
)
ATTEMPT: Kind[Attempt, AttemptSummary] = Kind(
    name="attempt",
    value_type=Attempt,
    summary_type=AttemptSummary,
    summarise=summarise_attempt,
    schema=2,
    upcasts={1: dict},  # schema 2 added a member that may be missing: whether an item is marked
)
NOTEBOOK: Kind[Notebook, NotebookSummary] = Kind(
    name="notebook",
    value_type=Notebook,
    summary_type=NotebookSummary,
    summarise=summarise_notebook,
    schema=2,
    upcasts={1: _with_right_days},
)
CONTENT: Kind[PublishedContent, ContentSummary] = Kind(
    name="content",
    value_type=PublishedContent,
    summary_type=ContentSummary,
    summarise=summarise_content,
    schema=6,
    # These added members that may be missing; the last two: ranks, how learners sign in first.
    upcasts={1: dict, 2: _with_hours, 3: dict, 4: dict, 5: dict},
)
ACTIVE: Kind[Active, ActiveSummary] = Kind(
    name="active",
    value_type=Active,
    summary_type=ActiveSummary,
    summarise=summarise_active,
    schema=2,
    upcasts={1: dict},  # schema 2 added a member that may be missing: the county's changes of the year's rules
)
SNAPSHOT: Kind[Snapshot, SnapshotSummary] = Kind(
    name="snapshot",
    value_type=Snapshot,
    summary_type=SnapshotSummary,
    summarise=summarise_snapshot,
    schema=2,
    upcasts={1: dict},  # schema 2 added members that may be missing: numbered corrections, the exempt who qualified
)
SEAL: Kind[Seal, SealSummary] = Kind(name="seal", value_type=Seal, summary_type=SealSummary, summarise=summarise_seal)
AUDIT: Kind[Audit, AuditSummary] = Kind(
    name="audit", value_type=Audit, summary_type=AuditSummary, summarise=summarise_audit
)

MESSAGE: Kind[Message, MessageSummary] = Kind(
    name="message", value_type=Message, summary_type=MessageSummary, summarise=summarise_message
)

BOARD: Kind[Board, BoardSummary] = Kind(
    name="board", value_type=Board, summary_type=BoardSummary, summarise=summarise_board
)

DRAFT: Kind[Draft, DraftSummary] = Kind(
    name="draft", value_type=Draft, summary_type=DraftSummary, summarise=summarise_draft
)

KINDS: tuple[Kind[Any, Any], ...] = (
    ACCOUNT,
    UNIT,
    DOSSIER,
    ATTEMPT,
    NOTEBOOK,
    CONTENT,
    ACTIVE,
    SNAPSHOT,
    SEAL,
    AUDIT,
    MESSAGE,
    BOARD,
    DRAFT,
)


def dossier_id(programme: str, account: AccountId) -> str:
    """The id of one learner's dossier under one programme."""
    return f"{programme}.{account}"
