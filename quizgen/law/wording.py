"""Comparing quoted words with official ones: what does not count, ellipses, the passage meant. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_DROPPED = " \t\r\n\u00a0\u3000“”‘’「」『』\"'*`\\"
_ALIKE = {"○": "零", "〇": "零", "—": "-", "－": "-", "–": "-", "―": "-", "─": "-", "•": "·", "・": "·"}
_PLAIN: dict[str, str] = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **_ALIKE,
    **dict.fromkeys(_DROPPED, ""),
}
_NOT_PLAIN = re.compile(f"[{re.escape(''.join(_PLAIN))}]")
_GAP = re.compile(r"…+|\.{3,}|。{3,}|（[ \t\u3000]*）|\([ \t\u3000]*\)|_{2,}|[（(]略[）)]")
_MARKS = ",.;:!?、。-"
_GRAM, _FEW = 3, 12
"""Characters of the pieces by which a passage is found, two being too common for all but a few in all."""
_COMPARED = 200
"""Characters of a quotation by which its passage is sought."""
_SHOWN = 60
"""Characters of official wording that a hint shows at most."""


def plain(text: str) -> str:
    """The text without what does not count in a quotation: white space, quotation marks, emphasis, width of marks."""
    return _NOT_PLAIN.sub(_plain, text)


def _plain(char: re.Match[str]) -> str:
    return _PLAIN[char[0]]


def pieces(quotation: str) -> list[str]:
    """The plain pieces between the ellipses and blanks of a quotation, without marks at their ends."""
    return [piece for part in _GAP.split(quotation) if (piece := plain(part).strip(_MARKS))]


def holds(text: str, parts: Sequence[str]) -> bool:
    """Whether a plain text has all the pieces, in their order."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def nearest_passage(official: str, quotation: str) -> str:
    """The official words that a quotation comes near to, at most 60 characters; empty when it is not near.

    The place is where most of the quotation's pieces of three characters fall in line; near means half of them do.
    """
    kept = [(index, _PLAIN.get(char, char)) for index, char in enumerate(official)]
    offsets = [index for index, char in kept if char]
    text, wanted = plain(official), "".join(pieces(quotation))[:_COMPARED]
    gram = _GRAM if len(wanted) > _FEW else _GRAM - 1
    starts: Counter[int] = Counter()
    for at in range(len(wanted) - gram + 1):
        found = text.find(wanted[at : at + gram])
        while found >= 0:
            starts[found - at] += 1
            found = text.find(wanted[at : at + gram], found + 1)
    best = max(starts, key=lambda start: (sum(starts[start + shift] for shift in (-1, 0, 1)), -start), default=0)
    in_line = sum(starts[best + shift] for shift in (-1, 0, 1))
    if in_line * 2 < len(wanted) - gram + 1 or not in_line:
        return ""
    first, last = max(0, best), min(len(text), best + len(wanted) + 1)
    passage = "".join(official[offsets[first] : offsets[last - 1] + 1].split()).lstrip("，。；、：")
    return passage if len(passage) <= _SHOWN else passage[: _SHOWN - 1] + "…"
