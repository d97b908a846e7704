"""Acts of administrators, appended to the document that they change and chained by hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what to this document and when; `previous` is the digest of the document's act before it.

    `facts` holds no personal values: those enter as keyed digests, so that erasure leaves the chain valid.
    """

    at: datetime
    by: str
    action: str
    facts: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over every field, in a form that does not depend on the store."""
        fields = [self.at.isoformat(), self.by, self.action, sorted(self.facts.items()), self.previous]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def append_act(
    acts: tuple[Act, ...], action: str, *, by: str, at: datetime, facts: Mapping[str, str] | None = None
) -> tuple[Act, ...]:
    """The acts with one more, linked to the last."""
    previous = acts[-1].digest if acts else ""
    return (*acts, Act(at=at, by=by, action=action, facts=dict(facts or {}), previous=previous))


def is_chain(acts: tuple[Act, ...]) -> bool:
    """Whether each act names the digest of the one before it."""
    previous = ""
    for act in acts:
        if act.previous != previous:
            return False
        previous = act.digest
    return True
