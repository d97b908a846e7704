"""What items cite: known to the register, and an article of the statute as it holds at the exam."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import error, items_of, nearest_or
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.lawbook import Lawbook, Version
from quizgen.law.register import article_title, is_numbered
from quizgen.model import Cite, Item
from quizgen.words.clipping import clip
from quizgen.words.spelling import Words


def cites_exist(content: Content, book: Lawbook) -> Iterator[Diagnostic]:
    """Q204 and Q205: the register knows what is cited, and the article is one of the statute at the exam.

    With the statute's text the article must stand in it; without, lie within the numbering. It is enough that one of
    the programmes not yet over has the article: when a later one has lost it, the item is told as stale (Q208).
    """
    register = content.register
    statutes, documents = Words(register.statutes), Words(register.documents)
    for item in items_of(content):
        for cite in item.cites:
            if cite.article and cite.source not in register.statutes:
                yield _unknown(cite, "法律", statutes, item)
            elif not cite.article and cite.source not in register.documents:
                yield _unknown(cite, "文件", documents, item)
            if cite.article:
                yield from _missing(cite, item, book)


def _unknown(cite: Cite, what: str, known: Words, item: Item) -> Diagnostic:
    hint = nearest_or(cite.source, known, "请先在 laws/register.yml 里登记")
    return error("Q204", cite.span, f"没有登记{what}“{clip(cite.source)}”", hint=hint, item=item)


def _missing(cite: Cite, item: Item, book: Lawbook) -> Iterator[Diagnostic]:
    held = book.in_force(cite.source, item.lesson) if cite.source in book.register.statutes else ()
    if held and not any(version.has_article(cite.article) for version in held):
        message = f"{book.short(cite.source)}没有{article_title(cite.article)}"
        hint = f"{extent(held[-1], cite.article)}；请核对是否用了旧版的条号"
        yield error("Q205", cite.span, message, hint=hint, item=item)


def extent(version: Version, article: str) -> str:
    """How far the statute goes, or that the article has been struck out or was never inserted."""
    if not is_numbered(article, version.articles) or not version.text:
        return f"考试时有效的版本（{version.passed}）共{version.articles}条"
    if article in version.text.articles:
        return f"考试时有效的版本（{version.passed}）已经删去这一条"
    return f"考试时有效的版本（{version.passed}）里没有这一条"
