"""The Chromium of this machine, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
PATIENCE = 30_000
"""Milliseconds that a page may take before its test fails: machines are busy at times."""


@contextmanager
def any_chromium() -> Iterator[Browser]:
    """A browser; a machine without one skips the test, CI fails it."""
    if CHROMIUM is None:
        message = "no Chromium on PATH (chromium, chromium-browser, google-chrome, chrome)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
