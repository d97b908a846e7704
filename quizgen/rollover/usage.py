"""What last year's statistics say of the exam bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import fmean

from quizgen.content import Content
from quizgen.evidence.statistics import Flag, ItemStatistics, dead_distractors, flags
from quizgen.model import Item
from quizgen.programme import Programme, Stratum

EXPOSED = 1.5
"""An item used more than this many times as often as the used items of its stratum is overexposed."""
ENOUGH_PAPERS = 10
"""Papers per item below which an uneven use says nothing."""


def flagged(content: Content) -> Iterator[tuple[Item, str]]:
    """Items in use that the figures speak against, each with the reason; not those edited since."""
    for item, figures in _with_figures(content):
        raised = flags(item, figures)
        if item.is_active and raised:
            said = "；".join(_said(flag, item, figures) for flag in raised)
            yield item, f"{figures.responses}人作答，得分率{figures.facility or 0:.0%}：{said}"


def _said(flag: Flag, item: Item, figures: ItemStatistics) -> str:
    details = {
        Flag.NEGATIVE: f"：{figures.discrimination or 0:.2f}",
        Flag.WEAK: f"：{figures.efficiency or 0:.0%}",
        Flag.DEAD_DISTRACTOR: f"：{'、'.join(dead_distractors(item, figures))}项",
        Flag.MISJUDGED: f"：写的是{item.difficulty.label}",
    }
    return flag.label + details.get(flag, "")


def _with_figures(content: Content) -> Iterator[tuple[Item, ItemStatistics]]:
    for item in content.exam.items:
        figures = content.statistics.get(item.id)
        if figures:
            yield item, figures


def overexposed(content: Content) -> Iterator[tuple[Item, str]]:
    """Items that stood on far more papers than others of their type, module and difficulty.

    Items never used don't count for the mean: they are new as a rule, and papers will take them first.
    """
    strata: defaultdict[object, list[tuple[Item, int]]] = defaultdict(list)
    for item, figures in _with_figures(content):
        if item.is_active and figures.papers:
            strata[item.type, content.modules.get(item.lesson), item.difficulty].append((item, figures.papers))
    for used in strata.values():
        mean = fmean(papers for _, papers in used)
        for item, papers in used:
            if mean >= ENOUGH_PAPERS and papers > EXPOSED * mean:
                yield item, f"用在{papers}份试卷上，同一格（题型、模块、难度相同）平均{mean:.0f}份"


def unused(content: Content, programme: Programme) -> Iterator[tuple[Item, str]]:
    """Items in use, reviewed before the statistics ended, that stood on no paper; with the reason where one shows."""
    asked = _asked(programme)
    until = max(figures.as_of for figures in content.statistics.values())
    used = {id for id, figures in content.statistics.items() if figures.papers}
    for item in content.exam.items:
        if item.is_active and item.id not in used and item.reviewed <= until:
            yield item, _why_unused(item, content, asked, until=until.isoformat())


def _why_unused(item: Item, content: Content, asked: set[Stratum], *, until: str) -> str:
    reason = f"截至{until}没有用在任何试卷上"
    module = content.modules.get(item.lesson)
    if module and asked.isdisjoint({(item.type, module, None), (item.type, module, item.difficulty)}):
        return f"{reason}；组卷方案不从这一格（题型、模块、难度）出题"
    return reason


def _asked(programme: Programme) -> set[Stratum]:
    return {quota.stratum for blueprint in programme.blueprints.values() for quota in blueprint.quotas}
