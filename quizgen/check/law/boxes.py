"""Law in lessons: boxes that hold the official words, and articles named in prose that exist."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import error, nearest_or, warning
from quizgen.check.law.citations import extent
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, span_in
from quizgen.law.lawbook import Lawbook, Named, Version
from quizgen.law.register import article_title, in_words
from quizgen.law.text import StatuteText, paragraphs
from quizgen.law.wording import holds, nearest_passage, pieces, plain
from quizgen.lesson import Lesson
from quizgen.parse.law_box import LawBox, law_boxes
from quizgen.words.clipping import clip
from quizgen.words.spelling import Words


def law_boxes_hold_the_law(content: Content, book: Lawbook) -> Iterator[Diagnostic]:
    """Q312 and Q313: a law box names a statute of the register and holds a piece of the article that it names."""
    names = Words(book.names)
    documents = {document.title.strip("《》") for document in content.register.documents.values()}
    for lesson in content.lessons:
        source = content.sources.get(lesson.where.path, "")
        for box in law_boxes(source, lesson.where.path):
            places = _named(box, book)
            if places:
                yield from _box_faults(box, places, lesson, book)
            elif not any(title in documents for title in _titles(box.title)):
                yield _unknown(box, names)


def articles_in_lessons_exist(content: Content, book: Lawbook) -> Iterator[Diagnostic]:
    """Q315: articles and paragraphs that a lesson names in its prose exist in the statute."""
    for lesson in content.lessons:
        text = content.sources.get(lesson.where.path, "")
        boxes = {box.title_span.line for box in law_boxes(text, lesson.where.path)}
        for named in book.named(text, about=book.subject(lesson.id)):
            span = span_in(text, named.start, named.end, path=lesson.where.path)
            fault = place_fault(named, book.in_force(named.statute, lesson.id), book)
            if fault and span.line not in boxes:
                yield warning("Q315", span, fault[0], hint=fault[1])


def _titles(text: str) -> list[str]:
    """The names in 《》."""
    return [part.partition("》")[0] for part in text.split("《")[1:]]


def _named(box: LawBox, book: Lawbook) -> list[Named]:
    """The articles that the title names; the statute as a whole where it names one without an article."""
    if found := book.named(box.title):
        return found
    return [Named(statute=id) for title in _titles(box.title) if (id := book.statute(title))]


def _unknown(box: LawBox, names: Words) -> Diagnostic:
    titles = _titles(box.title)
    if not titles:
        hint = '请写成 !!! law "《法律名称》第几条"'
        return error("Q312", box.title_span, "法条框的标题没有写法律名称和条号", hint=hint)
    hint = nearest_or(titles[0], names, "请先在 laws/register.yml 里登记")
    return error("Q312", box.title_span, f"没有登记法律《{clip(titles[0])}》", hint=hint)


def _box_faults(box: LawBox, places: list[Named], lesson: Lesson, book: Lawbook) -> Iterator[Diagnostic]:
    faults = (place_fault(named, book.in_force(named.statute, lesson.id), book) for named in places)
    if missing := next((fault for fault in faults if fault), None):
        yield error("Q312", box.title_span, missing[0], hint=missing[1])
        return
    official = _official(places, lesson, book)
    parts = pieces(box.body)
    if not official or (parts and any(holds(plain(text), parts) for text in official)):
        return
    near = next((passage for text in official if (passage := nearest_passage(text, box.body))), "")
    hint = f"原文是：{near}" if near else "请从法律原文复制，中间删节请写“……”"
    yield error("Q313", box.body_span, f"这段话不是{clip(box.title)}的原文", hint=hint)


def is_cut(box: LawBox, lesson: Lesson, book: Lawbook) -> bool:
    """Whether a box holds less than the whole of the articles or paragraphs that its title names.

    False where the title names no article, or the texts in force at the lesson's exams are not known.
    """
    places = [named for named in _named(box, book) if named.article]
    official = _official(places, lesson, book) if places else []
    return bool(official) and plain(box.body) not in map(plain, official)


def _official(places: list[Named], lesson: Lesson, book: Lawbook) -> list[str]:
    """The words of the places in each version that holds; empty where one has no text."""
    choices = [[_words(named, text) for text in book.texts_in_force(named.statute, lesson.id)] for named in places]
    return ["\n".join(one) for one in zip(*choices, strict=False)]


def _words(named: Named, text: StatuteText) -> str:
    if not named.article:
        return "\n".join((text.preamble, *text.articles.values()))
    article = text.articles.get(named.article, "")
    return "".join(paragraphs(article)[named.paragraph - 1 : named.paragraph]) if named.paragraph else article


def place_fault(named: Named, held: tuple[Version, ...], book: Lawbook) -> tuple[str, str] | None:
    """What of a place does not exist in any version that holds, with the way out; None when all does."""
    if not held or not named.article or named.is_between:
        return None
    having = [version for version in held if version.has_article(named.article)]
    place = f"{book.short(named.statute)}{article_title(named.article)}"
    if not having:
        message = f"{book.short(named.statute)}没有{article_title(named.article)}"
        return message, f"{extent(held[-1], named.article)}；请核对条号"
    counts = [len(paragraphs(version.text.articles[named.article])) for version in having if version.text]
    if counts and named.paragraph and not 1 <= named.paragraph <= max(counts):
        return f"{place}没有第{in_words(named.paragraph)}款", f"这一条共{max(counts)}款；请核对款次"
    return None
