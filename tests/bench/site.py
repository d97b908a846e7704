"""The strict build of the kit's pages against mkdocs-material as it comes: the same pages without our plugin."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Figure, compared, medians
from tests.course_project import REPOSITORY

ROUNDS = 3
GOAL = 5.0
_OURS = (("  custom_dir: quizgen/theme\n", ""), ("plugins:\n  - quizgen\n", "plugins: []\n"))
QUIZGEN = "from quizgen.cli import main; raise SystemExit(main())"


def measure() -> Iterator[Figure]:
    """Whole processes, as an editor starts them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        config = _stock_project(Path(folder))
        times = medians(
            lambda: _run("-c", QUIZGEN, "site", "--out", f"{folder}/ours"),
            lambda: _run("-m", "mkdocs", "build", "--config-file", str(config), "--site-dir", f"{folder}/stock"),
            rounds=ROUNDS,
        )
        pages = sum(1 for _ in Path(folder, "ours").rglob("*.html"))
    yield compared(f"site: strict build, {pages} pages", times, yardstick="mkdocs-material alone", most=GOAL)


def _stock_project(folder: Path) -> Path:
    text = (REPOSITORY / "mkdocs.yml").read_text("utf-8").replace("content/course", "course")
    for ours, stock in _OURS:
        if ours not in text:
            raise RuntimeError(f"mkdocs.yml no longer has {ours!r}")
        text = text.replace(ours, stock)
    config = folder / "mkdocs.yml"
    config.write_text(text, "utf-8")
    shutil.copytree(REPOSITORY / "content" / "course", folder / "course")
    for page in (folder / "course").rglob("*.md"):
        page.write_text(re.sub(r"(?m)\A(---\n.*?)^template: .*\n", r"\1", page.read_text("utf-8"), flags=re.DOTALL))
    return config


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, check=True, capture_output=True)
