"""The JSON object that a script sends, and its fields."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from grader.domain.errors import Malformed
from quizgen.model import Letter


def body() -> dict[str, Any]:
    """The request's JSON object, in which no name stands twice. Raises Malformed."""
    try:
        value = json.loads(request.get_data(), object_pairs_hook=_object) if request.is_json else None
    except (ValueError, RecursionError):  # RecursionError: so many brackets that no page of ours sent them
        value = None
    if not isinstance(value, dict):
        raise Malformed(why="应为 JSON 对象。")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def text_field(fields: dict[str, Any], name: str) -> str:
    """A non-empty text of at most 200 characters, all of them printable (so no half a character). Raises Malformed."""
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise Malformed(why=f"{name} 应为文字。")
    return value


def number_field(fields: dict[str, Any], name: str) -> int:
    """A whole number from 1 to a billion. Raises Malformed."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 1_000_000_000:
        raise Malformed(why=f"{name} 应为正整数。")
    return value


def letters_field(fields: dict[str, Any], name: str) -> frozenset[Letter]:
    """A list of option letters, at most ten, each once. Raises Malformed."""
    value = fields.get(name)
    if not isinstance(value, list) or len(value) > 10 or not all(isinstance(v, str) and len(v) == 1 for v in value):
        raise Malformed(why=f"{name} 应为选项字母的列表。")
    letters = frozenset(Letter(letter) for letter in value)
    if len(letters) < len(value):
        raise Malformed(why=f"{name} 的选项字母有重复。")
    return letters


def flag_field(fields: dict[str, Any], name: str, *, missing: bool | None = None) -> bool:
    """True or false; `missing` where it is not there, if that is allowed. Raises Malformed."""
    value = fields.get(name, missing)
    if not isinstance(value, bool):
        raise Malformed(why=f"{name} 应为 true 或 false。")
    return value
