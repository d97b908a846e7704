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
from quizgen.statute_text import StatuteText, text_seen


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

    `change` is None where either text is not known, so that every article may have changed.
    """

    article: str
    change: Change | None
    items: tuple[StaleItem, ...] = ()
    mentions: tuple[StaleMention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleStatute:
    """A changed statute with its articles that need work, in order, for those who last saw the version `old_version`.

    It is None where that version, or the new one, is not known by its text.
    """

    id: str
    short: str
    old_version: date | None
    version: date
    effective: date | None
    articles: tuple[StaleArticle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revision:
    """A statute's newest version, by its dates and, where it is known, its text; the texts before; the older dates.

    `given` is the one amendment that counts, whatever was reviewed when.
    """

    id: str
    short: str
    names: frozenset[str]
    version: date
    effective: date | None
    new: StatuteText | None
    older: tuple[StatuteText, ...]
    amended: tuple[date, ...]
    given: Amendment | None

    def old_version(self, reviewed: date) -> date | None:
        """The version that a review of that day saw; None where its text, or the new one, is not known."""
        if self.given:
            return self.given.old.version
        seen = text_seen(self.older, self.amended, reviewed) if self.new else None
        return seen.version if seen else None

    def amendment_from(self, old_version: date) -> Amendment | None:
        """From one of the older versions to the new one."""
        old = next((text for text in self.older if text.version == old_version), None)
        return self.given or (amendment(old, self.new) if old and self.new else None)


def stale_work(
    content: Content, *, statutes: Collection[str] = (), amendments: Mapping[str, Amendment] | None = None
) -> list[StaleStatute]:
    """Every statute with work to do, in the order of the register; of `statutes` only, where some are named.

    What was last reviewed before a statute's newest version, a coming one included, is work where the article reads
    otherwise than in the text that the review saw; without one of these texts all that rests on the statute is. A
    statute stands once for each version that was seen. `amendments` gives others to judge by, by id. What was reviewed
    on or after the day of the new version is done. Both pools count, whatever an item's status.
    """
    given = amendments or {}
    known = dict.fromkeys([*content.register.statutes, *content.texts, *given])
    revisions = [_revision(id, content, given.get(id)) for id in known if id in statutes or not statutes]
    uses = _Uses(content, [each for each in revisions if each])
    found = (statute for revision in revisions if revision for statute in _stale_statutes(revision, uses))
    return [statute for statute in found if statute.articles]


def suggestion(change: Change | None) -> str:
    """The number to cite instead: the new one of an article whose number has changed, otherwise empty."""
    return change.new if change and change.new != change.old else ""


def _revision(id: str, content: Content, given: Amendment | None) -> _Revision | None:
    """The newest version that is given, registered or known by its text; None where there is none."""
    texts, statute = content.texts.get(id, ()), content.register.statutes.get(id)
    registered = [edition for edition in (statute and statute.upcoming, statute) if edition]
    known = [given.new] if given else [*texts[::-1], *registered]
    if not known:
        return None
    newest = max(known, key=lambda version: version.version)
    new = newest if isinstance(newest, StatuteText) else None
    titles = {statute.title, statute.short} if statute else set()
    titles |= {title for text in [*texts[-1:], *([given.new] if given else [])] for title in (text.title, text.short)}
    return _Revision(
        id=id,
        short=statute.short if statute else (new or texts[-1]).short,
        names=frozenset({*titles, *(title.removeprefix("中华人民共和国") for title in titles)}),
        version=newest.version,
        effective=newest.effective,
        new=new,
        older=tuple(text for text in texts if text.version < newest.version),
        amended=(*statute.amendments, *(edition.version for edition in registered)) if statute else (),
        given=given,
    )


_Place = tuple[str, date | None, str]
"""Statute, the version that the review saw, article."""


class _Uses:
    """Who relies on which article, by statute, version seen and article, found in one reading of all content."""

    def __init__(self, content: Content, revisions: Iterable[_Revision]) -> None:
        self.items: defaultdict[_Place, list[StaleItem]] = defaultdict(list)
        self.mentions: defaultdict[_Place, list[StaleMention]] = defaultdict(list)
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
                self.items[id, self._revisions[id].old_version(item.reviewed), article].append(stale)

    def _add_lesson(self, lesson: Lesson, text: str) -> None:
        for (id, article), mention in self._named(text):
            if lesson.reviewed < self._revisions[id].version:
                words = text[mention.start : mention.end]
                where = _place(lesson.where.path, text, mention)
                seen = self._revisions[id].old_version(lesson.reviewed)
                self.mentions[id, seen, article].append(StaleMention(lesson=lesson, words=words, where=where))

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


def _stale_statutes(revision: _Revision, uses: _Uses) -> Iterator[StaleStatute]:
    used: defaultdict[date | None, set[str]] = defaultdict(set)
    for id, seen, article in (*uses.items, *uses.mentions):
        if id == revision.id:
            used[seen].add(article)
    for seen in sorted(used, key=lambda version: version or date.min):
        found = revision.amendment_from(seen) if seen else None
        changes = found.by_old_article() if found else None
        yield StaleStatute(
            id=revision.id,
            short=revision.short,
            old_version=seen,
            version=revision.version,
            effective=revision.effective,
            articles=tuple(
                StaleArticle(
                    article=article,
                    change=changes[article] if changes is not None else None,
                    items=tuple(uses.items.get((revision.id, seen, article), ())),
                    mentions=tuple(uses.mentions.get((revision.id, seen, article), ())),
                )
                for article in sorted(used[seen], key=_order)
                if changes is None or article in changes
            ),
        )


def _order(article: str) -> tuple[int, int]:
    number, _, inserted = article.partition("-")
    return int(number), int(inserted or 0)
