"""Items and item banks: what an exam is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NewType, assert_never

from quizgen.diagnostics import Span
from quizgen.words.option_names import lists_options, lone_letters

ItemId = NewType("ItemId", str)
"""`<lesson>-NNN`; unique within practice and within exam, stable for ever, independent of the text."""
LessonId = NewType("LessonId", str)
ModuleId = NewType("ModuleId", str)
TierId = NewType("TierId", str)
Letter = NewType("Letter", str)
"""Names one option of an item: A, B, C …; a judgement has T (正确) and F (错误)."""

TRUE = Letter("T")
FALSE = Letter("F")
JUDGEMENT_OPTIONS: Mapping[Letter, str] = {TRUE: "正确", FALSE: "错误"}


class ItemType(StrEnum):
    """The item types of the examination; what each asks of a learner is told by `interaction`."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGEMENT = "judgement"

    @property
    def label(self) -> str:
        """The name on the screen."""
        match self:
            case ItemType.SINGLE:
                return "单选题"
            case ItemType.MULTIPLE:
                return "多选题"
            case ItemType.JUDGEMENT:
                return "判断题"
            case _:
                assert_never(self)


class Difficulty(StrEnum):
    """The editor's estimate, until statistics give a facility."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {"easy": "容易", "medium": "中等", "hard": "较难"}[self.value]

    @property
    def facility(self) -> float:
        """The share of points (0 to 1) that learners are expected to score, before there are statistics."""
        return {"easy": 0.85, "medium": 0.70, "hard": 0.55}[self.value]


class Status(StrEnum):
    """An item's state in the editor's work; only 启用 is drawn or shown."""

    DRAFT = "草稿"
    ACTIVE = "启用"
    RETIRED = "停用"


class Pool(StrEnum):
    """Which folder a bank stands in: practice may be published with its keys, exam never."""

    PRACTICE = "practice"
    EXAM = "exam"

    @property
    def label(self) -> str:
        """The name on the screen."""
        return {"practice": "练习题库", "exam": "考试题库"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """A legal source: `xianfa:33` (article) or `doc:…` (document without articles, `article` empty)."""

    source: str
    article: str = ""
    span: Span = field(default=Span(path=""), compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.source}:{self.article}" if self.article else f"doc:{self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item with its key, rationale and sources; stem, options and rationale are Markdown.

    `options` keeps the editor's order; a judgement's are `JUDGEMENT_OPTIONS`. `key` holds one letter
    (single, judgement) or two and more (multiple). `tiers` empty means all tiers.
    """

    id: ItemId
    type: ItemType
    lesson: LessonId
    stem: str
    options: Mapping[Letter, str]
    key: frozenset[Letter]
    rationale: str
    cites: tuple[Cite, ...]
    difficulty: Difficulty
    status: Status
    reviewed: date
    facility: float | None = None
    """The share of points (above 0, below 1) that learners scored, where statistics or the editor give it."""
    tiers: frozenset[TierId] = frozenset()
    enemies: frozenset[ItemId] = frozenset()
    pinned: frozenset[Letter] = frozenset()
    """Options that always come last on a paper, in the editor's order, such as 以上都不对; the others are shuffled."""
    waivers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Warnings that the editor has weighed and keeps, by code, each with the reason."""
    where: Span = field(default=Span(path=""), compare=False, repr=False)
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)
    """Where each field stands (`stem`, `key`, `options.B`, `enemies` …), for diagnostics."""

    @property
    def expected(self) -> float:
        """The share of points (0 to 1) that learners are expected to score: the facility, or the level's estimate."""
        return self.difficulty.facility if self.facility is None else self.facility

    @property
    def parties(self) -> frozenset[str]:
        """Letters of its options that stem and options use by themselves, as a rule for people or places (A公司)."""
        texts = [text for text in self.options.values() if not lists_options(text)]
        return lone_letters("\n".join([self.stem, *texts]), frozenset(self.options))

    @property
    def is_active(self) -> bool:
        """Whether it may be drawn or shown."""
        return self.status is Status.ACTIVE


def right_statements(item: Item) -> Iterator[tuple[str, str]]:
    """What the item says is right, by field: the stem of a true judgement, the keyed options of others.

    Options of a stem that may ask for what is wrong are left out.
    """
    if item.options.keys() == JUDGEMENT_OPTIONS.keys():
        if TRUE in item.key:
            yield "stem", item.stem
    elif not may_ask_for_wrong(item.stem):
        yield from ((f"options.{letter}", item.options[letter]) for letter in item.options if letter in item.key)


@lru_cache(maxsize=16384)
def may_ask_for_wrong(stem: str) -> bool:
    """Whether the question of a stem, the sentence with its blank or its last one, may ask for what is wrong."""
    sentences = [part for part in _SENTENCE_END.split(_TITLE.sub("", stem)) if _HAN.search(part)]
    question = next((part for part in sentences if _BLANK.search(part)), sentences[-1] if sentences else "")
    return bool(_WRONG.search(_LEFT_AS_IT_IS.sub("", question)))


_SENTENCE_END = re.compile("[。！？!?\n]")
_TITLE = re.compile("《[^《》]*》")
_HAN = re.compile("[\u4e00-\u9fff]")
_BLANK = re.compile(r"[（(][\s\u3000]*[）)]|[_＿]{2,}")
_LEFT_AS_IT_IS = re.compile("(?:不需要?|不用|不必|无需|无须)(?:改正|修改|更正|删去|删除)|没有(?:错误|问题)")
"""不需要改正的 asks for what is right."""
_WRONG = re.compile(
    "不(?!动产|特定)|非(?!法人|公有|营利|遗|机动)|无(?!民事行为能力|偿|因管理|障碍)|没有|未(?!成年|来|遂|必)|违|反(?![恐间映馈复])|错|误(?!解)"
    "|问题|有违|虚假|混淆|处[分罚](?:的|$)|[给予受到以]处[分罚]|追究|例外|除外|[纠改]正|改进|修改的|删去|删除|侵[犯害]|禁止|干涉|拒绝|超出|犯罪|漏"
)
"""不动产, 非法人组织, 无偿, 未成年人 and 反映 are no negations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """All items of one pool, in the order of files and lines."""

    pool: Pool
    items: tuple[Item, ...]

    def by_id(self) -> dict[ItemId, Item]:
        """The items by id (the first of a double one)."""
        return {item.id: item for item in reversed(self.items)}
