"""Lesson pages: front matter, sections, practice blocks of Markdown files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from quizgen.diagnostics import Diagnostic, Span
from quizgen.lesson import SECTIONS, Lesson, LessonSection
from quizgen.model import ItemId, LessonId, ModuleId
from quizgen.parse.fields import Faults, Fields, as_table
from quizgen.parse.source.nodes import Scalar, Table
from quizgen.parse.source.reading import read_nodes
from quizgen.words.clipping import clip

_REQUIRED = ("title", "lesson", "module", "hours", "reviewed")
_OPTIONAL = ("minutes",)
_MKDOCS = ("hide", "search", "template", "description", "icon", "status", "tags")
_DAY = 1_440
"""Minutes; no lesson is longer."""
_MOST_HOURS = 24
_FRONT = re.compile(r"---[ \t]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BLOCK = re.compile(r" {0,3}:::[ \t]*(.*)")
_PRACTICE = re.compile(r" {0,3}:::[ \t]*practice(?=\s|$)(?:[ \t]+([0-9]{1,9})(?=\s|$))?")
"""`::: practice`, `::: practice 2`; not `::: practice2`."""
_WORD = re.compile(r"\S+")
_ITEM_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[0-9]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeBlock:
    """A practice block: its first and last line (from 1), the section it closes, the items it names.

    Without a `section` it is free practice; one that names no items then has all of the lesson.
    """

    first: int
    last: int
    items: tuple[tuple[ItemId, Span], ...]
    section: int | None = None
    where: Span = field(default=Span(path=""), compare=False, repr=False)


def parse_lesson(text: str, path: str, *, address: str) -> tuple[Lesson | None, list[Diagnostic]]:
    """The lesson of a page, or None for a page without the field `lesson`; `address` is below the site's root."""
    faults = Faults()
    front, found = _front_matter(text, path, faults)
    blocks, block_faults = practice_blocks(text, path)
    lesson = None
    if front and front.entries.keys() & {"lesson", "module", "hours", "minutes"}:
        fields = Fields(front, faults, what="课程页", required=_REQUIRED, optional=(*_OPTIONAL, *_MKDOCS))
        lesson = Lesson(
            id=LessonId(fields.slug("lesson")),
            title=fields.prose("title"),
            module=ModuleId(fields.slug("module")),
            hours=_hours(fields),
            minutes=fields.integer("minutes", minimum=1, maximum=_DAY) if fields.node("minutes") else None,
            reviewed=fields.day("reviewed"),
            path=address,
            sections=_sections(blocks, faults),
            where=fields.place("lesson"),
            practice=tuple(named for block in blocks for named in block.items),
        )
    elif not found and not faults.found:
        _check_free(blocks, faults)
    return lesson if lesson and lesson.id else None, found + faults.found + block_faults


def _hours(fields: Fields) -> float:
    hours = fields.number("hours", minimum=0, default=1)
    if 0 < hours <= _MOST_HOURS:
        return hours
    message, hint = f"学时应当大于0，不超过{_MOST_HOURS}，这里是{hours:g}", "一课一般是1学时，写作“hours: 1”"
    fields.faults.error("Q025", fields.place("hours"), message, hint=hint)
    return 1


def _sections(blocks: Sequence[PracticeBlock], faults: Faults) -> tuple[LessonSection, ...]:
    """The lesson's sections; numbered out of order, too few, empty or asking twice are faults."""
    numbered = [block for block in blocks if block.section is not None]
    for place, block in enumerate(numbered, start=1):
        _check_number(block, place, faults)
    if 0 < len(numbered) < SECTIONS and numbered[-1].section == len(numbered):
        message = f"只写了{len(numbered)}个小节，一课分{SECTIONS}个小节"
        hint = f"请在课文相应的位置补上“::: practice {len(numbered) + 1}”"
        faults.error("Q316", numbered[-1].where, message, hint=hint)
    _check_once(numbered, faults)
    return tuple(
        LessonSection(
            items=tuple(item for item, _ in block.items),
            where=block.where,
            places=tuple(place for _, place in block.items),
        )
        for block in numbered
    )


def _check_number(block: PracticeBlock, place: int, faults: Faults) -> None:
    if place > SECTIONS:
        hint = "请并入前面的小节；不计入学时的练习不写编号"
        faults.error("Q316", block.where, f"小节太多：一课只分{SECTIONS}个小节", hint=hint)
        return
    if block.section != place:
        hint = f"小节依次写作1、2、3；请写“::: practice {place}”"
        faults.error("Q316", block.where, f"这里应当是第{place}小节，写的是{block.section}", hint=hint)
    if not block.items:
        hint = "请写出学完这一小节要答的试题，一行一个编号"
        faults.error("Q318", block.where, f"第{block.section}小节没有试题", hint=hint)


def _check_once(numbered: Sequence[PracticeBlock], faults: Faults) -> None:
    first: dict[ItemId, int | None] = {}
    for block in numbered:
        for item, place in block.items:
            if item in first:
                message = f"试题“{item}”已经在第{first[item]}小节里"
                faults.error("Q317", place, message, hint="一道试题只放在一个小节，请删去一个")
            first.setdefault(item, block.section)


def _check_free(blocks: Sequence[PracticeBlock], faults: Faults) -> None:
    for block in blocks:
        if block.section is not None:
            hint = "请删去编号，或在页首写明“lesson”等课程信息"
            faults.error("Q316", block.where, "这个页面不是课程，不分小节", hint=hint)


def _front_matter(text: str, path: str, faults: Faults) -> tuple[Table | None, list[Diagnostic]]:
    start = _FRONT.match(text)
    if not start:
        return None, []
    end = _END.search(text, start.end())
    if not end:
        faults.error("Q309", Span(path=path), "页首信息没有结束", hint="请在页首信息之后另起一行写“---”")
        return None, []
    front = text[start.end() : end.start()]
    if not front.strip():
        return None, []
    root, found = read_nodes(front, path, first_line=2)
    return as_table(root, faults, what="页首信息"), found


def practice_blocks(text: str, path: str) -> tuple[list[PracticeBlock], list[Diagnostic]]:
    """The `::: practice` blocks of a page outside code; blocks not closed, unknown or with stray text are faults."""
    faults = Faults()
    blocks: list[PracticeBlock] = []
    lines = iter(prose_lines(text))
    opening: _Opening | None = None
    inside: list[tuple[int, str]] = []
    for number, line in lines:
        marker = _BLOCK.fullmatch(line)
        if opening and marker and not marker[1].strip():
            blocks.append(_block(opening, inside, number, path, faults))
            opening, inside = None, []
        elif marker:
            _check_open(opening, path, faults)
            opening, inside = _opening(number, line, path, faults), []
        elif opening:
            inside.append((number, line))
    _check_open(opening, path, faults)
    return blocks, faults.found


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines outside fenced code."""
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        mark = _FENCE.match(line)
        if not fence and mark:
            fence = mark[1]
        elif fence and mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        elif not fence:
            yield number, line


@dataclass(frozen=True, slots=True)
class _Opening:
    """The first line of a block: its number, the section, and the line with only item ids left at their places."""

    number: int
    section: int | None
    line: str
    where: Span


def _block(opening: _Opening, inside: list[tuple[int, str]], last: int, path: str, faults: Faults) -> PracticeBlock:
    return PracticeBlock(
        first=opening.number,
        last=last,
        items=_named_items([(opening.number, opening.line), *inside], path, faults),
        section=opening.section,
        where=opening.where,
    )


def _opening(number: int, line: str, path: str, faults: Faults) -> _Opening | None:
    if name := _PRACTICE.match(line):
        start = name.start(1) if name[1] else line.index(":")
        where = Span(path=path, line=number, column=start + 1, length=name.end() - start)
        section = int(name[1]) if name[1] else None
        return _Opening(number, section, " " * name.end() + line[name.end() :], where)
    column = line.index(":::") + 1
    span = Span(path=path, line=number, column=column)
    if line.strip() == ":::":
        faults.error("Q303", span, "这里结束了一个没有开始的块", hint="请删去这一行，或在前面补上“::: practice”")
    else:
        hint = "小节的试题写作“::: practice 1”，随堂练习写作“::: practice”"
        faults.error("Q303", span, f"不认识的块“{clip(line.strip())}”", hint=hint)
    return None


def _check_open(opening: _Opening | None, path: str, faults: Faults) -> None:
    if opening:
        span = Span(path=path, line=opening.number)
        faults.error("Q301", span, "随堂练习块没有结束", hint="请在试题编号之后另起一行写“:::”")


def _named_items(lines: list[tuple[int, str]], path: str, faults: Faults) -> tuple[tuple[ItemId, Span], ...]:
    words = [
        Scalar(m[0], path, number, m.start() + 1, len(m[0])) for number, line in lines for m in _WORD.finditer(line)
    ]
    named: dict[ItemId, Span] = {}
    for word in words:
        if not _ITEM_ID.fullmatch(word.text):
            hint = "块里只写试题编号，一行一个；其他文字请移到块外"
            faults.error("Q302", word, f"随堂练习块里有多余的文字“{clip(word.text)}”", hint=hint)
        elif ItemId(word.text) in named:
            faults.error("Q310", word, f"试题“{word.text}”在同一个练习块里重复", hint="请删去一个")
        else:
            named[ItemId(word.text)] = word.span
    return tuple(named.items())
