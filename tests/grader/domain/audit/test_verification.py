from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.domain.audit.act_log import Head, LoggedAct, logged_acts, parse_head
from grader.domain.audit.acts import Act, append_act
from grader.domain.audit.verification import (
    Audit,
    AuditSummary,
    Document,
    Fault,
    Finding,
    Verification,
    summarise_audit,
    verify,
)
from tests.grader_factories import NOON

LATER = NOON + timedelta(days=9)
BEGUN = Verification(begun=LATER, by="county")
Acts = tuple[Act, ...]


def three() -> Acts:
    acts = append_act((), "import-create", by="clerk", at=NOON)
    acts = append_act(acts, "import-change", by="clerk", at=NOON + timedelta(days=1), facts={"fields": "职务级别"})
    return append_act(acts, "reset-password", by="office", at=NOON + timedelta(days=2))


def logged(acts: Acts, *, late: bool = False) -> tuple[LoggedAct, ...]:
    return logged_acts("account", "a1", Document("account", "a1", acts), late=late)


def compared(before: Acts, now: Acts | None) -> list[tuple[Fault, int]]:
    """The faults found in one document, and the acts that they are about."""
    result = verify(BEGUN, logged(before), [Document("account", "a1", now)])
    assert result.found == len(result.findings)
    return [(finding.fault, finding.number) for finding in result.findings]


def test_untouched_acts_are_sound() -> None:
    result = replace(verify(BEGUN, logged(three(), late=True), [Document("account", "a1", three())]), ended=LATER)

    assert (result.acts, result.late, result.found, result.is_sound) == (3, 3, 0, True)


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (lambda acts: acts[:2], [(Fault.LOST, 3)]),
        (lambda acts: acts[:0], [(Fault.LOST, 1), (Fault.LOST, 2), (Fault.LOST, 3)]),
        (lambda acts: (*acts[:2], replace(acts[2], by="nobody")), [(Fault.ALTERED, 3)]),
        (lambda acts: (replace(acts[0], by="nobody"), *acts[1:]), [(Fault.BROKEN, 0), (Fault.ALTERED, 1)]),
        (lambda acts: append_act(acts, "publish", by="nobody", at=LATER), [(Fault.UNLOGGED, 4)]),
        (lambda acts: acts and None, [(Fault.UNREADABLE, 0)]),
    ],
    ids=["last removed", "all removed", "last altered", "first altered", "one added", "nonsense"],
)
def test_tampering_is_found(tamper: Callable[[Acts], Acts | None], found: list[tuple[Fault, int]]) -> None:
    assert compared(three(), tamper(three())) == found


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("by", ["nobody", "office"])
def test_line_that_was_put_into_the_log_is_found(by: str, is_first: bool) -> None:
    *before, last = logged(three())
    forged = replace(last, act=replace(last.act, by=by))
    log = [*before, *((forged, last) if is_first else (last, forged))]

    result = verify(BEGUN, log, [Document("account", "a1", three())])

    assert Finding(fault=Fault.ALTERED, kind="account", id="a1", number=3) in result.findings


def test_chain_that_was_forged_anew_is_found_by_the_log() -> None:
    forged: Acts = ()
    for act in three():
        forged = append_act(forged, act.action, by="nobody", at=act.at, facts=act.facts)

    assert compared(three(), forged) == [(Fault.ALTERED, number) for number in (1, 2, 3)]


def test_document_that_is_gone_has_lost_its_acts() -> None:
    result = verify(BEGUN, logged(three()), [])

    assert result.findings[0] == Finding(fault=Fault.LOST, kind="account", id="a1", number=1)
    assert (result.found, result.is_sound) == (3, False)


def test_head_that_was_noted_finds_what_was_altered_in_documents_and_log_together() -> None:
    noted = parse_head(verify(BEGUN, logged(three()), [Document("account", "a1", three())]).head)
    more = append_act(three(), "publish", by="county", at=LATER + timedelta(days=1))

    def later(acts: Acts) -> str:
        return verify(BEGUN, logged(acts), [Document("account", "a1", acts)], noted=noted).noted

    assert (later(three()), later(more), later(three()[:2])) == ("agrees", "agrees", "differs")


def test_head_does_not_depend_on_order_but_on_every_act() -> None:
    acts = logged(three())
    empty = Head.empty(LATER)

    assert empty.with_acts(acts) == empty.with_acts(acts[::-1]) == empty.with_acts(acts[:1]).with_acts(acts[1:])
    assert empty.with_acts(acts) != empty.with_acts([*acts[:2], replace(acts[2], number=4)])
    assert empty.with_acts(acts).count == 3


def test_head_is_read_as_it_was_written() -> None:
    head = Head.empty(datetime(2026, 11, 28, 4, tzinfo=UTC)).with_acts(logged(three()))

    assert parse_head(f" {head}\n") == head
    assert str(head).startswith("20261128T040000Z-3-")


@pytest.mark.parametrize("text", ["", "20261128T040000Z-3", f"2026-3-{'0' * 32}", f"20261128T040000Z-3-{'x' * 32}"])
def test_nonsense_is_no_head(text: str) -> None:
    with pytest.raises(ValueError, match=r"values|digest|time data"):
        parse_head(text)


def test_faults_have_names_and_the_summary_its_date() -> None:
    assert len({fault.label for fault in Fault}) == len(Fault)
    assert summarise_audit(Audit(last=BEGUN)) == AuditSummary(begun=LATER)
