"""The course's navigation: lessons by module as the programme orders them, and what of it one page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import chain
from typing import TYPE_CHECKING, cast

from mkdocs.structure.nav import Link, Navigation, Section

from quizgen.content import Content
from quizgen.lesson import Lesson
from quizgen.model import LessonId

if TYPE_CHECKING:
    from mkdocs.structure import StructureItem
    from mkdocs.structure.pages import Page

PLACE = "lessons/"
"""The entry of `nav` at whose place the modules stand."""
OTHER = "其他课程"
"""Where lessons stand whose module no programme has."""
AROUND = 20
"""Lessons before and after the present one that the navigation of a page lists."""
_FOLDERS = {"notices": "学习通知", "guide": "使用指南"}


def by_module(content: Content, lessons: Mapping[str, Lesson]) -> dict[str, list[str]]:
    """Titles of modules, the newest programme's first, each with the source files of its lessons in order of path."""
    newest_first = sorted(content.programmes, key=lambda programme: programme.study.opens, reverse=True)
    titles = dict(chain.from_iterable(programme.modules.items() for programme in reversed(newest_first)))
    order = dict.fromkeys(chain.from_iterable(programme.modules for programme in newest_first))
    found: dict[str, list[str]] = {titles[module]: [] for module in order}
    for source in sorted(lessons):
        found.setdefault(titles.get(lessons[source].module, OTHER), []).append(source)
    return {title: sources for title, sources in found.items() if sources}


def with_lessons(entries: Sequence[object], modules: Mapping[str, Sequence[str]]) -> list[object]:
    """The entries of `nav` with all lessons; those that `nav` lists itself stay where they are.

    A module's lessons join the section with its title. Other modules stand where `nav` says `lessons/`, else after
    the last section that holds lessons, else at the end.
    """
    listed = set(_paths(entries))
    lessons = set(chain.from_iterable(modules.values()))
    missing = {title: [path for path in paths if path not in listed] for title, paths in modules.items()}
    result: list[object] = []
    place = marked = None
    for entry in entries:
        if entry == PLACE:
            marked = len(result)
            continue
        result += [_joined(entry, missing)]
        if lessons.intersection(_paths([result[-1]])) and isinstance(entry, dict):
            place = len(result)
    sections = [{title: paths} for title, paths in missing.items() if paths]
    at = next((known for known in (marked, place) if known is not None), len(result))
    return [*result[:at], *sections, *result[at:]]


def _joined(entry: object, missing: dict[str, list[str]]) -> object:
    """The entry, with the missing lessons of the module of its title where it is a section; they are taken out."""
    if isinstance(entry, dict) and len(entry) == 1:
        ((title, children),) = entry.items()
        if isinstance(children, list) and title in missing:
            return {title: [*children, *missing.pop(title)]}
    return entry


def _paths(entries: Iterable[object]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict):
            yield from _paths(entry.values())
        elif isinstance(entry, list):
            yield from _paths(entry)


def entries_by_folder(sources: Iterable[str]) -> list[object]:
    """A `nav` for a configuration without one: the home page, then other pages by folder, with a place for lessons."""
    home: list[object] = []
    folders: dict[str, list[str]] = {}
    for source in sources:
        folder, _, rest = source.rpartition("/")
        if rest in {"index.md", "README.md"} and not folder:
            home.append(source)
        else:
            folders.setdefault(folder.partition("/")[0], []).append(source)
    sections = [{_FOLDERS.get(folder, folder): pages} for folder, pages in folders.items() if folder]
    return [*home, *folders.get("", []), PLACE, *sections]


class CourseOutline:
    """The lessons as the navigation has them: sections with lessons, and which lesson follows which."""

    def __init__(self, nav: Navigation, lessons: Mapping[str, Lesson], *, skipped: Iterable[LessonId]) -> None:
        self.nav = nav
        self._lessons = lessons
        self.sections = [item for item in nav.items if isinstance(item, Section) and any(self._pages(item))]
        """Top sections of the navigation that hold lessons."""
        self._next: dict[str, str] = {}
        following, left_out = "", set(skipped)
        for page in reversed(nav.pages):
            self._next[page.file.src_uri] = following
            lesson = lessons.get(page.file.src_uri)
            if lesson and lesson.id not in left_out:
                following = page.url

    def _pages(self, section: Section) -> Iterator[Page]:
        for child in section.children:
            if isinstance(child, Section):
                yield from self._pages(child)
            elif child.is_page and cast("Page", child).file.src_uri in self._lessons:
                yield cast("Page", child)

    def following(self, page: Page) -> str:
        """Address of the next lesson that counts after a page; empty where there is none."""
        return self._next.get(page.file.src_uri, "")

    def overview(self, section: Section) -> str:
        """Where all lessons of a section are listed: on the home page; where that is another one, the first lesson."""
        home, first = self.nav.homepage, next(self._pages(section))
        listed = home and home.meta.get("template") == "home.html"
        return f"{home.url or './'}#{first.meta['module']}" if home and listed else first.url

    def around(self, page: Page) -> Navigation:
        """The navigation as a page shows it, of the same size however long the course is.

        Sections with lessons are links to their overview, but for the page's own, which lists the lessons around it.
        """
        shown = copy(self.nav)
        shown.items = [self._shown(item, page) for item in self.nav.items]
        return shown

    def _shown(self, item: StructureItem, page: Page) -> StructureItem:
        if not isinstance(item, Section) or item not in self.sections:
            return item
        if not item.active:
            return Link(item.title, self.overview(item))
        at = next((place for place, child in enumerate(item.children) if child is page), 0)
        first, last = max(0, at - AROUND), at + AROUND + 1
        near = item.children[first:last]
        if len(near) < len(item.children):
            near = [*near, Link(f"全部{len(item.children)}课", self.overview(item))]
        section = Section(item.title, near)
        section.active = True
        return section
