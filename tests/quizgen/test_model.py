"""Items and banks as values."""

from __future__ import annotations

import pytest

from quizgen.model import Bank, Cite, Difficulty, ItemType, Pool, Status
from tests.quizgen_factories import item


@pytest.mark.parametrize("status", list(Status))
def test_item_is_active_only_in_that_status(status: Status) -> None:
    assert item(status=status).is_active is (status is Status.ACTIVE)


def test_bank_finds_the_first_of_items_with_one_id() -> None:
    first, second, double = item("a-01-101", stem="先"), item("a-01-102"), item("a-01-101", stem="后")

    bank = Bank(pool=Pool.EXAM, items=(first, second, double))

    assert bank.by_id() == {first.id: first, second.id: second}


def test_cite_is_written_as_editors_write_it() -> None:
    assert str(Cite(source="xianfa", article="33")) == "xianfa:33"
    assert str(Cite(source="baogao")) == "doc:baogao"


def test_types_and_difficulties_have_names_on_the_screen() -> None:
    assert [type.label for type in ItemType] == ["单选题", "多选题", "判断题"]
    assert [level.label for level in Difficulty] == ["容易", "中等", "较难"]
    assert [level.facility for level in Difficulty] == [0.85, 0.70, 0.55]
