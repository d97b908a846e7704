"""What content means: references, uniqueness, the register, blueprints the bank can fill. One function a rule.

Shape is checked where it is read (`parse`); rules here see the whole content. A new rule is a generator over the
content, added to `RULES`, with its code explained in `codes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from quizgen.check.bank.alike import items_stand_apart
from quizgen.check.bank.habits import banks_have_no_habits
from quizgen.check.bank.readings import items_are_read_twice, second_readers_agree
from quizgen.check.consequences import independent, told_once
from quizgen.check.course.essentials import essentials_exist
from quizgen.check.course.form import (
    excerpts_are_marked,
    figures_are_told_in_words,
    lessons_are_an_hours_work,
    lessons_cite_sparingly,
    lessons_have_figures_cases_and_questions,
)
from quizgen.check.course.lessons import (
    lesson_files_are_named_for_lessons,
    lesson_ids_are_unique,
    lesson_modules_exist,
    lessons_that_earn_hours_have_sections,
    pages_leave_service_paths_free,
    practice_blocks_name_items,
    sections_ask_about_their_lesson,
)
from quizgen.check.course.programmes import (
    blueprints_can_be_filled,
    programme_ids_are_unique,
    programme_lessons_exist,
    programmes_follow_each_other,
    quota_modules_exist,
    required_hours_can_be_reached,
)
from quizgen.check.course.reviews import reviews_are_not_in_the_future
from quizgen.check.faults import LawRule, Rule
from quizgen.check.items.letters import options_about_others_are_pinned, rationales_name_options_clearly
from quizgen.check.items.negations import negations_are_not_lost
from quizgen.check.items.permissions import permitted_keys_are_not_forbidden
from quizgen.check.items.phrases import abolished_names_are_marked, phrases_are_right
from quizgen.check.items.polarity import right_statements_are_not_denied
from quizgen.check.items.shape import (
    enemies_exist,
    item_ids_are_unique,
    item_lessons_exist,
    item_tiers_exist,
    statistics_name_items,
)
from quizgen.check.items.verdicts import rationales_come_to_the_key
from quizgen.check.law.agreement import items_agree_with_the_law
from quizgen.check.law.boxes import articles_in_lessons_exist, law_boxes_hold_the_law
from quizgen.check.law.citations import cites_exist
from quizgen.check.law.currency import items_are_reviewed_after_amendments, lessons_are_reviewed_after_amendments
from quizgen.check.law.register import register_agrees_with_texts
from quizgen.check.waivers import waived
from quizgen.content import Content, lawbook_of
from quizgen.diagnostics import Diagnostic, in_order
from quizgen.law.lawbook import Lawbook
from quizgen.model import Pool

__all__ = ["ITEM_LAW_RULES", "ITEM_RULES", "LAW_RULES", "RULES", "check_content"]

ITEM_RULES: tuple[Rule, ...] = (
    rationales_come_to_the_key,
    right_statements_are_not_denied,
    negations_are_not_lost,
    permitted_keys_are_not_forbidden,
)
"""Rules that look at each item alone and say whether it can be right."""
RULES: tuple[Rule, ...] = (
    *ITEM_RULES,
    options_about_others_are_pinned,
    rationales_name_options_clearly,
    item_ids_are_unique,
    item_lessons_exist,
    item_tiers_exist,
    reviews_are_not_in_the_future,
    register_agrees_with_texts,
    enemies_exist,
    statistics_name_items,
    items_stand_apart,
    abolished_names_are_marked,
    phrases_are_right,
    banks_have_no_habits,
    items_are_read_twice,
    second_readers_agree,
    practice_blocks_name_items,
    sections_ask_about_their_lesson,
    lessons_that_earn_hours_have_sections,
    lesson_ids_are_unique,
    lesson_files_are_named_for_lessons,
    lesson_modules_exist,
    pages_leave_service_paths_free,
    lessons_are_an_hours_work,
    lessons_have_figures_cases_and_questions,
    figures_are_told_in_words,
    lessons_cite_sparingly,
    essentials_exist,
    programme_ids_are_unique,
    programme_lessons_exist,
    quota_modules_exist,
    blueprints_can_be_filled,
    required_hours_can_be_reached,
    programmes_follow_each_other,
)

ITEM_LAW_RULES: tuple[LawRule, ...] = (cites_exist, items_agree_with_the_law)
"""Rules that hold each item alone against the law."""
LAW_RULES: tuple[LawRule, ...] = (
    *ITEM_LAW_RULES,
    items_are_reviewed_after_amendments,
    lessons_are_reviewed_after_amendments,
    law_boxes_hold_the_law,
    articles_in_lessons_exist,
    excerpts_are_marked,
)


Task = Callable[[], list[Diagnostic]]
"""A part of the work of checking, which needs no other part."""
MANY = 2_000
"""Items from which on the work is in parts."""
_PARTS = 40
"""Into which their items go, or one more of each bank."""


def in_turn(tasks: Sequence[Task]) -> list[list[Diagnostic]]:
    """What the tasks find, one after the other."""
    return [task() for task in tasks]


def check_content(
    content: Content,
    found: Iterable[Diagnostic] = (),
    *,
    run: Callable[[Sequence[Task]], list[list[Diagnostic]]] = in_turn,
) -> list[Diagnostic]:
    """Every fault in order of place: those `found` while reading and those of meaning, without the waived ones.

    What was found while reading is given here, so that one list of waivers covers both. Faults that follow from a
    file that could not be read are left out. The work of `MANY` items is done by `run`, which may share it out.
    """
    told = chain.from_iterable((run if _size(content) >= MANY else in_turn)(_tasks(content)))
    return in_order(waived(content, [*found, *told_once(independent(told, content.unread))]))


def _size(content: Content) -> int:
    return sum(len(bank.items) for bank in content.banks)


def _tasks(content: Content) -> list[Task]:
    """The rules, those that take long last: a part of the items at a time, so that they can be shared evenly."""
    book = lawbook_of(content)
    return [
        *(partial(_told, rule, content) for rule in RULES),
        *(partial(_told, rule, content, book) for rule in LAW_RULES if rule not in ITEM_LAW_RULES),
        *(partial(_told, rule, part, book) for rule in ITEM_LAW_RULES for part in _parts(content)),
    ]


def _told(rule: Callable[..., Iterable[Diagnostic]], *given: Content | Lawbook) -> list[Diagnostic]:
    return list(rule(*given))


def _parts(content: Content) -> Iterator[Content]:
    """The content with some of its items at a time; where there are few, as it is."""
    if _size(content) < MANY:
        yield content
        return
    part = _size(content) // _PARTS
    for bank in content.banks:
        for start in range(0, len(bank.items), part):
            some = replace(bank, items=bank.items[start : start + part])
            banks = {other.pool: replace(other, items=()) for other in content.banks} | {bank.pool: some}
            yield replace(content, practice=banks[Pool.PRACTICE], exam=banks[Pool.EXAM])
