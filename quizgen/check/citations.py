"""What items cite: known to the register, an article of the statute, reviewed since the law changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quizgen.check.faults import error, items_of, nearest_or
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.model import Cite
from quizgen.source import clip
from quizgen.statute import article_title


def cites_exist(content: Content) -> Iterator[Diagnostic]:
    """Q204 and Q205: the register knows what is cited, and the article lies within the statute."""
    for item in items_of(content):
        for cite in item.cites:
            yield from _cite_faults(cite, content)


def _cite_faults(cite: Cite, content: Content) -> Iterator[Diagnostic]:
    statutes, documents = content.register.statutes, content.register.documents
    known: Iterable[str] = statutes if cite.article else documents
    if cite.source not in known:
        what = "法律" if cite.article else "文件"
        hint = nearest_or(cite.source, known, "请先在 laws/register.yml 里登记")
        yield error("Q204", cite.span, f"没有登记{what}“{clip(cite.source)}”", hint=hint)
    elif cite.article and not statutes[cite.source].has_article(cite.article):
        statute = statutes[cite.source]
        message = f"《{statute.short}》没有{article_title(cite.article)}"
        hint = f"现行版本（{statute.version}）共{statute.articles}条；请核对是否用了旧版的条号"
        yield error("Q205", cite.span, message, hint=hint)


def items_are_reviewed_after_amendments(content: Content) -> Iterator[Diagnostic]:
    """Q208: an active item was reviewed since its statute's present version was passed."""
    for item in (item for item in items_of(content) if item.is_active):
        for cite in item.cites:
            statute = content.register.statutes.get(cite.source) if cite.article else None
            if statute and item.reviewed < statute.version:
                message = f"试题的审核日期{item.reviewed}早于《{statute.short}》现行版本的日期{statute.version}"
                hint = "请对照现行条文重新审核，再更新“reviewed”"
                yield Diagnostic(code="Q208", message=message, span=cite.span, severity=Severity.WARNING, hint=hint)
