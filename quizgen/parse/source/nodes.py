"""What a YAML text is read into: texts, lists and mappings that know their places."""

from __future__ import annotations

from typing import NamedTuple

from quizgen.diagnostics import Span


class Scalar(NamedTuple):
    """A piece of text with its place."""

    text: str
    path: str
    line: int
    column: int
    length: int
    comment: str = ""
    """The comment right behind a text without quotation marks, from its `#` on; maybe a part of the text."""

    @property
    def span(self) -> Span:
        """Its place."""
        return Span(path=self.path, line=self.line, column=self.column, length=self.length)


class Sequence(NamedTuple):
    """A list of nodes with the place where it begins."""

    items: tuple[Node, ...]
    path: str
    line: int
    column: int

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(path=self.path, line=self.line, column=self.column)


class Table(NamedTuple):
    """A mapping with the place where it begins: value and located key by name, in the order of the file."""

    entries: dict[str, tuple[Scalar, Node]]
    path: str
    line: int
    column: int
    is_torn: bool = False
    """Whether a line of it could not be read, so that what seems to be missing may stand there."""

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(path=self.path, line=self.line, column=self.column)


Node = Scalar | Sequence | Table
