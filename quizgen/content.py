"""All content of a folder, read once, with the statute texts beside it.

A build of the site asks for `Pool.PRACTICE` only; then nothing below `banks/exam` or `statistics` is opened or listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath

from quizgen.diagnostics import Diagnostic, Severity, Span, has_errors, in_order
from quizgen.essentials import Essentials
from quizgen.evidence.reading import Readings
from quizgen.evidence.statistics import ExamStatistics, ItemStatistics, informed, newest
from quizgen.law.lawbook import Exam, Lawbook
from quizgen.law.register import Register
from quizgen.law.text import StatuteText, dated
from quizgen.lesson import Lesson
from quizgen.model import Bank, Item, ItemId, LessonId, ModuleId, Pool
from quizgen.parse.bank import parse_bank
from quizgen.parse.essentials import parse_essentials
from quizgen.parse.lesson import parse_lesson
from quizgen.parse.phrases import parse_phrases
from quizgen.parse.programme import parse_programme
from quizgen.parse.readings import parse_readings
from quizgen.parse.register import parse_register
from quizgen.parse.source.reading import GAPS
from quizgen.parse.source.text import MAX_BYTES, MAX_PAGE_BYTES, decode
from quizgen.parse.statistics import parse_statistics
from quizgen.parse.statute_text import parse_statute_text
from quizgen.phrase import PhraseList
from quizgen.programme import Programme
from quizgen.words.system import os_reason


class Part(StrEnum):
    """A part of the content, as far as others refer to it."""

    LESSONS = "lessons"
    PRACTICE = "practice"
    EXAM = "exam"
    PROGRAMMES = "programmes"
    REGISTER = "register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What editors wrote. Doubles are kept, so that checks see them; fit for use only when no error was found."""

    programmes: tuple[Programme, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    practice: Bank = field(default_factory=lambda: Bank(pool=Pool.PRACTICE, items=()))
    exam: Bank = field(default_factory=lambda: Bank(pool=Pool.EXAM, items=()))
    register: Register = field(default_factory=Register)
    essentials: Essentials | None = None
    """The list of what officials must know, where there is one."""
    texts: Mapping[str, tuple[StatuteText, ...]] = field(default_factory=dict, repr=False)
    """Official texts by statute, oldest version first; empty where none were given."""
    statistics: Mapping[ItemId, ItemStatistics] = field(default_factory=dict, repr=False)
    """What learners made of exam items; an item without a facility of its own has taken it from here."""
    readings: Readings = field(default_factory=lambda: Readings(()), compare=False, repr=False)
    """What second readers answered."""
    phrases: PhraseList | None = field(default=None, repr=False)
    """The folder's own list of set phrases and slips; None for the kit's."""
    pools: frozenset[Pool] = frozenset(Pool)
    """The banks that were read; the other one is empty whatever its folder holds."""
    unread: frozenset[Part] = frozenset()
    """Parts of which a file could not be read in full: what is not found there may well be written there."""
    pages: Mapping[str, Span] = field(default_factory=dict, repr=False)
    """Every published file: address below the site's root (`lessons/xianfa-01/`, `assets/logo.svg`) → the file."""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Every text read, by the path that spans name, for showing the line of a fault."""

    @property
    def banks(self) -> tuple[Bank, Bank]:
        """Both banks, practice first."""
        return self.practice, self.exam

    @property
    def items(self) -> dict[Pool, tuple[Item, ...]]:
        """The items of each pool, practice first."""
        return {bank.pool: bank.items for bank in self.banks}

    @property
    def modules(self) -> dict[LessonId, ModuleId]:
        """The module of each lesson."""
        return {lesson.id: lesson.module for lesson in self.lessons}

    def programme(self, id: str) -> Programme | None:
        """The programme of that id, or None."""
        return next((programme for programme in self.programmes if programme.id == id), None)

    def lesson(self, id: LessonId) -> Lesson | None:
        """The lesson of that id, or None."""
        return next((lesson for lesson in self.lessons if lesson.id == id), None)


def read_content(
    root: Path, *, pools: frozenset[Pool] = frozenset(Pool), laws: Path | None = None
) -> tuple[Content, list[Diagnostic]]:
    """Everything below `root` and every fault of reading it; folders that aren't there hold nothing.

    Reads `course/**/*.md`, `banks/<pool>/*.yml` for the pools asked for, with exam banks `statistics/*.json` too,
    with both banks `readings.csv`, `programmes/*.yml`, `laws/register.yml` and `laws/essentials.yml`, `phrases.yml`,
    and the statute texts (`*.json`) in the folder `laws`, if one is given.
    """
    reader = _Reader()
    if not root.is_dir():
        reader.note("Q012", root, "没有这个内容文件夹", hint="请在项目的文件夹里运行，或用 --content 指出内容文件夹")
    pages = dict(_pages(root / "course", reader))
    banks = {
        pool: Bank(pool=pool, items=tuple(reader.items(root / "banks" / pool, Part(pool))) if pool in pools else ())
        for pool in Pool
    }
    statistics = newest(reader.statistics(root / "statistics")) if Pool.EXAM in pools else {}
    programmes, lessons = tuple(reader.programmes(root / "programmes")), tuple(reader.lessons(pages))
    register = reader.register(root / "laws" / "register.yml")
    content = Content(
        programmes=programmes,
        lessons=lessons,
        practice=banks[Pool.PRACTICE],
        exam=_informed(banks[Pool.EXAM], statistics),
        register=register,
        essentials=reader.essentials(root / "laws" / "essentials.yml"),
        texts=_dated(reader.statute_texts(laws), register) if laws else {},
        statistics=statistics,
        readings=reader.readings(root / "readings.csv") if pools == frozenset(Pool) else Readings(()),
        phrases=reader.phrases(root / "phrases.yml"),
        pools=pools,
        unread=frozenset(reader.unread),
        pages={address: Span(path=shown(path)) for path, address in pages.items()},
        sources=reader.sources,
    )
    return content, in_order(reader.found)


def _exams(content: Content) -> tuple[Exam, ...]:
    """The programmes that are not over, the first to close first.

    A programme that closed before the latest review of the content is over: it is not judged, because nobody can mend
    it. When all are over, the one that closed last is.
    """
    found = sorted((exam for exam in map(_exam, content.programmes) if exam), key=lambda exam: exam.day)
    items = (item.reviewed for bank in content.banks for item in bank.items)
    reviewed = (*items, *(lesson.reviewed for lesson in content.lessons))
    limit = review_limit(content) or date.max
    latest = max((day for day in reviewed if day <= limit), default=date.min)
    return tuple(exam for exam in found if exam.day >= latest) or tuple(found[-1:])


_AHEAD = timedelta(days=366)
"""Reviewing for next year begins before its programme is written, but not two years before."""


def review_limit(content: Content) -> date | None:
    """A year after the last exam of all programmes: a later review is a slip of the pen; None without programmes."""
    last = last_exam_day(content)
    return last + _AHEAD if last else None


def last_exam_day(content: Content) -> date | None:
    """The last day of exam and make-up of all programmes; None where there is none."""
    return max((exam.day for exam in map(_exam, content.programmes) if exam), default=None)


def _exam(programme: Programme) -> Exam | None:
    """None where a window could not be read: its stand-in is open for all time."""
    day = programme.last_exam_day
    return Exam(programme=programme, day=day) if day.year < MAXYEAR else None


def _informed(bank: Bank, statistics: Mapping[ItemId, ItemStatistics]) -> Bank:
    return replace(bank, items=tuple(informed(item, statistics.get(item.id)) for item in bank.items))


def lawbook_of(content: Content) -> Lawbook:
    """The law as the exams of this content find it; made once a run."""
    return Lawbook(
        content.register,
        content.texts,
        exams=_exams(content),
        modules=content.modules,
        subjects=dict(_subjects(content.practice)),
    )


def _subjects(practice: Bank) -> Iterator[tuple[LessonId, str]]:
    """For each lesson the statute that most cites of its practice are of; none where no one prevails."""
    cited: defaultdict[LessonId, Counter[str]] = defaultdict(Counter)
    for item in practice.items:
        cited[item.lesson].update(cite.source for cite in item.cites if cite.article)
    for lesson, counts in cited.items():
        for source, count in counts.most_common(1):
            if count * 2 > counts.total():
                yield lesson, source


def read_laws(root: Path, laws: Path | None) -> tuple[Content, list[Diagnostic]]:
    """The register of the content folder and the statute texts in `laws` alone, and every fault of reading them."""
    reader = _Reader()
    register = reader.register(root / "laws" / "register.yml")
    texts = _dated(reader.statute_texts(laws), register) if laws else {}
    content = Content(register=register, texts=texts, sources=reader.sources)
    return content, in_order(reader.found)


def _dated(texts: Mapping[str, tuple[StatuteText, ...]], register: Register) -> dict[str, tuple[StatuteText, ...]]:
    return {id: tuple(dated(text, register.statutes.get(id)) for text in found) for id, found in texts.items()}


def shown(path: Path) -> str:
    """The path as people see it: below the current folder when it lies there, with forward slashes."""
    full = path.absolute()
    here = Path.cwd()
    return (full.relative_to(here) if full.is_relative_to(here) else path).as_posix()


def _pages(course: Path, reader: _Reader) -> Iterator[tuple[Path, str]]:
    for path in reader.files(course, deep=True):
        relative = PurePosixPath(path.relative_to(course).as_posix())
        if relative.suffix != ".md":
            yield path, str(relative)
        elif relative.stem in {"index", "README"}:
            yield path, "" if relative.parent == PurePosixPath() else f"{relative.parent}/"
        else:
            yield path, f"{relative.with_suffix('')}/"


_MOST_TOLD = 1_000
"""Faults of one file that are told: a bank of 2,000 items with a fault in every other one."""


class _Reader:
    """Reads files and gathers their texts and faults."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.unread: set[Part] = set()
        self.sources: dict[str, str] = {}

    def note(self, code: str, path: Path, message: str, *, hint: str) -> None:
        self.found.append(Diagnostic(code=code, message=message, span=Span(path=shown(path)), hint=hint))

    def take(
        self, found: list[Diagnostic], part: Part | None = None, *, is_read: bool = True, ids: Container[str] = ()
    ) -> None:
        """Note the faults of one file, the gravest of them when there are too many to tell.

        The part is not read in full where nothing came of the file, or where there is a gap that is in none of the
        items `ids`.
        """
        gaps = (fault for fault in found if fault.code in GAPS and (fault.item is None or fault.item not in ids))
        if part and ((not is_read and has_errors(found)) or any(gaps)):
            self.unread.add(part)
        if len(found) > _MOST_TOLD:
            found = sorted(found, key=lambda fault: fault.severity is not Severity.ERROR)[:_MOST_TOLD]
            span, severity = Span(path=found[0].span.path), Severity.WARNING
            message = f"这个文件的问题太多，只列出{_MOST_TOLD:,}处"
            hint = "同样的问题多半出于同一个原因，请先改正一处，再检查一次"
            self.found.append(Diagnostic(code="Q014", message=message, span=span, severity=severity, hint=hint))
        self.found += found

    def text(self, path: Path, part: Part | None = None) -> str | None:
        """The text of a file of a part; None, with the reason noted, when it can't be read."""
        text = self._text(path)
        if part and text is None:
            self.unread.add(part)
        return text

    def _text(self, path: Path) -> str | None:
        most = MAX_PAGE_BYTES if path.suffix == ".md" else MAX_BYTES
        try:
            with path.open("rb") as file:
                data = file.read(most + 1)  # a larger one is refused, however large it is
        except OSError as error:
            self.note("Q001", path, f"读不了这个文件：{os_reason(error)}", hint="请检查文件和它的读取权限")
            return None
        text, found = decode(data, shown(path), most=most)
        self.found += found
        self.sources[shown(path)] = text
        return None if any(d.code in {"Q002", "Q010"} for d in found) else text

    def files(self, folder: Path, *, deep: bool = False) -> list[Path]:
        """The files of a folder in order, without hidden ones; with `deep` those of its sub-folders too."""
        try:
            paths = sorted(folder.rglob("*") if deep else folder.iterdir()) if folder.exists() else []
        except OSError as error:
            self.note("Q001", folder, f"打不开这个文件夹：{os_reason(error)}", hint="请检查它的读取权限")
            return []
        return [path for path in paths if path.is_file() and not path.name.startswith(".")]

    def yaml_texts(self, folder: Path, part: Part) -> Iterator[tuple[str, str]]:
        """Path as shown and text of each `.yml` file; what would be passed over in silence is noted."""
        for path in self.files(folder):
            if path.suffix == ".yml":
                if (text := self.text(path, part)) is not None:
                    yield text, shown(path)
            elif path.suffix != ".md":
                span = Span(path=shown(path))
                message, hint = "这个文件没有读取：这里只读扩展名为 .yml 的文件", "请改扩展名，或移到别处"
                severity = Severity.WARNING
                self.found.append(Diagnostic(code="Q013", message=message, span=span, severity=severity, hint=hint))

    def items(self, folder: Path, part: Part) -> Iterator[Item]:
        for text, path in self.yaml_texts(folder, part):
            items, found = parse_bank(text, path)
            self.take(found, part, is_read=bool(items), ids={item.id for item in items})
            yield from items

    def programmes(self, folder: Path) -> Iterator[Programme]:
        for text, path in self.yaml_texts(folder, Part.PROGRAMMES):
            programme, found = parse_programme(text, path)
            self.take(found, Part.PROGRAMMES, is_read=bool(programme))
            if programme:
                yield programme

    def lessons(self, pages: Mapping[Path, str]) -> Iterator[Lesson]:
        for path, address in pages.items():
            if path.suffix == ".md" and (text := self.text(path, Part.LESSONS)) is not None:
                lesson, found = parse_lesson(text, shown(path), address=address)
                self.take(found, Part.LESSONS, is_read=bool(lesson))
                if lesson:
                    yield lesson

    def statute_texts(self, folder: Path) -> dict[str, tuple[StatuteText, ...]]:
        texts: defaultdict[str, list[StatuteText]] = defaultdict(list)
        for path in (path for path in self.files(folder) if path.suffix == ".json"):
            if (text := self.text(path)) is not None:
                statute, found = parse_statute_text(text, shown(path))
                self.found += found
                if statute:
                    texts[statute.id].append(statute)
        return {id: tuple(sorted(found, key=lambda text: text.version)) for id, found in texts.items()}

    def statistics(self, folder: Path) -> Iterator[ExamStatistics]:
        for path in (path for path in self.files(folder) if path.suffix == ".json"):
            if (text := self.text(path)) is not None:
                statistics, found = parse_statistics(text, shown(path))
                self.found += found
                if statistics:
                    yield statistics

    def register(self, path: Path) -> Register:
        text = self.text(path, Part.REGISTER) if path.exists() else None
        if text is None:
            return Register()
        register, found = parse_register(text, shown(path))
        self.take(found, Part.REGISTER, is_read=bool(register.statutes))
        return register

    def essentials(self, path: Path) -> Essentials | None:
        text = self.text(path) if path.exists() else None
        if text is None:
            return None
        listed, found = parse_essentials(text, shown(path))
        self.take(found)
        return listed

    def readings(self, path: Path) -> Readings:
        text = self.text(path) if path.exists() else None
        if text is None:
            return Readings(())
        readings, found = parse_readings(text, shown(path))
        self.take(found)
        return Readings(readings)

    def phrases(self, path: Path) -> PhraseList | None:
        text = self.text(path) if path.exists() else None
        if text is None:
            return None
        listed, found = parse_phrases(text, shown(path))
        self.take(found)
        return listed
