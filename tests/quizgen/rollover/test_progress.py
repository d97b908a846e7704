"""What editors noted in one list stands in the next one, whatever kind of file they filled in."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from quizgen.diagnostics import Span
from quizgen.rollover.progress import Carried, Note, TodoEntry, carry, own_work
from quizgen.rollover.todo_file import COLUMNS, TodoList, render_todo
from quizgen.rollover.todo_reader import MAX_BYTES, UnreadableTodo, read_todo
from quizgen.rollover.work import NO_NOTICE, Work, WorkKind

SUFFIXES = [".xlsx", ".md", ".csv"]
STALE = Work(
    kind=WorkKind.STALE,
    area="考试题库",
    subject="xianfa-01-101",
    title="国家的一切*权力*属于（　　）。",
    place=Span(path="content/banks/exam/xianfa_01.yml", line=3),
    reason="第三十三条已修改（Q208）",
    task="=请重新审核",
)
WINDOW = replace(STALE, kind=WorkKind.PROGRAMME, area="方案", subject="2027", reason="考试时间由上一年度顺延：9月1日")
THIN = replace(
    STALE, kind=WorkKind.THIN, area="方案", subject="2027", reason="每份试卷用容易的2道，能用的只有5道，不到3倍"
)
NOTE = Note(done=True, owner="甲 乙", due="2027-05-01", remark="等|修正案")


def file_of(suffix: str, *entries: TodoEntry) -> bytes:
    return render_todo(TodoList(title="2027年度学法考试待办", day=date(2027, 1, 4), entries=entries), suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_list_that_was_written_is_read_back(suffix: str) -> None:
    entries = [TodoEntry(work=WINDOW, note=NOTE), TodoEntry(work=STALE), TodoEntry(work=THIN, note=Note(remark="+1"))]

    assert read_todo(file_of(suffix, *entries), suffix) == entries


WORDS = st.text(alphabet="甲乙ab1*_`[]|#\\<>（），：", max_size=8).map(str.strip)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(owner=WORDS, remark=WORDS, title=WORDS.filter(bool))
def test_any_words_of_editors_are_read_back(suffix: str, owner: str, remark: str, title: str) -> None:
    entries = [TodoEntry(work=replace(STALE, title=title), note=Note(owner=owner, remark=remark))]

    assert [entry.note for entry in read_todo(file_of(suffix, *entries), suffix)] == [entries[0].note]


def test_notes_move_on_and_what_can_not_be_found_by_looking_stays() -> None:
    own = own_work(title="出两道案例题")
    old = [
        TodoEntry(work=STALE, note=NOTE),
        TodoEntry(work=WINDOW, note=Note(owner="丙")),
        TodoEntry(work=replace(WINDOW, reason="学习时间由上一年度顺延"), note=Note(done=True)),
        TodoEntry(work=replace(WINDOW, reason=NO_NOTICE)),
        TodoEntry(work=replace(STALE, subject="xianfa-01-102"), note=NOTE),
        TodoEntry(work=own, note=Note(remark="下周")),
    ]

    carried = carry([STALE, replace(STALE, kind=WorkKind.DRAFT)], old)

    assert carried == Carried(
        entries=[old[1], old[2], old[0], TodoEntry(work=replace(STALE, kind=WorkKind.DRAFT)), old[5]],
        noted=1,
        kept=3,
        settled=2,
    )


@pytest.mark.parametrize(
    ("reason", "done"),
    [
        ("第三十三条已修改（Q208）", True),
        ("第三十三条已修改（Q208）；第二条已修改（Q208）", False),  # a new reason wants a new look
    ],
)
def test_tick_holds_for_its_own_reason_only(reason: str, done: bool) -> None:
    (entry,) = carry([replace(STALE, reason=reason)], [TodoEntry(work=STALE, note=NOTE)]).entries

    assert entry.note == replace(NOTE, done=done)


def test_lines_of_one_programme_are_told_apart_by_their_words() -> None:
    multiple = replace(THIN, reason="每份试卷用多选题2道，能用的只有4道，不到3倍")
    old = [TodoEntry(work=THIN, note=Note(owner="甲")), TodoEntry(work=multiple, note=Note(owner="乙"))]

    now = [replace(work, reason=work.reason.replace("只有", "只有1")) for work in (multiple, THIN)]

    assert [entry.note.owner for entry in carry(now, old).entries] == ["乙", "甲"]


def test_list_filled_in_by_hand_is_understood() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "待办"
    sheet.append(["备注", "编号", "类别", "原因", "完成", "期限"])
    sheet.append(["", "xianfa-01-101", "法律已修改", "第三十三条", "√", date(2027, 5, 1)])
    sheet.append(["急", "xianfa-01-102", "草稿", "还是草稿", "办理中", None])
    sheet.append([None, None, "出题", None, None, None])
    sheet.append([None, None, None, None, "否", None])
    stream = io.BytesIO()
    workbook.save(stream)

    first, second, third = read_todo(stream.getvalue(), ".xlsx")

    assert (first.work.kind, first.note) == (WorkKind.STALE, Note(done=True, due="2027-05-01"))
    assert (second.work.kind, second.note) == (WorkKind.DRAFT, Note(remark="办理中；急"))
    assert third.work == own_work(title="", reason="出题")


def test_box_added_to_markdown_and_csv_of_excel_are_understood() -> None:
    (own,) = read_todo("## 草稿（1件）\n\n- [x] 出两道案例题（甲）\n      **备注**：急\n".encode(), ".md")
    (line,) = read_todo("编号,类别,原因,备注\nxianfa-01-101,草稿,还是草稿,'=1\n".encode("gb18030"), ".csv")

    assert own == TodoEntry(work=own_work(title="出两道案例题（甲）"), note=Note(done=True, remark="急"))
    assert (line.work.kind, line.note.remark) == (WorkKind.DRAFT, "=1")


def packed(size: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * size)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix", "sentence"),
    [
        (b"x" * (MAX_BYTES + 1), ".csv", "文件太大，上限是8,000,000字节"),
        (b"old", ".xlsx", "不是.xlsx工作簿，或已经损坏"),
        (packed(90_000_000), ".xlsx", "解压后太大"),
        (packed(10), ".xlsx", "工作簿的内容读不出来，请用Excel或WPS打开后另存一次"),
        (b"a,b\n1,2\n", ".csv", "没有找到待办的表头（类别、编号、原因）"),
        (b"\xff\xff\xff", ".csv", "文字编码读不出来，请另存为UTF-8"),
    ],
)
def test_file_that_is_no_list_is_refused_with_the_reason(data: bytes, suffix: str, sentence: str) -> None:
    with pytest.raises(UnreadableTodo) as refused:
        read_todo(data, suffix)

    assert str(refused.value) == sentence


@given(st.binary(max_size=300), st.sampled_from(SUFFIXES))
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    with suppress(UnreadableTodo):
        assert isinstance(read_todo(data, suffix), list)


def test_new_columns_are_free_to_fill_in() -> None:
    sheet = load_workbook(io.BytesIO(file_of(".xlsx", TodoEntry(work=STALE, note=NOTE))))["待办"]

    head, row = (dict(zip(COLUMNS, values, strict=True)) for values in sheet.iter_rows(values_only=True))

    assert list(head) == list(COLUMNS)
    assert [row[name] for name in ("完成", "负责人", "期限", "备注")] == ["是", "甲 乙", "2027-05-01", "等|修正案"]
