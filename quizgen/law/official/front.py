"""What stands before the body: the title, and the note that tells the text's history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quizgen.law.official.lines import TextLine, plain

_EVENT = re.compile("通过|公布|发布|修正|修订|批准|施行")
_NOTE = re.compile(r"（.*\d{4}年|\d{4}年\d{1,2}月\d{1,2}日.*(?:通过|公布|发布|修正|修订)|（.*(?:通过|公布|修正|修订)")
_FORMAL = re.compile(
    r".*(?:主席令|国务院令|总理|主席.{0,8})|(?:第.{1,12}号|.*令)|.*现予(?:公布|发布).*|.*自\d{4}年.*施行。|\d{4}年\d{1,2}月\d{1,2}日"
)
"""Lines of the order by which a statute was published, which some files put first."""
_MOST_LINES, _LONGEST_NOTE = 200, 20_000
"""The criminal code, amended most often, has a note of 800 characters."""
_EDITION = re.compile("（[^（）]*(?:修正|修订|文本|全文)[^（）]*）$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Title and history (one entry an event) of a text; empty where the file has none."""

    title: str
    history: tuple[str, ...]


def read_front(lines: Sequence[TextLine]) -> Front:
    """The title is the block of lines before the note, or the first one of a file without a note."""
    texts = [line.text.strip() for line in lines[:_MOST_LINES]]
    note = next((index for index, text in enumerate(texts) if _NOTE.match(plain(text))), len(texts))
    block = _last_block(texts[:note]) if note < len(texts) else _first_block(texts)
    title = "".join(plain(text) for text in block)
    return Front(title=_EDITION.sub("", title).strip("《》"), history=tuple(_entries(texts[note:])))


def _last_block(texts: Sequence[str]) -> list[str]:
    block: list[str] = []
    for text in reversed(texts):
        if not text and block:
            break
        if text and _FORMAL.fullmatch(plain(text)):
            break
        block[:0] = [text] if text else []
    return block


def _first_block(texts: Sequence[str]) -> list[str]:
    filled = [text for text in texts if not _FORMAL.fullmatch(plain(text)) or not text]
    while filled and not filled[0]:
        filled.pop(0)
    return filled[: filled.index("")] if "" in filled else filled


def _entries(texts: Sequence[str]) -> Iterator[str]:
    """The events of the note, which white space parts; a piece without an event goes with the next."""
    held = ""
    for piece in _note(texts).split():
        held += plain(piece)
        if _EVENT.search(held) and held.count("《") == held.count("》"):
            yield held
            held = ""
    if held:
        yield held


def _note(texts: Sequence[str]) -> str:
    """The note, which may have several lines, each in brackets or all in one pair, without these brackets."""
    lines, depth = [], 0
    for text in filter(None, (text.replace("(", "（").replace(")", "）") for text in texts)):
        if not depth and not _NOTE.match(plain(text)):
            break
        depth = max(0, depth + text.count("（") - text.count("）"))
        lines.append(text)
    note = " ".join(lines)[:_LONGEST_NOTE]
    return _without_outer_brackets(note) if note.startswith("（") else note


def _without_outer_brackets(text: str) -> str:
    kept, depth = [], 0
    for char in text:
        depth -= char == "）"
        kept.append(" " if depth == 0 and char in "（）" else char)
        depth += char == "（"
    return "".join(kept)
