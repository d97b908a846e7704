"""Programmes: ids, lessons, blueprints that the bank fills, hours that can be reached, years that follow each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR
from itertools import combinations

from quizgen.check.faults import error, nearest_or, warning
from quizgen.content import Content
from quizgen.credit import full_hours, meets, shown_hours
from quizgen.diagnostics import Diagnostic, Related, Span
from quizgen.draw.assemble import Shortage, shortages
from quizgen.lesson import Lesson
from quizgen.model import Pool
from quizgen.programme import Programme, Tier
from quizgen.words.clipping import clip
from quizgen.words.spelling import Words, did_you_mean


def programme_ids_are_unique(content: Content) -> Iterator[Diagnostic]:
    """Q411: an id names one programme."""
    first: dict[str, Span] = {}
    for programme in content.programmes:
        if programme.id in first:
            hint = "每份方案用自己的标识，学习记录按标识分开"
            beside = (Related(span=first[programme.id], label="第一次出现在这里"),)
            yield error("Q411", programme.where, f"已有方案“{clip(programme.id)}”", hint=hint, related=beside)
        first.setdefault(programme.id, programme.where)


def programme_lessons_exist(content: Content) -> Iterator[Diagnostic]:
    """Q408: every required or elective lesson has its page."""
    lessons = content.modules
    known = Words(lessons)
    for tier in _tiers(content):
        named = [("required", lesson) for lesson in tier.required] + [
            ("electives", lesson) for lesson in tier.electives
        ]
        for field, lesson in named:
            if lesson not in lessons:
                span = tier.places.get(f"{field}.{lesson}", Span(path=""))
                hint = nearest_or(lesson, known, "请先写这一课，或从方案里删去")
                yield error("Q408", span, f"没有课程“{clip(lesson)}”", hint=hint)


def _tiers(content: Content) -> Iterator[Tier]:
    return (tier for programme in content.programmes for tier in programme.tiers.values())


def quota_modules_exist(content: Content) -> Iterator[Diagnostic]:
    """Q409: quotas name modules of their own programme."""
    for programme in content.programmes:
        for blueprint in programme.blueprints.values():
            for quota in blueprint.quotas:
                if quota.module not in programme.modules:
                    message = f"题量里的模块“{clip(quota.module)}”没有列在“modules”里"
                    hint = did_you_mean(quota.module, programme.modules)
                    yield error("Q409", quota.where, message, hint=hint)


def blueprints_can_be_filled(content: Content) -> Iterator[Diagnostic]:
    """Q410: the exam bank's active items fill each tier's blueprint.

    Tiers that no item names find the same items and are worked out once for a blueprint.
    """
    named = {tier for item in content.exam.items for tier in item.tiers}
    for programme in content.programmes if Pool.EXAM in content.pools else ():
        known: dict[tuple[str, str], list[Shortage]] = {}
        for tier in programme.tiers.values():
            if blueprint := programme.blueprints.get(tier.blueprint):
                key = blueprint.id, tier.id if tier.id in named else ""
                if key not in known:
                    known[key] = shortages(content.exam.items, blueprint, tier=tier.id, modules=content.modules)
                yield from _shortage_faults(known[key], tier, programme)


def _shortage_faults(found: list[Shortage], tier: Tier, programme: Programme) -> Iterator[Diagnostic]:
    for shortage in found:
        quota = shortage.quota
        if quota.module not in programme.modules:
            continue  # named by Q409 already
        cell = programme.cell_title(quota.stratum)
        message = f"题库不够：{tier.title}需要{cell}{quota.count}道，能用的只有{shortage.found}道"
        hint = f"请补充或启用至少{quota.count - shortage.found}道，或减少题量"
        yield error("Q410", quota.where, message, hint=hint)


def required_hours_can_be_reached(content: Content) -> Iterator[Diagnostic]:
    """Q412: a tier's required lessons are worth the hours that it asks for."""
    lessons = {lesson.id: lesson for lesson in reversed(content.lessons)}  # of doubles, the first
    for programme in content.programmes:
        for tier in programme.tiers.values():
            if tier.required and all(lesson in lessons for lesson in tier.required):  # Q408 names the others
                yield from _hours_fault(tier, programme, [lessons[lesson] for lesson in tier.required])


def _hours_fault(tier: Tier, programme: Programme, required: list[Lesson]) -> Iterator[Diagnostic]:
    full = sum(full_hours(programme, lesson) for lesson in required)
    if not meets(full, programme.required_hours):
        hours = shown_hours(full)
        message = f"{tier.title}合格需要{programme.required_hours:g}学时，必修课全部学完只有{hours:g}学时，没有人能合格"
        hint = f"请增加必修课，或把“required_hours”改为不超过{hours:g}"
        yield error("Q412", tier.places.get("id", programme.where), message, hint=hint)


def programmes_follow_each_other(content: Content) -> Iterator[Diagnostic]:
    """Q413: one programme is over before the next one's study begins."""
    known = {programme.id: programme for programme in content.programmes if _is_dated(programme)}
    ordered = sorted(known.values(), key=lambda programme: programme.study.opens)
    for earlier, later in combinations(ordered, 2):
        until = min(earlier.closes, later.closes)
        if later.study.opens < until:
            shared = f"{later.clock_text(later.study.opens)}至{later.clock_text(until)}"
            message = f"方案“{clip(later.id)}”与“{clip(earlier.id)}”的时间重叠：{shared}"
            hint = "重叠期间只有先结束的一份生效，请错开两份方案的起止时间"
            beside = (Related(span=earlier.where, label="另一份方案在这里"),)
            yield warning("Q413", later.where, message, hint=hint, related=beside)


def _is_dated(programme: Programme) -> bool:
    """Whether its windows could be read: the stand-in for one that could not is open for all time."""
    return programme.study.opens.year > MINYEAR and programme.closes.year < MAXYEAR
