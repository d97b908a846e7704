"""Every code is explained, and nothing is explained that can't happen."""

from __future__ import annotations

import re
from pathlib import Path

import quizgen
from quizgen.codes import EXPLANATIONS


def test_codes_used_and_codes_explained_are_the_same() -> None:
    folder = Path(quizgen.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if path.name != "codes.py"]

    used = {code for text in texts for code in re.findall(r'"(Q\d{3})"', text)}

    assert used == set(EXPLANATIONS)


def test_explanations_are_sentences_in_order_of_codes() -> None:
    assert list(EXPLANATIONS) == sorted(EXPLANATIONS)
    assert all(re.search(r"[一-鿿].*[。]$", text) for text in EXPLANATIONS.values())
