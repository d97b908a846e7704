"""Lessons and pages: ids, modules, practice blocks, addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from quizgen.check.faults import error, listed
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Related, Span
from quizgen.model import LessonId
from quizgen.programme import CreditBy
from quizgen.words.clipping import clip
from quizgen.words.spelling import Words

SERVICE_PATHS = frozenset({"api", "my", "exam", "admin", "verify", "static", "sign-in", "sign-out"})
"""First segments of the addresses that the service answers itself."""


def practice_blocks_name_items(content: Content) -> Iterator[Diagnostic]:
    """Q304 and Q305: practice blocks name active items of the practice bank."""
    items = content.practice.by_id()
    known = Words(items)
    for lesson in content.lessons:
        for id, span in lesson.practice:
            if id not in items:
                yield error("Q304", span, f"练习题库里没有试题“{id}”", hint=known.hint(id))
            elif not items[id].is_active:
                message, hint = f"试题“{id}”没有启用（{items[id].status}）", "请启用它，或从练习块里删去"
                beside = items[id].places.get("status", items[id].where)
                yield error("Q305", span, message, hint=hint, related=(Related(span=beside, label="它的状态在这里"),))


def sections_ask_about_their_lesson(content: Content) -> Iterator[Diagnostic]:
    """Q319: what closes a section can be answered from its lesson."""
    items = content.practice.by_id()
    for lesson in content.lessons:
        for section in lesson.sections:
            for id, span in zip(section.items, section.places, strict=True):
                if id in items and items[id].lesson != lesson.id:
                    message = f"试题“{id}”属于课程“{clip(items[id].lesson)}”，不能放在本课的小节里"
                    yield error("Q319", span, message, hint="请换成本课的练习题，或放进不写编号的随堂练习")


def lessons_that_earn_hours_have_sections(content: Content) -> Iterator[Diagnostic]:
    """Q320: under a rule by sections, a lesson without them could never be done."""
    rules = (programme for programme in content.programmes if programme.credit_by is CreditBy.SECTIONS)
    tiers = (tier for programme in rules for tier in programme.tiers.values())
    named = {lesson for tier in tiers for lesson in (*tier.required, *tier.electives)}
    for lesson in content.lessons:
        if lesson.id in named and not lesson.sections:
            message = f"课程“{clip(lesson.id)}”没有分小节，学完也不能得到学时"
            yield error("Q320", lesson.where, message, hint="请用“::: practice 1”至“::: practice 3”分成3个小节")


def lesson_ids_are_unique(content: Content) -> Iterator[Diagnostic]:
    """Q306: an id names one lesson."""
    first: dict[LessonId, Span] = {}
    for lesson in content.lessons:
        if lesson.id in first:
            beside = (Related(span=first[lesson.id], label="第一次出现在这里"),)
            message = f"已有课程“{clip(lesson.id)}”"
            yield error("Q306", lesson.where, message, hint="请换一个标识", related=beside)
        first.setdefault(lesson.id, lesson.where)


def lesson_files_are_named_for_lessons(content: Content) -> Iterator[Diagnostic]:
    """Q307: a lesson's file is found by its id."""
    for lesson in content.lessons:
        stem = PurePosixPath(lesson.where.path).stem
        if stem != lesson.id:
            message = f"课程标识“{clip(lesson.id)}”与文件名“{clip(stem)}.md”不一致"
            yield error("Q307", lesson.where, message, hint=f"请把文件改名为 {clip(lesson.id)}.md，或改课程标识")


def lesson_modules_exist(content: Content) -> Iterator[Diagnostic]:
    """Q308: a lesson's module is one of some programme's."""
    known = sorted({module for programme in content.programmes for module in programme.modules})
    words = Words(known)
    for lesson in content.lessons if content.programmes else ():
        if lesson.module not in known:
            label = listed(known)
            message = f"课程“{clip(lesson.id)}”的模块“{clip(lesson.module)}”不在任何方案里"
            yield error("Q308", lesson.where, message, label=label, hint=words.hint(lesson.module))


def pages_leave_service_paths_free(content: Content) -> Iterator[Diagnostic]:
    """Q311: no page stands where the service answers."""
    for address, span in content.pages.items():
        segment = address.partition("/")[0]
        if segment.lower() in SERVICE_PATHS:
            message = f"网址“/{segment}/”留给学习和考试服务，这个页面会打不开"
            yield error("Q311", Span(path=span.path), message, hint="请给文件或文件夹改个名字")
