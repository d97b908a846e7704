"""Shared fixtures and the switch that rewrites goldens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.store import migrate_store
from tests.postgres_server import Database, any_server, fresh_database


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite golden files instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)` compares text with tests/<folder>/goldens/<name> beside the test, or rewrites it."""
    folder = Path(request.path).parent / "goldens"

    def compare(name: str, text: str) -> None:
        path = folder / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be made."""
    with any_server(durable=False) as address:
        yield address


@pytest.fixture
def database(postgres: str) -> Iterator[Database]:
    """An empty database."""
    with fresh_database(postgres) as made:
        yield made


@pytest.fixture(scope="session")
def shared_database(postgres: str) -> Iterator[Database]:
    """A database with its tables, for tests that empty it first."""
    with fresh_database(postgres) as made:
        migrate_store(made.address)
        yield made
