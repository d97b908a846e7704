from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.domain.serial import Serial, draw_serial, format_serial, new_serial, parse_serial

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = st.integers(min_value=0, max_value=2**75 - 1)


def issued(bits: int) -> Serial:
    serial = new_serial(bits)
    assume(serial is not None)
    assert serial is not None
    return serial


def iso_7064_mod_37_36_is_valid(text: str) -> bool:
    """The standard's own way to check: the whole string, check character included, must end at 1 (mod 36)."""
    product = 36
    for character in text[:-1]:
        product = ((product + int(character, 36)) % 36 or 36) * 2 % 37
    return (product + int(text[-1], 36)) % 36 == 1


def test_check_character_agrees_with_a_published_example() -> None:
    # ISO 7064 MOD 37,36 as GRid uses it: A12425GABC1234002 with check character M.
    assert iso_7064_mod_37_36_is_valid("A12425GABC1234002M")


@given(BITS)
def test_new_serial_is_valid_crockford_with_iso_check_character(bits: int) -> None:
    serial = issued(bits)

    assert (len(serial), set(serial) <= set(CROCKFORD)) == (16, True)
    assert iso_7064_mod_37_36_is_valid(serial)
    assert sum(CROCKFORD.index(c) << 5 * i for i, c in enumerate(reversed(serial[:-1]))) == bits


@pytest.mark.parametrize("bits", [-1, 2**75])
def test_new_serial_refuses_bits_out_of_range(bits: int) -> None:
    with pytest.raises(ValueError, match="bits must be in"):
        new_serial(bits)


def test_new_serial_is_none_when_the_check_character_looks_like_another() -> None:
    refused = [bits for bits in range(200) if new_serial(bits) is None]

    assert 10 <= len(refused) <= 40


def test_draw_serial_draws_again_until_one_can_be_issued() -> None:
    refused = next(bits for bits in range(200) if new_serial(bits) is None)
    draws = iter([refused, refused, 2**74 + 33])
    asked: list[int] = []

    serial = draw_serial(lambda bits: asked.append(bits) or next(draws))  # type: ignore[func-returns-value]  # append

    assert (serial, asked) == (new_serial(2**74 + 33), [75, 75, 75])


@given(BITS)
def test_parse_serial_reads_back_what_format_serial_shows(bits: int) -> None:
    serial = issued(bits)

    assert parse_serial(format_serial(serial)) == serial


@pytest.mark.parametrize(
    "typed",
    [
        "G000-0000-0000-011X",
        "g00000000000011x",
        " g000 0000\t0000 011x\n",
        "G000–0000—0000‑011X",
        "Ｇ０００－００００－００００－０１１Ｘ",
        "Ｇｏｏｏ　ｏｏｏｏ　ｏｏｏｏ　ｏｌｉｘ",
        "gOoO-0000-0000-0iIx",
        "GOOO-OOOO-OOOO-OLIx",
        "\u200bG000-0000-0000-011X\ufeff",
    ],
)
def test_parse_serial_reads_what_people_type(typed: str) -> None:
    assert parse_serial(typed) == "G00000000000011X"


@pytest.mark.parametrize(
    "typed", ["", "-", "G000-0000-0000-001", "G000-0000-0000-011X7", "U000-0000-0000-011X", "学法" * 8]
)
def test_parse_serial_refuses_what_is_no_serial(typed: str) -> None:
    assert parse_serial(typed) is None


@given(BITS, st.integers(0, 15), st.sampled_from(CROCKFORD + "U"))
def test_parse_serial_detects_any_single_substitution(bits: int, place: int, wrong: str) -> None:
    serial = issued(bits)
    assume(serial[place] != wrong)

    assert parse_serial(serial[:place] + wrong + serial[place + 1 :]) is None


@given(BITS, st.integers(0, 14))
def test_parse_serial_detects_any_swap_of_neighbours(bits: int, place: int) -> None:
    serial = issued(bits)
    differing = [at for at in range(15) if serial[at] != serial[at + 1]]
    assume(differing)
    place = differing[place % len(differing)]

    assert parse_serial(serial[:place] + serial[place + 1] + serial[place] + serial[place + 2 :]) is None


@pytest.mark.parametrize(
    ("bits", "hidden", "swapped"),
    [
        (0x253 << 60, "0JK000000000000X", "0KJ000000000000X"),
        (0x3D << 60, "01X0000000000001", "01X0000000000010"),
    ],
)
def test_serials_that_would_hide_a_swap_are_not_issued(bits: int, hidden: str, swapped: str) -> None:
    assert (parse_serial(hidden), parse_serial(swapped)) == (hidden, swapped)
    assert new_serial(bits) is None


def test_long_text_is_no_serial_however_much_of_it_may_be_left_out() -> None:
    assert parse_serial("65J0NSRT5G1GDKCD" + " " * 84) == "65J0NSRT5G1GDKCD"
    assert parse_serial("65J0NSRT5G1GDKCD" + " " * 85) is None
