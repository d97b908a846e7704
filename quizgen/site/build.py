"""The build of the course site: it replaces a site only by a complete one, and says in Chinese what was wrong."""

from __future__ import annotations

import gc
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import BuildError, MkDocsException

from quizgen.site.plugin import CoursePlugin


def build_site(config: Path, out: Path, *, strict: bool = True, laws: Path | None = None) -> list[str]:
    """Builds the site of `config` (mkdocs.yml) into `out`; returns what was wrong, in Chinese, empty when built.

    The old site in `out` stays until a complete new one takes its place. Warnings count only where `strict`. `laws`
    is the folder of statute texts where it is not `var/laws` beside the configuration.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    previous = out.with_name(f".{out.name}.previous")
    if previous.is_dir() and not out.exists():  # a swap was cut short
        previous.rename(out)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        with _garbage_seldom_sought():
            problems = _build(config, fresh, strict=strict, laws=laws)
        if not problems:
            fresh.chmod(0o755)
            _swap(fresh, out, previous=previous)
        return problems
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _garbage_seldom_sought() -> Iterator[None]:
    """A build makes millions of objects, few of them in cycles: looking for those as often as usual takes a tenth."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _swap(fresh: Path, out: Path, *, previous: Path) -> None:
    shutil.rmtree(previous, ignore_errors=True)
    if out.exists():
        out.rename(previous)
    fresh.rename(out)
    shutil.rmtree(previous, ignore_errors=True)


def _build(config: Path, out: Path, *, strict: bool, laws: Path | None) -> list[str]:
    with _messages(logging.WARNING if strict else logging.ERROR) as told:
        try:
            loaded = load_config(str(config), site_dir=str(out), strict=strict)
            for plugin in loaded.plugins.values():
                if isinstance(plugin, CoursePlugin):
                    plugin.laws = laws
            loaded.plugins.on_startup(command="build", dirty=False)
            build(loaded)
            loaded.plugins.on_shutdown()
        except MkDocsException as refusal:
            if not told or isinstance(refusal, BuildError):
                told.append(refusal.format_message())
        except Exception:
            # Whatever mkdocs, the theme or an extension makes of a page that they can't take; mkdocs names the page.
            if not any(_PAGE_FAILED.match(message) for message in told):
                raise
    return [_in_chinese(message) for message in told]


_PAGE_FAILED = re.compile(r"Error (?:reading|building) page '")


class _Collector(logging.Handler):
    def __init__(self, level: int, messages: list[str]) -> None:
        super().__init__(level)
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _messages(level: int) -> Iterator[list[str]]:
    """What mkdocs logs from `level` on, kept from the terminal."""
    messages: list[str] = []
    logger, collector = logging.getLogger("mkdocs"), _Collector(level, messages)
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(collector)
    try:
        yield messages
    finally:
        logger.removeHandler(collector)
        logger.propagate = propagates


_TRANSLATIONS = (
    (r"Doc file '(.+?)' contains a link '(.+?)', but the target .* is not found.*", r"\1：链接“\2”指向的页面不存在"),
    (r"Doc file '(.+?)' contains a link '(.+?)', but .* anchor.*", r"\1：链接“\2”指向的小节不存在"),
    (r"Doc file '(.+?)' contains an absolute link '(.+?)'.*", r"\1：链接“\2”请改写成相对路径"),
    (
        r"Doc file '(.+?)' contains an unrecognized relative link '(.+?)'.*",
        r"\1：链接“\2”不能识别，请写到具体的 .md 文件",
    ),
    (r"A reference to '(.+?)' is included in the 'nav'.*", r"mkdocs.yml：nav 里的“\1”没有对应的文件"),
    (r"The following pages exist in the docs directory, but.*?\n\s+- (.*)", r"这些页面没有列入 mkdocs.yml 的 nav：\1"),
    (r"Excluding '(.+?)' from the site because it conflicts with '(.+?)'\.", r"\1：与“\2”是同一个网址，请只留一个"),
    (
        r"Error (?:reading|building) page '(.+?)': '(.+?)' not found in search path.*",
        r"\1：这一页不能生成网页，没有它要用的“\2”，请检查页首信息",
    ),
    (r"Error (?:reading|building) page '(.+?)':\s*(.+)", r"\1：这一页不能生成网页，请检查页首信息和正文（\2）"),
    (r"Error (?:reading|building) page '(.+?)':\s*", r"\1：这一页不能生成网页"),
    (r"Config file '(.+?)' does not exist\.", r"没有找到构建配置文件“\1”"),
)


def _in_chinese(message: str) -> str:
    """The usual messages of mkdocs for editors; a rare one stays as it is, after a Chinese lead."""
    for pattern, words in _TRANSLATIONS:
        found = re.fullmatch(pattern, message, flags=re.DOTALL)
        if found:
            return found.expand(words).replace("\n  - ", "、")
    return message if re.search(r"[一-鿿]", message) else f"网站构建工具报告：{message}"
