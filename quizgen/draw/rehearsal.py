"""Rehearsal papers, pure: the shape of an exam's paper, drawn from practice items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from quizgen.draw.assemble import CannotFill, Shortage, draw
from quizgen.draw.eligible import Eligible
from quizgen.paper import Paper
from quizgen.programme import Blueprint, PaperSection, Quota


def rehearse(index: Eligible, blueprint: Blueprint, *, seed: str, content: str) -> Paper:
    """A paper with the types, modules and points of the blueprint, of any difficulty; the same for the same arguments.

    Where practice has too few items of a type and module, the paper has fewer; it may be empty.
    """
    wanted = _of_any_difficulty(blueprint)
    while True:
        try:
            return draw(index, wanted, seed=seed, content=content)
        except CannotFill as refusal:
            wanted = _lessened(wanted, refusal.shortages)


def _of_any_difficulty(blueprint: Blueprint) -> Blueprint:
    return replace(blueprint, sections=tuple(map(_joined, blueprint.sections)))


def _joined(section: PaperSection) -> PaperSection:
    """The section with one quota for each module."""
    counts = {quota.module: 0 for quota in section.quotas}
    for quota in section.quotas:
        counts[quota.module] += quota.count
    quotas = (Quota(type=section.type, module=module, difficulty=None, count=n) for module, n in counts.items())
    return replace(section, quotas=tuple(quotas))


def _lessened(blueprint: Blueprint, shortages: Iterable[Shortage]) -> Blueprint:
    """The blueprint asking for what was found; quotas and sections of nothing are left out."""
    found = {shortage.quota.stratum: shortage.found for shortage in shortages}
    sections = []
    for section in blueprint.sections:
        quotas = (replace(quota, count=found.get(quota.stratum, quota.count)) for quota in section.quotas)
        kept = tuple(quota for quota in quotas if quota.count)
        if kept:
            sections.append(replace(section, quotas=kept))
    return replace(blueprint, sections=tuple(sections))
