"""Second readings in the content: what is unread, read otherwise, found bad, or written by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from quizgen.check.rules import check_content
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic
from quizgen.evidence.reading import SecondReading, text_digest
from quizgen.model import Letter, Pool
from quizgen.office.csv_out import csv_bytes
from quizgen.parse.readings import COLUMNS, record_of
from tests.quizgen_content import write_content


def others(root: Path) -> list[tuple[str, ...]]:
    """Readings of all items but the first of practice, as their keys say."""
    content, _ = read_content(root)
    return [
        record(root, pool, place=place)
        for pool, items in content.items.items()
        for place in range(len(items))
        if (pool, place) != (Pool.PRACTICE, 0)
    ]


def record(
    root: Path, pool: Pool, *, place: int = 0, answer: str = "", rating: int = 4, remark: str = ""
) -> tuple[str, ...]:
    """A reading of an item of the pool, the first unless told otherwise; as the key says, unless an answer is given."""
    content, _ = read_content(root)
    item = content.items[pool][place]
    return record_of(
        SecondReading(
            pool=pool,
            item=item.id,
            text=text_digest(item),
            answer=frozenset(map(Letter, answer)) or item.key,
            law="宪法第二条",
            rating=rating,
            remark=remark,
            day=date(2026, 11, 28),
        )
    )


def check(root: Path, *records: tuple[str, ...], head: tuple[str, ...] = COLUMNS) -> list[Diagnostic]:
    (root / "readings.csv").write_bytes(csv_bytes(head, records))
    content, found = read_content(root)
    return check_content(content, found)


def test_items_read_twice_as_the_key_says_are_silent(tmp_path: Path) -> None:
    root = write_content(tmp_path)

    assert check(root, record(root, Pool.PRACTICE), *others(root)) == []


def test_item_without_a_reading_is_told_where_others_have_one(tmp_path: Path) -> None:
    root = write_content(tmp_path)

    (told,) = check(root, *others(root))

    assert (told.code, told.span.path.rpartition("/")[2]) == ("Q612", "more.yml")
    assert told.message == "有1道题还没有二读，或者二读以后改过：xianfa-01-002"


def test_item_that_changed_since_is_told(tmp_path: Path) -> None:
    root = write_content(tmp_path)
    records = [record(root, Pool.PRACTICE), *others(root)]
    bank = root / "banks/practice/more.yml"
    bank.write_text(bank.read_text("utf-8").replace("A: 国务院", "A: 国家主席"), "utf-8")

    assert [fault.code for fault in check(root, *records)] == ["Q612"]


@pytest.mark.parametrize(
    ("answer", "rating", "code", "message"),
    [
        ("A", 4, "Q613", "二读的人答“A”，答案是“B”"),
        ("", 2, "Q614", "二读的人给这道题2分（满分5分）"),
        ("", 3, "", ""),
    ],
)
def test_reader_who_differs_or_finds_it_bad_is_told(
    tmp_path: Path, answer: str, rating: int, code: str, message: str
) -> None:
    root = write_content(tmp_path)
    practice = record(root, Pool.PRACTICE, answer=answer, rating=rating, remark="没有写明依据哪部法律")

    told = check(root, practice, *others(root))

    assert [(fault.code, fault.message, fault.related[0].label) for fault in told] == (
        [(code, message, "二读意见：没有写明依据哪部法律")] if code else []
    )


@pytest.mark.parametrize("slip", ["key B", "key: Z", "key:"])
def test_key_that_cannot_be_read_is_told_itself_and_not_by_the_reading(tmp_path: Path, slip: str) -> None:
    root = write_content(tmp_path)
    records = [record(root, Pool.PRACTICE), *others(root)]
    content, _ = read_content(root)
    bank = Path(content.items[Pool.PRACTICE][0].where.path)
    bank.write_text(bank.read_text("utf-8").replace("key: B", slip, 1), "utf-8")

    assert "Q613" not in {fault.code for fault in check(root, *records)}


def test_newest_reading_counts(tmp_path: Path) -> None:
    root = write_content(tmp_path)
    records = [record(root, Pool.PRACTICE, answer="A"), record(root, Pool.PRACTICE), *others(root)]

    assert check(root, *records) == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [("题库", "题库"), ("作答", "a"), ("作答", ""), ("评分", "6"), ("评分", "好"), ("日期", "昨天")],
)
def test_row_changed_by_hand_is_told_with_its_line(tmp_path: Path, column: str, cell: str) -> None:
    root = write_content(tmp_path)
    broken = list(record(root, Pool.PRACTICE))
    broken[COLUMNS.index(column)] = cell

    told = check(root, record(root, Pool.PRACTICE), *others(root), tuple(broken))

    assert [(fault.code, fault.span.line) for fault in told] == [("Q611", 3 + len(others(root)))]


def test_table_without_its_columns_is_told(tmp_path: Path) -> None:
    root = write_content(tmp_path)

    told = check(root, record(root, Pool.EXAM), head=("题库", "题号", "x", "作答", "依据", "y", "意见", "日期"))

    assert [(fault.code, fault.message) for fault in told] == [("Q611", "二读表缺少这些列：版本、评分")]
    (root / "readings.csv").write_text('题库,题号\n"练习', "utf-8")
    content, found = read_content(root)
    assert [fault.code for fault in found] == ["Q611"]
    assert not content.readings
