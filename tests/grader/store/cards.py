"""A toy kind of document for the tests of stores, and hypothesis strategies for the values of any kind."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from grader.store.base import Kind, Name
from grader.store.kinds import KINDS

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=CHINA)
RARE = "㛃䶮𬭸 “王”\\u0000\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A toy document with a bit of everything; `aliases` are unique names."""

    text: str = ""
    count: int = 0
    at: datetime | None = None
    days: Mapping[date, int] = field(default_factory=dict)
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSummary:
    """The toy's summary."""

    text: str
    count: int


def summary(card: Card) -> CardSummary:
    """What a list shows of a card."""
    return CardSummary(text=card.text, count=card.count)


def _aliases(card: Card) -> frozenset[Name]:
    return frozenset(Name("alias", alias) for alias in card.aliases)


CARD = Kind(name="card", value_type=Card, summary_type=CardSummary, summarise=summary, names=_aliases)
OTHER = replace(CARD, name="other")
ALL_KINDS: tuple[Kind[Any, Any], ...] = (CARD, OTHER, *KINDS)


def upcast(body: dict[str, Any]) -> dict[str, Any]:
    """From schema 1, where the text was called `title`."""
    return {**{name: value for name, value in body.items() if name != "title"}, "text": body["title"]}


CARD_2 = replace(CARD, schema=2, upcasts={1: upcast})
OLD_CARD = {"kind": "card", "schema": 1, "id": "a", "version": 3, "value": {"title": "旧", "count": 5}}


TEXTS = st.text(max_size=8) | st.sampled_from([RARE, "2026", "A", ""])
TIMES = st.datetimes(timezones=st.sampled_from([CHINA, UTC, timezone(timedelta(minutes=-210))]))
_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: TIMES,
    types.NoneType: st.none(),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of any type that documents are made of, every field filled; tuples are never empty."""
    if hint in _LEAVES:
        return _LEAVES[hint]
    if hasattr(hint, "__supertype__"):
        return values(hint.__supertype__)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{f.name: values(hints[f.name]) for f in fields(hint) if f.compare})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return _collections(get_origin(hint), get_args(hint))


def _collections(origin: Any, parts: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, parts))
    if origin is tuple and parts[-1] is Ellipsis:
        return st.lists(values(parts[0]), min_size=1, max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, parts))
    if origin is frozenset:
        return st.frozensets(values(parts[0]), max_size=3)
    return st.dictionaries(values(parts[0]), values(parts[1]), max_size=2)


CARDS: st.SearchStrategy[Card] = values(Card)
FEW_CARDS = st.builds(Card, count=st.integers(0, 3), aliases=st.frozensets(st.sampled_from("xyz"), max_size=2))
