"""The strict build of the kit's pages against mkdocs-material as it comes: the same pages without our plugin.

And the same build with the texts of all registered statutes, as long as the real ones, beside that without them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from quizgen.content import read_content
from tests.bench.measure import Figure, compared, medians
from tests.course_project import REPOSITORY
from tests.quizgen_laws import numbers, quoting, statute_text, write_laws

ROUNDS = 3
GOAL = 5.0
_OURS = (("  custom_dir: quizgen/theme\n", ""), ("plugins:\n  - quizgen\n", "plugins: []\n"))
QUIZGEN = "from quizgen.cli import main; raise SystemExit(main())"


def measure() -> Iterator[Figure]:
    """Whole processes, as an editor starts them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        config = _stock_project(Path(folder))
        laws, none = _statutes(Path(folder, "laws")), Path(folder, "none")
        none.mkdir()
        with_laws, ours, stock = medians(
            lambda: _run("-c", QUIZGEN, "site", "--out", f"{folder}/full", "--laws", str(laws)),
            lambda: _run("-c", QUIZGEN, "site", "--out", f"{folder}/ours", "--laws", str(none)),
            lambda: _run("-m", "mkdocs", "build", "--config-file", str(config), "--site-dir", f"{folder}/stock"),
            rounds=ROUNDS,
        )
        pages, all_pages = (sum(1 for _ in Path(folder, name).rglob("*.html")) for name in ("ours", "full"))
        statutes = sum(1 for _ in laws.iterdir())
    yield compared(f"site: strict build, {pages} pages", [ours, stock], yardstick="mkdocs-material alone", most=GOAL)
    name = f"site: strict build with {statutes} statutes, {all_pages} pages"
    yield compared(name, [with_laws, ours], yardstick="without texts", most=GOAL)


def _statutes(folder: Path) -> Path:
    """A fictitious text for every registered statute, each article about as long as a real one (250 bytes)."""
    content, _ = read_content(REPOSITORY / "content")
    for statute in content.register.statutes.values():
        articles = dict.fromkeys(
            numbers(statute.articles),
            "这是一条为量度而写的条文，" * 5 + "\n" + "\n".join(["第二款。" * 5, *("款。",) * 4]),
        )
        text = statute_text(statute.id, title=statute.title, articles=articles)
        write_laws(folder, quoting(text, REPOSITORY / "content/course/lessons"))
    return folder


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
