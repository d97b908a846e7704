"""An amendment for people and programs: entries with marked changes, Markdown, JSON."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quizgen.law.amendment import Amendment, Change, ChangeKind
from quizgen.law.redline import Mark, Piece, redline
from quizgen.law.register import article_title, in_title_marks
from quizgen.law.text import StatuteText

_NEAR = 24
"""Characters of unchanged words that are shown on each side of a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEntry:
    """One change to be shown, or a run of articles whose numbers alone have changed (`pieces` empty)."""

    title: str
    kind: ChangeKind
    pieces: tuple[Piece, ...] = ()
    successor: str = ""
    """Of a repealed article: the article that rules the same in other words, by number."""

    @property
    def label(self) -> str:
        """删去，第五十三条有相近的规定."""
        return f"{self.kind.label}，{article_title(self.successor)}有相近的规定" if self.successor else self.kind.label


def told_changes(amendment: Amendment) -> tuple[Change, ...]:
    """Every change in the order of the text, the preamble's first."""
    return (*([amendment.preamble] if amendment.preamble else []), *amendment.changes)


def entries(changes: Sequence[Change]) -> Iterator[ChangeEntry]:
    """One entry a change; articles that follow each other and only shifted share one."""
    run: list[Change] = []
    for change in changes:
        if run and not _continues(run[-1], change):
            yield _shift(run)
            run = []
        if change.kind is ChangeKind.RENUMBERED:
            run.append(change)
        else:
            pieces = excerpt(change)
            yield ChangeEntry(title=change.title, kind=change.kind, pieces=pieces, successor=change.successor)
    if run:
        yield _shift(run)


def _continues(last: Change, change: Change) -> bool:
    if change.kind is not ChangeKind.RENUMBERED:
        return False
    pairs = ((last.old, change.old), (last.new, change.new))
    return all(a.isdecimal() and b.isdecimal() and int(b) == int(a) + 1 for a, b in pairs)


def _shift(run: Sequence[Change]) -> ChangeEntry:
    def span(numbers: Sequence[str]) -> str:
        return "至".join(article_title(number) for number in dict.fromkeys((numbers[0], numbers[-1])))

    title = f"{span([change.old for change in run])} → {span([change.new for change in run])}"
    return ChangeEntry(title=title, kind=ChangeKind.RENUMBERED)


def excerpt(change: Change, *, near: int = _NEAR) -> tuple[Piece, ...]:
    """The changed words with what stands near them; new and repealed articles whole."""
    pieces = redline(change.before, change.after)
    last = len(pieces) - 1
    return tuple(
        Piece(mark, _cut(text, first=place == 0, last=place == last, near=near) if mark is Mark.KEPT else text)
        for place, (mark, text) in enumerate(pieces)
    )


def _cut(text: str, *, first: bool, last: bool, near: int) -> str:
    head, tail = 0 if first else near, 0 if last else near
    if len(text) <= head + tail + 2:
        return text
    end = len(text) - tail
    gap = "……\n……" if "\n" in text[head:end] and head and tail else "……"
    return text[:head] + gap + text[end:]


def marked(pieces: Iterable[Piece], *, deleted: str = "〔-{}-〕", inserted: str = "〔+{}+〕") -> str:
    """The pieces as one text, changes between marks."""
    shapes = {Mark.KEPT: "{}", Mark.DELETED: deleted, Mark.INSERTED: inserted}
    return "".join(shapes[mark].format(text) for mark, text in pieces)


def heading(amendment: Amendment) -> str:
    """《网络安全法》 2016-11-07 → 2025-10-28（自2026-01-01起施行）."""
    old, new = amendment.old, amendment.new
    effect = f"（自{new.effective}起施行）" if new.effective else ""
    return f"{in_title_marks(new.short)} {old.version} → {new.version}{effect}"


def tally(amendment: Amendment) -> str:
    """修改3条、新增1条；原有79条，现有81条。."""
    counts = "、".join(f"{kind.label}{count}条" for kind, count in amendment.counts().items()) or "没有变化"
    counts = f"序言有修改，{counts}" if amendment.preamble else counts
    return f"{counts}；原有{len(amendment.old.articles)}条，现有{len(amendment.new.articles)}条。"


def amendment_text(amendment: Amendment) -> str:
    """For people: an entry each, the tally last."""
    blocks = [heading(amendment), *(_block(entry) for entry in entries(told_changes(amendment))), tally(amendment)]
    return "\n\n".join(blocks) + "\n"


def _block(entry: ChangeEntry) -> str:
    body = "".join(f"\n    {line}" for line in marked(entry.pieces).split("\n")) if entry.pieces else ""
    return f"{entry.title}  {entry.label}{body}"


def amendment_markdown(amendment: Amendment) -> str:
    """A page for the editor's file: deleted and inserted words in `del` and `ins`."""
    lines = [f"# {heading(amendment)}", "", tally(amendment)]
    for each in entries(told_changes(amendment)):
        lines += ["", f"## {each.title}（{each.label}）"]
        lines += ["", *markdown_lines(each.pieces)] if each.pieces else []
    return "\n".join(lines) + "\n"


def markdown_lines(pieces: Iterable[Piece]) -> list[str]:
    """The pieces as a quotation, a tag never running over the end of a line.

    HTML's `del` and `ins`, because `**` beside Chinese punctuation is no emphasis for CommonMark.
    """
    text = ""
    for mark, words in pieces:
        tag = {Mark.KEPT: "", Mark.DELETED: "del", Mark.INSERTED: "ins"}[mark]
        lines = (html.escape(line, quote=False) for line in words.split("\n"))
        text += "\n".join(f"<{tag}>{line}</{tag}>" if tag and line else line for line in lines)
    return "\n>\n".join(f"> {line}" for line in text.split("\n") if line).split("\n")


def amendment_fields(amendment: Amendment) -> dict[str, Any]:
    """For programs, as JSON: both versions, every change with its words and marked pieces, the counts."""
    return {
        "title": amendment.new.title,
        "old": _version(amendment.old),
        "new": _version(amendment.new),
        "preamble": change_fields(amendment.preamble) if amendment.preamble else None,
        "changes": [change_fields(change) for change in amendment.changes],
        "counts": {kind.value: count for kind, count in amendment.counts().items()},
    }


def change_fields(change: Change) -> dict[str, Any]:
    """One change, as JSON."""
    fields = {"kind": change.kind.value, "old": change.old, "new": change.new, "successor": change.successor}
    words = {"before": change.before, "after": change.after}
    pieces = [{"mark": mark.value, "text": text} for mark, text in redline(change.before, change.after)]
    return {**fields, **words, "pieces": pieces}


def _version(text: StatuteText) -> dict[str, Any]:
    effective = text.effective.isoformat() if text.effective else None
    return {"id": text.id, "version": text.version.isoformat(), "effective": effective, "articles": len(text.articles)}
