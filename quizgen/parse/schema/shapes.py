"""Shapes that the schemas are put together from: texts, dates, numbers, lists, mappings, each described."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from quizgen.parse import fields, programme

Schema = dict[str, object]
_Word = TypeVar("_Word", bound=str)

_ANY_TEXT = ["string", "number", "boolean"]
_SLUG_HINT = "只用小写英文字母和数字，中间可用连字符或下划线"
_MOST = 999_999_999
"""The largest number of nine digits, as long as the parsers read."""


def whole(pattern: re.Pattern[str] | str) -> str:
    """The pattern for the whole of a text: the parsers match in full, JSON Schema anywhere."""
    return f"^(?:{pattern if isinstance(pattern, str) else pattern.pattern})$"


def matching(pattern: str, otherwise: str) -> Schema:
    """A pattern and what the editor program says of a text that is not like it (an extension that VS Code knows)."""
    return {"pattern": pattern, "patternErrorMessage": otherwise}


def text(description: str) -> Schema:
    """A text that is not empty; YAML may read it as a number or a truth value."""
    return {"type": _ANY_TEXT, **matching(r"\S", "不能空着"), "description": description}


def optional_text(description: str) -> Schema:
    """A text that may be empty."""
    return {"type": [*_ANY_TEXT, "null"], "description": description}


def slug(description: str) -> Schema:
    """An id."""
    return {"type": ["string", "integer"], **matching(whole(fields.SLUG), _SLUG_HINT), "description": description}


def day(description: str) -> Schema:
    """A date."""
    like = matching(whole(fields.DAY), "日期写作年-月-日，月和日各两位，如 2026-11-23")
    return {"type": "string", **like, "format": "date", "description": description}


def moment(description: str) -> Schema:
    """A date with or without a time."""
    like = matching(whole(programme.MOMENT), "时间写作 2026-09-01 08:00，24小时制；只写日期就是当天00:00，没有24:00")
    return {"type": "string", **like, "description": description}


def integer(description: str, *, minimum: int, default: int | None = None) -> Schema:
    """A whole number from `minimum` (0 or 1) to nine digits."""
    least = "(?=.*[1-9])" if minimum else ""
    schema: Schema = {"type": ["integer", "string"], "minimum": minimum, "maximum": _MOST}
    like = matching(f"^{least}(?:{fields.WHOLE.pattern})$", f"请写不小于{minimum}的整数，不写单位和正负号")
    schema |= {**like, "description": description}
    return schema if default is None else schema | {"default": default}


def number(description: str, *, is_positive: bool = False) -> Schema:
    """A decimal number, 0 or above; above 0 where `is_positive`."""
    least = "(?=.*[1-9])" if is_positive else ""
    bound = {"exclusiveMinimum": 0} if is_positive else {"minimum": 0}
    like = matching(f"^{least}(?:{fields.DECIMAL.pattern})$", "请只写数字，不写单位和正负号")
    return {"type": ["number", "string"], **bound, **like, "description": description}


def words(description: str, item: Schema) -> Schema:
    """A list without doubles."""
    return {"type": "array", "uniqueItems": True, "items": item, "description": description}


def choice(description: str, words: Mapping[_Word, str]) -> Schema:
    """One of some words, each with what it means."""
    return {"enum": list(words), "enumDescriptions": list(words.values()), "description": description}


def mapping(description: str, value: Schema, *, names: re.Pattern[str] | None = fields.SLUG, least: int = 0) -> Schema:
    """A mapping from ids (or what `names` matches) to values of one shape, `least` of them or more."""
    entries: Schema = {"type": "object", "additionalProperties": value, "description": description}
    if names:
        hint = _SLUG_HINT if names is fields.SLUG else "这里写诊断代码，如 Q110"
        entries["propertyNames"] = matching(whole(names), hint)
    return entries | {"minProperties": least} if least else entries


def record(
    description: str, described: Mapping[str, Schema], *, required: Iterable[str], optional: Iterable[str] = ()
) -> Schema:
    """A mapping with the fields that a parser reads, each as described."""
    required = list(required)
    return {
        "type": "object",
        "description": description,
        "required": required,
        "properties": {str(name): described[name] for name in (*required, *optional)},
        "additionalProperties": False,
    }
