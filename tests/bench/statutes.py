"""Statute texts for measurements: official ones where there are any, else stand-ins as many and as long."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

from quizgen.content import read_content
from quizgen.law.register import in_words
from quizgen.law.text import StatuteText
from quizgen.parse.statute_text import statute_json
from tests.course_project import REPOSITORY
from tests.generated_items import generated_items
from tests.quizgen_laws import statute_text

STATUTES, ARTICLES = 76, 117
"""The statutes that a course of one year cites and their mean number of articles, of 117 characters each."""
PASSED = "2021-01-22"


def statutes() -> tuple[list[StatuteText], str]:
    """The newest text of each statute in the folder that STATUTE_TEXTS names, or stand-ins; and which of the two."""
    folder = REPOSITORY / os.environ.get("STATUTE_TEXTS", "../shared/laws")
    texts = read_content(REPOSITORY / "content", pools=frozenset(), laws=folder)[0].texts if folder.is_dir() else {}
    if texts:
        return [found[-1] for found in texts.values()], "official texts"
    return [_stand_in(number) for number in range(STATUTES)], "stand-ins for official texts"


def _stand_in(number: int) -> StatuteText:
    """A text whose articles are made of the sentences of generated items, which share their words as articles do."""
    rng = Random(number)  # noqa: S311 - the same texts in every run
    said = [f"{each.stem[:40]}，{each.rationale[14:]}" for each in generated_items(ARTICLES, seed=1_000 + number)]
    articles = {
        str(article): f"{said[article - 1]}\n违反前款规定的，处{in_words(rng.randrange(3, 90))}日以下拘留。"
        for article in range(1, ARTICLES + 1)
    }
    id, name = (f"law-{number}", f"{in_words(number)}号试验法") if number else ("xianfa", "宪法")
    return statute_text(id, title=f"中华人民共和国{name}", articles=articles, version=PASSED, effective=PASSED)


def write_statutes(texts: Iterable[StatuteText], folder: Path) -> str:
    """Write each text as a deployment keeps it; the register that lists them."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for text in texts:
        dated = replace(text, effective=text.effective or text.version)
        (folder / f"{text.id}.json").write_text(statute_json(dated, source="bench"), encoding="utf-8")
        entries.append(
            f"  {text.id}:\n    title: {text.title}\n    short: {text.short}\n    version: {text.version}\n"
            f"    effective: {dated.effective}\n    articles: {text.last_article}\n"
        )
    return f"statutes:\n{''.join(entries)}"
