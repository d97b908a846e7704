"""`laws/essentials.yml`: the list of laws and rules that officials must know."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.diagnostics import Diagnostic
from quizgen.essentials import Essential, EssentialGroup, Essentials
from quizgen.model import LessonId
from quizgen.parse.fields import Faults, Fields, as_table
from quizgen.parse.source.nodes import Table
from quizgen.parse.source.reading import read_nodes


def parse_essentials(text: str, path: str) -> tuple[Essentials | None, list[Diagnostic]]:
    """The list of one file; faulty entries are left out."""
    root, found = read_nodes(text, path)
    faults = Faults()
    table = as_table(root, faults, what="应知应会清单")
    if not table:
        return None, found + faults.found
    fields = Fields(table, faults, what="应知应会清单", required=("title", "groups"), optional=("note",))
    note = fields.prose("note") if fields.node("note") else ""
    groups = tuple(_group(each, faults) for each in _tables(fields, "groups"))
    return Essentials(title=fields.text("title"), note=note, groups=groups), found + faults.found


def _tables(fields: Fields, name: str) -> Iterator[Table]:
    return fields.tables(name, what=f"“{name}”的一项", hint="请换行，每一项以“- ”开头")


def _group(table: Table, faults: Faults) -> EssentialGroup:
    fields = Fields(table, faults, what="清单的一类", required=("title", "entries"))
    entries = tuple(entry for each in _tables(fields, "entries") if (entry := _entry(each, faults)))
    return EssentialGroup(title=fields.text("title"), entries=entries)


def _entry(table: Table, faults: Faults) -> Essential | None:
    fields = Fields(table, faults, what="清单的一项", required=(), optional=("law", "title", "since", "lessons"))
    lessons = fields.words("lessons")
    entry = Essential(
        source=fields.text("law"),
        title=fields.text("title"),
        since=fields.day("since") if fields.node("since") else None,
        lessons=tuple(LessonId(lesson.text) for lesson in lessons),
        where=fields.place("law" if fields.node("law") else "title"),
        places=tuple(lesson.span for lesson in lessons),
    )
    if bool(entry.source) == bool(entry.title):
        message = "清单的一项要写“law”（登记过的法律或文件）或“title”（还没有登记的），写其中一个"
        faults.error("Q331", table, message, hint="例如 {law: xianfa, lessons: [xianfa-01]}")
        return None
    return entry
