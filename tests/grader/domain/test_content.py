from __future__ import annotations

from grader.domain.content import Active, ActiveSummary, ContentSummary, summarise_active, summarise_content
from grader.domain.year_change import Laid
from quizgen.model import ItemId, LessonId, TierId
from tests.grader_factories import LEADING, NOON, blueprint, content, exam_items, lesson, tier


def test_lesson_is_found_by_its_id() -> None:
    assert content().lesson(LessonId("xuanxiu-01")) == lesson("xuanxiu-01")
    assert content().lesson(LessonId("xianfa-99")) is None


def test_modules_are_those_of_the_lessons() -> None:
    assert content().modules == {"xianfa-01": "xianfa", "xuanxiu-01": "xuanxiu"}


def test_exam_items_are_found_by_their_ids() -> None:
    assert content().exam_items() == {item.id: item for item in exam_items()}


def test_tier_that_the_programme_no_longer_has_is_treated_as_its_first() -> None:
    assert content().tier(LEADING) == tier("leading")
    assert content().tier(TierId("abolished")) == tier("agency")


def test_blueprint_is_the_one_that_the_tier_names() -> None:
    assert content().blueprint(tier()) == blueprint()


def test_summaries_say_which_programme_and_which_digest() -> None:
    active = Active(programme="2026", digest="c0ffee", published=NOON)

    assert summarise_content(content()) == ContentSummary(programme="2026", title="2026年度学法考试")
    assert summarise_active(active) == ActiveSummary(digest="c0ffee", published=NOON, laid=Laid())


def test_practice_item_is_found_by_its_id() -> None:
    kept = content()

    assert kept.practice_item(ItemId("xianfa-01-001")) == kept.practice[0]
    assert kept.practice_item(ItemId("xianfa-01-101")) is None
