"""Documents that older versions kept open with their meaning unchanged; those versions wrote the fixtures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.store import codec
from grader.store.base import Kind
from grader.store.kinds import CONTENT
from quizgen.credit import full_hours, length
from quizgen.model import LessonId
from quizgen.programme import CreditBy

FIXTURES = Path(__file__).parent / "fixtures"


def opened(kind: Kind[Any, Any], name: str) -> Any:
    document = json.loads((FIXTURES / name).read_text("utf-8"))
    return codec.decode(kind, document["id"], document, where=name).value


def test_content_kept_before_sections_keeps_its_rule_and_lengths() -> None:
    content = opened(CONTENT, "content-schema-2.json")

    programme, lesson = content.programme, content.lesson(LessonId("xianfa-01"))
    assert (programme.credit_by, programme.completion_minutes) == (CreditBy.COMPLETION, 10)
    assert (length(programme, lesson), full_hours(programme, lesson)) == (2700, 1)
    assert [lesson.hours for lesson in content.lessons] == [1, 1.1]
    assert [lesson.sections for lesson in content.lessons] == [(), ()]
