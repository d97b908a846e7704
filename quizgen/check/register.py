"""The register against the texts of its statutes."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.source import clip
from quizgen.statute import Edition, Statute
from quizgen.statute_text import StatuteText


def register_agrees_with_texts(content: Content) -> Iterator[Diagnostic]:
    """Q502: title, dates and number of articles are those of the texts, and no version is missing on either side."""
    for statute in content.register.statutes.values():
        texts = {text.version: text for text in content.texts.get(statute.id, ())}
        if texts:
            yield from _title_fault(statute, list(texts.values())[-1])
            for edition, prefix in ((statute, ""), (statute.upcoming, "upcoming: ")):
                if edition and (text := texts.get(edition.version)):
                    yield from _edition_faults(statute, edition, text, prefix=prefix)
            yield from _version_fault(statute, list(texts.values())[-1])


def _title_fault(statute: Statute, text: StatuteText) -> Iterator[Diagnostic]:
    if statute.title != text.title:
        message = f"登记的名称“{clip(statute.title)}”与法律原文不同"
        yield warning(
            "Q502", statute.where, message, hint=f"原文是“{clip(text.title, 100)}”；请核对名称，或核对原文的文件名"
        )


def _edition_faults(
    statute: Statute, edition: Statute | Edition, text: StatuteText, *, prefix: str
) -> Iterator[Diagnostic]:
    pairs = (
        ("施行日期", "effective", edition.effective, text.effective or edition.effective),
        ("条数", "articles", edition.articles, text.last_article),
    )
    for name, field, written, official in pairs:
        if written != official:
            message = f"登记的《{statute.short.strip('《》')}》{name}{written}与法律原文（{text.version}）不同"
            yield warning("Q502", statute.where, message, hint=f"原文是{official}；请改为 {prefix}{field}: {official}")


def _version_fault(statute: Statute, newest: StatuteText) -> Iterator[Diagnostic]:
    """A newer text than is registered, or none as new as the present version; a coming one needs no text yet."""
    short = f"《{statute.short.strip('《》')}》"
    if newest.version > (statute.upcoming or statute).version:
        since = f"，自{newest.effective}起施行" if newest.effective else ""
        dates = f"version: {newest.version}, effective: {newest.effective or newest.version}"
        coming = f"upcoming: {{{dates}, articles: {newest.last_article}}}"
        hint = f"已经施行的，请改登记的日期和条数；还没有施行的，请写 {coming}"
        message = f"{short}的法律原文有没有登记的新版本（{newest.version}{since}）"
        yield warning("Q502", statute.where, message, hint=hint)
    elif newest.version < statute.version:
        message = f"登记的{short}版本是{statute.version}，法律原文只有旧版本（{newest.version}）"
        yield warning(
            "Q502", statute.where, message, hint="请核对版本日期；日期没有错的，请用 quizgen law add 导入这个版本的原文"
        )
