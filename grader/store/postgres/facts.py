"""What the columns and tables beside a document keep of it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from grader.domain.audit.act_log import LoggedAct, findable
from grader.domain.exam.attempt import AttemptSummary
from grader.domain.figures import Cell, Figures, is_active_at, placement_at, rank_at
from grader.domain.learning.dossier import DossierSummary, Milestone
from grader.domain.message import MessageSummary
from grader.domain.people.account import AccountSummary, Role, UnitId
from grader.store.base import Name
from grader.store.codec import to_json, to_plain
from quizgen.model import TierId

P = TypeVar("P")
Row = dict[str, Any]

FILTERS: Mapping[type, frozenset[str]] = {
    AccountSummary: frozenset({"unit", "role"}),
    DossierSummary: frozenset({"programme", "account", "sitting"}),
    AttemptSummary: frozenset({"programme", "account"}),
    MessageSummary: frozenset({"account"}),
}
"""Fields of a summary that have a column of the same name, so that the database can filter by them."""
TABLES: Mapping[str, str] = {"account": "learner", "dossier": "progress"}
"""The table of facts beside a kind's documents."""
_NO_HISTORY: Mapping[str, None] = dict.fromkeys(
    (
        *("placed_at", "units", "tiers", "ranked_at", "ranks", "switched_at", "active"),
        *("exempt_programmes", "exempt_from", "exempt_to"),
    )
)
NO_COLUMNS: Mapping[str, None] = dict.fromkeys(("programme", "account", "unit", "role", "sitting", "due", "started"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One document's columns, and its rows in other tables: names, a learner's transitions, a dossier's milestones."""

    columns: Row
    names: list[Name]
    learner: Row | None
    progress: Row | None
    acts: tuple[LoggedAct, ...] = ()

    def beside(self, table: str) -> Row | None:
        """The row in this table, or None where there is none to keep."""
        return {"learner": self.learner, "progress": self.progress}[table]

    def learner_of(self, id: str) -> str:
        """The learner whose facts these are: a dossier's account, or the account itself."""
        return str(self.columns.get("account", id))

    @property
    def digest(self) -> str:
        """Equal for two versions of a document that differ in nothing of this."""
        acts = [tuple(logged.act.digest for logged in self.acts)] if self.acts else []
        kept = (self.columns, self.names, self.learner, self.progress, *acts)
        return hashlib.sha256(repr(kept).encode()).hexdigest()[:24] if any(kept) else ""


def facts_of(summary: object, names: Iterable[Name], acts: tuple[LoggedAct, ...] = ()) -> Facts:
    """What stands beside a document with this summary, these names and acts."""
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
    elif isinstance(summary, MessageSummary):
        columns = {"account": storable(summary.account)}
    kept = sorted(Name(storable(name.space), storable(name.text)) for name in names)
    return Facts(columns=columns, names=kept, learner=learner, progress=progress, acts=acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping(Generic[P]):
    """What figures are counted by: the queries that name its `width` columns, and what is made of their texts."""

    now: str
    then: str
    width: int
    place: Callable[..., P]


BY_UNIT = Grouping(now="place", then="place_then", width=1, place=UnitId)
BY_CELL = Grouping(
    now="cell", then="cell_then", width=3, place=lambda unit, tier, rank: Cell(UnitId(unit), TierId(tier), rank)
)


def counted_figures(
    enrolled: Iterable[tuple[Any, ...]],
    reached: Iterable[tuple[Any, ...]],
    spared: Iterable[tuple[Any, ...]],
    *,
    by: Grouping[P],
) -> dict[P, Figures]:
    """The figures of each place from the rows of the queries `enrolled`, `reached` and `spared`."""
    counts: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(dict)

    def add(row: tuple[Any, ...], *names: str) -> None:
        of_place, count = counts[row[: by.width]], row[-1]
        for name in names:
            of_place[name] = of_place.get(name, 0) + count

    for row in enrolled:
        add(row, "enrolled", ("inactive", "exempt", "eligible")[row[by.width]])
    for row in reached:
        add(row, *(name for name, was in zip(Milestone, row[by.width : -1], strict=True) if was))
    for row in spared:
        add(row, "exempt_qualified")
    return {by.place(*map(restored, texts)): Figures(**counted) for texts, counted in counts.items()}


def act_row(logged: LoggedAct) -> Row:
    """The row of one act in the log: what it is found by, and all of it as JSON."""
    columns = findable(logged)._asdict()
    by = columns.pop("by")
    texts = {name: storable(value) for name, value in columns.items() if isinstance(value, str)}
    return {**columns, **texts, "done_by": storable(by), "entry": to_json(to_plain(logged, LoggedAct))}


def storable(text: str) -> str:
    """Text as text columns hold it: they take no U+0000."""
    return text.replace("\x1a", "\x1a1").replace("\x00", "\x1a0") if "\x1a" in text or "\x00" in text else str(text)


def restored(text: str) -> str:
    """What `storable` was given."""
    return text.replace("\x1a0", "\x00").replace("\x1a1", "\x1a") if "\x1a" in text else text


def _owner(summary: DossierSummary | AttemptSummary) -> Row:
    return {"programme": storable(summary.programme), "account": storable(summary.account)}


def _learner(account: AccountSummary) -> Row:
    """Where the learner is since the last change; and, where there was more than one, what was before."""
    ends = [exemption.ends for exemption in account.exemptions if exemption.ends]
    transitions: list[Any] = [*account.placements, *account.switches, *account.exemptions]
    renamed = [former.until for former in account.former_ranks]
    settled = max([*(transition.at for transition in transitions), *ends, *renamed])
    place = placement_at(account, settled) or account.placements[-1]
    return {
        "unit": storable(place.unit),
        "tier": storable(place.tier),
        "rank": storable(rank_at(account, settled)),
        "is_active": is_active_at(account, settled),
        "exempt": [storable(e.programme) for e in account.exemptions if e.holds(settled)] or None,
        "settled": settled,
        **(_history(account) if len(transitions) + len(renamed) > 1 else _NO_HISTORY),
    }


def _history(account: AccountSummary) -> Row:
    placed_at = _moments(account.placements)
    switched_at = _moments(account.switches)
    ranked_at = sorted({placed_at[0], *(former.until for former in account.former_ranks)})
    places = [place for at in placed_at if (place := placement_at(account, at))]
    return {
        "placed_at": placed_at,
        "units": [storable(place.unit) for place in places],
        "tiers": [storable(place.tier) for place in places],
        "ranked_at": ranked_at,
        "ranks": [storable(rank_at(account, at)) for at in ranked_at],
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
