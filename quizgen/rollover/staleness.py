"""What must be reviewed because a statute changed: items and lessons by article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from quizgen.content import Content, lawbook_of
from quizgen.diagnostics import Span, span_in
from quizgen.law.amendment import Amendment, Change, amendment
from quizgen.law.register import article_number
from quizgen.law.text import StatuteText, text_seen
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
    content = replace(content, texts={**content.texts, **{id: (each.old, each.new) for id, each in given.items()}})
    known = dict.fromkeys([*content.register.statutes, *content.texts])
    revisions = [_revision(id, content, given.get(id)) for id in known if id in statutes or not statutes]
    uses = _Uses(content, [each for each in revisions if each])
    found = (statute for revision in revisions if revision for statute in _stale_statutes(revision, uses))
    return [statute for statute in found if statute.articles]


def suggestion(change: Change | None) -> str:
    """The number to cite instead: the new one, or that of a repealed article's successor; otherwise empty."""
    return change.successor or (change.new if change.new != change.old else "") if change else ""


def _revision(id: str, content: Content, given: Amendment | None) -> _Revision | None:
    """The newest version that is given, registered or known by its text; None where there is none."""
    texts, statute = content.texts.get(id, ()), content.register.statutes.get(id)
    entries = [entry for entry in (statute and statute.upcoming, statute) if entry]
    known = [given.new] if given else [*texts[::-1], *entries]
    if not known:
        return None
    newest = max(known, key=lambda version: version.version)
    new = newest if isinstance(newest, StatuteText) else None
    return _Revision(
        id=id,
        short=statute.short if statute else (new or texts[-1]).short,
        version=newest.version,
        effective=newest.effective,
        new=new,
        older=tuple(text for text in texts if text.version < newest.version),
        amended=(*statute.amendments, *(entry.version for entry in entries)) if statute else (),
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
        self._book = lawbook_of(content)
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
            revision = self._revisions.get(id)
            if revision and item.reviewed < revision.version:
                self.items[id, revision.old_version(item.reviewed), article].append(stale)

    def _add_lesson(self, lesson: Lesson, text: str) -> None:
        for named in self._book.named(text, about=self._book.subject(lesson.id)):
            revision = self._revisions.get(named.statute)
            if revision and lesson.reviewed < revision.version:
                where = span_in(text, named.start, named.end, path=lesson.where.path)
                mention = StaleMention(lesson=lesson, words=text[named.start : named.end], where=where)
                self.mentions[revision.id, revision.old_version(lesson.reviewed), named.article].append(mention)


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
                for article in sorted(used[seen], key=article_number)
                if changes is None or article in changes
            ),
        )
