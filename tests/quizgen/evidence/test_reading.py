"""Second readings: what counts, what an answer is, and how readers and keys agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quizgen.evidence.reading import Agreement, Readings, SecondReading, agreement_words, answer_from, text_digest
from quizgen.model import Item, ItemType, Letter, Pool, Status
from tests.quizgen_factories import item


def reading(of: Item, answer: str, *, rating: int = 4, pool: Pool = Pool.EXAM) -> SecondReading:
    return SecondReading(
        pool=pool,
        item=of.id,
        text=text_digest(of),
        answer=frozenset(map(Letter, answer)),
        law="",
        rating=rating,
        remark="",
        day=date(2026, 11, 28),
    )


@pytest.mark.parametrize(
    ("type", "text", "answer"),
    [
        (ItemType.SINGLE, "B", "B"),
        (ItemType.SINGLE, " ｂ ", "B"),
        (ItemType.MULTIPLE, "A、C和D", "ACD"),
        (ItemType.MULTIPLE, "Ａ，Ｃ", "AC"),
        (ItemType.JUDGEMENT, "正确", "T"),
        (ItemType.JUDGEMENT, "错", "F"),
        (ItemType.JUDGEMENT, "t", "T"),
    ],
)
def test_answers_are_understood_as_people_write_them(type: ItemType, text: str, answer: str) -> None:
    assert answer_from(text, item(type=type)) == frozenset(map(Letter, answer))


@pytest.mark.parametrize(
    ("type", "text"),
    [
        (ItemType.SINGLE, ""),
        (ItemType.SINGLE, "E"),
        (ItemType.MULTIPLE, "AA"),
        (ItemType.SINGLE, "不知道"),
        (ItemType.SINGLE, "对"),
        (ItemType.SINGLE, "AB"),
        (ItemType.JUDGEMENT, "TF"),
    ],
)
def test_other_texts_are_no_answer(type: ItemType, text: str) -> None:
    assert answer_from(text, item(type=type)) is None


def test_reading_counts_until_what_was_read_changes() -> None:
    read = item()
    readings = Readings([reading(read, "B")])

    assert readings.of(Pool.EXAM, read)
    assert readings.of(Pool.EXAM, replace(read, rationale="《宪法》另有规定。", key=frozenset({Letter("A")})))
    assert not readings.of(Pool.EXAM, replace(read, stem="另一题（　　）。"))
    assert not readings.of(Pool.EXAM, replace(read, options=dict(read.options) | {Letter("A"): "另一项"}))
    assert not readings.of(Pool.PRACTICE, read)


def test_item_restored_to_what_was_read_counts_as_read() -> None:
    first = item()
    second = replace(first, stem="改过的一题（　　）。")
    readings = Readings([reading(first, "A"), reading(second, "C"), reading(first, "B")])

    assert readings.of(Pool.EXAM, first) == reading(first, "B")
    assert readings.of(Pool.EXAM, second) == reading(second, "C")


def test_agreement_is_of_the_newest_readings_of_active_items() -> None:
    first, second, third = (item(f"xianfa-01-10{number}", stem=f"第{number}题（　　）。") for number in range(3))
    idle = item("xianfa-01-109", status=Status.RETIRED)
    items = {Pool.EXAM: [first, second, third, idle]}
    readings = Readings([reading(first, "A", rating=1), reading(first, "B", rating=5), reading(second, "C", rating=2)])

    assert readings.agreement(items) == Agreement(items=3, read=2, agreed=1, rating=3.5)
    assert list(readings.unread(items)) == [(Pool.EXAM, third)]
    assert Readings(()).agreement(items) == Agreement(items=3, read=0, agreed=0, rating=0.0)
    assert (bool(readings), bool(Readings(()))) == (True, False)


def test_what_readings_came_to_is_said_in_one_sentence() -> None:
    assert agreement_words(4, 3, 3.96) == "与答案一致3道（75.0%），平均评分4.0"
