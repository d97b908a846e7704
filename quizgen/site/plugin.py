"""The mkdocs plugin: it puts what quizgen knows of the course into the site that mkdocs builds."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from posixpath import dirname, relpath
from typing import TYPE_CHECKING, cast

from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.utils import get_relative_url

from quizgen.check.pages import check_course
from quizgen.content import lawbook_of, read_content
from quizgen.diagnostics import Diagnostic, Severity, in_order, render_text
from quizgen.law.edition import editions
from quizgen.lesson import Lesson
from quizgen.model import Cite, Item, LessonId, Pool
from quizgen.parse.lesson import PracticeBlock
from quizgen.programme import Programme
from quizgen.render.essentials import render_essentials
from quizgen.render.practice import StatuteLinks, render_practice
from quizgen.site.figures import Figures
from quizgen.site.inline import PlainTexts
from quizgen.site.inputs import CONTENT, files_below, site_digest, statute_folder
from quizgen.site.law_links import LawLinks, Links, linked
from quizgen.site.law_pages import LawPage, Shelf, law_pages, source
from quizgen.site.navigation import CourseOutline, by_module, entries_by_folder, with_lessons
from quizgen.site.output.finish import digest, finish, is_read
from quizgen.site.output.pages import Pages
from quizgen.site.practice import PracticeBlocks, error_box
from quizgen.site.search_index import Passage, Section, index, sections
from quizgen.site.tables import StackedTables
from quizgen.words.days import day_text

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

_log = logging.getLogger("mkdocs.plugins.quizgen")


ESSENTIALS = "essentials/"
"""Address of the list of laws and rules that officials must know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What our page templates know besides the page: as `course`."""

    version: str
    assets: str
    programme: Programme | None

    def asset(self, name: str) -> str:
        """Address of one of our scripts or style sheets, changing with its content."""
        return f"assets/{name.rpartition('.')[2]}/{name}?v={self.assets}"

    @property
    def search(self) -> str:
        """Address of the search index."""
        return f"search.json?v={self.version}"

    @property
    def electives(self) -> frozenset[LessonId]:
        """Lessons that are elective for anybody: none of them is what to read next."""
        tiers = self.programme.tiers.values() if self.programme else ()
        return frozenset(lesson for tier in tiers for lesson in tier.electives)

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
        self.out = Pages()
        self.passages: list[Passage] = []
        """What the page at hand says, for the search."""
        self.ids: set[str] = set()
        """Ids in its drawings."""
        self.sections: list[Section] = []
        self.order: dict[str, int] = {}
        self.lessons: dict[str, Lesson] = {}
        """Lessons by their source files."""
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
        self.out = Pages()
        self.editions = editions(self.content.register, self.content.texts, self.frame.exam_day)
        self.shelf = Shelf([*self._essentials(), *law_pages(self.editions)])
        self.links = Links(book=self.book, editions=self.editions)
        config.watch += [str(folder) for name in CONTENT[1:] if (folder := root / name).is_dir()]
        config.watch += [str(laws)] if laws else []
        links = LawLinks(self.links, about=lambda: self.about, href=self._source_of, read=self._read)
        practice, figures = PracticeBlocks(self._practice), Figures(self._note_ids)
        extensions: list[object] = [practice, figures, StackedTables(), links, PlainTexts()]
        config.markdown_extensions += extensions  # type: ignore[arg-type]  # mkdocs declares names, Markdown takes both
        config.extra_css = [f"{path}?v={self.frame.assets}" for path in config.extra_css]
        for script in config.extra_javascript:
            if not isinstance(script, str):
                script.path += f"?v={self.frame.assets}"
        config.theme.static_templates -= {"404.html", "sitemap.xml"}  # neither can be right below any sub-path
        checked = self.content.register.checked
        known = f"法律法规核对至{day_text(checked)}" if checked else ""
        config.copyright = " · ".join(filter(None, (config.copyright, known, f"内容版本 {self.frame.version}")))
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
            assets=digest(files_below(assets), root=assets)[:12],
            programme=programmes[-1] if programmes else None,
        )

    def _essentials(self) -> Iterator[LawPage]:
        listed = self.content.essentials
        if listed:
            register, lessons = self.content.register, self.content.lessons
            page = render_essentials(listed, register=register, lessons=lessons, address=self._read_at)
            yield LawPage(
                address=ESSENTIALS,
                title="应知应会清单",
                description=listed.title,
                html=page,
                contents=tuple((2, f"group-{number}", group.title) for number, group in enumerate(listed.groups, 1)),
                is_listed=True,
            )

    def _read_at(self, name: str) -> str:
        """Where the list of essentials sends to: a statute's text by its id, a lesson by its path."""
        edition = self.editions.get(name)
        address = edition.address if edition else "" if name in self.content.register.statutes else name
        return relpath(address, ESSENTIALS) + "/" if address else ""

    def _practice(self, block: PracticeBlock) -> str:
        is_all = block.section is None and not block.items
        named = (self.items[id] for id, _ in block.items if id in self.items)
        items = self._items_of_lesson() if is_all else list(named)
        active = [item for item in items if item.is_active]
        links = StatuteLinks(address=self._address, linked=self._linked)
        return render_practice(active, register=self.content.register, links=links, section=block.section)

    def _address(self, cite: Cite) -> str | None:
        address = self.links.cited(cite)
        return self._relative(address) if address else None

    def _linked(self, item: Item, html: str) -> str:
        return linked(html, self.links, item.cites, href=self._relative)

    def _read(self, passages: list[Passage]) -> None:
        self.passages = passages

    def _note_ids(self, ids: set[str]) -> None:
        self.ids |= ids

    def _relative(self, address: str) -> str:
        return get_relative_url(address, self.url)

    def _source_of(self, address: str) -> str:
        """The source that mkdocs resolves, so that its strict build checks these links and their anchors too."""
        return relpath(source(address), dirname(self.source) or ".")

    def _items_of_lesson(self) -> list[Item]:
        return [item for item in self.content.practice.items if item.lesson == self.lesson]

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Adds the statutes' pages, and to the navigation the lessons by module."""
        for file in list(files):
            if not is_read(file.dest_uri):
                files.remove(file)
        self.lessons = self._lessons(files)
        others = (file.src_uri for file in files.documentation_pages() if file.src_uri not in self.lessons)
        entries = config.nav if config.nav is not None else entries_by_folder(others)
        config.nav = [*with_lessons(entries, by_module(self.content, self.lessons)), *self.shelf.nav()]
        for file in self.shelf.files(config):
            files.append(file)
        return files

    def _lessons(self, files: Files) -> dict[str, Lesson]:
        """The lessons by source file as mkdocs names it; one that mkdocs leaves out is told."""
        sources = {Path(file.abs_src_path or "").resolve(): file.src_uri for file in files.documentation_pages()}
        found = {}
        for lesson in self.content.lessons:
            if source := sources.get(Path(lesson.where.path).resolve()):
                found[source] = lesson
            else:
                _log.warning(f"{lesson.where.path}：这一课不会发布：网站不收这个位置的文件，请移到 lessons 文件夹里")
        return found

    def on_nav(self, nav: Navigation, *, files: Files, **_: object) -> None:
        """Notes the order in which search results stand: lessons first, then as in the navigation."""
        self.shelf.connect(nav, files)
        self.course = CourseOutline(nav, self.lessons, skipped=self.frame.electives)
        pages = sorted(nav.pages, key=lambda page: page.file.src_uri not in self.lessons)
        self.order = {page.url: place for place, page in enumerate(pages)}

    def on_page_markdown(self, markdown: str, *, page: Page, **_: object) -> None:  # noqa: ARG002 - mkdocs calls so
        """Notes where we are, and whose practice a block without ids means."""
        self.url, self.source = page.url, page.file.src_uri
        self.lesson = LessonId(str(page.meta.get("lesson", "")))
        self.about = self.book.subject(self.lesson)
        self.passages = []
        self.ids = set()
        if self.lesson and self.source not in self.lessons:
            hint = "课程页的文件名以 .md 结尾，页首信息写在两行“---”之间"
            _log.warning(f"{self.source}：页首信息里有“lesson”，但没有读作课程；{hint}")

    def on_page_content(self, html: str, *, page: Page, **_: object) -> str:
        """Fills in a statute; takes other pages' sections for the search and, in a preview, puts faults on top."""
        if page in self.shelf:
            return self.shelf.content(page)
        page.present_anchor_ids = (page.present_anchor_ids or set()) | self.ids
        self.sections += sections(self.passages, url=page.url, page=str(page.title))
        source = Path(page.file.abs_src_path or "").resolve()
        here = [_sentence(fault) for fault in self.faults if Path(fault.span.path).resolve() == source]
        return error_box(here) + html if here else html

    def on_env(self, env: Environment, **_: object) -> None:
        """Gives the templates their `course`."""
        env.globals["course"] = self.frame
        env.auto_reload = False  # the templates don't change within a build, and each look-up would ask the disk

    def on_page_context(self, context: TemplateContext, *, page: Page, **_: object) -> TemplateContext:
        """Gives a page its part of the navigation, the lesson after it and all modules."""
        context["nav"] = self.course.around(page)
        return cast("TemplateContext", context | {"modules": self.course.sections, "next": self.course.following(page)})

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, **_: object) -> str:
        """Takes a page to where it goes, when all other plugins are done with it."""
        return self.out.take(output, name=page.file.dest_uri, to=Path(page.file.abs_dest_path))

    def on_build_error(self, **_: object) -> None:
        """Leaves nothing behind that still writes."""
        self.out.drop()

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Writes the search index and finishes the output."""
        out = Path(config.site_dir)
        ordered = sorted(self.sections, key=lambda s: self.order.get(s.url.partition("#")[0], len(self.order)))
        found = json.dumps(
            index(ordered, self.content.register, self.editions), ensure_ascii=False, separators=(",", ":")
        )
        (out / "search.json").write_text(found, encoding="utf-8")
        for problem in finish(out, self.out, version=self.frame.version, assets=self.frame.assets):
            _log.warning(problem)


def _sentence(fault: Diagnostic) -> str:
    hint = f"（{fault.hint}）" if fault.hint else ""
    return f"{fault.span.path}:{fault.span.line}:{fault.span.column} {fault.message}{hint}"
