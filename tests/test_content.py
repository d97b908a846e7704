"""The kit's own content against the official texts of the statutes that it cites.

The texts are data outside the repository: a folder of `<statute id>.json`, named by the environment variable
STATUTE_TEXTS (default `../shared/laws`, from the repository's root). Tests that need it skip where it is missing.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from quizgen.check.law.quotations import quotations
from quizgen.check.rules import check_content
from quizgen.content import Content, lawbook_of, read_content
from quizgen.draw.assemble import assemble
from quizgen.model import ItemType, TierId
from quizgen.parse.law_box import law_boxes
from quizgen.programme import ScoringRule
from tests.course_project import REPOSITORY, copy_project

_HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def content() -> Content:
    content, found = read_content(REPOSITORY / "content")
    assert found == []
    return content


@pytest.fixture(scope="module")
def content_with_texts() -> Content:
    folder = REPOSITORY / os.environ.get("STATUTE_TEXTS", "../shared/laws")
    if not folder.is_dir():
        pytest.skip(f"no statute texts in {folder}; name their folder in STATUTE_TEXTS")
    content, found = read_content(REPOSITORY / "content", laws=folder)
    assert found == []
    return content


def test_every_lesson_has_enough_items_of_each_type(content: Content) -> None:
    examined = {
        lesson for programme in content.programmes for tier in programme.tiers.values() for lesson in tier.required
    }
    practice = Counter((item.lesson, item.type) for item in content.practice.items)
    exam = Counter((item.lesson, item.type) for item in content.exam.items)

    short = [(lesson.id, type) for lesson in content.lessons for type in ItemType if practice[lesson.id, type] < 1]
    short += [(lesson, type) for lesson in examined for type in ItemType if exam[lesson, type] < 4]

    assert short == []


def test_every_lesson_is_long_enough_to_study(content: Content) -> None:
    bodies = {lesson.id: content.sources[lesson.where.path].split("\n---\n", 1)[1] for lesson in content.lessons}

    assert bodies.keys() == {item.lesson for item in content.practice.items}
    assert {lesson: len(_HAN.findall(body)) for lesson, body in bodies.items() if len(_HAN.findall(body)) < 2500} == {}


def test_every_lesson_quotes_the_law(content: Content) -> None:
    paths = [lesson.where.path for lesson in content.lessons]

    assert [path for path in paths if not any(law_boxes(content.sources[path], path))] == []


def test_content_agrees_with_the_texts(content_with_texts: Content) -> None:
    assert content_with_texts.register.statutes.keys() <= content_with_texts.texts.keys()
    assert check_content(content_with_texts) == []


def test_most_quotations_are_compared_with_the_texts(content_with_texts: Content) -> None:
    book = lawbook_of(content_with_texts)
    rationales = [(item.rationale, item.cites) for bank in content_with_texts.banks for item in bank.items]

    compared = sum(len(list(quotations(text, book.named(text, cites), book))) for text, cites in rationales)

    assert compared >= 0.7 * sum(text.count("“") for text, _ in rationales)


def test_sample_programme_of_another_place_needs_no_other_program(tmp_path: Path) -> None:
    folder = copy_project(tmp_path).parent / "content"
    (folder / "programmes/2026.yml").unlink()
    (folder / "programmes/samples/2027-county.yml").rename(folder / "programmes/2027-county.yml")

    content, found = read_content(folder)

    assert check_content(content, found) == []
    (programme,) = content.programmes
    assert {(tier.pass_mark, tier.attempts, tier.makeup_attempts) for tier in programme.tiers.values()} == {(80, 3, 0)}
    assert (programme.makeup, programme.result(95, passed=True), programme.required_hours) == (None, "优秀", 12)
    blueprint = programme.blueprints["short"]
    assert (blueprint.points, blueprint.scoring) == (100, ScoringRule.PARTIAL)
    for attempt in range(3):
        paper = assemble(
            content.exam.items,
            blueprint,
            tier=TierId("staff"),
            modules=content.modules,
            seed=str(attempt),
            content="sample",
        )
        assert len(paper.items) == blueprint.count
