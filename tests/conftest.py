"""Shared fixtures, the switch that rewrites goldens, and how the tests are chosen and dealt out to workers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser

from grader.store import migrate_store
from tests.chromium import any_chromium
from tests.postgres_server import Database, any_server, fresh_database

hypothesis.settings.register_profile("kit", deadline=None)  # how long an example takes says how busy the machine is
hypothesis.settings.register_profile("quick", deadline=None, max_examples=15)
hypothesis.settings.load_profile("kit")

SLOW = ("serial", "browser", "process", "slow")
"""The marks of what `make quick` leaves out, the longest first."""
_TESTS = Path(__file__).parent
CORE, AROUND = {_TESTS / "grader/domain", _TESTS / "quizgen"}, {_TESTS / "quizgen/cli", _TESTS / "quizgen/site"}
"""Where the tests of the pure core are, and what is not of them."""
STARTS = {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite golden files instead of comparing")
    parser.addoption("--quick", action="store_true", help="only tests that start no process and do not take long")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        hypothesis.settings.load_profile("quick")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal out whole files, the slow ones first, and all that measure time or kill to the same worker."""
    for item in items:
        folders = set(item.path.parents)
        if folders & CORE and not folders & AROUND:
            item.add_marker("core")
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("process")
        if config.pluginmanager.hasplugin("xdist"):
            group = "serial" if item.get_closest_marker("serial") else item.path.as_posix()
            item.add_marker(pytest.mark.xdist_group(group))
    if config.getoption("--quick"):
        chosen = [item for item in items if _slowness(item) == len(SLOW)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
        sys.addaudithook(_skip_where_a_process_starts)  # in the workers only, which know their items
    first = {item.path: _slowness(item) for item in sorted(items, key=_slowness, reverse=True)}
    items.sort(key=lambda item: first[item.path])


def _slowness(item: pytest.Item) -> int:
    return next((at for at, mark in enumerate(SLOW) if item.get_closest_marker(mark)), len(SLOW))


def _skip_where_a_process_starts(event: str, _arguments: object) -> None:
    if event in STARTS:
        pytest.skip("starts a process, which `make test` does and `make quick` does not")


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with any_chromium() as browser:
        yield browser


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
