"""Items, banks, blueprints and papers for tests: complete and valid, every field open to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from quizgen.evidence.statistics import ItemStatistics
from quizgen.law.register import Document, Register, Statute
from quizgen.model import (
    JUDGEMENT_OPTIONS,
    Bank,
    Cite,
    Difficulty,
    Item,
    ItemId,
    ItemType,
    LessonId,
    Letter,
    ModuleId,
    Pool,
    Status,
    TierId,
)
from quizgen.paper import Paper, PaperItem
from quizgen.programme import Blueprint, PaperSection, Quota, ScoringRule

MODULES: Mapping[LessonId, ModuleId] = {
    LessonId("xianfa-01"): ModuleId("xianfa"),
    LessonId("minfadian-01"): ModuleId("minfadian"),
}
"""The module of each lesson that the factories use."""
TIER = TierId("agency")

_FOUR_OPTIONS = {"A": "修改宪法", "B": "解释宪法", "C": "制定行政法规", "D": "发布命令"}
_KEYS = {ItemType.SINGLE: "B", ItemType.MULTIPLE: "AB", ItemType.JUDGEMENT: "T"}


def item(
    id: str = "xianfa-01-101",
    *,
    type: ItemType = ItemType.SINGLE,
    stem: str = "根据《宪法》规定，全国人民代表大会常务委员会行使的职权是（　　）。",
    options: Mapping[str, str] | None = None,
    key: str = "",
    rationale: str = "《宪法》第六十七条规定了这项职权。A项由全国人民代表大会行使。",
    cites: Iterable[str] = ("xianfa:67",),
    difficulty: Difficulty = Difficulty.EASY,
    status: Status = Status.ACTIVE,
    reviewed: date = date(2026, 11, 23),
    tiers: Iterable[str] = (),
    enemies: Iterable[str] = (),
    facility: float | None = None,
    pinned: str = "",
) -> Item:
    """An active item of the lesson in its id; options and key follow from the type unless they are given."""
    given = JUDGEMENT_OPTIONS if type is ItemType.JUDGEMENT else options or _FOUR_OPTIONS
    return Item(
        id=ItemId(id),
        type=type,
        lesson=LessonId(id.rpartition("-")[0]),
        stem=stem,
        options={Letter(letter): text for letter, text in given.items()},
        key=frozenset(map(Letter, key or _KEYS[type])),
        rationale=rationale,
        cites=tuple(cite(text) for text in cites),
        difficulty=difficulty,
        status=status,
        reviewed=reviewed,
        tiers=frozenset(map(TierId, tiers)),
        enemies=frozenset(map(ItemId, enemies)),
        facility=facility,
        pinned=frozenset(map(Letter, pinned)),
    )


def cite(text: str) -> Cite:
    """`xianfa:67` or `doc:guihua`."""
    source, _, article = text.partition(":")
    return Cite(source=article) if source == "doc" else Cite(source=source, article=article)


def bank(*items: Item, pool: Pool = Pool.EXAM) -> Bank:
    """A bank of these items."""
    return Bank(pool=pool, items=items)


def stratum(
    count: int,
    *,
    lesson: str = "xianfa-01",
    type: ItemType = ItemType.SINGLE,
    difficulty: Difficulty = Difficulty.EASY,
    first: int = 101,
) -> list[Item]:
    """`count` items alike in everything that a quota asks for, numbered from `first`."""
    return [
        item(f"{lesson}-{number}", type=type, difficulty=difficulty, stem=f"第{number}题的正确选项是（　　）。")
        for number in range(first, first + count)
    ]


def varied(items: Iterable[Item], *, sd: float = 0.1, seed: int = 1) -> list[Item]:
    """The items with facilities that spread around their level's estimate with this standard deviation."""
    rng = Random(seed)  # noqa: S311 - the same items in every run
    return [replace(one, facility=min(0.99, max(0.01, rng.gauss(one.difficulty.facility, sd)))) for one in items]


def quota(
    count: int,
    *,
    type: ItemType = ItemType.SINGLE,
    module: str = "xianfa",
    difficulty: Difficulty | None = Difficulty.EASY,
) -> Quota:
    """`count` easy single items on the constitution, unless told otherwise."""
    return Quota(type=type, module=ModuleId(module), difficulty=difficulty, count=count)


def section(*quotas: Quota, points: float = 2) -> PaperSection:
    """A section of the quotas' type."""
    return PaperSection(type=quotas[0].type, points=points, quotas=quotas)


def blueprint(
    *sections: PaperSection, id: str = "standard", scoring: ScoringRule = ScoringRule.ALL_OR_NOTHING
) -> Blueprint:
    """A blueprint of these sections; one section of one item when none is given."""
    return Blueprint(id=id, sections=sections or (section(quota(1)),), scoring=scoring)


def place(
    item: str = "xianfa-01-101", *, type: ItemType = ItemType.SINGLE, options: str = "", points: float = 2
) -> PaperItem:
    """A place on a paper, its options in the order given (`DBCA`) or the editor's."""
    shown = options or ("TF" if type is ItemType.JUDGEMENT else "ABCD")
    return PaperItem(item=ItemId(item), type=type, options=tuple(map(Letter, shown)), points=points)


def paper(*places: PaperItem, content: str = "c0ffee", blueprint: str = "standard", seed: str = "2026/张三/1") -> Paper:
    """A paper of these places; of one when none is given."""
    return Paper(content=content, blueprint=blueprint, seed=seed, items=places or (place(),))


def figures(**changes: Any) -> ItemStatistics:
    """Figures of a good easy item (key B) with 200 responses, up to the end of 2026."""
    values: dict[str, Any] = {
        "papers": 240,
        "responses": 200,
        "facility": 0.85,
        "sd": 0.358,
        "discrimination": 0.3,
        "efficiency": 0.4,
        "options": {Letter("A"): 12, Letter("B"): 170, Letter("C"): 10, Letter("D"): 8},
        "as_of": date(2026, 12, 31),
    }
    return ItemStatistics(**(values | changes))


def register() -> Register:
    """The constitution, the civil code and one document."""
    statutes = [
        Statute(
            id="xianfa",
            title="中华人民共和国宪法",
            short="宪法",
            version=date(2018, 3, 11),
            effective=date(1982, 12, 4),
            articles=143,
        ),
        Statute(
            id="minfadian",
            title="中华人民共和国民法典",
            short="民法典",
            version=date(2020, 5, 28),
            effective=date(2021, 1, 1),
            articles=1260,
        ),
    ]
    document = Document(
        id="guihua", title="法治中国建设规划（2020－2025年）", issuer="中共中央", date=date(2021, 1, 10)
    )
    return Register(statutes={statute.id: statute for statute in statutes}, documents={document.id: document})
