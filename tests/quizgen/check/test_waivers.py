"""Waivers keep warnings of their item and code, nothing else; and those that keep nothing are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizgen.check.rules import check_content
from quizgen.content import read_content
from quizgen.diagnostics import Severity
from tests.quizgen_content import EXAM, ITEM, PROGRAMME, places, write_content

EXAM_PATH = "banks/exam/xianfa-01.yml"
UNASKED = EXAM.replace("（　　）", "人大")
"""An exam bank with a warning: Q110 at 5:11."""


def checked(root: Path, bank: str, **files: str) -> list[tuple[str, int, int]]:
    content, found = read_content(write_content(root, {EXAM_PATH: bank, **files}))
    return places(check_content(content, found))


def test_warning_found_while_reading_is_waived_in_its_item(tmp_path: Path) -> None:
    assert checked(tmp_path / "a", UNASKED) == [("Q110", 5, 11)]
    assert checked(tmp_path / "b", UNASKED + "    waive: {Q110: 题干用的是法条原话}\n") == []


def test_warning_found_by_a_rule_is_waived_wherever_it_stands_in_the_item(tmp_path: Path) -> None:
    aged = EXAM.replace("2026-11-23", "2018-03-10")

    assert checked(tmp_path / "a", aged) == [("Q208", 11, 13)]
    assert checked(tmp_path / "b", aged.replace("    type:", "    waive: {Q208: 该条没有修改}\n    type:")) == []


def test_waiver_holds_in_its_own_item_only(tmp_path: Path) -> None:
    second = ITEM.replace("-001", "-102").replace("国家的一切权力属于（　　）", "国务院是最高国家行政机关")
    waiver = "    waive: {Q110: 题干用的是法条原话}\n"

    assert checked(tmp_path / "a", UNASKED + waiver + second) == [("Q110", 18, 11)]
    assert checked(tmp_path / "b", UNASKED + second + waiver) == [("Q110", 5, 11)]
    assert checked(tmp_path / "c", UNASKED + waiver + second + waiver) == []


def test_warning_at_a_place_that_another_item_shares_is_waived_in_its_own_item(tmp_path: Path) -> None:
    shared = UNASKED.replace("stem: ", "stem: &stem ")
    second = ITEM.replace("-001", "-102").replace("国家的一切权力属于（　　）。", "*stem").replace("人民", "国务院")
    waiver = "    waive: {Q110: 题干用的是法条原话}\n"

    same = ("Q228", 5, 11)  # and with one stem the two items are doubles
    assert checked(tmp_path / "a", shared + second) == [("Q110", 5, 11), ("Q110", 5, 11), same]
    assert checked(tmp_path / "b", shared + second + waiver) == [("Q110", 5, 11), same]


def test_place_before_the_first_item_belongs_to_none(tmp_path: Path) -> None:
    waiver = "    waive: {Q110: 题干用的是法条原话}\n"
    notes = {"banks/exam/notes.yaml": "", "banks/exam/b.yml": UNASKED.replace("01-101", "01-102") + waiver}

    content, found = read_content(write_content(tmp_path, notes))

    left = check_content(content, found)

    assert [(d.code, d.span.line) for d in left if d.code in {"Q013", "Q110", "Q251"}] == [("Q013", 1)]


def test_waiver_of_nothing_is_told(tmp_path: Path) -> None:
    assert checked(tmp_path, EXAM + "    waive: {Q110: 已经改好}\n") == [("Q251", 15, 13)]


def test_waiver_of_an_error_keeps_nothing_and_is_told(tmp_path: Path) -> None:
    bank = EXAM.replace("xianfa:2", "xianfa:144") + "    waive: {Q205: 以后再改}\n"

    content, found = read_content(write_content(tmp_path, {EXAM_PATH: bank}))
    faults = check_content(content, found)

    assert [(d.code, d.severity) for d in faults] == [("Q205", Severity.ERROR), ("Q253", Severity.WARNING)]
    assert faults[1].message == "Q205在这道试题里是错误；错误不能保留，只能改正"


def test_unknown_code_is_told_with_the_nearest(tmp_path: Path) -> None:
    content, found = read_content(write_content(tmp_path, {EXAM_PATH: EXAM + "    waive: {Q119: 理由}\n"}))

    (fault,) = check_content(content, found)

    assert (fault.code, fault.message) == ("Q252", "“waive”里的Q119不是诊断代码")
    assert fault.hint.startswith("是否应为“Q1")


@pytest.mark.parametrize("laws", [False, True])
def test_waiver_of_a_finding_in_statute_texts_is_idle_only_beside_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, laws: bool
) -> None:
    monkeypatch.setattr("quizgen.check.waivers.EXPLANATIONS", {"Q209": "与法律原文不一致。"})
    write_content(tmp_path, {EXAM_PATH: EXAM + "    waive: {Q209: 概括了原文}\n"})
    (tmp_path / "texts").mkdir()
    text = (
        '{"title": "法", "short": "法", "version": "2018-03-11", "effective": "2018-03-11", "articles": {"1": "正文"}}'
    )
    (tmp_path / "texts" / "fa.json").write_text(text, encoding="utf-8")

    content, found = read_content(tmp_path, laws=tmp_path / "texts" if laws else None)

    assert places(check_content(content, found)) == ([("Q251", 15, 13)] if laws else [])


def test_what_stands_outside_banks_is_never_waived(tmp_path: Path) -> None:
    special = PROGRAMME.replace('"2026"', '"2027"')

    faults = checked(tmp_path, EXAM + "    waive: {Q413: 理由}\n", **{"programmes/2027.yml": special})

    assert faults == [("Q251", 15, 13), ("Q413", 1, 5)]
