"""Mutants of items have one slip each, and `check --mutate` says how many of them the checks find."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizgen.check.mutants import Mutant, Slip, mutants
from quizgen.check.trial import try_rules
from quizgen.cli import main
from quizgen.content import Content
from quizgen.law.register import Register
from quizgen.model import Bank, Item, ItemType, Pool, Status
from tests.quizgen_content import write_content
from tests.quizgen_factories import item

SOUND = item(
    rationale="《宪法》第六十七条规定，全国人民代表大会常务委员会应当在三十日以内作出决定，不得拖延。故选B。",
)


def made(*items: Item) -> dict[Slip, Mutant]:
    return {mutant.slip: mutant for mutant in mutants(items)}


def test_mutant_has_one_slip_and_an_id_of_its_own() -> None:
    found = made(SOUND)

    assert found[Slip.CITE].item.cites != SOUND.cites
    assert found[Slip.CITE].item.rationale == SOUND.rationale
    assert found[Slip.KEY_SINGLE].item.key != SOUND.key
    assert {mutant.original for mutant in found.values()} == {SOUND.id}
    assert len({mutant.item.id for mutant in found.values()} | {SOUND.id}) == len(found) + 1


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (Slip.ORGAN, "应当"),
        (Slip.NEGATION, "得拖延"),
        (Slip.BOUND, "以外"),
        (Slip.MODAL, "可以"),
        (Slip.ACT, "作出批准"),
    ],
)
def test_rationale_is_made_wrong_in_its_words(slip: Slip, words: str) -> None:
    changed = made(SOUND)[slip].item.rationale

    assert changed != SOUND.rationale
    assert words in changed


def test_form_and_what_must_come_together_are_made_wrong_too() -> None:
    found = made(item(rationale="《宪法》第六十七条规定，有下列情形之一的，应当书面申请；须同时具备两个条件。"))

    assert "应当口头申请" in found[Slip.FORM].item.rationale
    assert any(wrong in found[Slip.ALL].item.rationale for wrong in ("全部情形", "或者具备"))


def test_quotations_are_left_alone() -> None:
    quoting = item(rationale="《宪法》规定：“应当在三十日以内作出决定，不得拖延”。")

    assert set(made(quoting)) == {Slip.CITE, Slip.KEY_SINGLE}


def test_keys_keep_to_their_type() -> None:
    several = item(type=ItemType.MULTIPLE, key="AB")
    judged = item(type=ItemType.JUDGEMENT, key="T")

    assert len(made(several)[Slip.KEY_MULTIPLE].item.key) == 3
    assert made(judged)[Slip.KEY_JUDGEMENT].item.key == {"F"}


def test_only_what_is_stated_as_right_is_made_wrong() -> None:
    true = item(type=ItemType.JUDGEMENT, key="T", stem="行政机关应当告知当事人。（　　）", rationale="正确。")
    false = item(type=ItemType.JUDGEMENT, key="F", stem="行政机关应当告知当事人。（　　）", rationale="错误。")

    assert Slip.STATED_MODAL in made(true)
    assert Slip.STATED_MODAL not in made(false)


def test_retired_items_and_another_seed() -> None:
    assert list(mutants([item(status=Status.RETIRED)])) == []
    assert [m.item for m in mutants([SOUND])] == [m.item for m in mutants([SOUND])]


def test_trial_counts_what_is_told_of_the_mutant_only() -> None:
    content = Content(register=Register(), exam=Bank(pool=Pool.EXAM, items=(SOUND,)))

    tried = {one.slip: one for one in try_rules(content)}

    assert (tried[Slip.KEY_SINGLE].made, tried[Slip.KEY_SINGLE].found) == (1, 1)
    assert (tried[Slip.ORGAN].made, tried[Slip.ORGAN].found) == (1, 0)
    assert [mutant.original for mutant in tried[Slip.ORGAN].missed] == [SOUND.id]


def test_command_says_how_far_the_checks_can_be_trusted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # texts that somebody imported lie in var/laws
    folder = write_content(tmp_path / "content")

    assert main(["check", "--mutate", "--content", str(folder)]) == 0

    printed = capsys.readouterr().out
    assert "没有给出法律原文（--laws），只能发现一小部分。" in printed
    assert "单选题的答案" in printed
    assert "合计" in printed
    assert printed.rstrip().endswith("没有发现的错，只能靠人审。")
