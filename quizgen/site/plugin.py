"""The course site: the mkdocs plugin, and the build that replaces a site only by a complete one.

May import mkdocs and everything of quizgen below the command line.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version as installed
from pathlib import Path
from posixpath import dirname, relpath
from typing import TYPE_CHECKING

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.exceptions import MkDocsException, PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.utils import get_relative_url

from quizgen.check import check_course
from quizgen.content import lawbook_of, read_content
from quizgen.diagnostics import Diagnostic, Severity, in_order, render_text
from quizgen.law.edition import editions
from quizgen.model import Cite, Item, LessonId, Pool
from quizgen.parse.lesson import PracticeBlock
from quizgen.programme import Programme
from quizgen.render.practice import StatuteLinks, render_practice
from quizgen.site.law_links import Citations, LawLinks, linked
from quizgen.site.law_pages import Shelf, source
from quizgen.site.output import digest, finish
from quizgen.site.practice import PracticeBlocks, error_box
from quizgen.site.search_index import Section, index, sections
from quizgen.site.tables import StackedTables

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

_log = logging.getLogger("mkdocs.plugins.quizgen")
_INPUTS = ("course", "banks/practice", "programmes", "laws")
"""Folders below `content/` that a site is made of; the exam banks are not among them."""


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
    inputs = [path for folder in _INPUTS for path in _files(content / folder)]
    programs = [path for path in _files(Path(__file__).parent) if path.suffix in {".py", ".html"}]
    renderers = ("markdown", "mkdocs", "mkdocs-material", "pymdown-extensions")
    salt = " ".join(installed(name) for name in renderers) + digest(programs, root=Path(__file__).parent)
    if folder := statute_folder(config, laws):
        salt += digest(folder.glob("*.json"), root=folder)
    return digest([config, *inputs], root=config.parent, salt=salt)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What our page templates know besides the page: as `course`."""

    version: str
    assets: str
    programme: Programme | None

    def asset(self, name: str) -> str:
        """Address of one of our scripts, changing with its content."""
        return f"assets/js/{name}?v={self.assets}"

    @property
    def search(self) -> str:
        """Address of the search index."""
        return f"search.json?v={self.version}"

    @property
    def exam_day(self) -> date:
        """The day whose law the course teaches, as `check` judges it; without a programme the end of time."""
        return self.programme.last_exam_day if self.programme else date.max

    @property
    def pass_mark(self) -> float | None:
        """The pass mark where all tiers share one."""
        marks = {tier.pass_mark for tier in self.programme.tiers.values()} if self.programme else set()
        return marks.pop() if len(marks) == 1 else None


class PluginConfig(Config):  # type: ignore[no-untyped-call]  # mkdocs leaves __init_subclass__ untyped
    """The plugin has no options: where things stand is the kit's layout."""


class CoursePlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]  # as above
    """Puts practice and statutes into the site, writes the search index, and makes the output fit to be served.

    Faults of the course or its practice banks stop a build, all named at once; a preview shows them in the page.
    """

    def __init__(self) -> None:
        self.serving = False
        self.laws: Path | None = None
        """The folder of statute texts where it is not `var/laws` beside the configuration."""
        self.faults: list[Diagnostic] = []
        self.sections: list[Section] = []
        self.order: dict[str, int] = {}
        self.lesson = LessonId("")
        self.url = self.source = self.about = ""
        """Address, source file and statute of the page at hand."""

    def on_startup(self, *, command: str, **_: object) -> None:
        """Remembers whether this is a preview."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Reads the content and hangs practice, statutes, tables and versioned addresses into the build."""
        root, laws = Path(config.docs_dir).parent, statute_folder(Path(config.config_file_path), self.laws)
        self.content, found = read_content(root, pools=frozenset({Pool.PRACTICE}), laws=laws)
        self.book = lawbook_of(self.content)
        self._report([*found, *check_course(self.content, self.book)])
        self.items = self.content.practice.by_id()
        self.frame = self._frame(config)
        self.sections = []
        self.editions = editions(self.content.register, self.content.texts, self.frame.exam_day)
        self.shelf = Shelf(self.editions)
        if config.nav:
            config.nav += self.shelf.nav()
        self.citations = Citations(self.content.register, self.editions)
        config.watch += [str(folder) for name in _INPUTS[1:] if (folder := root / name).is_dir()]
        config.watch += [str(laws)] if laws else []
        links = LawLinks(self.citations, about=lambda: self.about, href=self._source_of)
        extensions: list[object] = [PracticeBlocks(self._practice), StackedTables(), links]
        config.markdown_extensions += extensions  # type: ignore[arg-type]  # mkdocs declares names, Markdown takes both
        config.extra_css = [f"{path}?v={self.frame.assets}" for path in config.extra_css]
        for script in config.extra_javascript:
            if not isinstance(script, str):
                script.path += f"?v={self.frame.assets}"
        config.copyright = " · ".join(filter(None, (config.copyright, f"内容版本 {self.frame.version}")))
        return config

    def _report(self, found: Iterable[Diagnostic]) -> None:
        self.faults = in_order(fault for fault in found if fault.severity is Severity.ERROR)
        if not self.faults:
            return
        text = render_text(self.faults, self.content.sources)
        if not self.serving:
            raise PluginError(text)
        _log.error(text)

    def _frame(self, config: MkDocsConfig) -> Frame:
        assets = Path(config.docs_dir) / "assets"
        programmes = sorted(self.content.programmes, key=lambda programme: programme.study.opens)
        return Frame(
            version=site_digest(Path(config.config_file_path), self.laws)[:12],
            assets=digest(_files(assets), root=assets)[:12],
            programme=programmes[-1] if programmes else None,
        )

    def _practice(self, block: PracticeBlock) -> str:
        is_all = block.section is None and not block.items
        named = (self.items[id] for id, _ in block.items if id in self.items)
        items = self._items_of_lesson() if is_all else list(named)
        active = [item for item in items if item.is_active]
        links = StatuteLinks(address=self._address, linked=self._linked)
        return render_practice(active, register=self.content.register, links=links, section=block.section)

    def _address(self, cite: Cite) -> str | None:
        address = self.citations.address(cite)
        return self._relative(address) if address else None

    def _linked(self, item: Item, html: str) -> str:
        sources = {cite.source for cite in item.cites}
        return linked(html, self.citations, about=sources.pop() if len(sources) == 1 else "", href=self._relative)

    def _relative(self, address: str) -> str:
        return get_relative_url(address, self.url)

    def _source_of(self, address: str) -> str:
        """The source that mkdocs resolves, so that its strict build checks these links and their anchors too."""
        return relpath(source(address), dirname(self.source) or ".")

    def _items_of_lesson(self) -> list[Item]:
        return [item for item in self.content.practice.items if item.lesson == self.lesson]

    def _statute_of_lesson(self) -> str:
        """The statute that most of the lesson's practice cites; empty where no one prevails."""
        cited = Counter(cite.source for item in self._items_of_lesson() for cite in item.cites if cite.article)
        ((source, count),) = cited.most_common(1) or [("", 0)]
        return source if count * 2 > cited.total() else ""

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds the statutes' pages."""
        for file in self.shelf.files(config):
            files.append(file)
        return files

    def on_nav(self, nav: Navigation, *, files: Files, **_: object) -> None:
        """Notes the order in which search results stand: lessons first, then as in the navigation."""
        self.shelf.connect(nav, files)
        pages = sorted(nav.pages, key=lambda page: not page.url.startswith("lessons/"))
        self.order = {page.url: place for place, page in enumerate(pages)}

    def on_page_markdown(self, markdown: str, *, page: Page, **_: object) -> None:  # noqa: ARG002 - mkdocs calls so
        """Notes where we are, and whose practice a block without ids means."""
        self.url, self.source = page.url, page.file.src_uri
        self.lesson = LessonId(str(page.meta.get("lesson", "")))
        self.about = self._statute_of_lesson()

    def on_page_content(self, html: str, *, page: Page, **_: object) -> str:
        """Fills in a statute; takes other pages' sections for the search and, in a preview, puts faults on top."""
        if page in self.shelf:
            return self.shelf.content(page)
        self.sections += sections(html, url=page.url, page=str(page.title), about=self.about)
        source = Path(page.file.abs_src_path or "").resolve()
        here = [_sentence(fault) for fault in self.faults if Path(fault.span.path).resolve() == source]
        return error_box(here) + html if here else html

    def on_env(self, env: Environment, **_: object) -> None:
        """Gives the templates their `course`."""
        env.globals["course"] = self.frame

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Writes the search index and finishes the output."""
        out = Path(config.site_dir)
        ordered = sorted(self.sections, key=lambda s: self.order.get(s.url.partition("#")[0], len(self.order)))
        found = json.dumps(
            index(ordered, self.content.register, self.editions), ensure_ascii=False, separators=(",", ":")
        )
        (out / "search.json").write_text(found, encoding="utf-8")
        for problem in finish(out, version=self.frame.version, assets=self.frame.assets):
            _log.warning(problem)


def _sentence(fault: Diagnostic) -> str:
    hint = f"（{fault.hint}）" if fault.hint else ""
    return f"{fault.span.path}:{fault.span.line}:{fault.span.column} {fault.message}{hint}"


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
        problems = _build(config, fresh, strict=strict, laws=laws)
        if not problems:
            fresh.chmod(0o755)
            _swap(fresh, out, previous=previous)
        return problems
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, out: Path, *, previous: Path) -> None:
    shutil.rmtree(previous, ignore_errors=True)
    if out.exists():
        out.rename(previous)
    fresh.rename(out)
    shutil.rmtree(previous, ignore_errors=True)


def _build(config: Path, out: Path, *, strict: bool, laws: Path | None) -> list[str]:
    with _messages(logging.WARNING if strict else logging.ERROR) as problems:
        try:
            loaded = load_config(str(config), site_dir=str(out), strict=strict)
            for plugin in loaded.plugins.values():
                if isinstance(plugin, CoursePlugin):
                    plugin.laws = laws
            loaded.plugins.on_startup(command="build", dirty=False)
            build(loaded)
            loaded.plugins.on_shutdown()
        except MkDocsException as refusal:
            if not problems:
                problems.append(_in_chinese(refusal.format_message()))
    return problems


class _Collector(logging.Handler):
    def __init__(self, level: int, messages: list[str]) -> None:
        super().__init__(level)
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(_in_chinese(record.getMessage()))


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
    (r"Config file '(.+?)' does not exist\.", r"没有找到构建配置文件“\1”"),
)


def _in_chinese(message: str) -> str:
    """The usual messages of mkdocs for editors; a rare one stays as it is, after a Chinese lead."""
    for pattern, words in _TRANSLATIONS:
        found = re.fullmatch(pattern, message, flags=re.DOTALL)
        if found:
            return found.expand(words).replace("\n  - ", "、")
    return message if re.search(r"[一-鿿]", message) else f"网站构建工具报告：{message}"
