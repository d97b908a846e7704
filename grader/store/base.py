"""What a store promises. Every backend passes the one contract suite.

Everything kept is a document: an id, a value (a frozen dataclass of the domain) and a version that counts its saves
from 1. One transaction is one document. Values are never aliased: what is loaded cannot change what is kept.
A store may be used from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from grader.domain.audit.act_log import ActsFound, ActsWanted, LoggedAct
from grader.domain.figures import Cell, Figures, LearnerEntry
from grader.domain.people.account import UnitId

T = TypeVar("T")
"""A kind's value."""
S = TypeVar("S")
"""A kind's summary: what lists and reports need, so that they open no bodies."""

LEASE = timedelta(minutes=1)
"""How long a document that one process settles is kept from the others: longer than that takes."""


class Name(NamedTuple):
    """A name that only one document of a store may hold, such as ("telephone", "19900000001")."""

    space: str
    text: str


def _no_names(_value: object) -> frozenset[Name]:
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T, S]):
    """One kind of document: its types, and the functions that the store calls inside every save.

    `schema` counts the stored form; `upcasts[n]` turns a stored body of schema n into one of schema n + 1.
    """

    name: str
    value_type: type[T]
    summary_type: type[S]
    summarise: Callable[[T], S]
    names: Callable[[T], frozenset[Name]] = _no_names
    schema: int = 1
    upcasts: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A loaded value with the version that a save of its successor must expect."""

    value: T
    version: int


@dataclass(frozen=True, slots=True)
class Row(Generic[S]):
    """One document in a list: id, version, summary."""

    id: str
    version: int
    summary: S


Rows = list[Row[S]]
"""What `list` gives; inside the classes that have that method `list` itself is no type."""


class StoreError(Exception):
    """Root of what a store raises: Conflict, NameTaken, Unusable, Unavailable."""


class Conflict(StoreError):
    """Somebody saved the document first; load it again. Nothing was changed."""

    def __init__(self, kind: str, id: str, *, expected: int, found: int) -> None:
        super().__init__(f"{kind} {id}: expected version {expected}, found {found}")
        self.kind, self.id, self.expected, self.found = kind, id, expected, found


class NameTaken(StoreError):
    """Another document holds one of the value's names. Nothing was changed."""

    def __init__(self, name: Name, holder: str) -> None:
        super().__init__(f"{name.space} {name.text} is held by {holder}")
        self.name, self.holder = name, holder


class Unusable(StoreError):
    """The store cannot be opened or a document cannot be read; `str()` is the Chinese sentence to show."""


class Unavailable(StoreError):
    """The database does not answer now; the same again may work in a moment. `str()` is the Chinese sentence to show.

    Nothing was acknowledged. A save that raises this was not kept, or was kept and its answer is lost.
    """


def is_wanted(summary: object, equal: Mapping[str, object]) -> bool:
    """Whether each named field equals the given value, or a member of it where that is a frozenset."""
    for name, wanted in equal.items():
        found = getattr(summary, name)
        if found not in wanted if isinstance(wanted, frozenset) else found != wanted:
            return False
    return True


class Store(Protocol):
    """Load and save documents by compare-and-set.

    Ids match `[A-Za-z0-9][A-Za-z0-9._-]{0,119}`; anything else is a ValueError (a bug of the caller). Every method may
    raise Unavailable where the store is on another machine or in another process.
    """

    def load(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document, or None where there is none. Raises Unusable for a damaged one."""

    def recent(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document as this process last saw it, where to load it costs more; others may have saved it since.

        Only for a save, which tells by the version whether they have.
        """

    def save(self, kind: Kind[T, S], id: str, value: T, *, expected: int) -> int:
        """Keep `value` and its summary and names if the version is still `expected` (0: it must not exist yet).

        Returns the new version, `expected + 1`, once it is durable. Raises Conflict or NameTaken.
        """

    def delete(self, kind: Kind[T, S], id: str, *, expected: int) -> None:
        """Forget the document, its summary and its names. Raises Conflict."""

    def list(self, kind: Kind[T, S], **equal: object) -> Rows[S]:
        """Summaries whose named fields equal the given values, sorted by id; opens no bodies.

        Of a frozenset any member will do: `unit=frozenset({"u1", "u2"})`.
        """

    def newest(self, kind: Kind[T, S], *, most: int, **equal: object) -> Rows[S]:
        """As `list`, but only so many: those that `started` last, latest first."""

    def claim_due(self, kind: Kind[T, S], *, before: datetime) -> Rows[S]:
        """Summaries whose `due` lies before that time, sorted by id.

        Of several processes that ask, only one gets each; for LEASE the others do not. There may be more of them.
        """

    def learners(
        self, programme: str, units: Sequence[UnitId], *, at: datetime | None = None
    ) -> Sequence[LearnerEntry]:
        """The learners who belong to these units, with their dossiers' summaries under the programme, as they are now.

        With `at` those who belonged to them at that time. Unit by unit in the order given, then by
        `LearnerEntry.place`. A store of one process gives the same object again while nothing of it has changed.
        """

    def figures(
        self, programme: str, *, at: datetime, units: Collection[UnitId] | None = None
    ) -> dict[UnitId, Figures]:
        """What `domain.figures_by_unit` says of all accounts and dossiers, for these units or all."""

    def cells(self, programme: str, *, at: datetime, units: Collection[UnitId] | None = None) -> dict[Cell, Figures]:
        """What `domain.figures_by_cell` says of the same. In a database it reads every learner's summary."""

    def try_saving(self) -> None:
        """Save and forget something that counts for nothing. Raises Unusable or Unavailable where that can't be."""

    def turn(self, name: str) -> AbstractContextManager[None]:
        """While it is held nobody else holds the turn of this name, in whichever process."""

    def documents(self, kinds: Collection[str] | None = None) -> Iterator[str]:
        """Every document of `kinds.KINDS`, or of these kinds, as JSON text, by kind and id, all as of one moment.

        The same documents give the same texts in every store. They are read from where they are kept.
        """

    def acts(self, wanted: ActsWanted, *, most: int, skip: int = 0) -> ActsFound:
        """Acts from the log, the latest first: at most so many behind the first `skip`; opens no documents.

        The log holds the acts of each document since they were first kept, whatever the document says later.
        """

    def log(self) -> Iterator[LoggedAct]:
        """All of the log, in any order."""

    def find(self, kind: Kind[T, S], name: Name) -> str | None:
        """The id of the document of this kind that holds the name, or None."""

    def close(self) -> None:
        """Release files, locks and connections; the store cannot be used afterwards."""
