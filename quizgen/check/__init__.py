"""What content means: references, uniqueness, the register, blueprints the bank can fill. One function a rule.

Shape is checked where it is read (`parse`); rules here see the whole content. Imports `assemble`, `content` and pure
modules. A new rule is a generator over the content, added to `RULES`, with its code explained in `codes`.
"""

from __future__ import annotations

from quizgen.check.citations import cites_exist, items_are_reviewed_after_amendments
from quizgen.check.faults import Rule
from quizgen.check.items import (
    enemies_exist,
    item_ids_are_unique,
    item_lessons_exist,
    item_tiers_exist,
    statistics_name_items,
)
from quizgen.check.lessons import (
    lesson_files_are_named_for_lessons,
    lesson_ids_are_unique,
    lesson_modules_exist,
    pages_leave_service_paths_free,
    practice_blocks_name_items,
)
from quizgen.check.programmes import (
    blueprints_can_be_filled,
    programme_ids_are_unique,
    programme_lessons_exist,
    programmes_follow_each_other,
    quota_modules_exist,
    required_hours_can_be_reached,
)
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, in_order

__all__ = ["COURSE_RULES", "RULES", "check_content"]

COURSE_RULES: tuple[Rule, ...] = (
    cites_exist,
    item_ids_are_unique,
    lesson_ids_are_unique,
    pages_leave_service_paths_free,
    practice_blocks_name_items,
)
"""What a page of the site needs to be right; the other rules look at exam banks too or are for the editor to weigh."""

RULES: tuple[Rule, ...] = (
    item_ids_are_unique,
    item_lessons_exist,
    item_tiers_exist,
    cites_exist,
    items_are_reviewed_after_amendments,
    enemies_exist,
    statistics_name_items,
    practice_blocks_name_items,
    lesson_ids_are_unique,
    lesson_files_are_named_for_lessons,
    lesson_modules_exist,
    pages_leave_service_paths_free,
    programme_ids_are_unique,
    programme_lessons_exist,
    quota_modules_exist,
    blueprints_can_be_filled,
    required_hours_can_be_reached,
    programmes_follow_each_other,
)


def check_content(content: Content) -> list[Diagnostic]:
    """Every fault of meaning, in order of place."""
    return in_order(fault for rule in RULES for fault in rule(content))
