"""The register against the texts of its statutes."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.law.register import Statute, Upcoming, in_title_marks
from quizgen.law.text import StatuteText, differences
from quizgen.words.clipping import clip


def register_agrees_with_texts(content: Content) -> Iterator[Diagnostic]:
    """Q502: title, dates and number of articles are those of the texts, and no version is missing on either side."""
    for statute in content.register.statutes.values():
        texts = {text.version: text for text in content.texts.get(statute.id, ())}
        if texts:
            yield from _title_fault(statute, list(texts.values())[-1])
            for entry, prefix in ((statute, ""), (statute.upcoming, "upcoming: ")):
                if entry and (text := texts.get(entry.version)):
                    yield from _entry_faults(statute, entry, text, prefix=prefix)
            yield from _version_fault(statute, list(texts.values())[-1])


def _title_fault(statute: Statute, text: StatuteText) -> Iterator[Diagnostic]:
    if statute.title != text.title:
        message = f"登记的名称“{clip(statute.title)}”与法律原文不同"
        yield warning(
            "Q502", statute.where, message, hint=f"原文是“{clip(text.title, 100)}”；请核对名称，或核对原文的文件名"
        )


def _entry_faults(
    statute: Statute, entry: Statute | Upcoming, text: StatuteText, *, prefix: str
) -> Iterator[Diagnostic]:
    for name, field, registered, official in differences(text, entry):
        message = f"登记的{in_title_marks(statute.short)}{name}{registered}与法律原文（{text.version}）不同"
        yield warning("Q502", statute.where, message, hint=f"原文是{official}；请改为 {prefix}{field}: {official}")


def _version_fault(statute: Statute, newest: StatuteText) -> Iterator[Diagnostic]:
    """A newer text than is registered, or none as new as the present version; a coming one needs no text yet."""
    short = in_title_marks(statute.short)
    if newest.version > (statute.upcoming or statute).version:
        since = f"，自{newest.effective}起施行" if newest.effective else ""
        dates = f"version: {newest.version}, effective: {newest.effective or '施行日期'}"
        coming = f"upcoming: {{{dates}, articles: {newest.last_article}}}"
        hint = f"已经施行的，请改登记的日期和条数；还没有施行的，请写 {coming}"
        message = f"{short}的法律原文有没有登记的新版本（{newest.version}{since}）"
        yield warning("Q502", statute.where, message, hint=hint)
    elif newest.version < statute.version:
        message = f"登记的{short}版本是{statute.version}，法律原文只有旧版本（{newest.version}）"
        yield warning(
            "Q502", statute.where, message, hint="请核对版本日期；日期没有错的，请用 quizgen law add 导入这个版本的原文"
        )
