"""The schemas for editors: they accept what the parsers accept, and refuse what those refuse for its shape."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from quizgen.diagnostics import Diagnostic, Severity
from quizgen.model import Difficulty, ItemType, Status
from quizgen.parse import bank, fields, programme, register
from quizgen.parse.bank import parse_bank
from quizgen.parse.programme import parse_programme
from quizgen.parse.register import parse_register
from quizgen.parse.schema.files import SchemaKind, schema_of
from tests.course_project import REPOSITORY
from tests.quizgen_content import BANK, PROGRAMME, REGISTER

PARSERS: dict[SchemaKind, Callable[[str, str], tuple[object, list[Diagnostic]]]] = {
    SchemaKind.BANK: parse_bank,
    SchemaKind.PROGRAMME: parse_programme,
    SchemaKind.REGISTER: parse_register,
}
FILES = {
    SchemaKind.BANK: sorted((REPOSITORY / "content/banks").glob("*/*.yml")),
    SchemaKind.PROGRAMME: sorted((REPOSITORY / "content/programmes").glob("*.yml")),
    SchemaKind.REGISTER: [REPOSITORY / "content/laws/register.yml"],
}
CHINESE = re.compile("[一-鿿]")
MEANING = {"Q102", "Q401", "Q403", "Q404", "Q405", "Q406", "Q501"}
"""Errors of what fields mean together, which a schema can't know."""

MULTIPLE = BANK.replace("single", "multiple").replace("key: B", "key: AB").replace("B: 人民", "B: 人民\n      C: 国家")
JUDGEMENT = (
    BANK.replace("single", "judgement")
    .replace("    options:\n      A: 公民\n      B: 人民\n", "")
    .replace("key: B", "key: 正确")
)


class EditorLoader(yaml.SafeLoader):
    """YAML as VS Code's extension reads it: version 1.2, where a date is a text and `No` is too."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, object]]] = {}  # noqa: RUF012 - the name is PyYAML's


for tag, pattern, first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def schema_faults(kind: SchemaKind, text: str, loader: type = EditorLoader) -> list[str]:
    validator = Draft7Validator(schema_of(kind), format_checker=Draft7Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(yaml.load(text, Loader=loader))]  # noqa: S506 - a safe one


def parse_faults(kind: SchemaKind, text: str) -> list[str]:
    _, found = PARSERS[kind](text, "file.yml")
    return [d.message for d in found if d.severity is Severity.ERROR and d.code not in MEANING]


def at(schema: object, *path: str) -> Any:
    for name in path:
        assert isinstance(schema, dict)
        schema = schema[name]
    return schema


@pytest.mark.parametrize("kind", SchemaKind)
def test_schema_is_sound_draft_07(kind: SchemaKind) -> None:
    schema = schema_of(kind)

    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("loader", [EditorLoader, yaml.BaseLoader])
@pytest.mark.parametrize("kind", SchemaKind)
def test_own_content_is_valid_as_an_editor_reads_it(kind: SchemaKind, loader: type) -> None:
    faults = {path.name: schema_faults(kind, path.read_text(encoding="utf-8"), loader) for path in FILES[kind]}

    assert faults == {path.name: [] for path in FILES[kind]}


def test_fields_words_and_patterns_are_the_parsers() -> None:
    item = at(schema_of(SchemaKind.BANK), "properties", "items", "items")
    rules = schema_of(SchemaKind.PROGRAMME)
    tier = at(rules, "properties", "tiers", "additionalProperties")
    statute = at(schema_of(SchemaKind.REGISTER), "properties", "statutes", "additionalProperties")

    assert list(at(schema_of(SchemaKind.BANK), "properties")) == [*bank.BANK_REQUIRED]
    assert list(item["properties"]) == [*bank.ITEM_REQUIRED, *bank.ITEM_OPTIONAL]
    assert item["required"] == [*bank.ITEM_REQUIRED]
    assert list(at(rules, "properties")) == [*programme.PROGRAMME_REQUIRED, *programme.PROGRAMME_OPTIONAL]
    assert list(tier["properties"]) == [*programme.TIER_REQUIRED, *programme.TIER_OPTIONAL]
    assert list(statute["properties"]) == [*register.STATUTE_REQUIRED, *register.STATUTE_OPTIONAL]
    words = {name: item["properties"][name]["enum"] for name in ("type", "difficulty", "status")}
    assert words == {"type": list(ItemType), "difficulty": list(Difficulty), "status": list(Status)}
    assert item["properties"]["id"]["pattern"] == f"^(?:{bank.ITEM_ID.pattern})$"
    assert item["properties"]["reviewed"]["pattern"] == f"^(?:{fields.DAY.pattern})$"


@pytest.mark.parametrize(
    ("path", "text"), [(("properties", "items", "items"), BANK), (("properties", "statutes"), REGISTER)]
)
def test_snippets_complete_the_required_fields(path: tuple[str, ...], text: str) -> None:
    schema = at(schema_of(SchemaKind.BANK if text is BANK else SchemaKind.REGISTER), *path)
    required = schema.get("required") or at(schema, "additionalProperties", "required")

    bodies = [snippet["body"] for snippet in schema["defaultSnippets"]]

    fields_of = [body if "id" in body else next(iter(body.values())) for body in bodies]
    assert [set(required) - set(body) for body in fields_of] == [set() for _ in bodies]


def subschemas(schema: object, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and everything in it, but for the conditions and the snippets."""
    if isinstance(schema, dict):
        yield name, schema
    entries = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    for key, value in entries:
        if key not in {"if", "defaultSnippets"}:
            yield from subschemas(value, f"{name}.{key}")


def test_every_pattern_says_in_chinese_what_it_wants() -> None:
    schemas = [each for kind in SchemaKind for each in subschemas(schema_of(kind), kind)]

    patterns = {name: schema.get("patternErrorMessage", "") for name, schema in schemas if "pattern" in schema}

    assert len(patterns) > 50
    assert [name for name, message in patterns.items() if not CHINESE.search(message)] == []


def test_every_field_is_explained_in_chinese() -> None:
    schemas = [each for kind in SchemaKind for each in subschemas(schema_of(kind), kind)]

    fields = {
        f"{name}.{field}": value.get("description", "")
        for name, schema in schemas
        if "additionalProperties" in schema
        for field, value in schema.get("properties", {}).items()
    }

    assert len(fields) > 50
    assert [name for name, text in fields.items() if not CHINESE.search(text)] == []


BROKEN = {
    SchemaKind.BANK: [
        (BANK, "key: B", "key: B\n    pinned: 以上都不对"),
        (BANK, "lesson: xianfa-01\n", ""),
        (BANK, "lesson: xianfa-01\n", "lesson: Xianfa\n"),
        (BANK, "items:", "item:"),
        (BANK, "id: xianfa-01-001", "id: xianfa-01-1"),
        (BANK, "type: single", "type: 单选题"),
        (BANK, "stem: 国家的一切权力属于（　　）。", "stem: "),
        (BANK, "stem:", "steam:"),
        (BANK, "    options:\n      A: 公民\n      B: 人民\n", ""),
        (BANK, "      B: 人民\n", ""),
        (BANK, "A: 公民", "a: 公民"),
        (BANK, "B: 人民", "C: 人民"),
        (BANK, "key: B", "key: AB"),
        (BANK, "key: B", "key: b"),
        (BANK, "cites: [xianfa:2]", "cites: []"),
        (BANK, "cites: [xianfa:2]", "cites: xianfa:2"),
        (BANK, "xianfa:2]", "xianfa:第二条]"),
        (BANK, "xianfa:2]", "xianfa:2, xianfa:2]"),
        (BANK, "difficulty: easy", "difficulty: 容易"),
        (BANK, "status: 启用", "status: active"),
        (BANK, "reviewed: 2026-11-23", "reviewed: 2026-11-31"),
        (BANK, "reviewed: 2026-11-23", "reviewed: 2026年11月23日"),
        (BANK, "status: 启用", "status: 启用\n    facility: 1"),
        (BANK, "status: 启用", "status: 启用\n    facility: 72%"),
        (BANK, "status: 启用", "status: 启用\n    waive: {q110: 原话}"),
        (BANK, "status: 启用", "status: 启用\n    waive: [Q110]"),
        (BANK, "status: 启用", "status: 启用\n    tiers: leading"),
        (MULTIPLE, "key: AB", "key: A"),
        (MULTIPLE, "key: AB", "key: ABA"),
        (MULTIPLE, "      C: 国家\n", ""),
        (JUDGEMENT, "key: 正确", "key: 对"),
        (JUDGEMENT, "key: 正确", "options: {A: 正确, B: 错误}\n    key: 正确"),
    ],
    SchemaKind.PROGRAMME: [
        (PROGRAMME, 'id: "2026"', "id: 二〇二六"),
        (PROGRAMME, "exam: {opens: 2026-09-01 08:00,", "exam: {opens: 2026-09-01 24:00,"),
        (PROGRAMME, "exam: {opens: 2026-09-01 08:00,", "exam: {opens: 2026/09/01,"),
        (PROGRAMME, ", closes: 2026-12-21}", "}"),
        (PROGRAMME, "credit_hour_minutes: 45", "credit_hour_minutes: 0"),
        (PROGRAMME, "required_hours: 1", "required_hours: 6学时"),
        (PROGRAMME, "keys_shown: closed", "keys_shown: 不公布"),
        (PROGRAMME, "points: 2", "points: 0"),
        (PROGRAMME, "{easy: 1}", "{simple: 1}"),
        (PROGRAMME, "{xianfa: {easy: 1}}", "{}"),
        (PROGRAMME, "required: [xianfa-01]", "required: xianfa-01"),
        (PROGRAMME, "{name}完成", "{姓名}完成"),
        (PROGRAMME, "{name}完成", "{name完成"),
        (PROGRAMME, "modules: {xianfa: 宪法}", "modules: {宪法: 宪法}"),
    ],
    SchemaKind.REGISTER: [
        (REGISTER, "    short: 宪法\n", ""),
        (REGISTER, "xianfa:", "宪法:"),
        (REGISTER, "articles: 143", "articles: 一百四十三"),
        (REGISTER, "articles: 143", "articles: 143\n    amendments: 2018-03-11"),
        (REGISTER, "version: 2018-03-11", "version: 2018-3-11"),
        (REGISTER, "articles: 143", "articles: 143\n    upcoming: {version: 2026-12-01, effective: 2027-03-01}"),
        (REGISTER, "statutes:", "laws:"),
    ],
}


@pytest.mark.parametrize(
    ("kind", "sound", "old", "new"), [(kind, *change) for kind, changes in BROKEN.items() for change in changes]
)
def test_broken_file_is_refused_by_schema_and_parser(kind: SchemaKind, sound: str, old: str, new: str) -> None:
    broken = sound.replace(old, new, 1)

    assert schema_faults(kind, sound) == []
    assert broken != sound
    assert schema_faults(kind, broken)
    assert parse_faults(kind, broken)


SOUND = [
    (SchemaKind.BANK, BANK, "A: 公民", "A: 20"),
    (SchemaKind.BANK, BANK, "A: 公民", "A: true"),
    (SchemaKind.BANK, BANK, "key: B", "key: [B]"),
    (SchemaKind.BANK, BANK, "cites: [xianfa:2]", "cites: [xingfa:17-1, doc:shisiwu]"),
    (SchemaKind.BANK, BANK, "status: 启用", 'status: 启用\n    facility: "0.72"'),
    (SchemaKind.BANK, MULTIPLE, "key: AB", "key: C A"),
    (SchemaKind.BANK, BANK, "key: B", "key: B\n    pinned: B"),
    (SchemaKind.BANK, MULTIPLE, "key: AB", "key: AB\n    pinned: [B, C]"),
    (SchemaKind.PROGRAMME, PROGRAMME, 'id: "2026"', "id: 2026"),
    (SchemaKind.PROGRAMME, PROGRAMME, "quotas: {xianfa: {easy: 1}}", "quotas: {xianfa: 1}"),
    (SchemaKind.PROGRAMME, PROGRAMME, "certificate:", "contacts:\ncertificate:"),
    (
        SchemaKind.REGISTER,
        REGISTER,
        "articles: 143",
        "articles: 143\n    upcoming: {version: 2026-12-01, effective: 2027-03-01, articles: 144}",
    ),
    (SchemaKind.PROGRAMME, PROGRAMME, "{name}完成", "{{甲}}{name}完成"),
]


@pytest.mark.parametrize(("kind", "text", "old", "new"), SOUND)
def test_unusual_but_sound_file_is_accepted_by_both(kind: SchemaKind, text: str, old: str, new: str) -> None:
    unusual = text.replace(old, new, 1)

    assert unusual != text
    assert (schema_faults(kind, unusual), parse_faults(kind, unusual)) == ([], [])


VALUES: list[object] = ["", " ", "x", "Xianfa 01", "正确", "A", "AC", "0", "3", "1.5", "2026-01-01", [], ["A"], ["甲"],
                        {}, {"A": "甲"}, {"easy": "1"}, {"2026": {}}]  # fmt: skip


def mutants(tree: object, rng: random.Random) -> object:
    """A copy of a tree of plain values with one field dropped, added, renamed or given another value."""
    copy = json.loads(json.dumps(tree))
    spots = list(_tables(copy))
    spot = rng.choice(spots)
    name = rng.choice(list(spot)) if spot else "x"
    act = rng.choice(["drop", "add", "change", "change", "change"])
    if act == "drop":
        spot.pop(name, None)
    elif act == "add":
        spot[rng.choice(["remark", "facility", "options", "tiers", "makeup", "E", "any"])] = rng.choice(VALUES)
    else:
        spot[name] = rng.choice(VALUES)
    return copy


def _tables(tree: object) -> Iterator[dict[str, object]]:
    if isinstance(tree, dict):
        yield tree
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _tables(value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (SchemaKind.BANK, BANK),
        (SchemaKind.BANK, MULTIPLE),
        (SchemaKind.BANK, JUDGEMENT),
        (SchemaKind.PROGRAMME, PROGRAMME),
        (SchemaKind.REGISTER, REGISTER),
    ],
)
def test_schema_and_parser_agree_on_mutants(kind: SchemaKind, text: str) -> None:
    rng = random.Random(20261123)  # noqa: S311 - mutants are no secret
    tree = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - reads texts only
    texts = [json.dumps(mutants(tree, rng), ensure_ascii=False) for _ in range(600)]

    judged = [(text, schema_faults(kind, text), parse_faults(kind, text)) for text in texts]

    assert {bool(by_schema) for _, by_schema, _ in judged} == {True, False}
    assert [
        text
        for text, by_schema, by_parser in judged
        if bool(by_schema) != bool(by_parser) and not any(fault.endswith("的题量是0") for fault in by_parser)
    ] == []  # that a sum is not 0 is beyond a schema
