"""Fictitious statute texts for tests, as values and as the files that a build reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from quizgen.law.citation import mentions
from quizgen.law.register import Register, Statute, article_title, usual_title
from quizgen.law.text import Heading, StatuteText, paragraphs
from quizgen.parse.law_box import law_boxes
from quizgen.parse.statute_text import statute_json


def heading(level: str, title: str, first: str | int, last: str | int) -> Heading:
    return Heading(level=level, title=title, first=str(first), last=str(last))


def statute_text(
    id: str = "ceshi-fa",
    *,
    title: str = "中华人民共和国测试法",
    articles: Iterable[str] | Mapping[str, str] = ("1", "2", "3"),
    headings: Iterable[Heading] = (),
    version: str = "2020-01-02",
    effective: str | None = "2020-07-01",
    history: Iterable[str] = ("2020年1月2日测试会议通过",),
    preamble: str = "",
) -> StatuteText:
    """A text in force since July 2020; articles that are only numbered say what they are."""
    given = dict(articles) if isinstance(articles, Mapping) else {number: body(number) for number in articles}
    return StatuteText(
        id=id,
        title=title,
        short=usual_title(title),
        version=date.fromisoformat(version),
        effective=date.fromisoformat(effective) if effective else None,
        articles=given,
        headings=tuple(headings),
        history=tuple(history),
        preamble=preamble,
    )


def body(number: str) -> str:
    """Five paragraphs, the second with two entries."""
    name = article_title(number)
    return f"这是{name}的正文。\n第二款列出下列各项：\n（一）甲；\n（二）乙。\n第三款。\n第四款。\n第五款。"


def numbers(last: int) -> list[str]:
    return [str(number) for number in range(1, last + 1)]


def register_of(*texts: StatuteText) -> Register:
    """A register that knows these statutes, by their ids and short titles."""
    return Register(
        statutes={
            text.id: Statute(
                id=text.id,
                title=text.title,
                short=text.short,
                version=text.version,
                effective=text.effective or text.version,
                articles=text.last_article,
            )
            for text in texts
        }
    )


def quoting(text: StatuteText, lessons: Path) -> StatuteText:
    """The text with all that the law boxes of the lessons quote added where they say that it stands."""
    articles = dict(text.articles)
    for path in sorted(lessons.glob("*.md")):
        for box in law_boxes(path.read_text(encoding="utf-8"), path.name):
            for named in mentions(box.title):
                if named.statute in {text.title, text.short}:
                    articles[named.article] = _with(articles[named.article], box.body, named.paragraph)
    return replace(text, articles=articles)


def _with(article: str, quoted: str, paragraph: int | None) -> str:
    rows = paragraphs(article)
    if paragraph:
        rows[paragraph - 1] += quoted
    else:
        rows.append(quoted)
    return "\n".join(rows)


def write_laws(folder: Path, *texts: StatuteText) -> Path:
    """Writes each as `<id>@<version>.json` the way `law add` keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts:
        path = folder / f"{text.id}@{text.version}.json"
        path.write_text(statute_json(text, source="测试"), encoding="utf-8")
    return folder


CONSTITUTION = statute_text(
    "xianfa",
    title="中华人民共和国宪法",
    articles=numbers(143),
    headings=[heading("章", "第一章 测试总纲", 1, 32), heading("章", "第二章 测试权利", 33, 143)],
    preamble="测试序言第一段。\n测试序言第二段。",
)
"""A statute on one page under a registered name; every article is fictitious."""
CODE = statute_text(
    "minfadian",
    title="中华人民共和国民法典",
    articles=numbers(1260),
    headings=[
        heading("编", "第一编 测试总则", 1, 204),
        heading("章", "第一章 测试规定", 1, 120),
        heading("章", "第二章 测试主体", 121, 204),
        heading("编", "第二编 测试分则", 205, 1258),
        heading("编", "附则", 1259, 1260),
    ],
)
"""A statute on several pages."""
