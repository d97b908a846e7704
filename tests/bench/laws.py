"""Reading an official .docx of a code, and comparing two versions of it, beside the least such work must do."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from xml.etree import ElementTree

from quizgen.law.amendment import amendment
from quizgen.law.official import read_official
from tests.bench.measure import Figure, compared, medians
from tests.quizgen_statutes import official_docx, official_lines, statute_text

ARTICLES = 1_260
"""The civil code has as many."""
LENGTH = 90
"""Characters of an article, on average."""
GOAL = 2.0
"""Seconds for comparing; reading has no goal of its own."""


def measure() -> Iterator[Figure]:
    """A code without chapters; its new version with every twentieth article gone, new or changed."""
    old, new = versions()
    data = official_docx(official_lines(statute_text(old, headings=())))

    def bare() -> ElementTree.Element:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return ElementTree.fromstring(packed.read("word/document.xml"))  # noqa: S314 - our own file

    times = medians(lambda: read_official(data, "a.docx"), bare, rounds=5)
    yield compared(f"law add: .docx of {ARTICLES} articles", times, yardstick="zipfile and ElementTree")

    before, after = statute_text(old, headings=()), statute_text(new, headings=(), version="2027-01-05")
    times = medians(lambda: amendment(before, after), lambda: pairs_of_characters(old, new), rounds=5)
    name = f"law diff: {ARTICLES} and {len(new)} articles"
    yield compared(name, times, yardstick="counting pairs of characters", most=GOAL)


def versions() -> tuple[dict[str, str], dict[str, str]]:
    """Articles of random words, and the same with some gone, some changed and some put in between."""
    rng = Random(1)  # noqa: S311 - the same articles in every run
    words = ["".join(chr(rng.randrange(0x4E00, 0x5200)) for _ in range(3)) for _ in range(3_000)]
    old = ["，".join(rng.choices(words, k=LENGTH // 4)) + "。" for _ in range(ARTICLES)]
    new: list[str] = []
    for text in old:
        chance = rng.random()
        if chance < 0.05:
            new += [text, "，".join(rng.choices(words, k=LENGTH // 4)) + "。"]
        elif chance < 0.1:
            new.append(text.replace(text[8:12], "应当"))
        elif chance > 0.15:
            new.append(text)
    return numbered(old), numbered(new)


def numbered(texts: list[str]) -> dict[str, str]:
    """Articles from 1 on."""
    return {str(number): text for number, text in enumerate(texts, start=1)}


def pairs_of_characters(*versions: Mapping[str, str]) -> list[Counter[str]]:
    """What any comparison of words has to look at."""
    return [
        Counter(text[place : place + 2] for place in range(len(text) - 1))
        for version in versions
        for text in version.values()
    ]
