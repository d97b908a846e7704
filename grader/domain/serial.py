"""Serial numbers of certificates: 75 random bits in base 32 with a check character.

A serial is 15 characters of Crockford's base 32 (no I, L, O, U) and one check character by ISO 7064 MOD 37,36.
Any single mistyped character is detected. MOD 37,36 misses a few swaps of neighbours (0KJ0… for 0JK0…); serials with
such a swap are not issued, so that a swap of neighbours in an issued serial is detected too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NewType

Serial = NewType("Serial", str)
"""A serial in canonical form: 16 upper-case characters without hyphens."""

RANDOM_BITS = 75

_ISO_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = RANDOM_BITS // 5 + 1
_LONGEST_TYPED = 100
"""Characters of a text that can be a serial, with everything that a reader may leave out."""
_LOOKALIKES = str.maketrans("OIL", "011")
_IGNORED = {"Pd", "Zs", "Cc", "Cf"}
"""Unicode categories that a reader may leave out: dashes, spaces, line breaks, invisible marks."""


def new_serial(bits: int) -> Serial | None:
    """The serial of `bits` (0 ≤ bits < 2**75), or None for the one in eight that is not issued: draw again.

    Not issued are those whose check character is no Crockford character or that hide a swap of neighbours.
    Raises ValueError outside that range.
    """
    if not 0 <= bits < 1 << RANDOM_BITS:
        raise ValueError(f"bits must be in [0, 2**{RANDOM_BITS}), not {bits}")
    body = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(RANDOM_BITS - 5, -1, -5))
    serial = body + _check_character(body)
    return Serial(serial) if serial[-1] in _CROCKFORD and not _hides_swap(serial) else None


def draw_serial(random_bits: Callable[[int], int]) -> Serial:
    """A fresh serial; `random_bits(75)` gives 75 random bits each time it is called (`secrets.randbits`)."""
    while (serial := new_serial(random_bits(RANDOM_BITS))) is None:
        pass
    return serial


def parse_serial(text: str) -> Serial | None:
    """The serial that somebody typed or scanned, or None if it cannot be one.

    Case, full-width forms, spaces and dashes of any kind do not matter; O is read as 0, I and L as 1.
    """
    if len(text) > _LONGEST_TYPED:
        return None
    wide = unicodedata.normalize("NFKC", text)
    typed = "".join(character for character in wide if unicodedata.category(character) not in _IGNORED)
    serial = typed.upper().translate(_LOOKALIKES)
    return Serial(serial) if _is_valid(serial) else None


def format_serial(serial: Serial) -> str:
    """The serial for people: four groups of four, `XXXX-XXXX-XXXX-XXXX`."""
    return "-".join(serial[start : start + 4] for start in range(0, _LENGTH, 4))


def _is_valid(serial: str) -> bool:
    well_formed = len(serial) == _LENGTH and set(serial) <= set(_CROCKFORD)
    return well_formed and serial[-1] == _check_character(serial[:-1])


def _hides_swap(serial: str) -> bool:
    swaps = (serial[:i] + serial[i + 1] + serial[i] + serial[i + 2 :] for i in range(_LENGTH - 1))
    return any(swap != serial and _is_valid(swap) for swap in swaps)


def _check_character(body: str) -> str:
    """ISO/IEC 7064:2003, hybrid system MOD 37,36."""
    product = 36
    for character in body:
        total = (product + _ISO_ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ISO_ALPHABET[(37 - product) % 36]
