"""What must be reviewed because a statute changed: items and lessons by article. Imports `content` and pure modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from quizgen.amendment import Amendment, Change, amendment
from quizgen.citation import Mention, mentions
from quizgen.content import Content
from quizgen.diagnostics import Span
from quizgen.lesson import Lesson
from quizgen.model import Item, Pool


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
    names: frozenset[str]
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
    known = dict.fromkeys([*content.register.statutes, *content.texts, *given])
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
    if given:
        newest = given.new
        version, effective, titles = newest.version, newest.effective, (newest.title, newest.short)
    elif statute and not (texts and texts[-1].version > statute.version):
        version, effective, titles = statute.version, statute.effective, (statute.title, statute.short)
    elif texts:
        version, effective, titles = texts[-1].version, texts[-1].effective, (texts[-1].title, texts[-1].short)
    else:
        return None
    registered = {statute.title, statute.short} if statute else set()
    names = frozenset({*titles, *registered, *(title.removeprefix("中华人民共和国") for title in titles)})
    short = statute.short if statute else titles[1]
    return _Revision(id=id, short=short, names=names, version=version, effective=effective, amendment=given)


class _Uses:
    """Who relies on which article, by statute and article, found in one reading of all items and lessons."""

    def __init__(self, content: Content, revisions: Iterable[_Revision]) -> None:
        self.items: defaultdict[tuple[str, str], list[StaleItem]] = defaultdict(list)
        self.mentions: defaultdict[tuple[str, str], list[StaleMention]] = defaultdict(list)
        self._revisions = {revision.id: revision for revision in revisions}
        self._ids = {name: revision.id for revision in self._revisions.values() for name in revision.names}
        for bank in content.banks:
            for item in bank.items:
                self._add_item(StaleItem(item=item, pool=bank.pool))
        for lesson in content.lessons:
            self._add_lesson(lesson, content.sources.get(lesson.where.path, ""))

    def _add_item(self, stale: StaleItem) -> None:
        item = stale.item
        cited = {(cite.source, cite.article) for cite in item.cites if cite.article}
        for text in (item.stem, *item.options.values(), item.rationale):
            cited |= {place for place, _ in self._named(text)}
        for id, article in cited:
            if id in self._revisions and item.reviewed < self._revisions[id].version:
                self.items[id, article].append(stale)

    def _add_lesson(self, lesson: Lesson, text: str) -> None:
        for (id, article), mention in self._named(text):
            if lesson.reviewed < self._revisions[id].version:
                words = text[mention.start : mention.end]
                where = _place(lesson.where.path, text, mention)
                self.mentions[id, article].append(StaleMention(lesson=lesson, words=words, where=where))

    def _named(self, text: str) -> Iterator[tuple[tuple[str, str], Mention]]:
        """Statute and article of every mention, those within a range included."""
        opening: Mention | None = None
        for mention in mentions(text, self._ids) if "条" in text else ():
            id = self._ids.get(mention.statute, "")
            if id:
                for article in _through(opening, mention):
                    yield (id, article), mention
            opening = mention if mention.in_range and opening is None else None


def _through(opening: Mention | None, mention: Mention) -> Iterator[str]:
    """The article of a mention; of one that closes a range those between too."""
    ends = (opening.article, mention.article) if opening and mention.in_range else ()
    if ends and all(end.isdecimal() for end in ends):
        yield from map(str, range(int(ends[0]) + 1, min(int(ends[1]), int(ends[0]) + 1000)))
    yield mention.article


def _place(path: str, text: str, mention: Mention) -> Span:
    line = text.count("\n", 0, mention.start) + 1
    column = mention.start - text.rfind("\n", 0, mention.start)
    return Span(path=path, line=line, column=column, length=mention.end - mention.start)


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
            for article in sorted(used, key=_order)
            if changes is None or article in changes
        ),
    )


def _order(article: str) -> tuple[int, int]:
    number, _, inserted = article.partition("-")
    return int(number), int(inserted or 0)
