"""The form of a lesson: how much work is in it, its cases, figures and questions, how densely it cites.

A lesson is held to the form once one of its headings is `## 第一小节…`, 第二小节 or 第三小节; others are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizgen.check.faults import error, warning
from quizgen.check.law.boxes import is_cut
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Span, span_in
from quizgen.law.citation import mentions
from quizgen.law.lawbook import Lawbook
from quizgen.lesson import Lesson
from quizgen.parse.law_box import law_boxes

SHORTEST, LONGEST = 38, 52
"""Minutes of work that one credit hour of 45 minutes may hold."""
FIGURES, CASES, QUESTIONS = 2, 2, 9
"""A lesson has at least so many."""
MOST_CITATIONS = 10
"""Citations in 1,000 characters of running text."""

_PER_MINUTE, _PER_CASE = 250, 3
"""Chinese characters read in a minute; minutes that a case takes to think about."""
_EXCERPT = "（节录）"
_HAN = re.compile("[\u4e00-\u9fff]")
_FRONT = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_SECTION = re.compile(r"^## 第[一二三]小节", re.MULTILINE)
_CASE = re.compile(r"^!!! case\b", re.MULTILINE)
_FIGURE = re.compile(r"<figure\b(?:(?!</figure>).)*<svg\b", re.DOTALL)
_SVG = re.compile(r"<svg\b.*?(?:</svg>|\Z)", re.DOTALL)
_TOLD = re.compile(r"<(title|desc)\b[^>]*>(.*?)</\1>", re.DOTALL)
_BOX = re.compile(r"^(?:\?\?\?(?!\+)|!!! (?:law|card|change)\b).*\n(?:(?: {4}.*|[ \t]*)(?:\n|\Z))*", re.MULTILINE)
"""A folded block, a law box, 办事卡 or 法律有何变化, whose citations are asked for; not an open block `???+`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a learner works through in a lesson, by numbers."""

    characters: int
    """Chinese characters, those in figures too, without their text alternatives."""
    figures: int
    cases: int
    questions: int
    """Those that close its sections."""

    @property
    def minutes(self) -> int:
        """The estimate by the rule: characters ÷ 250, a minute a question, three a case."""
        return round(self.characters / _PER_MINUTE + self.questions + _PER_CASE * self.cases)


def effort(text: str, lesson: Lesson) -> Effort:
    """The work in a lesson, whose page is `text`."""
    shown = _TOLD.sub("", _FRONT.sub("", text))
    return Effort(
        characters=len(_HAN.findall(shown)),
        figures=len(_FIGURE.findall(text)),
        cases=len(_CASE.findall(text)),
        questions=sum(len(section.items) for section in lesson.sections),
    )


def citation_densities(text: str) -> Iterator[tuple[Span, str, int]]:
    """Of each part under a heading of the second level: its place, the heading, its citations in 1,000 characters.

    Counted is running text; a part of fewer than 1,000 characters counts as one of 1,000.
    """
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        running = _SVG.sub("", _BOX.sub("", text[heading.start() : end]))
        thousands = max(1_000, len(_HAN.findall(running))) / 1_000
        span = span_in(text, heading.start(), heading.end(), path="")
        yield span, heading[1].strip(), round(len(list(mentions(running))) / thousands)


def lessons_are_an_hours_work(content: Content) -> Iterator[Diagnostic]:
    """Q321: a lesson of the form holds the work of one credit hour."""
    for lesson, text in _formed(content):
        work = effort(text, lesson)
        if not SHORTEST <= work.minutes <= LONGEST:
            message = f"这一课的学习量估计为{work.minutes}分钟，应当在{SHORTEST}至{LONGEST}分钟之间"
            sum_of = f"汉字{work.characters}个（每分钟{_PER_MINUTE}个），试题{work.questions}道（每道1分钟）"
            hint = f"{sum_of}，案例{work.cases}个（每个{_PER_CASE}分钟）；请增加或者删减，不要凑字数"
            yield warning("Q321", lesson.where, message, hint=hint)


def lessons_have_figures_cases_and_questions(content: Content) -> Iterator[Diagnostic]:
    """Q322: a lesson of the form has two figures, two cases and nine questions at least."""
    for lesson, text in _formed(content):
        work = effort(text, lesson)
        counted = (
            ("图", work.figures, FIGURES, "幅", '图写在<figure class="figure">里，用<svg>画'),
            ("案例", work.cases, CASES, "个", "案例写作“!!! case”"),
            ("小节试题", work.questions, QUESTIONS, "道", "每个小节三四道，写在“::: practice 1”至“::: practice 3”里"),
        )
        for what, found, least, unit, hint in counted:
            if found < least:
                yield warning("Q322", lesson.where, f"{what}只有{found}{unit}，至少要{least}{unit}", hint=hint)


def figures_are_told_in_words(content: Content) -> Iterator[Diagnostic]:
    """Q323: a drawing has a title and a description, for who can't see it."""
    for lesson in content.lessons:
        text = content.sources.get(lesson.where.path, "")
        for drawing in _SVG.finditer(text):
            told = {name for name, words in _TOLD.findall(drawing[0]) if words.strip()}
            if missing := [f"<{name}>" for name in ("title", "desc") if name not in told]:
                span = span_in(text, drawing.start(), drawing.start() + len("<svg"), path=lesson.where.path)
                hint = "请在<svg>开头写<title>和<desc>；<desc>用文字说出图里的全部内容"
                yield error("Q323", span, f"图没有文字说明：缺少{'、'.join(missing)}", hint=hint)


def excerpts_are_marked(content: Content, book: Lawbook) -> Iterator[Diagnostic]:
    """Q324: a law box that leaves out words of the article or paragraph in its title says 节录."""
    for lesson, text in _formed(content):
        for box in law_boxes(text, lesson.where.path):
            if _EXCERPT not in box.title and is_cut(box, lesson, book):
                message = "法条框只引了标题所写条、款的一部分，标题没有写（节录）"
                hint = "请在条号后面写（节录），项的序号如“（一）”照写；或把标题写到所引的款，把这一款引全"
                yield warning("Q324", box.title_span, message, hint=hint)


def lessons_cite_sparingly(content: Content) -> Iterator[Diagnostic]:
    """Q325: running text of a lesson of the form stays readable: at most ten citations in 1,000 characters."""
    for lesson, text in _formed(content):
        for span, heading, density in citation_densities(text):
            if density > MOST_CITATIONS:
                place = Span(path=lesson.where.path, line=span.line, column=span.column, length=span.length)
                message = f"“{heading}”每1000字有{density}处条文出处，不宜超过{MOST_CITATIONS}处"
                hint = '请把次要的出处移到折叠的“??? note "条文出处"”里；法条框、办事卡、法律有何变化不计在内'
                yield warning("Q325", place, message, hint=hint)


def _formed(content: Content) -> Iterator[tuple[Lesson, str]]:
    """The lessons that are written in the form, with their pages."""
    for lesson in content.lessons:
        text = content.sources.get(lesson.where.path, "")
        if _SECTION.search(text):
            yield lesson, text
