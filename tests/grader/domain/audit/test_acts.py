from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from grader.domain.audit.acts import (
    ACTIONS,
    FIELDS,
    Act,
    Change,
    Seal,
    SealSummary,
    append_act,
    changes_of,
    facts_of_change,
    is_chain,
    is_sealed,
    summarise_seal,
)
from tests.grader_factories import NOON

Acts = tuple[Act, ...]
KEY = Seal(key="ab" * 32)
PRODUCT = Path(__file__).parents[4] / "grader"


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


def test_change_says_before_and_after_of_what_changed() -> None:
    facts = facts_of_change(
        {"rank": "科员", "tier": "agency"}, {"rank": "主任", "tier": "agency", "unit": "02"}, key=KEY
    )

    assert facts == {"rank:before": "科员", "rank:after": "主任", "unit:before": "", "unit:after": "02"}


def test_personal_values_enter_as_digests_that_only_the_key_can_compare() -> None:
    before, after = {"telephone": "19900000001", "name": ""}, {"telephone": "19900000002", "name": "赵学法"}

    facts = facts_of_change(before, after, key=KEY)
    other = facts_of_change(before, after, key=Seal(key="cd" * 32))

    assert not any(value in str(facts) for value in ("19900000001", "19900000002", "赵学法"))
    assert (facts["name:before"], is_sealed(facts["name:after"]), is_sealed("赵学法")) == ("", True, False)
    assert facts == facts_of_change(before, after, key=KEY)
    assert facts["telephone:after"] not in {other["telephone:after"], facts["telephone:before"]}


def test_name_of_a_unit_stays_readable() -> None:
    facts = facts_of_change({"name": "县水利局"}, {"name": "县水务局"}, key=KEY, personal=frozenset())

    assert facts == {"name:before": "县水利局", "name:after": "县水务局"}


def test_act_is_shown_line_by_line() -> None:
    facts = {"rank:before": "科员", "rank:after": "主任", "serial": "0123", "unheard": "of"}
    (act,) = append_act((), "import-change", by="clerk", at=NOON, facts=facts)

    assert changes_of(act) == [
        Change(label="职务级别", before="科员", after="主任"),
        Change(label="证书编号", before="", after="0123"),
        Change(label="unheard", before="", after="of"),
    ]


TAKES_ACTION = {"append_act": 1, "_do": 2, "note_export": 2, "_note_export": 2}
"""Which argument is the action, of the function and of those that pass their own parameter `action` on to it."""

PASSED_ON = re.compile(r"def (_do|_?note_export)\(")


def called_actions() -> Iterator[tuple[str, str]]:
    """Where each act of the product is made, and the action it names; "" for one that is no plain text."""
    for path in sorted(PRODUCT.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            place = TAKES_ACTION.get(getattr(call.func, "id", "")) if isinstance(call, ast.Call) else None
            if place is None or not isinstance(call, ast.Call):
                continue
            action = call.args[place]
            if isinstance(action, ast.Name) and action.id == "action" and PASSED_ON.search(path.read_text("utf-8")):
                continue
            choices = [action.body, action.orelse] if isinstance(action, ast.IfExp) else [action]
            for choice in choices:
                named = choice.value if isinstance(choice, ast.Constant) else ""
                yield f"{path.relative_to(PRODUCT)}:{call.lineno}", str(named)


def test_every_action_of_the_product_has_a_name_on_the_screen() -> None:
    actions = list(called_actions())

    assert actions
    assert [(place, action) for place, action in actions if action not in ACTIONS] == []
    assert all("\u4e00" <= label[0] <= "\u9fff" or label[0].isupper() for label in {**ACTIONS, **FIELDS}.values())


def test_key_stands_in_no_list() -> None:
    assert summarise_seal(KEY) == SealSummary()
