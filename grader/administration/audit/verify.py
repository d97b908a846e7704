"""Verifying the acts of all documents against the log, and keeping what it came to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_type_hints

from grader.domain.audit.act_log import Head, parse_head
from grader.domain.audit.acts import Act, append_act
from grader.domain.audit.verification import Audit, Document, Verification, verify
from grader.domain.errors import Malformed, NotAllowed, NotNow
from grader.domain.people.account import Account, Role
from grader.store.base import Store, Unusable
from grader.store.codec import from_plain
from grader.store.kinds import AUDIT, KINDS
from grader.store.update import update

LONGEST = timedelta(minutes=30)
"""After so long a verification that did not end was cut short, and another may begin."""
_ONLY = "acts"
_WITH_ACTS = re.compile(r'"acts"\s*:\s*\[\s*\{')
"""`"acts":[{"at":…`; not `"acts":[]`."""


class BadHead(Malformed):
    """What was noted is no head of the log."""

    code = "bad-head"
    sentence = (
        "“{text}”不是核对码。核对码如 20261128T040000Z-1024-0123456789abcdef0123456789abcdef，请照抄上次核对的结果。"
    )


class Verifying(NotNow):
    """One verification at a time."""

    code = "verifying"
    sentence = "{begun} 开始的核对还没有做完。请稍后刷新本页。"


def verify_acts(store: Store, *, by: str, now: datetime, noted: Head | None = None) -> Verification:
    """Read every document that has acts, and compare; `ended` is `now` and is renewed by who keeps the result."""
    begun = Verification(begun=now, by=by)
    try:
        return replace(verify(begun, store.log(), _documents(store), noted=noted), ended=now)
    except Unusable as fault:
        return replace(begun, ended=now, problem=str(fault))


def noted_head(text: str) -> Head | None:
    """The head that somebody noted, or None for no text. Raises BadHead."""
    if not text.strip():
        return None
    try:
        return parse_head(text)
    except ValueError:
        raise BadHead(text=text.strip()[:80]) from None


def begin_verification(store: Store, administrator: Account, *, now: datetime, told: Callable[[datetime], str]) -> None:
    """Note that one is under way. Raises NotAllowed, or Verifying while another one is; `told` writes a time."""
    if administrator.role is not Role.COUNTY:
        raise NotAllowed

    def begin(before: Audit | None) -> Audit:
        if before and before.last.ended is None and now - before.last.begun < LONGEST:
            raise Verifying(begun=told(before.last.begun))
        acts = append_act(before.acts if before else (), "verify-acts", by=administrator.id, at=now)
        return Audit(last=Verification(begun=now, by=administrator.id), acts=acts)

    update(store, AUDIT, _ONLY, begin)


def finish_verification(store: Store, *, noted: Head | None, clock: Callable[[], datetime]) -> None:
    """Do what was begun and keep what it came to."""
    under_way = last_verification(store)
    if under_way is None or under_way.ended is not None:
        return
    result = replace(verify_acts(store, by=under_way.by, now=under_way.begun, noted=noted), ended=clock())

    def end(before: Audit | None) -> Audit:
        acts = before.acts if before else ()
        return Audit(last=result, acts=acts) if before is None or before.last == under_way else before

    update(store, AUDIT, _ONLY, end)


def last_verification(store: Store) -> Verification | None:
    """What the last one came to, or that it is under way; None before the first."""
    stored = store.load(AUDIT, _ONLY)
    return stored.value.last if stored else None


def _documents(store: Store) -> Iterator[Document]:
    kinds = {kind.name for kind in KINDS if "acts" in get_type_hints(kind.value_type)}
    for text in store.documents(kinds):
        if _WITH_ACTS.search(text):
            document = json.loads(text)
            yield Document(document["kind"], document["id"], _acts(document["value"]))


def _acts(value: dict[str, Any]) -> tuple[Act, ...] | None:
    try:
        return tuple(from_plain(act, Act) for act in value["acts"])
    except Exception:  # whatever a hand has written there
        return None
