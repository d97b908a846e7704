"""What the columns and tables beside a document keep of it. Imports the domain, and `base` only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.domain.account import AccountSummary, Role
from grader.domain.attempt import AttemptSummary
from grader.domain.dossier import DossierSummary, Milestone
from grader.domain.figures import is_active_at, placement_at
from grader.store.base import Name

Row = dict[str, Any]

FILTERS: Mapping[type, frozenset[str]] = {
    AccountSummary: frozenset({"unit", "role"}),
    DossierSummary: frozenset({"programme", "account", "sitting"}),
    AttemptSummary: frozenset({"programme", "account"}),
}
"""Fields of a summary that have a column of the same name, so that the database can filter by them."""
TABLES: Mapping[str, str] = {"account": "learner", "dossier": "progress"}
"""The table of facts beside a kind's documents."""
NO_COLUMNS: Mapping[str, None] = dict.fromkeys(("programme", "account", "unit", "role", "sitting", "due", "started"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One document's columns, and its rows in other tables: names, a learner's transitions, a dossier's milestones."""

    columns: Row
    names: list[Name]
    learner: Row | None
    progress: Row | None

    @property
    def digest(self) -> str:
        """Equal for two versions of a document that differ in nothing of this."""
        kept = (self.columns, self.names, self.learner, self.progress)
        return hashlib.sha256(repr(kept).encode()).hexdigest()[:24] if any(kept) else ""


def facts_of(summary: object, names: Iterable[Name]) -> Facts:
    """What stands beside a document with this summary and these names."""
    learner = progress = None
    columns: Row = {}
    if isinstance(summary, AccountSummary):
        columns = {"unit": storable(summary.unit), "role": str(summary.role)}
        learner = _learner(summary) if summary.role is Role.LEARNER else None
    elif isinstance(summary, DossierSummary):
        columns = {"sitting": summary.sitting, "due": summary.due, **_owner(summary)}
        progress = _progress(summary)
    elif isinstance(summary, AttemptSummary):
        columns = {"started": summary.started, **_owner(summary)}
    kept = sorted(Name(storable(name.space), storable(name.text)) for name in names)
    return Facts(columns=columns, names=kept, learner=learner, progress=progress)


def storable(text: str) -> str:
    """Text as text columns hold it: they take no U+0000."""
    return text.replace("\x1a", "\x1a1").replace("\x00", "\x1a0") if "\x1a" in text or "\x00" in text else str(text)


def restored(text: str) -> str:
    """What `storable` was given."""
    return text.replace("\x1a0", "\x00").replace("\x1a1", "\x1a") if "\x1a" in text else text


def _owner(summary: DossierSummary | AttemptSummary) -> Row:
    return {"programme": storable(summary.programme), "account": storable(summary.account)}


def _learner(account: AccountSummary) -> Row:
    placed_at = _moments(account.placements)
    switched_at = _moments(account.switches)
    return {
        "placed_at": placed_at,
        "units": [storable(place.unit) for at in placed_at if (place := placement_at(account, at))],
        "switched_at": switched_at,
        "active": [is_active_at(account, at) for at in switched_at],
        "exempt_programmes": [storable(exemption.programme) for exemption in account.exemptions],
        "exempt_from": [exemption.at for exemption in account.exemptions],
        "exempt_to": [exemption.ends for exemption in account.exemptions],
    }


def _moments(transitions: Iterable[Any]) -> list[datetime]:
    """When something changed, in order; the database searches among them."""
    return sorted({transition.at for transition in transitions})


def _progress(dossier: DossierSummary) -> Row | None:
    if not dossier.milestones:
        return None
    return {**_owner(dossier), **{name.value: dossier.milestones.get(name) for name in Milestone}}
