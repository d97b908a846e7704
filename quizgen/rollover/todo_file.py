"""The to-do list as a workbook, Markdown or CSV."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from quizgen.office.csv_out import csv_bytes
from quizgen.rollover.progress import TodoEntry
from quizgen.rollover.work import WorkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoList:
    """The units of work under a title, as of a day, with what people noted beside them."""

    title: str
    day: date
    entries: Sequence[TodoEntry]

    @property
    def counts(self) -> dict[WorkKind, int]:
        """How many units there are of each kind that there is, in the order of `WorkKind`."""
        found = Counter(entry.work.kind for entry in self.entries)
        return {kind: found[kind] for kind in WorkKind if found[kind]}


COLUMNS: Mapping[str, int] = {
    "序号": 6, "完成": 7, "类别": 14, "所属": 10, "编号": 20, "题干或标题": 36, "原因": 52, "要做的事": 44, "位置": 36,
    "负责人": 12, "期限": 12, "备注": 20,
}  # fmt: skip
"""Headings and widths (in characters) of the workbook."""


def render_todo(todo: TodoList, suffix: str) -> bytes:
    """The file for a suffix of `RENDERERS`."""
    return RENDERERS[suffix](todo)


def suffix_of(path: PurePath) -> str:
    """The path's suffix if there is a format for it, otherwise nothing."""
    suffix = path.suffix.lower()
    return suffix if suffix in RENDERERS else ""


def _rows(entries: Iterable[TodoEntry]) -> Iterator[list[str]]:
    for number, entry in enumerate(entries, start=1):
        work, note = entry.work, entry.note
        place = f"{work.place.path}:{work.place.line}" if work.place.path else ""
        cells = (work.kind.label, work.area, work.subject, work.title, work.reason, work.task, place)
        yield [str(number), "是" if note.done else "否", *cells, note.owner, note.due, note.remark]


def _markdown(todo: TodoList) -> bytes:
    lines = [f"# {todo.title}", "", f"{todo.day}生成，共{len(todo.entries)}件。", ""]
    for kind, count in todo.counts.items():
        lines += [f"## {kind.label}（{count}件）", ""]
        lines += [_entry(row) for row in _rows(entry for entry in todo.entries if entry.work.kind is kind)]
        lines.append("")
    return "\n".join(lines).encode(errors="replace")


def _entry(row: list[str]) -> str:
    _, done, _, area, subject, title, reason, task, place, owner, due, remark = (_escaped(cell) for cell in row)
    name = f"**{subject}** {title}".rstrip()
    return (
        f"- [{'x' if done == '是' else ' '}] {name}（{area}，`{place}`）  \n      {reason}  \n"
        f"      **要做的事**：{task}  \n      **负责人**：{owner} **期限**：{due} **备注**：{remark}"
    ).rstrip()


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_<>[]|#" else char for char in re.sub(r"[ \t\r\n]+", " ", text).strip())


def _csv(todo: TodoList) -> bytes:
    return csv_bytes(COLUMNS, _rows(todo.entries))


def _workbook(todo: TodoList) -> bytes:
    from quizgen.rollover.todo_workbook import render_workbook  # noqa: PLC0415 - openpyxl takes a third of a second

    return render_workbook(todo, COLUMNS, list(_rows(todo.entries)))


RENDERERS: Mapping[str, Callable[[TodoList], bytes]] = {".xlsx": _workbook, ".md": _markdown, ".csv": _csv}
"""What writes a list, by the file's suffix."""
