"""How an official file is refused, and how its faults are gathered."""

from __future__ import annotations

from quizgen.diagnostics import Diagnostic, Severity, Span


class Unreadable(Exception):
    """A file of which nothing can be read: the sentence that says why, its code, and the way out."""

    def __init__(self, code: str, sentence: str, *, hint: str, line: int = 1) -> None:
        super().__init__(sentence)
        self.code = code
        self.hint = hint
        self.line = line


class OfficialFaults:
    """Gathers the faults of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Diagnostic] = []

    def error(self, code: str, message: str, *, line: int = 1, hint: str) -> None:
        """What keeps the text from being used."""
        self.found.append(Diagnostic(code=code, message=message, span=Span(path=self.path, line=line), hint=hint))

    def warning(self, code: str, message: str, *, line: int = 1, hint: str) -> None:
        """What the editor is to look at."""
        span, severity = Span(path=self.path, line=line), Severity.WARNING
        self.found.append(Diagnostic(code=code, message=message, span=span, severity=severity, hint=hint))
