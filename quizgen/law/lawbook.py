"""The law as an exam finds it: which version of a statute holds on its last day, its words, and who names them.

Nothing here has a clock. Without an exam the register's present version holds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

from quizgen.law.citation import Mention, mentions
from quizgen.law.concordance import Concordance, Place
from quizgen.law.register import Register, Statute, article_number, in_title_marks, is_numbered
from quizgen.law.text import StatuteText, dated
from quizgen.law.wording import holds, plain
from quizgen.model import Cite, LessonId, ModuleId
from quizgen.programme import Programme

_TITLE = re.compile("《([^《》]+)》")
_DELETED = re.compile(r"[（(]?已?(?:删去|删除|废止)[）)]?。?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """The last day on which a programme examines, in its own time zone."""

    programme: Programme
    day: date


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Version:
    """One version of a statute, from the register, its text, or both; each is equal to itself only."""

    passed: date
    effective: date
    articles: int
    text: StatuteText | None = None

    def has_article(self, article: str) -> bool:
        """Whether the text has it; without the text, whether it lies within the numbering."""
        if self.text:
            return bool(_standing(self.text, article))
        return is_numbered(article, self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An article named in a text, its statute known by id; `article` empty: the statute as a whole."""

    statute: str
    article: str = ""
    paragraph: int | None = None
    start: int = 0
    end: int = 0
    in_range: bool = False
    """Whether it is an end of a range (第三条至第五条)."""
    is_between: bool = False
    """Whether it is named only as one between the ends of a range, whose last words are its place."""


class Lawbook:
    """Statutes by name, version and article; what is asked twice is worked out once."""

    def __init__(
        self,
        register: Register,
        texts: Mapping[str, tuple[StatuteText, ...]] = MappingProxyType({}),
        *,
        exams: tuple[Exam, ...] = (),
        modules: Mapping[LessonId, ModuleId] = MappingProxyType({}),
        subjects: Mapping[LessonId, str] = MappingProxyType({}),
    ) -> None:
        self.register, self.texts, self.exams, self.modules = register, texts, exams, modules
        self._subjects = subjects
        named_by_texts = {name: id for id, known in texts.items() for text in known for name in text.names}
        self.names = named_by_texts | register.ids_by_name
        self._ids: dict[str, str | None] = {}
        self._held: dict[tuple[str, ModuleId | None], tuple[Version, ...]] = {}
        self._versions: dict[str, tuple[Version, ...]] = {}
        self._plain: dict[tuple[str, date, str], str] = {}
        self._whole: dict[tuple[str, date], tuple[str, list[int], list[str]]] = {}

    def short(self, statute: str) -> str:
        """《宪法》, as people name the statute."""
        known = self.register.statutes.get(statute)
        return in_title_marks(known.short if known else self.texts[statute][-1].short)

    def statute(self, name: str) -> str | None:
        """The id of the statute so named (title, short name, with or without 中华人民共和国), or None.

        The end of just one statute's name will do, from four characters on (政务处分法 for 公职人员政务处分法).
        """
        if name not in self._ids:
            bare = "".join(name.split()).removeprefix("新")
            bare = bare if bare in self.names else bare.partition("（")[0].partition("(")[0]
            ends = {id for known, id in self.names.items() if known.endswith(bare)} if len(bare) >= 4 else set()
            self._ids[name] = self.names.get(bare) or (ends.pop() if len(ends) == 1 else None)
        return self._ids[name]

    def versions(self, statute: str) -> tuple[Version, ...]:
        """Every version known, the first to take effect first."""
        if statute not in self._versions:
            known = _versions(self.register.statutes.get(statute), self.texts.get(statute, ()))
            self._versions[statute] = tuple(sorted(known, key=lambda version: (version.effective, version.passed)))
        return self._versions[statute]

    def exams_of(self, lesson: LessonId) -> tuple[Exam, ...]:
        """The exams that a lesson's items may come in: of programmes with its module, or of all when none has it."""
        module = self.modules.get(lesson)
        return tuple(exam for exam in self.exams if module in exam.programme.modules) or self.exams

    def in_force(self, statute: str, lesson: LessonId) -> tuple[Version, ...]:
        """The versions that hold at the exams of a lesson, one an exam, without repeats."""
        key = statute, self.modules.get(lesson)
        if key not in self._held:
            exams = self.exams_of(lesson)
            held = [self.at(statute, exam) for exam in exams] if exams else [self._present(statute)]
            self._held[key] = tuple(dict.fromkeys(version for version in held if version))
        return self._held[key]

    def texts_in_force(self, statute: str, lesson: LessonId) -> tuple[StatuteText, ...]:
        """The texts of the versions that hold; none while one of them is known by its dates only."""
        held = self.in_force(statute, lesson)
        texts = tuple(version.text for version in held if version.text)
        return texts if len(texts) == len(held) else ()

    def at(self, statute: str, exam: Exam) -> Version | None:
        """The version that holds on the exam's last day; None when all that are known take effect later."""
        return max(
            (version for version in self.versions(statute) if version.effective <= exam.day),
            key=lambda version: (version.effective, version.passed),
            default=None,
        )

    def _present(self, statute: str) -> Version | None:
        known = self.register.statutes.get(statute)
        versions = self.versions(statute)
        return next((version for version in versions if known and version.passed == known.version), None)

    @cached_property
    def concordance(self) -> Concordance:
        """The articles of every statute with a text, as the last exam finds them."""
        return Concordance(
            (Place(id, number), words)
            for id, known in self.texts.items()
            for number, words in self._latest(id, known).articles.items()
        )

    def _latest(self, id: str, texts: tuple[StatuteText, ...]) -> StatuteText:
        version = self.at(id, self.exams[-1]) if self.exams else self._present(id)
        return version.text if version and version.text else texts[-1]

    def words(self, text: StatuteText, article: str) -> str:
        """The plain words of one article, of the whole statute when it is empty; nothing for one that is not there."""
        key = text.id, text.version, article
        if key not in self._plain:
            self._plain[key] = plain(_standing(text, article) if article else _whole(text))
        return self._plain[key]

    def article_with(self, text: StatuteText, parts: list[str]) -> str:
        """The number of the first article that has all the pieces, in order; empty when none has."""
        key = text.id, text.version
        if key not in self._whole:
            self._whole[key] = _strung([(number, self.words(text, number)) for number in text.articles])
        whole, starts, numbers = self._whole[key]
        at = whole.find(parts[0]) if parts else -1
        while at >= 0:
            number = numbers[bisect_right(starts, at) - 1]
            if holds(self.words(text, number), parts):
                return number
            at = whole.find(parts[0], at + 1)
        return ""

    def subject(self, lesson: LessonId) -> str:
        """The statute that a lesson is about, by id; empty where there is not just one."""
        return self._subjects.get(lesson, "")

    def is_numbered(self, statute: str, article: str) -> bool:
        """Whether a registered statute has an article of that number, as far as its numbering tells."""
        known = self.register.statutes.get(statute)
        return bool(known and known.has_article(article))

    def names_another(self, words: str, statute: str) -> bool:
        """Whether the words name another statute than this one, with or without 《》."""
        for name in sorted((name for name, id in self.names.items() if id == statute), key=len, reverse=True):
            words = words.replace(name, "，")
        return any(name in words for name in self.names)

    def named(self, text: str, cites: Iterable[Cite] = (), *, about: str = "") -> list[Named]:
        """The articles that a text names; one without a statute belongs to the statute named last before it.

        Where none is, or an unknown one, the article is that of a cite with its number; else it is left out. With
        `about`, the statute of the page, a name reaches to the end of its paragraph (indented lines belong to it), and
        articles before any name, or that the named statute does not have, are those of `about`. Only the first 100,000
        characters are read, ten times a long lesson.
        """
        aliases = _aliases(text[:_READ], self.names)
        reading = _Reading(book=self, text=text, cites=tuple(cites), about=about, aliases=aliases)
        found: list[Named] = []
        opened = False
        for mention in mentions(text[:_READ], {*self.names, *aliases} if aliases else self.names):
            if statute := reading.statute(mention):
                place = _named(mention, statute)
                if mention.in_range and opened and found and found[-1].statute == statute and len(found) < _MOST:
                    found += _between(found[-1], place)
                found.append(place)
            opened = mention.in_range and not opened
        return found


@dataclass(slots=True, kw_only=True)
class _Reading:
    """How far a text has been read, and which statute was named last."""

    book: Lawbook
    text: str
    cites: tuple[Cite, ...]
    about: str
    aliases: Mapping[str, str]
    """Full names by the short ones that the text gives them."""
    last: str | None = None
    has_named: bool = False
    """Whether a source has been named, known or not."""
    at: int = 0
    begun: int = 0
    """Where the words before the mention at hand begin."""

    def statute(self, mention: Mention) -> str | None:
        """The statute of the next mention, or None."""
        if self.about:
            self._end_paragraph(mention.start)
        known = bool(mention.statute) and mention.statute in self.book.names
        short = "" if known else self.aliases.get(mention.statute) or self._short(mention)
        self.begun, titles = self.at, _TITLE.findall(self.text, self.at, mention.start)
        if name := short or mention.statute or (titles[-1] if titles else ""):
            self.last, self.has_named = self.book.statute(name), True
        self.at = mention.end
        if short or mention.statute:
            return self.last
        return self._own(mention) or self.last or self._cited(mention.article)

    def _short(self, mention: Mention) -> str:
        """The full name that the text gave a short one: 条例第九条 behind 《…条例》（以下称条例）; else empty."""
        words = mention.statute + self.text[max(0, mention.start - _NEAR) : mention.start] * (not mention.statute)
        kind = _KIND.search(words)
        if not kind:
            return ""
        before = self.text[max(0, mention.start - _BACK) : mention.start]
        return next(
            (name for name in reversed(_TITLE.findall(before)) if name.endswith(kind[1]) and name != kind[1]), ""
        )

    def _end_paragraph(self, start: int) -> None:
        for end in _PARAGRAPH_END.finditer(self.text, self.at, start):
            self.last, self.has_named, self.at = None, False, end.end()

    def _own(self, mention: Mention) -> str | None:
        """`about`, where no name claims the article and the words before it do not say that it is another's."""
        if not self.about or not self.book.is_numbered(self.about, mention.article):
            return None
        if self.has_named:
            claimed = not self.last or self.book.is_numbered(self.last, mention.article)
        else:
            before = self.text[self.begun : mention.start]
            in_brackets = before.endswith(("（", "("))  # a reference, not a part of the sentence
            another = not in_brackets and self.book.names_another(before, self.about)
            claimed = another or bool(_OTHER.search(before[-_NEAR:]))
        return None if claimed else self.about

    def _cited(self, article: str) -> str | None:
        return next((cite.source for cite in self.cites if cite.article == article), None)


_KIND = re.compile(
    "(?:^|[^\u4e00-\u9fff]|[依按]照|根据|依据|违反|适用|[对由和与是按在])((?:暂行)?(?:条例|办法|细则))[的》]?$"
)
"""A kind of statute that stands for a name: 依照条例第九条; but not 本条例, 该条例, 信访工作条例."""
_BACK = 2_000
"""Characters before a mention in which the name that a short one stands for is looked for."""
_PARAGRAPH_END = re.compile(r"\n(?!\n* {4})")
_OTHER = re.compile(r"(?:[该同此]|前述|上述|[^本]法律?|条例|规定|办法|决定|《|》)\s*$")
"""Words before an unnamed article which say that it is not simply the page's own statute's."""
_NEAR = 8
"""Characters before an article that are looked at for such words."""
_READ = 100_000
"""Characters of a text that are searched for articles."""
_LONGEST_RANGE = 1_500
"""Articles between the ends of a range that are looked at; the longest statute has 1,260."""
_MOST = 10_000
"""Articles named in one text from which on those between the ends of ranges are no longer looked at."""


def _aliases(text: str, names: Container[str]) -> Mapping[str, str]:
    """What the text calls statutes besides their known names: 民诉法 after 《民事诉讼法》（以下简称民诉法）."""
    if "以下" not in text:
        return {}
    return {match[2]: match[1] for match in _ALIAS.finditer(text) if match[2] not in names}


_ALIAS = re.compile(
    "《([^《》\n]{2,60})》[（(]以下(?:统?简称|称)(?:为|作)?[：:]?[“《「]?([\u4e00-\u9fff]{2,20}?)[”》」]?[）)]"
)
"""《中华人民共和国民事诉讼法》（以下简称“民诉法”）"""


def _whole(text: StatuteText) -> str:
    return "\n".join((text.preamble, *text.articles.values()))


def _standing(text: StatuteText, article: str) -> str:
    """The official words of an article; nothing for one that is not there or has been struck out."""
    words = text.articles.get(article, "")
    return "" if _DELETED.fullmatch(words) else words


def _named(mention: Mention, statute: str) -> Named:
    return Named(
        statute=statute,
        article=mention.article,
        paragraph=mention.paragraph,
        start=mention.start,
        end=mention.end,
        in_range=mention.in_range,
    )


def _between(first: Named, last: Named) -> list[Named]:
    """The articles between the ends of a range; those inserted later are left out."""
    start, end = (article_number(place.article)[0] for place in (first, last))
    numbers = range(start + 1, min(end, start + _LONGEST_RANGE))
    statute, begin, stop = last.statute, last.start, last.end
    return [Named(statute=statute, article=str(number), start=begin, end=stop, is_between=True) for number in numbers]


def _versions(statute: Statute | None, texts: tuple[StatuteText, ...]) -> Iterator[Version]:
    """The versions of which the register or a text tells when they hold; where both do, the text's dates stand."""
    registered = statute.version if statute else date.max
    for text in (dated(text, statute) for text in texts):
        if effective := text.holds_from(registered):
            yield Version(passed=text.version, effective=effective, articles=text.last_article, text=text)
    passed = {text.version for text in texts}
    for entry in (statute, statute.upcoming) if statute else ():
        if entry and entry.version not in passed:
            yield Version(passed=entry.version, effective=entry.effective, articles=entry.articles)


def _strung(articles: list[tuple[str, str]]) -> tuple[str, list[int], list[str]]:
    """The articles as one string with a line between them, where each begins, and its number."""
    starts, at = [], 0
    for _, words in articles:
        starts.append(at)
        at += len(words) + 1
    return "\n".join(words for _, words in articles), starts, [number for number, _ in articles]
