"""Items that are alike: within a bank, across both, and those that answer each other. One print of each serves all."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.bank.answers import same_stems, stated_answers
from quizgen.check.bank.likeness import Printed, Prints
from quizgen.check.bank.twins import twins
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.model import Bank, Item, Status


def items_stand_apart(content: Content) -> Iterator[Diagnostic]:
    """Q221 to Q228: no item is another one again, or nearly so, or answers another; above all none of practice does.

    All items are compared but those that are 停用 (retired ones meet no learner; drafts are to be used).
    """
    prints = Prints()
    practice, exam = ([Printed(item, prints.of(item)) for item in _comparable(bank)] for bank in content.banks)
    yield from twins(practice, exam)
    for entries in (practice, exam):
        yield from stated_answers(entries, prints)
        yield from same_stems(entries)


def _comparable(bank: Bank) -> Iterator[Item]:
    """The items to compare, in their order; a double id or a text not read is a fault of its own."""
    for item in reversed(bank.by_id().values()):
        if item.status is not Status.RETIRED and item.stem and item.options:
            yield item
