"""Lists of set phrases and slips, as YAML; and the kit's own list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from quizgen.diagnostics import Diagnostic
from quizgen.parse.fields import Faults, Fields, as_table
from quizgen.parse.source.nodes import Table
from quizgen.parse.source.reading import read_nodes
from quizgen.phrase import Abolished, Order, Phrase, PhraseList
from quizgen.words.clipping import clip

T = TypeVar("T")

MAX_FORMS = 3_000
"""Wrong forms in one list: each is looked for in every text, a tenth of a second for a hundred in 10,000 items."""


@lru_cache(maxsize=1)
def standard_phrases() -> PhraseList:
    """The kit's own list, for a folder that brings none; a test holds that it has no fault."""
    listed, _ = parse_phrases((files("quizgen") / "data" / "phrases.yml").read_text("utf-8"), "phrases.yml")
    return listed


def parse_phrases(text: str, path: str) -> tuple[PhraseList, list[Diagnostic]]:
    """The list of one file; faulty entries are left out."""
    root, found = read_nodes(text, path)
    faults = Faults()
    table = as_table(root, faults, what="词表")
    if not table:
        return PhraseList(), found + faults.found
    fields = Fields(table, faults, what="词表", required=(), optional=("phrases", "orders", "abolished"))
    listed = PhraseList(
        phrases=tuple(_entries(fields, "phrases", _phrase)),
        orders=tuple(_entries(fields, "orders", _order)),
        abolished=tuple(_entries(fields, "abolished", _abolished)),
    )
    if listed.forms > MAX_FORMS:
        message = f"词表太长：{listed.forms:,}个词语，上限是{MAX_FORMS:,}个"
        faults.error("Q010", table, message, hint="请删去用不着的条目")
        listed = PhraseList()
    return listed, found + faults.found


def _entries(fields: Fields, name: str, parse: Callable[[Table, Faults], T | None]) -> Iterator[T]:
    for table in fields.tables(name, what="词表的一条", hint="请换行，每一条以“  - ”开头"):
        if entry := parse(table, fields.faults):
            yield entry


def _phrase(table: Table, faults: Faults) -> Phrase | None:
    fields = Fields(table, faults, what="词表的一条", required=("wrong", "right", "why"), optional=("unless",))
    wrong, right = fields.words("wrong"), fields.text("right")
    for word in wrong:
        if word.text == right:
            message = f"“{clip(right)}”既是错误写法，又是正确写法"
            faults.error("Q233", word, message, hint="请改正其中一个，否则这一条不会起作用")
    unless = fields.words("unless")
    for context in unless:
        if wrong and not any(word.text in context.text for word in wrong):
            message = f"“{clip(context.text)}”里没有要查的错误写法，写在“unless”里没有用处"
            faults.error("Q233", context, message, hint="请写含有错误写法的完整词语，或删去这一个")
    phrase = Phrase(
        wrong=tuple(word.text for word in wrong),
        right=right,
        why=fields.text("why"),
        unless=tuple(context.text for context in unless),
    )
    return phrase if wrong and right else None


def _order(table: Table, faults: Faults) -> Order | None:
    fields = Fields(table, faults, what="词表的一条", required=("order", "why"))
    members = fields.words("order")
    if len(members) == 1:
        faults.error("Q233", members[0], "“order”里至少要有两个词语", hint="请补全并列的词语")
    return Order(members=tuple(word.text for word in members), why=fields.text("why")) if len(members) > 1 else None


def _abolished(table: Table, faults: Faults) -> Abolished | None:
    fields = Fields(table, faults, what="词表的一条", required=("names", "since", "instead"))
    names, since, instead = fields.words("names"), fields.day("since"), fields.text("instead")
    return Abolished(names=tuple(word.text for word in names), since=since, instead=instead) if names else None
