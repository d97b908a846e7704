"""Names of legal sources as readers know them."""

from __future__ import annotations

from quizgen.law.register import Register, article_title
from quizgen.model import Cite

OFFICIAL_DATABASE = "https://flk.npc.gov.cn/"
"""国家法律法规数据库, where anyone can look up a statute's official text; it has no lasting deep links."""


def cite_title(cite: Cite, register: Register) -> str:
    """《宪法》第三十三条, or a document's title; as the editor wrote it where the register does not know it."""
    statute = register.statutes.get(cite.source)
    if statute and statute.has_article(cite.article):
        return f"{_quoted(statute.short)}{article_title(cite.article)}"
    document = register.documents.get(cite.source)
    return _quoted(document.title) if document and not cite.article else str(cite)


def _quoted(title: str) -> str:
    return title if title.startswith("《") else f"《{title}》"
