"""The kit's own content against the official texts of the statutes that it cites.

The texts are data outside the repository: a folder of `<statute id>.json`, named by the environment variable
STATUTE_TEXTS (default `../shared/laws`, from the repository's root). Tests that need it skip where it is missing.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from quizgen.content import Content, read_content
from quizgen.model import Item, ItemType
from quizgen.statute import article_title
from tests.course_project import REPOSITORY

_NUMERAL = "[零一二三四五六七八九十百千]+"
_ARTICLE = re.compile(rf"第{_NUMERAL}条(?:之{_NUMERAL})?")
_QUOTATION = re.compile(r"规定[^。；“”]*“([^”]*)”")
_LAW_BOX = re.compile(r"^[!?]{3}\+? law\b *(.*)\n((?:[ \t]+\S.*\n|[ \t]*\n)*)", re.MULTILINE)
_ENTRY = re.compile(rf"（{_NUMERAL}）")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuteText:
    """An official text; each article by its number (`33`, `17-1`), paragraphs and entries on lines of their own."""

    title: str
    version: date
    effective: date
    articles: Mapping[str, str]

    @property
    def last_article(self) -> int:
        return max(int(number.partition("-")[0]) for number in self.articles)

    def passages(self) -> Iterator[tuple[str, str]]:
        """Everything that a law box may name, `《…》第三十三条` and `《…》第三十三条第二款`, with its text."""
        for number, text in self.articles.items():
            name = f"《{self.title}》{article_title(number)}"
            yield name, squeezed(text)
            for count, paragraph in enumerate(paragraphs(text), start=1):
                yield f"{name}{article_title(str(count)).removesuffix('条')}款", squeezed(paragraph)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawBox:
    """A quotation in a lesson, `name` being its title without the quotation marks."""

    path: str
    name: str
    body: str


@pytest.fixture(scope="module")
def content() -> Content:
    content, found = read_content(REPOSITORY / "content")
    assert found == []
    return content


@pytest.fixture(scope="module")
def texts() -> dict[str, StatuteText]:
    folder = REPOSITORY / os.environ.get("STATUTE_TEXTS", "../shared/laws")
    if not folder.is_dir():
        pytest.skip(f"no statute texts in {folder}; name their folder in STATUTE_TEXTS")
    return {path.stem: statute_text(path) for path in folder.glob("*.json")}


def statute_text(path: Path) -> StatuteText:
    fields = json.loads(path.read_text(encoding="utf-8"))
    return StatuteText(
        title=fields["title"],
        version=date.fromisoformat(fields["version"]),
        effective=date.fromisoformat(fields["effective"]),
        articles=fields["articles"],
    )


def squeezed(text: str) -> str:
    return "".join(text.split())


def paragraphs(article: str) -> list[str]:
    """The paragraphs (款) of an article, entries (项) joined to the paragraph that they belong to."""
    joined: list[str] = []
    for line in article.split("\n"):
        if joined and _ENTRY.match(line):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def law_boxes(content: Content) -> list[LawBox]:
    return [
        LawBox(path=lesson.where.path, name=box[1].strip().strip('"'), body=squeezed(box[2]))
        for lesson in content.lessons
        for box in _LAW_BOX.finditer(content.sources[lesson.where.path] + "\n")
    ]


def all_items(content: Content) -> list[Item]:
    return [item for bank in content.banks for item in bank.items]


def quotations(rationale: str) -> Iterator[tuple[str, frozenset[str]]]:
    """What a clause quotes after 规定, with the articles named in the clause, else the one named last before it."""
    for quotation in _QUOTATION.finditer(rationale):
        before = rationale[: quotation.start()]
        clause = re.split("[。；]", before)[-1]
        yield quotation[1], frozenset(_ARTICLE.findall(clause) or _ARTICLE.findall(before)[-1:])


def cited_text(item: Item, article: str, texts: Mapping[str, StatuteText]) -> str:
    """The text of the articles called `article` (第三十三条) that the item cites; empty when it cites none."""
    cites = [cite for cite in item.cites if cite.article and article_title(cite.article) == article]
    return "\n".join(squeezed(texts[cite.source].articles[cite.article]) for cite in cites)


def test_banks_hold_the_promised_numbers_of_each_type(content: Content) -> None:
    types = {bank.pool.value: Counter(item.type for item in bank.items) for bank in content.banks}

    assert types == {
        "practice": {ItemType.SINGLE: 27, ItemType.MULTIPLE: 13, ItemType.JUDGEMENT: 20},
        "exam": {ItemType.SINGLE: 72, ItemType.MULTIPLE: 30, ItemType.JUDGEMENT: 48},
    }
    assert {bank.pool.value: len(bank.items) for bank in content.banks} == {"practice": 60, "exam": 150}


def test_every_lesson_is_long_enough_to_study(content: Content) -> None:
    bodies = {lesson.id: content.sources[lesson.where.path].split("\n---\n", 1)[1] for lesson in content.lessons}

    assert bodies.keys() == {item.lesson for item in content.practice.items}
    assert {lesson: len(_HAN.findall(body)) for lesson, body in bodies.items() if len(_HAN.findall(body)) < 2500} == {}


def test_register_agrees_with_the_texts(content: Content, texts: dict[str, StatuteText]) -> None:
    statutes = content.register.statutes

    registered = {id: (law.title, law.version, law.effective, law.articles) for id, law in statutes.items()}

    assert registered == {
        id: (law.title, law.version, law.effective, law.last_article) for id, law in texts.items() if id in statutes
    }


def test_every_cite_names_an_article_of_the_text(content: Content, texts: dict[str, StatuteText]) -> None:
    cites = [(item.id, cite) for item in all_items(content) for cite in item.cites if cite.article]

    assert [(id, str(cite)) for id, cite in cites if cite.article not in texts[cite.source].articles] == []


def test_every_law_box_holds_a_piece_of_its_article(content: Content, texts: dict[str, StatuteText]) -> None:
    boxes = law_boxes(content)
    official = {name: text for id in content.register.statutes for name, text in texts[id].passages()}

    assert {box.path for box in boxes} == {lesson.where.path for lesson in content.lessons}
    assert [box for box in boxes if not box.body or box.body not in official.get(box.name, "")] == []


def test_every_quotation_is_in_the_article_it_names(content: Content, texts: dict[str, StatuteText]) -> None:
    named = [
        (item, quotation, articles)
        for item in all_items(content)
        for quotation, articles in quotations(item.rationale)
        if articles
    ]

    assert named
    assert [
        (item.id, quotation, sorted(articles))
        for item, quotation, articles in named
        if not any(squeezed(quotation) in cited_text(item, article, texts) for article in articles)
    ] == []


def test_quotation_belongs_to_the_article_of_its_clause() -> None:
    first = "第三条规定“甲”；第四条第二款规定，“乙。丙”；该款规定，有害的，“丁”。"
    second = "第五条、第六条规定“戊”。《办法》规定“己”，即“庚”。"

    assert list(quotations(first + second)) == [
        ("甲", frozenset({"第三条"})),
        ("乙。丙", frozenset({"第四条"})),
        ("丁", frozenset({"第四条"})),
        ("戊", frozenset({"第五条", "第六条"})),
        ("己", frozenset({"第六条"})),
    ]
    assert list(quotations("决定规定“甲”")) == [("甲", frozenset())]


def test_entries_belong_to_their_paragraph() -> None:
    assert paragraphs("下列：\n（一）甲；\n（十二）乙。\n第二款。") == ["下列：（一）甲；（十二）乙。", "第二款。"]
