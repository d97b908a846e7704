from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from grader.domain.acts import Act, append_act, is_chain
from tests.grader_factories import NOON

Acts = tuple[Act, ...]


def three() -> Acts:
    acts = append_act((), "import-create", by="clerk", at=NOON)
    acts = append_act(acts, "transfer", by="clerk", at=NOON + timedelta(days=1), facts={"unit": "u2"})
    return append_act(acts, "reset-password", by="office", at=NOON + timedelta(days=2))


def test_act_names_the_digest_of_the_one_before_it() -> None:
    first, second, third = three()

    assert (first.previous, second.previous, third.previous) == ("", first.digest, second.digest)
    assert is_chain((first, second, third))


def test_no_acts_are_a_chain() -> None:
    assert is_chain(())


@pytest.mark.parametrize(
    "tamper",
    [
        lambda acts: (replace(acts[0], by="somebody else"), *acts[1:]),
        lambda acts: (acts[0], replace(acts[1], facts={"unit": "u3"}), acts[2]),
        lambda acts: (acts[0], replace(acts[1], at=NOON), acts[2]),
        lambda acts: (acts[0], acts[2]),
        lambda acts: acts[1:],
        lambda acts: (acts[0], acts[2], acts[1]),
    ],
    ids=["who", "facts", "when", "one removed", "beginning removed", "order"],
)
def test_chain_shows_what_was_tampered_with(tamper: Callable[[Acts], Acts]) -> None:
    assert not is_chain(tamper(three()))


def test_digest_does_not_depend_on_the_order_of_facts() -> None:
    one = Act(at=NOON, by="clerk", action="change", facts={"a": "1", "b": "2"})
    other = Act(at=NOON, by="clerk", action="change", facts={"b": "2", "a": "1"})

    assert one.digest == other.digest


def test_act_keeps_its_facts_when_the_given_ones_change() -> None:
    facts = {"unit": "u2"}
    acts = append_act((), "transfer", by="clerk", at=NOON, facts=facts)

    facts["unit"] = "u3"

    assert acts[0].facts == {"unit": "u2"}
