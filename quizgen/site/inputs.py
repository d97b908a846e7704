"""What a site is made of: content, statute texts, configuration, programs; and its digest, which says when to build."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version as installed
from pathlib import Path

from quizgen.site.output.finish import digest

CONTENT = ("course", "banks/practice", "programmes", "laws")
"""Folders below `content/` that a site is made of; the exam banks are not among them."""
_PACKAGE = Path(__file__).parent.parent
_RENDERERS = ("jinja2", "markdown", "mkdocs", "mkdocs-material", "nh3", "pymdown-extensions")
_PROGRAMS = frozenset({".html", ".py", ".yml"})


def statute_folder(config: Path, laws: Path | None = None) -> Path | None:
    """Where official texts of statutes are: `laws`, else `var/laws` beside the configuration; None if not there."""
    folder = laws or config.resolve().parent / "var" / "laws"
    return folder if folder.is_dir() else None


def site_digest(config: Path, laws: Path | None = None) -> str:
    """SHA-256 (hex) over all that a site is made of: when it is unchanged, a build would bring nothing new.

    `laws` is the folder of statute texts where it is not `var/laws` beside the configuration.
    """
    config = config.resolve()
    content = config.parent / "content"
    inputs = [path for folder in CONTENT for path in files_below(content / folder)]
    salt = " ".join(installed(name) for name in _RENDERERS) + digest(programs(), root=_PACKAGE)
    if folder := statute_folder(config, laws):
        salt += digest(folder.glob("*.json"), root=folder)
    return digest([config, *inputs], root=config.parent, salt=salt)


def programs() -> list[Path]:
    """The files of quizgen itself that decide what a site looks like: all modules, templates and lists of it."""
    return [path for path in files_below(_PACKAGE) if path.suffix in _PROGRAMS]


def files_below(folder: Path) -> Iterator[Path]:
    """Every file in a folder and below it, without hidden ones."""
    return (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
