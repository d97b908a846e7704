"""The register of what is cited, as YAML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from quizgen.diagnostics import Diagnostic
from quizgen.law.register import Document, Register, Statute, Upcoming
from quizgen.parse.fields import Faults, Fields, as_table, check_slug, day_of
from quizgen.parse.source.nodes import Scalar, Sequence, Table
from quizgen.parse.source.reading import read_nodes
from quizgen.words.clipping import clip

REGISTER_REQUIRED, REGISTER_OPTIONAL = ("statutes",), ("documents", "checked")
STATUTE_REQUIRED = ("title", "short", "version", "effective", "articles")
STATUTE_OPTIONAL = ("amendments", "upcoming")
UPCOMING_REQUIRED = ("version", "effective", "articles")
DOCUMENT_REQUIRED = ("title", "issuer", "date")


def parse_register(text: str, path: str) -> tuple[Register, list[Diagnostic]]:
    """The register of one file; faulty fields hold stand-ins."""
    root, found = read_nodes(text, path)
    faults = Faults()
    table = as_table(root, faults, what="法律登记文件")
    if not table:
        return Register(), found + faults.found
    fields = Fields(table, faults, what="法律登记文件", required=REGISTER_REQUIRED, optional=REGISTER_OPTIONAL)
    register = Register(
        statutes={key.text: _statute(key, value, faults) for key, value in _entries(fields, "statutes")},
        documents={key.text: _document(key, value, faults) for key, value in _entries(fields, "documents")},
        checked=fields.day("checked") if fields.node("checked") else None,
    )
    return register, found + faults.found


def _entries(fields: Fields, name: str) -> Iterator[tuple[Scalar, Table]]:
    table = fields.subtable(name)
    for key, node in table.entries.values() if table else ():
        check_slug(key, fields.faults)
        if value := as_table(node, fields.faults, what=f"“{clip(key.text)}”"):
            yield key, value


def _statute(key: Scalar, table: Table, faults: Faults) -> Statute:
    fields = Fields(table, faults, what="法律", required=STATUTE_REQUIRED, optional=STATUTE_OPTIONAL)
    statute = Statute(
        id=key.text,
        title=fields.text("title"),
        short=fields.text("short"),
        version=fields.day("version"),
        effective=fields.day("effective"),
        articles=_articles(fields),
        amendments=tuple(_amendments(fields)),
        upcoming=_upcoming(fields),
        where=key.span,
    )
    _check_dates(statute, fields)
    return statute


_MOST_ARTICLES = 9_999
"""No statute has more; a number that can't be read stands for all there may be, so that no cite seems to lie beyond."""


def _articles(fields: Fields) -> int:
    return fields.integer("articles", minimum=1, maximum=_MOST_ARTICLES, default=_MOST_ARTICLES)


def _amendments(fields: Fields) -> Iterator[date]:
    node = fields.node("amendments")
    if isinstance(node, Sequence):
        yield from (day_of(item, fields.faults, what="“amendments”的一项") for item in node.items)
    elif node is not None:
        hint = "请写成 amendments: [2018-03-11]"
        fields.faults.error("Q022", node, "字段“amendments”应当是日期的列表", hint=hint)


def _upcoming(fields: Fields) -> Upcoming | None:
    table = fields.subtable("upcoming")
    if not table:
        return None
    coming = Fields(table, fields.faults, what="“upcoming”", required=UPCOMING_REQUIRED)
    return Upcoming(
        version=coming.day("version"),
        effective=coming.day("effective"),
        articles=_articles(coming),
    )


def _check_dates(statute: Statute, fields: Fields) -> None:
    passed, in_force = [*statute.amendments, statute.version], [statute.version, statute.effective]
    if coming := statute.upcoming:
        passed.append(coming.version)
        in_force += [max(coming.version, statute.effective), coming.effective]
    if date.min not in passed + in_force and (passed != sorted(passed) or in_force != sorted(in_force)):
        message = f"《{clip(statute.short)}》的日期先后不对"
        hint = "历次修改从早到晚写，都不晚于现行版本的日期；施行日期不早于现行版本的日期；“upcoming”比现行版本晚"
        fields.faults.error("Q501", statute.where, message, hint=hint)


def _document(key: Scalar, table: Table, faults: Faults) -> Document:
    fields = Fields(table, faults, what="文件", required=DOCUMENT_REQUIRED)
    return Document(
        id=key.text,
        title=fields.text("title"),
        issuer=fields.text("issuer"),
        date=fields.day("date"),
        where=key.span,
    )
