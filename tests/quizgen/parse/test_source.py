"""Bytes to text to located nodes: whatever comes in, nodes and diagnostics come out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.diagnostics import Span
from quizgen.parse.source.nodes import Scalar, Sequence, Table
from quizgen.parse.source.reading import read_nodes
from quizgen.parse.source.text import MAX_BYTES, MOST_TOLD, decode
from quizgen.words.clipping import clip
from tests.quizgen_content import places


def test_decode_takes_a_byte_order_mark_and_any_line_ends() -> None:
    data = "\ufeff甲\r\n乙\r丙\n".encode()

    text, found = decode(data, "a.yml")

    assert (text, found) == ("甲\n乙\n丙\n", [])


def test_decode_places_the_first_byte_that_is_not_utf8() -> None:
    data = "标题\n".encode() + "宪法".encode("gbk")

    text, found = decode(data, "a.yml")

    assert text == ""
    assert found[0].span == Span(path="a.yml", line=2, column=1, length=1)
    assert found[0].message == "文件不是UTF-8编码，从这里起无法读取（字节0xCF）"


def test_decode_blanks_invisible_characters_and_names_each_line() -> None:
    text, found = decode("甲\u200b乙\x00\n丙\n丁\u2028".encode(), "a.yml")

    assert text == "甲 乙 \n丙\n丁 "
    assert places(found) == [("Q003", 1, 2), ("Q003", 3, 2)]
    assert found[0].message == "有看不见的字符（U+200B）"


def test_lost_characters_are_told_once_a_line() -> None:
    text, found = decode("甲\ufffd\ufffd乙\n丙\n\ufffd".encode(), "a.yml")

    assert text == "甲\ufffd\ufffd乙\n丙\n\ufffd"
    assert [(fault.code, fault.span.line, fault.span.column) for fault in found] == [("Q018", 1, 2), ("Q018", 3, 1)]


@pytest.mark.parametrize(("line", "code"), [("甲\u200b", "Q003"), ("\t甲", "Q004"), ("%甲", "Q011")])
def test_one_fault_of_writing_is_told_in_a_hundred_lines(line: str, code: str) -> None:
    text, found = decode(f"{line}\n".encode() * 500, "a.yml")
    _, refused = read_nodes(text, "a.yml")

    assert {fault.code for fault in found + refused} == {code}
    assert len(found + refused) == MOST_TOLD


def test_decode_refuses_a_file_that_is_too_large() -> None:
    text, found = decode(b"a" * (MAX_BYTES + 1), "a.yml")

    assert (text, places(found)) == ("", [("Q010", 1, 1)])


def test_nodes_keep_text_and_place() -> None:
    root, found = read_nodes("on: No\ntimes: [12:30, '甲']\nlong: |\n  一\n  二\n", "a.yml", first_line=3)

    assert found == []
    assert root == Table(
        {
            "on": (Scalar("on", "a.yml", 3, 1, 2), Scalar("No", "a.yml", 3, 5, 2)),
            "times": (
                Scalar("times", "a.yml", 4, 1, 5),
                Sequence((Scalar("12:30", "a.yml", 4, 9, 5), Scalar("甲", "a.yml", 4, 16, 3)), "a.yml", 4, 8),
            ),
            "long": (Scalar("long", "a.yml", 5, 1, 4), Scalar("一\n二\n", "a.yml", 5, 7, 0)),
        },
        "a.yml",
        3,
        1,
    )


def test_an_alias_stands_for_its_content() -> None:
    root, found = read_nodes("a: &x [1]\nb: *x\n", "a.yml")

    assert found == []
    assert isinstance(root, Table)
    assert root.entries["b"][1] == root.entries["a"][1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("Q008", 1, 1)]),
        ("# 注释\n", [("Q008", 2, 1)]),
        ("a: 1\na: 2\na: 3\n", [("Q006", 2, 1), ("Q006", 3, 1)]),
        ("a: 1\n--- \nb: 2\n", [("Q007", 2, 1)]),
        ("a: *b\n", [("Q009", 1, 4)]),
        ("a: &a [*a]\n", [("Q009", 1, 8)]),
        ("a: &a 1\n<<: *a\n", [("Q011", 2, 1)]),
        ("a: !!int 1\n", [("Q011", 1, 4)]),
        ("%TAG ! a\n--- b\n", [("Q011", 1, 1)]),
        ("a:\n \t- b\n\tc: d\n", [("Q004", 2, 2), ("Q004", 3, 1)]),
        ("[a]: 1\n? {b: c}\n: 2\n", [("Q005", 1, 1), ("Q005", 2, 3)]),
        ("a: 'b\nc: d\n", [("Q005", 1, 4)]),
        ("a: b: c\n", [("Q005", 1, 5)]),
        ("a: @b\n", [("Q005", 1, 4)]),
        ("a: [b\nc: d\n", [("Q005", 1, 4)]),
        ("a: {b: c\nd: e\n", [("Q005", 1, 4)]),
        ("a: [b, c d, [e f]} \n", [("Q005", 1, 18)]),
        ("a: b\nc：d\n\ne: f\n", [("Q005", 2, 1)]),
        ("- a：b\n  c: d\n", [("Q005", 1, 3)]),
        ("- a:b\n\n  c: d\n", [("Q005", 1, 3)]),
        ("- http://a\n  c: d\n", [("Q005", 2, 4)]),
        ("a: ]\n", [("Q005", 1, 4)]),
        ("a: |x\n", [("Q005", 1, 5)]),
        ("a:\n  - b\n c: d\n", [("Q005", 3, 2)]),
    ],
)
def test_faults_of_yaml_have_code_and_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = read_nodes(text, "a.yml")

    assert places(found) == expected
    assert all(d.hint for d in found)


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "Q010"),
        ("[" * 200_000, "Q010"),
        ("- " * 200_000, "Q010"),
        ("{a: " * 200_000, "Q010"),
        ("? " * 200_000, "Q010"),
        ("[x" + ",x" * 250_000 + "]", "Q010"),
        ("%TAG ! x\n" * 100_000, "Q011"),
        ("\n\t" * 100_000, "Q004"),
    ],
    ids=["aliases", "brackets", "dashes", "braces", "question marks", "items", "directives", "tabs"],
)
def test_hostile_text_is_refused_in_time(text: str, code: str) -> None:
    start = time.perf_counter()

    _, found = read_nodes(text, "a.yml")

    assert {d.code for d in found} == {code}
    assert time.perf_counter() - start < 20


@given(st.binary(max_size=400) | st.text(alphabet="ab:-[]{}&*!|>'\"%#?,\n\t 甲\x85", max_size=80).map(str.encode))
def test_any_bytes_give_nodes_or_diagnostics(data: bytes) -> None:
    text, unreadable = decode(data, "a.yml")
    root, found = read_nodes(text, "a.yml")

    assert root is not None or found
    assert all(d.span.line >= 1 and d.span.column >= 1 for d in unreadable + found)


def test_clip_keeps_messages_on_one_line() -> None:
    assert clip("一\n二  三") == "一 二 三"
    assert clip("一二三四五", limit=4) == "一二三…"
