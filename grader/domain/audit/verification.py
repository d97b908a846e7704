"""Verifying the acts: what documents say now against the log, and each document's chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from grader.domain.audit.act_log import Head, LoggedAct, logged_acts
from grader.domain.audit.acts import Act, is_chain

MOST_FINDINGS = 200
"""So many are kept; more say nothing new."""


class Fault(StrEnum):
    """What is wrong with an act, or with a whole document."""

    LOST = "lost"
    ALTERED = "altered"
    UNLOGGED = "unlogged"
    BROKEN = "broken"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """What it is called on the screen."""
        return {
            "lost": "操作记录被删除",
            "altered": "操作记录被改动",
            "unlogged": "没有登记过的操作记录",
            "broken": "前后记录接不上",
            "unreadable": "操作记录无法读取",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault, and where: the document, and the act's place in it (0 for the whole document)."""

    fault: Fault
    kind: str
    id: str
    number: int = 0


class Document(NamedTuple):
    """A document as it is kept now; `acts` is None where they cannot be read."""

    kind: str
    id: str
    acts: tuple[Act, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verification came to.

    `late` of the acts were logged only when the store was opened, migrated or filled. `problem` is a sentence where it
    could not be finished. `noted` says whether an earlier head still agrees; "" where none was given.
    """

    begun: datetime
    by: str
    ended: datetime | None = None
    acts: int = 0
    late: int = 0
    head: str = ""
    noted: str = ""
    findings: tuple[Finding, ...] = ()
    found: int = 0
    problem: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether it was finished and everything agrees."""
        return self.ended is not None and not self.found and not self.problem and self.noted != DIFFERS


AGREES, DIFFERS = "agrees", "differs"


def verify(
    begun: Verification, log: Iterable[LoggedAct], documents: Iterable[Document], *, noted: Head | None = None
) -> Verification:
    """Hold every document against the log; all of the log is kept in memory, some 300 bytes an act.

    The head that is given counts the acts before the beginning. `ended` is left to the caller, who has the clock.
    """
    comparison = _Comparison(log)
    heads = [Head.empty(begun.begun), *([Head.empty(noted.until)] if noted else [])]
    for document in documents:
        acts = comparison.hold(document)
        heads = [head.with_acts(acts) for head in heads]
    findings = [*comparison.findings, *comparison.left()]
    agreement = "" if noted is None else AGREES if heads[1] == noted else DIFFERS
    return replace(
        begun,
        acts=comparison.acts,
        late=comparison.late,
        head=str(heads[0]),
        noted=agreement,
        findings=tuple(findings[:MOST_FINDINGS]),
        found=len(findings),
    )


class _Comparison:
    """The log by document; what was compared is taken out."""

    def __init__(self, log: Iterable[LoggedAct]) -> None:
        self._logged: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
        self.acts = self.late = 0
        self.findings: list[Finding] = []
        for logged in log:
            places = self._logged[logged.kind, logged.id]
            if logged.number in places:  # the store notes each act once: somebody put a line into the log
                self._find(Fault.ALTERED, logged.kind, logged.id, logged.number)
            places[logged.number] = logged.act.digest
            self.acts += 1
            self.late += logged.late

    def hold(self, document: Document) -> tuple[LoggedAct, ...]:
        """Compare a document with what was logged; gives its acts."""
        logged = self._logged.pop((document.kind, document.id), {})
        if document.acts is None:
            self._find(Fault.UNREADABLE, document.kind, document.id)
            return ()
        if not is_chain(document.acts):
            self._find(Fault.BROKEN, document.kind, document.id)
        for number, act in enumerate(document.acts, 1):
            was = logged.pop(number, None)
            if was != act.digest:
                self._find(Fault.ALTERED if was else Fault.UNLOGGED, document.kind, document.id, number)
        for number in sorted(logged):
            self._find(Fault.LOST, document.kind, document.id, number)
        return logged_acts(document.kind, document.id, document)

    def left(self) -> list[Finding]:
        """The acts of documents that have none any more."""
        return [
            Finding(fault=Fault.LOST, kind=kind, id=id, number=number)
            for (kind, id), acts in sorted(self._logged.items())
            for number in sorted(acts)
        ]

    def _find(self, fault: Fault, kind: str, id: str, number: int = 0) -> None:
        self.findings.append(Finding(fault=fault, kind=kind, id=id, number=number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The deployment's last verification; `acts` says who verified when."""

    last: Verification
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSummary:
    """When it was begun."""

    begun: datetime


def summarise_audit(audit: Audit) -> AuditSummary:
    """The summary kept beside it."""
    return AuditSummary(begun=audit.last.begun)
