"""Lesson pages: front matter and practice blocks of Markdown files. Imports `source` and pure modules only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizgen.diagnostics import Diagnostic, Span
from quizgen.lesson import Lesson
from quizgen.model import ItemId, LessonId, ModuleId
from quizgen.parse.fields import Faults, Fields, as_table
from quizgen.parse.source import Scalar, Table, read_nodes
from quizgen.words.clipping import clip

_REQUIRED = ("title", "lesson", "module", "minutes", "reviewed")
_MKDOCS = ("hide", "search", "template", "description", "icon", "status", "tags")
_DAY = 1_440
"""Minutes; no lesson is longer."""
_FRONT = re.compile(r"---[ \t]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BLOCK = re.compile(r" {0,3}:::[ \t]*(.*)")
_WORD = re.compile(r"\S+")
_ITEM_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[0-9]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeBlock:
    """A practice block: its first and last line (from 1) and the items it names; none named: all of the lesson."""

    first: int
    last: int
    items: tuple[tuple[ItemId, Span], ...]


def parse_lesson(text: str, path: str, *, address: str) -> tuple[Lesson | None, list[Diagnostic]]:
    """The lesson of a page, or None for a page without the field `lesson`; `address` is below the site's root."""
    faults = Faults()
    front, found = _front_matter(text, path, faults)
    blocks, block_faults = practice_blocks(text, path)
    lesson = None
    if front and front.entries.keys() & {"lesson", "module", "minutes"}:
        fields = Fields(front, faults, what="课程页", required=_REQUIRED, optional=_MKDOCS)
        lesson = Lesson(
            id=LessonId(fields.slug("lesson")),
            title=fields.text("title"),
            module=ModuleId(fields.slug("module")),
            minutes=fields.integer("minutes", minimum=1, maximum=_DAY),
            reviewed=fields.day("reviewed"),
            path=address,
            where=fields.place("lesson"),
            practice=tuple(named for block in blocks for named in block.items),
        )
    return lesson if lesson and lesson.id else None, found + faults.found + block_faults


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
    opening: tuple[int, str] | None = None
    inside: list[tuple[int, str]] = []
    for number, line in lines:
        marker = _BLOCK.fullmatch(line)
        if opening and marker and not marker[1].strip():
            items = _named_items([opening, *inside], path, faults)
            blocks.append(PracticeBlock(first=opening[0], last=number, items=items))
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


def _opening(number: int, line: str, path: str, faults: Faults) -> tuple[int, str] | None:
    """The opening line with its markers blanked out, so that only item ids are left at their places."""
    name = re.match(r" {0,3}:::[ \t]*practice(?=\s|$)", line)
    if name:
        return number, " " * name.end() + line[name.end() :]
    column = line.index(":::") + 1
    span = Span(path=path, line=number, column=column)
    if line.strip() == ":::":
        faults.error("Q303", span, "这里结束了一个没有开始的块", hint="请删去这一行，或在前面补上“::: practice”")
    else:
        faults.error("Q303", span, f"不认识的块“{clip(line.strip())}”", hint="随堂练习写作“::: practice”")
    return None


def _check_open(opening: tuple[int, str] | None, path: str, faults: Faults) -> None:
    if opening:
        span = Span(path=path, line=opening[0])
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
