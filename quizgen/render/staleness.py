"""Work lists after a statute's change: for people as text, for spreadsheets and programs as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from quizgen.diagnostics import Span
from quizgen.law.register import article_title, in_title_marks
from quizgen.model import Pool
from quizgen.office.csv_out import csv_bytes
from quizgen.render.amendment import excerpt, marked
from quizgen.rollover.staleness import StaleArticle, StaleStatute, suggestion
from quizgen.words.clipping import clip

UNKNOWN = "没有新旧两版原文可以比较，请对照新版条文"
_POOLS = {Pool.PRACTICE: "练习题", Pool.EXAM: "考试题"}
_STEM = 30
"""Characters of a stem that remind the editor of the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRow:
    """One item or one place of a lesson, with the article because of which it must be reviewed."""

    statute: str
    old_version: str
    version: str
    effective: str
    article: str
    change: str
    kind: str
    id: str
    place: str
    status: str
    reviewed: str
    excerpt: str
    suggestion: str
    before: str
    after: str


TITLES = {
    "statute": "法律",
    "old_version": "旧版本",
    "version": "新版本",
    "effective": "施行日期",
    "article": "条",
    "change": "变化",
    "kind": "类别",
    "id": "编号",
    "place": "位置",
    "status": "状态",
    "reviewed": "上次审核",
    "excerpt": "题干或原文",
    "suggestion": "建议改为",
    "before": "旧条文",
    "after": "新条文",
}
"""The headings of a sheet by field, in the order of `StaleRow`."""
_WIDTHS = {"place": 40, "excerpt": 40, "before": 60, "after": 60, "change": 16, "statute": 18, "id": 20}
"""Columns of a sheet that need more than the usual 12 characters."""


def rows(work: Iterable[StaleStatute]) -> Iterator[StaleRow]:
    """A row for each item and mention, grouped by statute and article."""
    for statute in work:
        for article in statute.articles:
            for kind, id, place, status, reviewed, words in _uses(article):
                yield StaleRow(
                    statute=statute.short,
                    old_version=str(statute.old_version or ""),
                    version=str(statute.version),
                    effective=str(statute.effective or ""),
                    article=article_title(article.article),
                    change=article.change.kind.label if article.change else UNKNOWN,
                    kind=kind,
                    id=id,
                    place=place,
                    status=status,
                    reviewed=reviewed,
                    excerpt=words,
                    suggestion=_suggested(statute, article, is_item=kind != "课程"),
                    before=article.change.before if article.change else "",
                    after=article.change.after if article.change else "",
                )


def _uses(article: StaleArticle) -> Iterator[tuple[str, str, str, str, str, str]]:
    for stale in article.items:
        item = stale.item
        stem = clip(item.stem, _STEM)
        yield _POOLS[stale.pool], item.id, _position(item.where), item.status.value, str(item.reviewed), stem
    for mention in article.mentions:
        lesson = mention.lesson
        yield "课程", lesson.id, _position(mention.where), "", str(lesson.reviewed), clip(mention.words)


def _position(span: Span) -> str:
    return f"{span.path}:{span.line}"


def _suggested(statute: StaleStatute, article: StaleArticle, *, is_item: bool) -> str:
    """`minfadian:35` for an item, 第三十五条 for prose; empty where the number stays."""
    new = suggestion(article.change)
    return (f"{statute.id}:{new}" if is_item else article_title(new)) if new else ""


def stale_text(work: Iterable[StaleStatute]) -> str:
    """For people: statute, article, what changed, and the items and places below it; the sum last."""
    statutes = list(work)
    blocks = [block for statute in statutes for block in (_heading(statute), *_articles(statute))]
    return "\n\n".join([*blocks, _sum(statutes)]) + "\n"


def _heading(statute: StaleStatute) -> str:
    versions = f"{statute.old_version} → {statute.version}" if statute.old_version else f"{statute.version}"
    return f"{in_title_marks(statute.short)} {versions}" + (
        f"（自{statute.effective}起施行）" if statute.effective else ""
    )


def _articles(statute: StaleStatute) -> Iterator[str]:
    for article in statute.articles:
        change = article.change
        lines = [
            f"  {change.title}  {change.kind.label}" if change else f"  {article_title(article.article)}  {UNKNOWN}"
        ]
        if change and change.before != change.after:
            lines += [f"      {line}" for line in marked(excerpt(change)).split("\n")]
        for kind, id, place, status, reviewed, words in _uses(article):
            new = _suggested(statute, article, is_item=kind != "课程")
            about = "，".join(part for part in (status, f"{reviewed}审核") if part)
            lines.append(f"    {kind} {id}（{about}） {place}" + (f" → {new}" if new else ""))
            lines.append(f"        {words}")
        yield "\n".join(lines)


def _sum(work: list[StaleStatute]) -> str:
    if not work:
        return "没有要重新审核的试题和课程。"
    articles = [article for statute in work for article in statute.articles]
    statutes, places = {each.id for each in work}, {(each.id, row.article) for each in work for row in each.articles}
    items = {(stale.pool, stale.item.id) for article in articles for stale in article.items}
    lessons = {mention.lesson.id for article in articles for mention in article.mentions}
    return f"共{len(statutes)}部法律、{len(places)}条，要重新审核试题{len(items)}道、课程{len(lessons)}门。"


def stale_csv(work: Iterable[StaleStatute]) -> bytes:
    """For spreadsheets and programs: a row an item or mention."""
    return csv_bytes(TITLES.values(), (list(asdict(row).values()) for row in rows(work)))


def stale_workbook(work: Iterable[StaleStatute]) -> bytes:
    """One sheet with a heading that stays and a filter."""
    from quizgen.office.sheets_out import table_bytes  # noqa: PLC0415 - openpyxl takes a third of a second

    widths = {title: _WIDTHS.get(field, 12) for field, title in TITLES.items()}
    return table_bytes("待审核", widths, (list(asdict(row).values()) for row in rows(work)))
