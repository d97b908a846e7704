"""The demonstration's county with the kit's own site: for whoever goes through it in real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from grader.administration.publish import check_folder, content_of
from grader.demo.county import PASSWORD, populate
from grader.operation.deployment import create_office
from grader.settings import create_settings
from grader.store import open_store
from quizgen.site.build import build_site
from tests.course_project import REPOSITORY
from tests.e2e.server import Clock, running

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's county with the kit's own site."""
    folder = tmp_path_factory.mktemp("county")
    assert build_site(REPOSITORY / "mkdocs.yml", folder / "site") == []
    checked = check_folder(REPOSITORY / "content")
    store = open_store(f"tiny:{folder / 'store'}", exclusive=True)
    create_office(store, county="示例县普法办", code="900001", now=NOW)
    populate(store, content_of(checked.source, checked.source.programmes[0]), now=NOW)
    store.close()
    create_settings(
        folder, title="示例县学法考试", address="http://127.0.0.1", site=folder / "site", content=folder / "content"
    )
    return folder


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with running(folder, Clock(NOW)) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN")
    yield context.new_page()
    context.close()


def sign_in(page: Page, address: str, name: str, *, then: str = "/my/") -> None:
    """Somebody of the county, by name in pinyin, who goes on to `then`."""
    page.goto(f"{address}/my/sign-in?next={then}")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
