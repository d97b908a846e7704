"""A folder for the tiny store and a way to open it again and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.store.tiny.store import TinyStore, open_tiny
from tests.grader.store.cards import CARD
from tests.grader.store.tiny.tiny_folder import Open

# So that their failing assertions show their values.
pytest.register_assert_rewrite(
    "tests.grader.store.contract", "tests.grader.store.contract_questions", "tests.grader.store.contract_acts"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def reopen(folder: Path) -> Iterator[Open]:
    """Close what was opened before and open the folder again."""
    stores: list[TinyStore] = []

    def open_again(*, exclusive: bool = True, bodies: int = 10) -> TinyStore:
        if exclusive and stores:
            stores[-1].close()
        stores.append(open_tiny(folder, exclusive=exclusive, kinds=[CARD], bodies=bodies))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()
