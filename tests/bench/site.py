"""The strict build of pages against mkdocs-material as it comes: the same pages without our plugin and its search.

Of 80 and of 400 lessons made from the kit's; then the kit's own with the texts of all registered statutes, as long as
the real ones, beside that without them.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from quizgen.content import read_content
from tests.bench.measure import Figure, compared, medians, run
from tests.course_project import REPOSITORY, copy_project
from tests.quizgen_laws import numbers, quoting, statute_text, write_laws

ROUNDS = 3
GOAL = 5.0
FEW, MANY = 80, 400
MOST_RATIO = 1.3
FLAT = 1.1
_OURS = (("  custom_dir: quizgen/theme\n", ""), ("plugins:\n  - quizgen\n", "plugins: []\n"))
_PLACE = "  - lessons/    # 各门课程排在这里\n"
QUIZGEN = "from quizgen.cli import main; raise SystemExit(main())"


def measure() -> Iterator[Figure]:
    """Whole processes, as an editor starts them, on a course of a year."""
    yield _course(FEW)[0]


def measure_many() -> Iterator[Figure]:
    """On a course of many years, page by page beside that of one; and with all statutes. Takes some ten minutes."""
    (_, of_few), (figure, of_many) = _course(FEW), _course(MANY)
    yield figure
    yield compared(f"site: a page of {MANY} lessons", [of_many, of_few], yardstick=f"of {FEW}", most_ratio=FLAT)
    yield from _kit()


def _course(lessons: int) -> tuple[Figure, float]:
    """The figure, and our seconds for each page."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        project, stock = _grown(Path(folder, "ours"), lessons), Path(folder, "stock")
        stock.mkdir()
        config = _stock_project(stock, project, nav=_nav(project))
        ours, plain = medians(
            lambda: _run("-c", QUIZGEN, "site", "--out", f"{project}/out", at=project),
            lambda: _run("-m", "mkdocs", "build", "-f", str(config), "-d", f"{config.parent}/out"),
            rounds=ROUNDS,
        )
        pages = sum(1 for _ in (project / "out").rglob("*.html"))
    name = f"site: strict build, {lessons} lessons"
    figure = compared(name, [ours, plain], yardstick="mkdocs-material alone", most_ratio=MOST_RATIO)
    return figure, ours / pages


def _kit() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        laws, none = _statutes(Path(folder, "laws")), Path(folder, "none")
        none.mkdir()
        with_laws, ours = medians(
            lambda: _run("-c", QUIZGEN, "site", "--out", f"{folder}/full", "--laws", str(laws)),
            lambda: _run("-c", QUIZGEN, "site", "--out", f"{folder}/ours", "--laws", str(none)),
            rounds=ROUNDS,
        )
        all_pages = sum(1 for _ in Path(folder, "full").rglob("*.html"))
        statutes = sum(1 for _ in laws.iterdir())
    name = f"site: strict build with {statutes} statutes, {all_pages} pages"
    yield compared(name, [with_laws, ours], yardstick="without texts", most=GOAL)


def _grown(folder: Path, lessons: int) -> Path:
    """A project of that many lessons: the kit's own again and again, each with its practice and texts of its own."""
    copy_project(folder)
    course, practice = folder / "content/course/lessons", folder / "content/banks/practice"
    pages = sorted(course.glob("*.md"))
    for number in range(lessons - len(pages)):
        page = pages[number % len(pages)]
        old, new = page.stem, f"{page.stem}k{number:03}"
        text = page.read_text("utf-8").replace(f"lesson: {old}", f"lesson: {new}").replace(f"{old}-", f"{new}-")
        (course / f"{new}.md").write_text(text.replace("我们", f"我们{number}"), "utf-8")
        bank = (practice / f"{old}.yml").read_text("utf-8").replace(old, new)
        own = re.sub(r"(?m)((?:stem|[A-D]): .*[^\"'])$", rf"\g<1>{number}", bank)
        (practice / f"{new}.yml").write_text(own, "utf-8")
    return folder


def _nav(project: Path) -> str:
    """What our plugin makes of `lessons/`, written out."""
    modules: dict[str, list[str]] = {}
    for page in sorted((project / "content/course/lessons").glob("*.md")):
        modules.setdefault(page.stem.partition("-")[0], []).append(page.stem)
    return "".join(
        f"  - {module}:\n" + "".join(f"      - lessons/{page}.md\n" for page in pages)
        for module, pages in modules.items()
    )


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


def _stock_project(folder: Path, project: Path, *, nav: str) -> Path:
    text = (project / "mkdocs.yml").read_text("utf-8").replace("content/course", "course")
    for ours, stock in (*_OURS, (_PLACE, nav)):
        if ours not in text:
            raise RuntimeError(f"mkdocs.yml no longer has {ours!r}")
        text = text.replace(ours, stock)
    config = folder / "mkdocs.yml"
    config.write_text(text, "utf-8")
    shutil.copytree(project / "content" / "course", folder / "course")
    for page in (folder / "course").rglob("*.md"):
        page.write_text(re.sub(r"(?m)\A(---\n.*?)^template: .*\n", r"\1", page.read_text("utf-8"), flags=re.DOTALL))
    return config


def _run(*arguments: str, at: Path = REPOSITORY) -> None:
    run(*arguments, at=at)
