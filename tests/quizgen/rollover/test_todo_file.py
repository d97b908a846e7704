"""The to-do list as a workbook, Markdown and CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from quizgen.diagnostics import Span
from quizgen.rollover.progress import TodoEntry
from quizgen.rollover.todo_file import COLUMNS, TodoList, render_todo, suffix_of
from quizgen.rollover.work import Work, WorkKind


def work(**changes: object) -> Work:
    values: dict[str, object] = {
        "kind": WorkKind.STALE,
        "area": "考试题库",
        "subject": "xianfa-01-101",
        "title": "国家的一切权力属于（　　）。",
        "place": Span(path="content/banks/exam/xianfa-01.yml", line=3, column=9),
        "reason": "第三十三条已修改（Q208）",
        "task": "请重新审核",
    }
    return Work(**(values | changes))  # type: ignore[arg-type]


def todo(*works: Work) -> TodoList:
    return TodoList(
        title="2027年度学法考试待办", day=date(2026, 12, 1), entries=[TodoEntry(work=work) for work in works]
    )


def sheet(todo: TodoList, name: str) -> Worksheet:
    found = load_workbook(io.BytesIO(render_todo(todo, ".xlsx")))[name]
    assert isinstance(found, Worksheet)
    return found


TWO = todo(work(), work(kind=WorkKind.DRAFT, subject="xianfa-01-102", reason="还是草稿", task="请写完"))


def test_workbook_lists_the_work_a_row_each() -> None:
    rows = list(sheet(TWO, "待办").iter_rows(values_only=True))

    assert rows == [
        tuple(COLUMNS),
        (1, "否", "法律已修改", "考试题库", "xianfa-01-101", "国家的一切权力属于（　　）。", "第三十三条已修改（Q208）",
         "请重新审核", "content/banks/exam/xianfa-01.yml:3", None, None, None),
        (2, "否", "草稿", "考试题库", "xianfa-01-102", "国家的一切权力属于（　　）。", "还是草稿",
         "请写完", "content/banks/exam/xianfa-01.yml:3", None, None, None),
    ]  # fmt: skip


def test_workbook_is_ready_to_work_with() -> None:
    works = sheet(TWO, "待办")

    assert (works.freeze_panes, works.auto_filter.ref) == ("C2", "A1:L3")
    (choice,) = works.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("B2:B3", '"是,否"')
    assert works["G2"].alignment.wrap_text
    assert works.column_dimensions["G"].width == COLUMNS["原因"]


def test_summary_counts_what_the_list_marks_as_done() -> None:
    rows = list(sheet(TWO, "汇总").iter_rows(values_only=True))

    assert rows == [
        ("2027年度学法考试待办", None, None, None),
        ("2026-12-01生成", None, None, None),
        (None, None, None, None),
        ("类别", "件数", "已完成", "未完成"),
        ("法律已修改", 1, '=COUNTIFS(待办!$C:$C,A5,待办!$B:$B,"是")', "=B5-C5"),
        ("草稿", 1, '=COUNTIFS(待办!$C:$C,A6,待办!$B:$B,"是")', "=B6-C6"),
        ("合计", "=SUM(B5:B6)", "=SUM(C5:C6)", "=SUM(D5:D6)"),
    ]


def test_text_like_a_formula_stays_a_text_in_the_workbook() -> None:
    works = sheet(todo(work(title='=HYPERLINK("x")', reason="+1\x07")), "待办")

    assert (works["F2"].value, works["F2"].data_type, works["F2"].quotePrefix) == ('=HYPERLINK("x")', "s", True)
    assert works["G2"].value == "+1 "


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_like_a_formula_is_defused_in_csv(start: str) -> None:
    text = render_todo(todo(work(title=f"{start}1", reason='a,“b”\n"c"')), ".csv").decode("utf-8-sig")

    _, row = csv.reader(io.StringIO(text, newline=""))

    assert row == ["1", "否", "法律已修改", "考试题库", "xianfa-01-101", f"'{start}1", "a,“b”\n\"c\"", "请重新审核",
                   "content/banks/exam/xianfa-01.yml:3", "", "", ""]  # fmt: skip


def test_csv_begins_with_the_mark_that_excel_needs() -> None:
    assert render_todo(todo(), ".csv") == b"\xef\xbb\xbf" + (",".join(COLUMNS) + "\r\n").encode()


def test_markdown_is_grouped_by_kind() -> None:
    text = render_todo(todo(work(title="*甲*_乙_")), ".md").decode()

    assert text == (
        "# 2027年度学法考试待办\n\n2026-12-01生成，共1件。\n\n## 法律已修改（1件）\n\n"
        "- [ ] **xianfa-01-101** \\*甲\\*\\_乙\\_（考试题库，`content/banks/exam/xianfa-01.yml:3`）  \n"
        "      第三十三条已修改（Q208）  \n"
        "      **要做的事**：请重新审核  \n"
        "      **负责人**： **期限**： **备注**：\n"
    )


@pytest.mark.parametrize("suffix", [".xlsx", ".md", ".csv"])
def test_name_that_is_no_text_and_an_empty_list_can_be_written(suffix: str) -> None:
    odd = work(place=Span(path="content/\udcff.yml"))

    assert render_todo(todo(odd), suffix)
    assert render_todo(todo(), suffix)


def test_only_formats_that_there_are_have_a_suffix() -> None:
    names = ("a.XLSX", "a.md", "a.csv", "a.xls", "a")

    assert [suffix_of(Path(name)) for name in names] == [".xlsx", ".md", ".csv", "", ""]
