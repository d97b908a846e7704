"""Whether items and lessons were reviewed since the law changed, as it stands at the exam."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from quizgen.check.faults import items_of, warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.lawbook import Exam, Lawbook, Named, Version
from quizgen.law.register import article_title
from quizgen.law.text import StatuteText, text_seen
from quizgen.model import LessonId


def items_are_reviewed_after_amendments(content: Content, book: Lawbook) -> Iterator[Diagnostic]:
    """Q208: an active item was reviewed since the version that holds at its exam was passed.

    Told once a cite, for the first programme it concerns. An article that reads the same in the text before the
    review and in the one that holds is not stale, whatever else of the statute changed.
    """
    for item in (item for item in items_of(content) if item.is_active):
        for cite in item.cites:
            if cite.article and cite.source in content.register.statutes:
                reason = _stale(book, cite.source, (cite.article,), item.lesson, item.reviewed)
                if reason:
                    message = f"试题的审核日期{item.reviewed}{reason[0]}"
                    yield warning("Q208", cite.span, message, hint=reason[1], item=item)


def lessons_are_reviewed_after_amendments(content: Content, book: Lawbook) -> Iterator[Diagnostic]:
    """Q314: a lesson was reviewed since the statutes whose articles it names were changed; told once a statute."""
    for lesson in content.lessons:
        named = book.named(content.sources.get(lesson.where.path, ""), about=book.subject(lesson.id))
        for statute, articles in _by_statute(named).items():
            reason = _stale(book, statute, tuple(articles), lesson.id, lesson.reviewed)
            if reason and statute in content.register.statutes:
                hint = reason[1]
                yield warning("Q314", lesson.where, f"课程的审核日期{lesson.reviewed}{reason[0]}", hint=hint)


def _by_statute(named: Iterable[Named]) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for one in named:
        found.setdefault(one.statute, {})[one.article] = None
    return found


def _stale(
    book: Lawbook, statute: str, articles: tuple[str, ...], lesson: LessonId, reviewed: date
) -> tuple[str, str] | None:
    """What changed after the review, and the way out; None while nothing that matters did, or the day is unread."""
    if reviewed == date.min:
        return None
    for exam in book.exams_of(lesson) or (None,):
        held = book.at(statute, exam) if exam else next(iter(book.in_force(statute, lesson)), None)
        change = held and reviewed < held.passed and _change(book, statute, articles, held, reviewed)
        if held and change:
            message = f"早于{book.short(statute)}{held.passed}通过的版本，{change}"
            return message, f"{_when(exam, held)}请对照条文重新审核，再更新“reviewed”"
    return None


def _when(exam: Exam | None, held: Version) -> str:
    until = f"方案{exam.programme.id}的考试到{exam.day}为止，" if exam else ""
    return f"{until}这个版本自{held.effective}起施行；"


def _change(book: Lawbook, statute: str, articles: tuple[str, ...], held: Version, reviewed: date) -> str:
    """Which of the articles read otherwise than the reviewer saw them; empty when none does."""
    old = _text_before(book, statute, reviewed)
    if not old or not held.text:
        return "没有审核时的原文可以比较" if held.text else "没有原文可以比较"
    changed = [change for article in articles if (change := _article_change(book, article, old, held.text))]
    return "，".join(changed[:3]) + (f"等{len(changed)}条有变化" if len(changed) > 3 else "")


def _article_change(book: Lawbook, article: str, old: StatuteText, new: StatuteText) -> str:
    before, after = book.words(old, article), book.words(new, article)
    title = article_title(article)
    if before == after:
        return ""
    moved = book.article_with(new, [before]) if before else ""
    if moved and book.words(new, moved) == before:
        return f"原{title}现在是{article_title(moved)}"
    if not before:
        return f"{title}是新增的"
    return f"{title}已修改" if after else f"{title}已删去"


def _text_before(book: Lawbook, statute: str, reviewed: date) -> StatuteText | None:
    known = book.register.statutes.get(statute)
    amended = (*known.amendments, known.version) if known else ()
    return text_seen(book.texts.get(statute, ()), amended, reviewed)
