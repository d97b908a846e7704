"""Judging 10,000 items against the texts of 76 invented statutes, beside folding their words and finding them once."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.law.agreement import items_agree_with_the_law
from quizgen.check.law.citations import cites_exist
from quizgen.check.law.currency import items_are_reviewed_after_amendments
from quizgen.content import Content, lawbook_of
from quizgen.law.register import article_title, in_words
from quizgen.law.text import StatuteText
from quizgen.law.wording import plain
from quizgen.model import Bank, Item, Pool
from tests.bench.measure import Figure, compared, medians
from tests.quizgen_factories import item
from tests.quizgen_laws import register_of, statute_text

ITEMS, STATUTES, ARTICLES = 10_000, 76, 120
GOAL = 2.0
RULES = (cites_exist, items_are_reviewed_after_amendments, items_agree_with_the_law)
PASSED = "2021-01-22"


def measure() -> Iterator[Figure]:
    """All rules of the law's text together, on a bank in which nothing is wrong."""
    content = bank()
    words = [plain(text) for texts in content.texts.values() for text in texts[0].articles.values()]

    def ours() -> None:
        book = lawbook_of(content)
        if found := [fault for rule in RULES for fault in rule(content, book)]:
            raise AssertionError(found[0])

    def found_once() -> int:
        rationales = [plain(item.rationale) for item in content.exam.items]
        return sum(words[number % len(words)] in rationale for number, rationale in enumerate(rationales))

    times = medians(ours, found_once, rounds=5)
    yield compared(f"law: {ITEMS} items, {STATUTES} texts", times, yardstick="fold and find once", most=GOAL)


def bank() -> Content:
    """Items that quote and count what their article says."""
    texts = {text.id: (text,) for text in map(_statute_text, range(STATUTES))}
    items = tuple(_item(number, texts[f"law-{number % STATUTES}"][0]) for number in range(ITEMS))
    return Content(
        register=register_of(*(text for (text,) in texts.values())), texts=texts, exam=Bank(pool=Pool.EXAM, items=items)
    )


def _statute_text(number: int) -> StatuteText:
    name = f"{in_words(number + 1)}号试验法"
    articles = {str(article): _article(article) for article in range(1, ARTICLES + 1)}
    return statute_text(
        f"law-{number}", title=f"中华人民共和国{name}", articles=articles, version=PASSED, effective=PASSED
    )


def _article(number: int) -> str:
    which = in_words(number)
    return (
        f"行政机关办理{which}类事项，应当自受理之日起六十日内作出决定，并书面告知申请人。\n"
        f"违反前款规定的，处五千元以上{which}万元以下罚款；情节严重的，三年内不得再次申请{which}类许可。"
    )


def _item(number: int, text: StatuteText) -> Item:
    article = str(number % ARTICLES + 1)
    which = in_words(int(article))
    rationale = (
        f"《{text.short}》{article_title(article)}第一款规定，行政机关“应当自受理之日起六十日内作出决定”；第二款规定，"
        f"处5000元以上{which}万元以下罚款，情节严重的，“三年内不得再次申请{which}类许可”。A项没有依据，B项把期限写错了。"
    )
    return item(f"xianfa-01-{number}", rationale=rationale, cites=[f"{text.id}:{article}"])
