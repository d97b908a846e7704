"""The shape of everything that is kept: it changes only together with the kind's `schema`."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from grader.store import fingerprint as fingerprints
from grader.store.base import Kind
from grader.store.fingerprint import fingerprint
from grader.store.kinds import CONTENT, KINDS, UNIT

GOLDEN = Path(__file__).parent / "goldens" / "shapes.json"
WAY_OUT = """the stored form of {kind} changed, but its schema is still {schema}. Documents of before must open:
1. raise `schema` of {kind} in grader/store/kinds.py and add the upcast from {schema};
2. keep a document of before in tests/grader/store/fixtures and open it in test_old_documents.py;
3. run this test with --update-goldens."""

Shape = dict[str, Any]


def shape(kind: Kind[Any, Any]) -> Shape:
    """Every dataclass and enumeration that a kind's value is made of: kept fields with their types, kept values."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [kind.value_type]
    while waiting:
        one = waiting.pop()
        waiting += get_args(one)
        if not isinstance(one, type) or one.__name__ in found:
            continue
        if is_dataclass(one):
            hints = get_type_hints(one)
            kept = {field.name: hints[field.name] for field in fields(one) if field.compare}
            found[one.__name__] = {name: told(hint) for name, hint in kept.items()}
            waiting += kept.values()
        elif issubclass(one, Enum):
            found[one.__name__] = [member.value for member in one]
    return dict(sorted(found.items()))


def told(hint: Any) -> str:
    """A type without the names of modules, so that one may move."""
    if members := get_args(hint):
        return f"{getattr(hint, '__name__', 'Union')}[{', '.join(map(told, members))}]"
    base = getattr(hint, "__supertype__", hint)
    return "..." if base is Ellipsis else str(base.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kept_form_changes_only_with_its_schema(request: pytest.FixtureRequest, kind: Kind[Any, Any]) -> None:
    goldens: dict[str, Shape] = json.loads(GOLDEN.read_text("utf-8"))
    now = {"schema": kind.schema, "shape": shape(kind)}
    before = goldens.get(kind.name, {"schema": 0, "shape": {}})

    if before["shape"] != now["shape"]:
        assert kind.schema > before["schema"], WAY_OUT.format(kind=kind.name, schema=kind.schema)
    if request.config.getoption("--update-goldens"):
        GOLDEN.write_text(json.dumps(goldens | {kind.name: now}, indent=1, sort_keys=True) + "\n", "utf-8")
        return
    assert before == now, "run this test with --update-goldens"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_older_schema_can_be_brought_up(kind: Kind[Any, Any]) -> None:
    assert sorted(kind.upcasts) == list(range(1, kind.schema))


@pytest.mark.parametrize(
    ("module", "changed"),
    [
        ("grader.domain.people.unit", {"unit"}),
        ("grader.domain.content", {"content", "active"}),
        ("quizgen.model", {kind.name for kind in KINDS} - {"seal", "board", "draft"}),
        ("grader.domain.figures", {"snapshot"}),
        ("grader.domain.learning.standing", set()),
    ],
)
def test_fingerprint_follows_the_source_that_a_summary_is_made_by(
    monkeypatch: pytest.MonkeyPatch, module: str, changed: set[str]
) -> None:
    before = {kind.name: fingerprint(kind) for kind in KINDS}
    source = fingerprints._source
    monkeypatch.setattr(fingerprints, "_source", lambda name: source(name) + "# new" * (name == module))

    now = {kind.name: fingerprint(kind) for kind in KINDS}

    assert {name for name in before if before[name] != now[name]} == changed


def test_fingerprint_covers_what_stands_beside() -> None:
    assert len({fingerprint(UNIT), fingerprint(UNIT, "grader.domain.figures"), fingerprint(CONTENT)}) == 3
