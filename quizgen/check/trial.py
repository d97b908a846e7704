"""How much of what is made wrong in a bank the rules find: so far can an editor rely on them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from quizgen.check.mutants import SEED, Mutant, Slip, mutants
from quizgen.check.rules import ITEM_LAW_RULES, ITEM_RULES
from quizgen.content import Content, lawbook_of
from quizgen.model import Bank, Item, ItemId, Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One kind of slip: how many mutants were made, how many of them were told, and those that were not."""

    slip: Slip
    made: int
    missed: tuple[Mutant, ...]

    @property
    def found(self) -> int:
        """The mutants of which a rule told something that it does not tell of the original."""
        return self.made - len(self.missed)


def try_rules(content: Content, *, seed: str = SEED) -> list[Tried]:
    """Every kind of slip in the content's active items, in the order of `Slip`; kinds without a mutant are left out."""
    originals = {item.id: item for bank in content.banks for item in bank.items if item.is_active}
    made = list(mutants(originals.values(), seed=seed))
    told = _told(content, [*originals.values(), *(mutant.item for mutant in made)])
    by_slip: defaultdict[Slip, list[Mutant]] = defaultdict(list)
    for mutant in made:
        by_slip[mutant.slip].append(mutant)
    return [
        Tried(slip=slip, made=len(tried), missed=tuple(_missed(tried, told)))
        for slip in Slip
        if (tried := by_slip.get(slip))
    ]


def _missed(tried: Sequence[Mutant], told: dict[ItemId, Counter[str]]) -> Iterable[Mutant]:
    return (mutant for mutant in tried if told[mutant.item.id] <= told[mutant.original])


def _told(content: Content, items: list[Item]) -> dict[ItemId, Counter[str]]:
    """How often each code is told of each item; rules of the whole bank, to which mutants are twins, are left out."""
    practice, exam = Bank(pool=Pool.PRACTICE, items=()), Bank(pool=Pool.EXAM, items=tuple(items))
    alone = replace(content, practice=practice, exam=exam, sources={})
    book = lawbook_of(content)
    found = [fault for rule in ITEM_RULES for fault in rule(alone)]
    found += [fault for rule in ITEM_LAW_RULES for fault in rule(alone, book)]
    told: dict[ItemId, Counter[str]] = {item.id: Counter() for item in items}
    for fault in found:
        if fault.item:
            told[ItemId(fault.item)][fault.code] += 1
    return told
