"""What the site needs of the content; apart from all other rules, which the build of a site would load for nothing."""

from __future__ import annotations

from quizgen.check.course.essentials import essentials_exist
from quizgen.check.course.lessons import (
    lesson_ids_are_unique,
    pages_leave_service_paths_free,
    practice_blocks_name_items,
    sections_ask_about_their_lesson,
)
from quizgen.check.items.shape import item_ids_are_unique
from quizgen.check.law.boxes import law_boxes_hold_the_law
from quizgen.check.law.citations import cites_exist
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.lawbook import Lawbook


def check_course(content: Content, book: Lawbook) -> list[Diagnostic]:
    """What a page of the site needs to be right; the other rules look at exam banks too or are for editors to weigh."""
    rules = (
        item_ids_are_unique,
        lesson_ids_are_unique,
        pages_leave_service_paths_free,
        practice_blocks_name_items,
        sections_ask_about_their_lesson,
        essentials_exist,
    )
    of_law = (cites_exist, law_boxes_hold_the_law)
    return [
        *(fault for rule in rules for fault in rule(content)),
        *(one for rule in of_law for one in rule(content, book)),
    ]
