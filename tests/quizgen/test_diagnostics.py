"""Diagnostics in order and in three formats."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from quizgen.diagnostics import (
    Diagnostic,
    Related,
    Severity,
    Span,
    columns,
    has_errors,
    in_order,
    render_github,
    render_json,
    render_text,
    summary,
)


def fault(
    code: str = "Q104",
    line: int = 1,
    column: int = 1,
    *,
    length: int = 0,
    path: str = "a.yml",
    message: str = "有错",
    severity: Severity = Severity.ERROR,
    label: str = "",
    hint: str = "",
) -> Diagnostic:
    span = Span(path=path, line=line, column=column, length=length)
    return Diagnostic(code=code, message=message, span=span, severity=severity, label=label, hint=hint)


WARNING = fault("Q110", severity=Severity.WARNING)


def test_order_is_by_place_then_code_without_repeats() -> None:
    mixed = [
        fault(path="b.yml"),
        fault("Q105", 2),
        fault("Q104", 2),
        fault(line=1, column=9),
        fault(line=1),
        fault("Q104", 2),
    ]

    ordered = in_order(mixed)

    assert ordered == [
        fault(line=1),
        fault(line=1, column=9),
        fault("Q104", 2),
        fault("Q105", 2),
        fault(path="b.yml"),
    ]


def test_only_errors_count_as_errors() -> None:
    assert not has_errors([])
    assert not has_errors([WARNING])
    assert has_errors([WARNING, fault()])


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([], ""),
        ([fault()], "发现 1 个错误"),
        ([WARNING, WARNING], "发现 2 个警告"),
        ([fault(), WARNING, fault()], "发现 2 个错误、1 个警告"),
    ],
)
def test_summary_counts_by_severity(found: list[Diagnostic], sentence: str) -> None:
    assert summary(found) == sentence


def test_text_of_nothing_is_nothing() -> None:
    assert render_text([], {"a.yml": "x"}) == ""


def test_caret_stands_below_wide_characters() -> None:
    found = [fault(line=2, column=7, length=2, label="只有A、B", hint="改成B")]

    text = render_text(found, {"a.yml": "第一行\n选项: 甲：丙丁 # 注\n"})

    assert text == (
        "a.yml:2:7: error[Q104]: 有错\n"
        "    2 | 选项: 甲：丙丁 # 注\n"
        "      |           ^^^^ 只有A、B\n"
        "    提示：改成B\n"
        "\n"
        "发现 1 个错误。\n"
    )


def test_span_without_length_reaches_to_the_lines_end() -> None:
    text = render_text([fault(column=3)], {"a.yml": "ab甲 c  "})

    assert text.split("\n")[1:3] == ["    1 | ab甲 c", "      |   ^^^^"]


def test_caret_past_the_lines_end_is_one_wide() -> None:
    text = render_text([fault(column=9, length=3)], {"a.yml": "ab"})

    assert text.split("\n")[1:3] == ["    1 | ab", "      |   ^"]


def test_place_without_source_shows_label_and_hint_only() -> None:
    text = render_text([fault(line=7, label="标注", hint="办法")], {"a.yml": "只有一行"})

    assert text == "a.yml:7:1: error[Q104]: 有错\n    标注\n    提示：办法\n\n发现 1 个错误。\n"


def test_control_characters_of_a_source_never_reach_the_terminal() -> None:
    text = render_text([fault(column=6, length=1)], {"a.yml": "\x1b[2J\tx　y"})

    assert text.split("\n")[1:3] == ["    1 |  [2J x　y", "      |      ^"]


@pytest.mark.parametrize("column", [1, 40, 150, 299])
def test_long_line_is_cut_around_the_fault(column: int) -> None:
    line = "".join(chr(0x4E00 + n) for n in range(300))

    shown, caret = render_text([fault(column=column, length=1)], {"a.yml": line}).split("\n")[1:3]

    assert columns(shown) <= 8 + 116
    assert shown[8:].strip("…") in line
    at = columns(caret.rstrip("^"))
    assert next(char for n, char in enumerate(shown) if columns(shown[:n]) == at) == line[column - 1]


def test_json_is_flat_and_in_order() -> None:
    found = [fault(line=2, column=3, length=4, label="标", hint="办"), WARNING]

    warning, error = json.loads(render_json(found))
    assert warning == {
        "code": "Q110",
        "message": "有错",
        "severity": "warning",
        "label": "",
        "hint": "",
        "item": None,
        "path": "a.yml",
        "line": 1,
        "column": 1,
        "length": 0,
        "related": [],
    }
    assert [error[name] for name in ("code", "line", "column", "length", "label", "hint")] == [
        "Q104",
        2,
        3,
        4,
        "标",
        "办",
    ]


TWIN = replace(
    fault(line=2, column=5, length=1, hint="换掉一道"),
    item="xianfa-01-101",
    related=(
        Related(span=Span(path="b.yml", line=1, column=3, length=2), label="另一道在这里"),
        Related(span=Span(path="c.yml", line=9), label="第三道在这里"),
    ),
)
"""A fault of an item that points at two other places."""


def test_related_places_are_shown_with_their_lines_before_the_hint() -> None:
    text = render_text([TWIN], {"a.yml": "x\nstem甲\n", "b.yml": "- 乙丙\n"})

    assert text == (
        "a.yml:2:5: error[Q104]: 有错\n"
        "    2 | stem甲\n"
        "      |     ^^\n"
        "    另一道在这里：b.yml:1:3\n"
        "    1 | - 乙丙\n"
        "      |   ^^^^\n"
        "    第三道在这里：c.yml:9:1\n"
        "    提示：换掉一道\n"
        "\n"
        "发现 1 个错误。\n"
    )


def test_json_names_the_item_and_lists_related_places() -> None:
    (entry,) = json.loads(render_json([TWIN]))

    assert entry["item"] == "xianfa-01-101"
    assert entry["related"] == [
        {"label": "另一道在这里", "path": "b.yml", "line": 1, "column": 3, "length": 2},
        {"label": "第三道在这里", "path": "c.yml", "line": 9, "column": 1, "length": 0},
    ]


def test_github_commands_name_related_places() -> None:
    assert render_github([TWIN]).endswith("::有错；另一道在这里：b.yml:1:3；第三道在这里：c.yml:9:1；换掉一道\n")


def test_github_commands_are_escaped() -> None:
    found = [fault(path="甲,乙:丙.yml", message="100%\r\n错", label="标", hint="办")]

    assert render_github(found) == ("::error file=甲%2C乙%3A丙.yml,line=1,col=1,title=Q104::100%25%0D%0A错；标；办\n")


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("ab", 2), ("宪法", 4), ("（　　）", 8), ("e\u0301", 1), ("“”", 2)]
)
def test_columns_follow_east_asian_width(text: str, width: int) -> None:
    assert columns(text) == width
