"""What must be reviewed because a statute changed: items and lessons by article.

Imports `check.lawbook`, which finds the articles that texts name, `content` and pure modules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from quizgen.amendment import Amendment, Change, amendment
from quizgen.check.lawbook import Lawbook
from quizgen.content import Content
from quizgen.diagnostics import Span, span_in
from quizgen.lesson import Lesson
from quizgen.model import Item, Pool
from quizgen.statute import article_number


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleItem:
    """An item that cites or names the article, last reviewed before the new version."""

    item: Item
    pool: Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleMention:
    """A place of a lesson that names the article, with the words."""

    lesson: Lesson
    words: str
    where: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleArticle:
    """One unit of an editor's work: an article under its old number, what became of it, and who relies on it.

    `change` is None where the old text is not known, so that every article may have changed.
    """

    article: str
    change: Change | None
    items: tuple[StaleItem, ...] = ()
    mentions: tuple[StaleMention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleStatute:
    """A changed statute with its articles that need work, in order; `old_version` is None where its text is unknown."""

    id: str
    short: str
    old_version: date | None
    version: date
    effective: date | None
    articles: tuple[StaleArticle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revision:
    """A statute's latest change: the new version, and the amendment where both texts are known."""

    id: str
    short: str
    version: date
    effective: date | None
    amendment: Amendment | None


def stale_work(
    content: Content, *, statutes: Collection[str] = (), amendments: Mapping[str, Amendment] | None = None
) -> list[StaleStatute]:
    """Every statute with work to do, in the order of the register; of `statutes` only, where some are named.

    By default the two newest texts of each statute are compared; `amendments` gives others by id. Where fewer than two
    are known, everything that cites the statute and was last reviewed before its present version is work. An item
    reviewed on or after the day of the new version is done. Both pools count, whatever an item's status.
    """
    given = amendments or {}
    content = replace(content, texts={**content.texts, **{id: (each.old, each.new) for id, each in given.items()}})
    known = dict.fromkeys([*content.register.statutes, *content.texts])
    revisions = [_revision(id, content, given.get(id)) for id in known if id in statutes or not statutes]
    uses = _Uses(content, [each for each in revisions if each])
    found = (_stale_statute(revision, uses) for revision in revisions if revision)
    return [statute for statute in found if statute.articles]


def suggestion(change: Change | None) -> str:
    """The number to cite instead: the new one of an article whose number has changed, otherwise empty."""
    return change.new if change and change.new != change.old else ""


def _revision(id: str, content: Content, given: Amendment | None) -> _Revision | None:
    texts, statute = content.texts.get(id, ()), content.register.statutes.get(id)
    if not given and len(texts) > 1 and not (statute and statute.version > texts[-1].version):
        given = amendment(texts[-2], texts[-1])
    known = (*((statute,) if statute else ()), *texts)
    newest = given.new if given else max(known, key=lambda each: each.version, default=None)
    if not newest:
        return None
    short = statute.short if statute else newest.short
    return _Revision(id=id, short=short, version=newest.version, effective=newest.effective, amendment=given)


class _Uses:
    """Who relies on which article, by statute and article, found in one reading of all items and lessons."""

    def __init__(self, content: Content, revisions: Iterable[_Revision]) -> None:
        self.items: defaultdict[tuple[str, str], list[StaleItem]] = defaultdict(list)
        self.mentions: defaultdict[tuple[str, str], list[StaleMention]] = defaultdict(list)
        self._versions = {revision.id: revision.version for revision in revisions}
        self._book = Lawbook(content)
        for bank in content.banks:
            for item in bank.items:
                self._add_item(StaleItem(item=item, pool=bank.pool))
        for lesson in content.lessons:
            self._add_lesson(lesson, content.sources.get(lesson.where.path, ""))

    def _add_item(self, stale: StaleItem) -> None:
        item = stale.item
        relied = {(cite.source, cite.article) for cite in item.cites if cite.article}
        for text in (item.stem, *item.options.values(), item.rationale):
            relied |= {(named.statute, named.article) for named in self._book.named(text, item.cites)}
        for id, article in relied:
            if item.reviewed < self._versions.get(id, date.min):
                self.items[id, article].append(stale)

    def _add_lesson(self, lesson: Lesson, text: str) -> None:
        for named in self._book.named(text):
            if lesson.reviewed < self._versions.get(named.statute, date.min):
                where = span_in(text, named.start, named.end, path=lesson.where.path)
                mention = StaleMention(lesson=lesson, words=text[named.start : named.end], where=where)
                self.mentions[named.statute, named.article].append(mention)


def _stale_statute(revision: _Revision, uses: _Uses) -> StaleStatute:
    used = {article for places in (uses.items, uses.mentions) for id, article in places if id == revision.id}
    changes = revision.amendment.by_old_article() if revision.amendment else None
    return StaleStatute(
        id=revision.id,
        short=revision.short,
        old_version=revision.amendment.old.version if revision.amendment else None,
        version=revision.version,
        effective=revision.effective,
        articles=tuple(
            StaleArticle(
                article=article,
                change=changes[article] if changes is not None else None,
                items=tuple(uses.items.get((revision.id, article), ())),
                mentions=tuple(uses.mentions.get((revision.id, article), ())),
            )
            for article in sorted(used, key=article_number)
            if changes is None or article in changes
        ),
    )
