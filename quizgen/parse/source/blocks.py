"""A bank's text to nodes, item by item where the whole can't be read, so that one item's slip touches no other.

An item begins with its dash, or with its `id` where the dash is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from quizgen.diagnostics import Diagnostic
from quizgen.parse.source.compose import Shift
from quizgen.parse.source.nodes import Node, Scalar, Sequence, Table
from quizgen.parse.source.reading import Reader, read_nodes
from quizgen.parse.source.slips import NumberedLines

_MOST_BLOCKS = 20_000
"""Items of a file that are read one by one; ten times as many as a large bank holds."""
_LOST = 3
"""Fields of an item before another `id` in it means that a dash was lost, not that the field was written twice."""

_HEAD = re.compile(r"[\"']?(?:lesson|items)[\"']? *[:：]")
_ID = re.compile(r"[ \t\u3000\xa0]*(?P<dash>[-－–—−‐•·*]?)(?P<gap>[ \t\u3000\xa0]*)(?P<key>[\"']?id[\"']? *[:：])")
"""- id: …, or the same with another dash, without a space, without a dash at all."""
_DASH = re.compile(r"(?P<indent> *)-(?:[ \t]|$)")
_NAMED = re.compile(r"\bid[\"']? *[:：;；]? *[\"']?([a-z][a-z0-9]*(?:-[a-z0-9]+)*-[0-9]{3})")


def read_bank(text: str, path: str) -> tuple[Node | None, list[Diagnostic]]:
    """The document of a bank, without what could not be read; None where nothing is left."""
    reader = Reader(text, path)
    node = reader.sound(text)
    if node is not None and not reader.found:
        return node, []
    reader, lines = Reader(text, path), text.split("\n")
    reader.part(lines)
    blocks = _cut(lines)
    if not 0 < len(blocks) <= _MOST_BLOCKS:
        return read_nodes(text, path)
    root = _Bank(reader, lines, blocks).read()
    return (root, reader.found) if reader.found else read_nodes(text, path)


@dataclass(slots=True)
class _Block:
    """The lines of one item, the first of which has the number `start` (from 0)."""

    start: int
    lines: list[str] = field(default_factory=list)
    fields: set[tuple[int, str]] = field(default_factory=set)
    """Indentation and name of the fields in the lines."""

    def add(self, line: str) -> None:
        """Take in the next line."""
        self.lines.append(line)
        if name := _named(line):
            self.fields.add(name)


def _cut(lines: list[str]) -> list[_Block]:
    """The items of a bank; what stands before the first one and the fields of the file belong to none."""
    base = _indent_of_items(lines)
    blocks: list[_Block] = []
    is_inside = False
    for number, line in enumerate(lines):
        if _HEAD.match(line):
            is_inside = False
        elif _begins(lines, number, base, blocks[-1] if is_inside else None):
            blocks.append(_Block(number))
            blocks[-1].add(line)
            is_inside = True
        elif is_inside:
            blocks[-1].add(line)
    return blocks


def _indent_of_items(lines: list[str]) -> int:
    """Spaces before the dash of most items."""
    found = Counter(len(dash["indent"]) for line in lines if _ID.match(line) and (dash := _DASH.match(line)))
    return found.most_common(1)[0][0] if found else 2


def _begins(lines: list[str], number: int, base: int, before: _Block | None) -> bool:
    """Whether a line begins an item; `before` is the one that it would otherwise belong to."""
    dash, id = _DASH.match(lines[number]), _ID.match(lines[number])
    if id and not id["dash"]:
        return before is None or len(before.fields) >= _LOST
    if id or (dash and len(dash["indent"]) <= base):
        return True
    return before is not None and _repeats(lines, number, before)


_FIELD = re.compile(r"(?P<lead> *(?:- +)?)(?P<key>[a-z]+) *[:：]")


def _repeats(lines: list[str], number: int, block: _Block) -> bool:
    """Whether two fields in a row stand in the item already: then the line with the dash and the `id` is lost."""
    here = _named(lines[number])
    if here not in block.fields or len(block.fields) < _LOST:
        return False
    follower = next((name for line in lines[number + 1 : number + 9] if (name := _named(line))), None)
    return follower in block.fields and follower != here


def _named(line: str) -> tuple[int, str] | None:
    """Indentation and name of the field in a line."""
    found = _FIELD.match(line)
    return (len(found["lead"]), found["key"]) if found else None


class _Bank:
    """Reads a bank item by item."""

    def __init__(self, reader: Reader, lines: list[str], blocks: list[_Block]) -> None:
        self.reader = reader
        self.page = NumberedLines(lines, reader.path, 1)
        self.blocks = blocks
        self.base = _indent_of_items(lines)

    def read(self) -> Table:
        """The document: the fields of the file with the items that could be read."""
        items = tuple(node for block in self.blocks for node in self.items(block))
        rest = list(self.page.lines)
        for block in self.blocks:
            rest[block.start : block.start + len(block.lines)] = [""] * len(block.lines)
        head = self.reader.piece(rest, first_line=1)[0] if any(map(str.strip, rest)) else None
        return self.document(head, items)

    def document(self, head: Node | None, items: tuple[Node, ...]) -> Table:
        """The items put where the field `items` of the file stands."""
        first = self.blocks[0].start
        table = head if isinstance(head, Table) else Table({}, self.reader.path, 1, 1, is_torn=head is not None)
        key = table.entries.get("items", (Scalar("items", self.reader.path, first + 1, 1, 0), None))[0]
        if "items" not in table.entries:
            message, hint = "题库文件缺少字段“items”", "请在第一道试题的前面另起一行写“items:”"
            self.reader.found.append(self.page.fault("Q021", message, hint, line=first, column=0, length=0))
        at = Sequence(items, self.reader.path, first + 1, 1)
        return table._replace(entries=table.entries | {"items": (key, at)})

    def items(self, block: _Block) -> Iterator[Node]:
        """The item of a block, as a list; nothing where it could not be read."""
        before = len(self.reader.found)
        lines, moved = self.with_dash(block)
        told = {0} if len(self.reader.found) > before else set()
        node, is_torn = self.reader.piece(lines, first_line=block.start + 1, moved=moved, told=told)
        is_torn = is_torn or bool(told and not _ID.match(block.lines[0]))
        found = self.reader.found[before:]
        named = next((match[1] for line in block.lines if (match := _NAMED.search(line))), None)
        self.reader.found[before:] = [replace(fault, item=named) for fault in found]
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Table):
                yield item._replace(is_torn=item.is_torn or is_torn)
            elif not found:
                yield item

    def with_dash(self, block: _Block) -> tuple[list[str], dict[int, Shift]]:
        """The lines of a block with the dash that they need, and how to count the columns; a wrong dash is told."""
        first = block.lines[0]
        id, dash = _ID.match(first), _DASH.match(first)
        is_indented_otherwise = not dash and id and id["dash"] == "-" and id["gap"]  # with tabs; told as such
        if is_indented_otherwise or (dash and len(dash["indent"]) == self.base):
            return list(block.lines), {}
        if dash:
            message = "这道试题的缩进没有与其他试题对齐"
            hint = f"“-”的前面应当空{self.base}格，这里空了{len(dash['indent'])}格"
            self.tell("Q005", message, hint, block, column=len(dash["indent"]))
            return self.dashed(block, id.start("key") if id else dash.end())
        at = len(first) - len(first.lstrip())
        message, hint = _wrong_dash(id)
        self.tell("Q015", message, hint, block, column=id.start("dash") if id and id["dash"] else at)
        return self.dashed(block, id.start("key") if id else at)

    def dashed(self, block: _Block, start: int) -> tuple[list[str], dict[int, Shift]]:
        """The lines with a dash before the first field, which starts at a column (from 0) and is put above the rest."""
        lines = list(block.lines)
        fields = (line for line in lines[1:] if line.strip() and not line.lstrip().startswith("#"))
        indent = len(follower := next(fields, " " * 4)) - len(follower.lstrip(" "))
        more = max(0, 2 - indent)
        moved = {number: Shift(1, more) for number in range(1, len(lines))} if more else {}
        lines = [" " * more + line if line.strip() else line for line in lines]
        lines[0] = " " * (indent + more - 2) + "- " + block.lines[0][start:]
        return lines, moved | {0: Shift(1, indent + more - start)}

    def tell(self, code: str, message: str, hint: str, block: _Block, *, column: int) -> None:
        """Note a fault in the first line of a block."""
        fault = self.page.fault(code, message, hint, line=block.start, column=column, length=0)
        self.reader.found.append(fault)


def _wrong_dash(id: re.Match[str] | None) -> tuple[str, str]:
    if not id:
        return "这里像是另一道试题，开头少了“- id: …”这一行", "请补上“- id: 试题编号”，不要删去这些字段"
    if not id["dash"]:
        return "这里像是另一道试题的开头，前面少了“- ”", "请在“id”的前面补上“- ”，不要删去这些字段"
    if id["dash"] == "-":
        return "“-”的后面少了空格", "请写成“- id: …”，英文减号后面空一格"
    return f"试题开头的“{id['dash']}”不是英文减号", "请写成“- id: …”，用英文减号，后面空一格"
