"""Texts cut to length for messages."""

from __future__ import annotations


def clip(text: str, limit: int = 40) -> str:
    """The text on one line and cut to `limit` characters, for messages."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
