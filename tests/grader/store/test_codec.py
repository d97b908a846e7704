"""Documents: their form, what is not kept, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.people.account import AccountSummary, summarise_account
from grader.store import codec
from grader.store.base import Kind, Stored, Unusable
from grader.store.kinds import ACCOUNT
from tests.grader_factories import account

Letter = NewType("Letter", str)
OPENED = datetime(2026, 5, 6, 7, 8, 9, 10, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    letter: Letter
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    colour: Colour
    day: date
    opened: datetime
    score: float
    leaves: tuple[Leaf, ...] = ()
    letters: frozenset[Letter] = frozenset()
    pairs: frozenset[tuple[str, int]] = frozenset()
    days: Mapping[Colour, Mapping[date, int]] = field(default_factory=dict)
    named: Mapping[Letter, Leaf] = field(default_factory=dict)
    leaf: Leaf | None = None
    alive: bool = True


def no_summary(_tree: Tree) -> Leaf:
    return Leaf(letter=Letter("A"))


TREE = Kind(name="tree", value_type=Tree, summary_type=Leaf, summarise=no_summary)
BODY: dict[str, Any] = {
    "colour": "red",
    "day": "2026-01-02",
    "opened": "2026-05-06T07:08:09.000010+00:00",
    "score": 60,
    "leaves": [{"letter": "甲"}],
    "letters": ["A", "B", "C"],
    "pairs": [["a", 1], ["a", 2]],
    "days": {"red": {"2026-01-02": 3}},
    "named": {"乙": {"letter": "A"}, "甲": {"letter": "A"}},
    "leaf": None,
    "alive": True,
}


def tree(**changes: Any) -> Tree:
    fields: dict[str, Any] = {
        "colour": Colour.RED,
        "day": date(2026, 1, 2),
        "opened": OPENED,
        "score": 60,
        "leaves": (Leaf(letter=Letter("甲"), where="bank.yml:3"),),
        "letters": frozenset(map(Letter, "CAB")),
        "pairs": frozenset({("a", 2), ("a", 1)}),
        "days": {Colour.RED: {date(2026, 1, 2): 3}},
        "named": dict.fromkeys(map(Letter, "乙甲"), Leaf(letter=Letter("A"), where="bank.yml:4")),
    }
    return Tree(**{**fields, **changes})


def document(**changes: Any) -> dict[str, Any]:
    return {"kind": "tree", "schema": 1, "id": "t", "version": 4, "value": BODY, **changes}


def test_document_has_the_agreed_form() -> None:
    sealed, stored = codec.seal(TREE, "t", tree(), version=4)

    assert sealed == json.dumps(document(), ensure_ascii=False, separators=(",", ":"))
    assert stored == Stored(tree(), 4)


def test_sealed_value_is_what_a_load_gives() -> None:
    sealed, stored = codec.seal(TREE, "t", tree(), version=4)

    loaded = codec.decode(TREE, "t", json.loads(sealed), where="")

    assert loaded == stored
    assert [repr(each.value.leaves) for each in (loaded, stored)] == [repr((Leaf(letter=Letter("甲")),))] * 2


def test_document_sealed_before_is_sealed_alike() -> None:
    sealed = codec.Sealed(1)
    _, first = codec.seal(TREE, "t", tree(), version=1, sealed=sealed)
    changed = replace(first.value, score=7.5, days={Colour.BLUE: {date(2026, 1, 3): 1}}, leaf=Leaf(letter=Letter("乙")))

    for id in ("t", "t", "other", "t"):
        assert codec.seal(TREE, id, changed, version=2, sealed=sealed) == codec.seal(TREE, id, changed, version=2)


@given(
    st.from_regex(r'(\{|\[|\}|\]|,|:|"value":\{|"value"|"a"|"schema":1|1|null|\}\}| )*', fullmatch=True).map(
        lambda text: f'{{"kind":"tree","schema":1,"version":4{text}'
    )
    | st.just(json.dumps(document(), separators=(",", ":"))).flatmap(
        lambda text: st.integers(0, len(text)).flatmap(
            lambda at: st.sampled_from(["", ",", "}", "{", '"', " ", ":", "1"]).map(
                lambda more: f"{text[:at]}{more}{text[at + 1 :]}"
            )
        )
    )
)
def test_document_reads_as_any_json_does(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(json.JSONDecodeError):
            codec.read(text)
        return

    found, texts = codec.read(text)

    assert found == expected
    assert {name: json.loads(field) for name, field in texts.fields.items()} in ({}, expected.get("value"))


def test_document_that_was_read_is_sealed_with_the_texts_that_it_has() -> None:
    text, _ = codec.seal(TREE, "t", tree(), version=1)
    found, texts = codec.read(text.replace('"score":60', '"score":6e1'))
    stored, sealed = codec.decode(TREE, "t", found, where=""), codec.Sealed(1)
    sealed.loaded(TREE, "t", stored.value, texts)

    again, _ = codec.seal(TREE, "t", replace(stored.value, alive=False), version=1, sealed=sealed)

    assert again == text.replace('"score":60', '"score":6e1').replace('"alive":true', '"alive":false')


def test_texts_of_an_older_schema_are_not_kept() -> None:
    newer = replace(TREE, schema=2, upcasts={1: lambda body: {**body, "score": body["score"] / 10}})
    found, texts = codec.read(codec.seal(TREE, "t", tree(), version=1)[0])
    stored, sealed = codec.decode(newer, "t", found, where=""), codec.Sealed(1)
    sealed.loaded(newer, "t", stored.value, texts)

    assert codec.seal(newer, "t", stored.value, version=2, sealed=sealed) == codec.seal(
        newer, "t", stored.value, version=2
    )


@pytest.mark.parametrize("is_loaded", [False, True], ids=["saved", "loaded"])
def test_mapping_is_sealed_alike_whatever_was_known_of_its_members(is_loaded: bool) -> None:
    sealed, leaf = codec.Sealed(1), Leaf(letter=Letter("丙"))
    text, stored = codec.seal(TREE, "t", tree(score=0.5), version=1, sealed=sealed)
    if is_loaded:
        found, texts = codec.read(text)
        stored = codec.decode(TREE, "t", found, where="")
        sealed.loaded(TREE, "t", stored.value, texts)
    kept = stored.value.named
    mappings: list[dict[Any, Leaf]] = [
        dict(kept),
        {**kept, "丙": leaf},
        {**kept, "甲": leaf},
        {"甲": kept[Letter("甲")], "乙": kept[Letter("乙")]},
        {"甲": kept[Letter("乙")]},
        {},
    ]

    for version, named in enumerate(mappings, 2):
        changed = replace(stored.value, named=named)
        assert codec.seal(TREE, "t", changed, version=version, sealed=sealed) == codec.seal(
            TREE, "t", changed, version=version
        )


def test_document_loaded_before_is_sealed_alike() -> None:
    sealed, loaded = codec.Sealed(1), codec.decode(TREE, "t", document(), where="").value
    sealed.loaded(TREE, "t", loaded)
    changed = replace(loaded, score=7.5, days={Colour.BLUE: {date(2026, 1, 3): 1}})

    for _ in range(2):
        assert codec.seal(TREE, "t", changed, version=2, sealed=sealed) == codec.seal(TREE, "t", changed, version=2)


def test_fault_in_a_document_sealed_before_is_refused() -> None:
    sealed = codec.Sealed(1)
    _, first = codec.seal(TREE, "t", tree(), version=1, sealed=sealed)
    naive = replace(first.value, opened=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the fault

    for _ in range(2):
        with pytest.raises(ValueError, match="tree t: the value cannot be kept"):
            codec.seal(TREE, "t", naive, version=2, sealed=sealed)


def test_values_come_back_in_their_types() -> None:
    loaded = codec.decode(TREE, "t", document(), where="").value

    assert (type(loaded.colour), type(next(iter(loaded.days))), type(loaded.score)) == (Colour, Colour, float)


def test_account_from_before_sign_outs_were_kept_opens_unchanged() -> None:
    text, stored = codec.seal(ACCOUNT, "a", account(), version=1)
    document = json.loads(text)
    del document["value"]["ended"]

    assert codec.decode(ACCOUNT, "a", document, where="") == stored


def test_field_without_a_stored_value_takes_its_default() -> None:
    body = {name: value for name, value in BODY.items() if name != "alive"}

    assert codec.decode(TREE, "t", document(value=body), where="").value.alive is True


@pytest.mark.parametrize(
    "changes",
    [
        {"opened": datetime(2026, 1, 1)},  # noqa: DTZ001 - that is the fault
        {"day": OPENED},
        {"score": float("nan")},
        {"score": "60"},
        {"alive": 1},
        {"colour": "green"},
        {"leaf": "A"},
        {"named": {"甲": "A"}},
        {"named": {1: Leaf(letter=Letter("A"))}},
        {"named": {"\ud800": Leaf(letter=Letter("A"))}},
    ],
    ids=ascii,
)
def test_value_that_could_not_be_read_back_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="tree t: the value cannot be kept"):
        codec.seal(TREE, "t", tree(**changes), version=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "green"},
        {"opened": "2026-05-06T07:08:09"},
        {"opened": 5},
        {"score": True},
        {"score": "60"},
        {"alive": "yes"},
        {"leaves": [None]},
        {"leaf": {"letter": "A", "unknown": 1}},
        {"leaf": {"letter": 1}},
        {"letters": ["A", 1]},
        {"letters": "AB"},
        {"added_later": 1},
        {"days": []},
    ],
    ids=str,
)
def test_nonsense_in_a_body_is_unusable(changes: dict[str, Any]) -> None:
    with pytest.raises(Unusable) as unusable:
        codec.decode(TREE, "t", document(value={**BODY, **changes}), where="文件 t.json")

    assert str(unusable.value) == (
        "文件 t.json 无法读取：内容已损坏，或不是本系统写入的。原有内容没有改动。请从备份恢复它，再重新启动服务。"
    )


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        {},
        document(kind="bush"),
        document(id="u"),
        document(version=0),
        document(version=True),
        document(schema="1"),
        document(schema=0),
        document(value=None),
    ],
    ids=repr,
)
def test_nonsense_around_a_body_is_unusable(nonsense: object) -> None:
    with pytest.raises(Unusable, match=r"t\.json 无法读取"):
        codec.decode(TREE, "t", nonsense, where="文件 t.json")


def test_newer_schema_asks_for_an_upgrade() -> None:
    with pytest.raises(Unusable) as unusable:
        codec.decode(TREE, "t", document(schema=2), where="文件 t.json")

    assert str(unusable.value) == (
        "文件 t.json 由较新版本的系统写入（格式 2，本系统只识别到 1）。请先升级本系统，再打开。"
    )


def test_upcasts_run_one_after_another() -> None:
    def rename(body: dict[str, Any]) -> dict[str, Any]:
        return {"letter": body["sign"]}

    def enlarge(body: dict[str, Any]) -> dict[str, Any]:
        return {"letter": body["letter"].upper()}

    kind = Kind(
        name="leaf",
        value_type=Leaf,
        summary_type=Leaf,
        summarise=lambda leaf: leaf,
        schema=3,
        upcasts={1: rename, 2: enlarge},
    )
    old = {"kind": "leaf", "schema": 1, "id": "l", "version": 2, "value": {"sign": "b"}}

    assert codec.decode(kind, "l", old, where="") == Stored(Leaf(letter=Letter("B")), 2)
    assert codec.decode(kind, "l", {**old, "schema": 2, "value": {"letter": "c"}}, where="").value.letter == "C"


def test_body_without_an_upcast_is_unusable() -> None:
    kind = Kind(name="leaf", value_type=Leaf, summary_type=Leaf, summarise=lambda leaf: leaf, schema=2)

    with pytest.raises(Unusable, match="无法读取"):
        codec.decode(kind, "l", {"kind": "leaf", "schema": 1, "id": "l", "version": 2, "value": {}}, where="文件 l")


def test_plain_values_go_both_ways() -> None:
    plain = json.loads(codec.to_json(codec.to_plain(tree(), Tree)))

    assert plain == BODY
    assert codec.from_plain(plain, Tree) == tree()


def test_summary_of_an_account_from_before_telephones_stood_in_it_is_read() -> None:
    summary = summarise_account(account(telephone=""))
    plain = json.loads(codec.to_json(codec.to_plain(summary, AccountSummary)))
    older = {name: value for name, value in plain.items() if name not in {"telephone", "qq"}}

    assert codec.from_plain(older, AccountSummary) == summary
