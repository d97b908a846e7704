"""How much of what is wrong is found, and that nothing right is faulted, against the official texts.

Seeded mutants of real articles; the floors are below what larger runs by hand gave (quotations 100 %, numbers 94 %).
The texts are the data of `tests/test_content.py`; without them these tests skip.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from quizgen.check.law.numbers import quantities
from quizgen.check.rules import check_content
from quizgen.content import Content, read_content
from quizgen.diagnostics import Diagnostic, Span
from quizgen.law.register import Register, Statute, article_title
from quizgen.law.text import StatuteText
from quizgen.law.wording import plain
from quizgen.model import Bank, Item, Pool
from tests.course_project import REPOSITORY
from tests.quizgen_factories import item

RULES = {"Q205", "Q209", "Q211", "Q212"}
QUOTING = (
    "《{title}》{article}规定，“{words}”。A项、C项没有依据。",
    "根据《{short}》{article}的规定，“{words}”，所以应当选B项。",
    "本题考查基本制度。“{words}”（《{short}》{article}）。",
    "依据{short}第{number}条，“{words}”。",
    '"{words}"是《{short}》{article}的规定。',
    "【解析】《{short}》{article}：“{words}。”据此，选B。",
    "《{short}》对此有规定。其{article}规定，「{words}」。",
)
COUNTING = (
    "《{title}》{article}规定，{words}。",
    "根据《{short}》{article}，{words}，选C。",
    "{words}（《{short}》{article}）。",
    "【解析】{short}第{number}条规定：{words}。",
)
DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause of an article, without quotations and notes of its own."""

    text: StatuteText
    article: str
    words: str

    def item(self, number: int, form: str, words: str) -> Item:
        title, short = self.text.title, self.text.short
        article = article_title(self.article)
        rationale = form.format(title=title, short=short, article=article, number=self.article, words=words)
        given = item(
            f"xianfa-01-{number}", rationale=rationale, cites=[f"{self.text.id}:{self.article}"], stem="（　　）"
        )
        return replace(given, where=Span(path=given.id))


@pytest.fixture(scope="module")
def content() -> Content:
    """Every text, each statute registered as its text has it."""
    folder = REPOSITORY / os.environ.get("STATUTE_TEXTS", "../shared/laws")
    if not folder.is_dir():
        pytest.skip(f"no statute texts in {folder}; name their folder in STATUTE_TEXTS")
    texts = read_content(REPOSITORY / "content", pools=frozenset(), laws=folder)[0].texts
    return Content(register=Register(statutes={id: registered(found[-1]) for id, found in texts.items()}), texts=texts)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20261123)  # noqa: S311 - repeatable mutants, no secret


def registered(text: StatuteText) -> Statute:
    return Statute(
        id=text.id,
        title=text.title,
        short=text.short,
        version=text.version,
        effective=text.effective or text.version,
        articles=text.last_article,
    )


def clauses(content: Content) -> list[Clause]:
    return [
        Clause(text=text, article=article, words=words)
        for (text,) in content.texts.values()
        for article, whole in text.articles.items()
        for words in re.split("[。；：\n]", whole)
        if len(words) >= 10 and not set("“”（）") & set(words)
    ]


def faults(content: Content, items: list[Item]) -> list[Diagnostic]:
    given = replace(content, exam=Bank(pool=Pool.EXAM, items=tuple(items)))
    return [fault for fault in check_content(given) if fault.code in RULES]


def share_found(content: Content, items: list[Item]) -> float:
    return len({fault.span.path for fault in faults(content, items)}) / len(items)


def one_character(clause: Clause, chance: random.Random) -> str:
    at = chance.choice([at for at, char in enumerate(clause.words) if char not in "，、"])
    return clause.words[:at] + chance.choice("的不应可国人") + clause.words[at + 1 :]


def dropped(clause: Clause, chance: random.Random) -> str:
    at = chance.choice([at for at, char in enumerate(clause.words) if char not in "，、"])
    return clause.words[:at] + clause.words[at + 1 :]


def swapped(clause: Clause, chance: random.Random) -> str:
    at = chance.randrange(len(clause.words) - 1)
    return clause.words[:at] + clause.words[at + 1] + clause.words[at] + clause.words[at + 2 :]


def of_another_article(clause: Clause, chance: random.Random) -> str:
    return chance.choice(list(clause.text.articles.values())).split("\n")[0].split("。")[0]


@pytest.mark.parametrize("mutate", [one_character, dropped, swapped, of_another_article])
def test_mutated_quotations_are_found(
    content: Content, chance: random.Random, mutate: Callable[[Clause, random.Random], str]
) -> None:
    drawn = chance.sample(clauses(content), 150)
    mutants = [(clause, mutate(clause, chance)) for clause in drawn]

    items = [
        clause.item(number, chance.choice(QUOTING), words)
        for number, (clause, words) in enumerate(mutants)
        if len(plain(words)) >= 6 and plain(words) not in plain(clause.text.articles[clause.article])
    ]

    assert len(items) > 90
    assert share_found(content, items) >= 0.98


def test_true_quotations_are_not_faulted(content: Content, chance: random.Random) -> None:
    drawn = chance.sample(clauses(content), 400)

    assert faults(content, [one.item(n, chance.choice(QUOTING), one.words) for n, one in enumerate(drawn)]) == []


def test_mutated_numbers_are_found_and_true_ones_are_not_faulted(content: Content, chance: random.Random) -> None:
    counted = [
        clause for clause in clauses(content) if set("".join(q.words for q in quantities(clause.words))) & set(DIGITS)
    ]
    drawn = [(clause, chance.choice(COUNTING)) for clause in chance.sample(counted, 300)]

    right = [clause.item(number, form, clause.words) for number, (clause, form) in enumerate(drawn)]
    wrong = [clause.item(number, form, other_number(clause, chance)) for number, (clause, form) in enumerate(drawn)]

    assert faults(content, right) == []
    assert share_found(content, wrong) >= 0.88


def other_number(clause: Clause, chance: random.Random) -> str:
    """The clause with one digit of one quantity changed."""
    found = [quantity for quantity in quantities(clause.words) if set(quantity.words) & set(DIGITS)]
    quantity = chance.choice(found)
    digit = chance.choice([char for char in quantity.words if char in DIGITS])
    changed = quantity.words.replace(digit, chance.choice(DIGITS.replace(digit, "")), 1)
    return clause.words[: quantity.start] + clause.words[quantity.start :].replace(quantity.words, changed, 1)


def test_right_rationales_in_the_manners_of_many_banks_are_not_faulted(content: Content) -> None:
    path = Path(__file__).with_name("rationales.txt")
    lines = [line.partition(" ") for line in path.read_text(encoding="utf-8").splitlines()]

    items = [
        replace(item(f"xianfa-01-{number}", cites=cite.split(","), rationale=rationale), where=Span(path=rationale))
        for number, (cite, _, rationale) in enumerate(lines)
    ]

    assert len(items) >= 70
    assert faults(content, items) == []
