"""Published content: a programme with its lessons and items, by digest, and which one is active."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from grader.domain.audit.acts import Act
from grader.domain.year_change import Laid, YearChange, laid_by, programme_in_force
from quizgen.law.register import Register
from quizgen.lesson import Lesson
from quizgen.model import Item, ItemId, LessonId, ModuleId, TierId
from quizgen.programme import Blueprint, Programme, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedContent:
    """Everything that study, exams and practice need of one programme; never changed once stored.

    `items` are the exam's, `practice` the practice banks'; only active ones are kept.
    """

    programme: Programme
    lessons: tuple[Lesson, ...]
    items: tuple[Item, ...]
    practice: tuple[Item, ...]
    register: Register
    _lessons: dict[LessonId, Lesson] = field(init=False, compare=False, repr=False)
    _practice: dict[ItemId, Item] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lessons", {lesson.id: lesson for lesson in self.lessons})
        object.__setattr__(self, "_practice", {item.id: item for item in self.practice})

    def lesson(self, id: LessonId) -> Lesson | None:
        """The lesson, or None."""
        return self._lessons.get(id)

    def practice_item(self, id: ItemId) -> Item | None:
        """The practice item, or None."""
        return self._practice.get(id)

    @property
    def modules(self) -> dict[LessonId, ModuleId]:
        """The module of every lesson."""
        return {lesson.id: lesson.module for lesson in self.lessons}

    def exam_items(self) -> dict[ItemId, Item]:
        """The exam items by id."""
        return {item.id: item for item in self.items}

    def tier(self, id: TierId) -> Tier:
        """The tier; one that the programme no longer has is treated as its first."""
        tiers = self.programme.tiers
        return tiers.get(id) or next(iter(tiers.values()))

    def blueprint(self, tier: Tier) -> Blueprint:
        """The tier's table of specifications."""
        return self.programme.blueprints[tier.blueprint]


def in_force(published: PublishedContent, laid: Laid) -> PublishedContent:
    """The content with the programme in force; the very same object where nothing is laid over it."""
    if not laid.rules:
        return published
    return replace(published, programme=programme_in_force(published.programme, laid))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSummary:
    """Which programme a content belongs to."""

    programme: str
    title: str


def summarise_content(content: PublishedContent) -> ContentSummary:
    """The summary kept beside the content."""
    return ContentSummary(programme=content.programme.id, title=content.programme.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """The active pointer of one programme: the digest that new study and attempts use, and what lies over it."""

    programme: str
    digest: str
    published: datetime
    acts: tuple[Act, ...] = ()
    changes: tuple[YearChange, ...] = ()
    """What the county changed since, oldest first, as far as the published programme does not say it itself."""

    @property
    def laid(self) -> Laid:
        """What the changes come to."""
        return laid_by(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveSummary:
    """The pointer itself, so that processes follow it without opening bodies."""

    digest: str
    published: datetime
    laid: Laid


def summarise_active(active: Active) -> ActiveSummary:
    """The summary kept beside the pointer."""
    return ActiveSummary(digest=active.digest, published=active.published, laid=active.laid)
