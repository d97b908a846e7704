"""Official files of statutes (.docx, .txt) as their database gives them.

Whatever the bytes, the answer is a text and diagnostics: never an exception, never a hang, never much memory. A line
number is a line of a .txt, a paragraph of a .docx.
"""

from __future__ import annotations

from dataclasses import dataclass

from quizgen.diagnostics import Diagnostic, has_errors, in_order
from quizgen.law.official.faults import OfficialFaults, Unreadable
from quizgen.law.official.lines import MAX_CHARACTERS, MAX_LINES, TextLine, too_long
from quizgen.law.official.plain import text_lines
from quizgen.law.official.reading import OfficialText, read_lines
from quizgen.law.official.word import is_archive, word_lines

__all__ = ["MAX_BYTES", "OfficialText", "Reading", "read_official"]

MAX_BYTES = 16_000_000
"""The civil code, the longest of all, has 0.2 MB as a .docx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one file gave: the text, unless an error was found, every fault, and the lines that spans count."""

    text: OfficialText | None
    faults: list[Diagnostic]
    source: str = ""


def read_official(data: bytes, path: str) -> Reading:
    """The statute in the bytes of a file; `path` names it in diagnostics and may end in the version's date."""
    faults = OfficialFaults(path)
    try:
        lines = _lines(data)
    except Unreadable as fault:
        faults.error(fault.code, str(fault), line=fault.line, hint=fault.hint)
        return Reading(text=None, faults=faults.found)
    text = read_lines(lines, faults)
    found = in_order(faults.found)
    return Reading(text=None if has_errors(found) else text, faults=found, source=_source(lines))


def _lines(data: bytes) -> list[TextLine]:
    if len(data) > MAX_BYTES:
        raise Unreadable("Q513", f"文件太大，上限是{MAX_BYTES // 1_000_000}MB", hint="请检查是不是选错了文件")
    lines = word_lines(data) if is_archive(data) else text_lines(data)
    if len(lines) > MAX_LINES or sum(len(line.text) for line in lines) > MAX_CHARACTERS:
        raise too_long()
    return lines


def _source(lines: list[TextLine]) -> str:
    """The text with one line for each that spans count, though a paragraph may have several."""
    joined: dict[int, str] = {}
    for line in lines:
        joined[line.number] = f"{joined[line.number]} {line.text}" if line.number in joined else line.text
    return "\n".join(joined.get(number, "") for number in range(1, max(joined, default=0) + 1))
