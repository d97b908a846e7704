"""Check, links and search ask one resolver: the same sentences name the same articles in all three."""

from __future__ import annotations

import re
from datetime import date

import markdown
import pytest

from quizgen.check.law.boxes import articles_in_lessons_exist
from quizgen.content import Content, lawbook_of
from quizgen.diagnostics import Span
from quizgen.law.citation import numeral
from quizgen.law.edition import editions
from quizgen.law.lawbook import Lawbook
from quizgen.law.text import StatuteText
from quizgen.lesson import Lesson
from quizgen.model import Bank, LessonId, ModuleId, Pool
from quizgen.site.law_links import LawLinks, Links
from quizgen.site.search_index import Passage
from tests.quizgen_factories import item
from tests.quizgen_laws import numbers, register_of, statute_text

STATUTES = {
    "xianfa": statute_text("xianfa", title="中华人民共和国宪法", articles=numbers(143)),
    "minfadian": statute_text("minfadian", title="中华人民共和国民法典", articles=numbers(1260)),
}
REGISTER = register_of(*STATUTES.values())
IDS = {"《宪法》": "xianfa", "《民法典》": "minfadian"}

SENTENCES = [
    "《宪法》第三十三条。第三十四条",
    "《中华人民共和国民法典》第一千零二条、第一千零三条和第一千零四条第一款",
    "《宪法》第三条至第五条，《某办法》第七条，第八条",
    "见《宪法》第二条；声音的保护（第一千零二十三条）",
    "《宪法》第二条很短。\n\n第九百九十条另有规定。",
    "按照第九百九十条和**《宪法》**第三条办理，第四条也是",
    "该法第三条；前述规定第四条",
    "修正宪法时，又在第一条第二款增写一句",
    "| 义务 | 条文 |\n|---|---|\n| 纳税 | 《宪法》第五十六条 |\n| 其他 | 第五百条 |",
    "公务员依照宪法第二十七条宣誓",
]


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("about", ["", "minfadian"])
def test_the_same_sentence_names_the_same_articles(text: str, about: str) -> None:
    content = _content(text, about=about)
    book = lawbook_of(content)

    linked, searched = _published(text, book)

    assert linked == searched == _checked(content, book)


def test_the_sentences_name_something() -> None:
    found = [_published(text, lawbook_of(_content(text, about="minfadian")))[0] for text in SENTENCES]

    assert found[0] == {"xianfa:33", "xianfa:34"}
    assert found[3] == {"xianfa:2", "minfadian:1023"}
    assert found[4] == {"xianfa:2", "minfadian:990"}
    assert [len(articles) for articles in found] == [2, 3, 2, 2, 2, 3, 0, 0, 2, 1]


def _content(text: str, *, about: str) -> Content:
    """One lesson, of whose practice most cites `about`."""
    lesson = Lesson(
        id=LessonId("ke-01"),
        title="课",
        module=ModuleId("ke"),
        hours=1,
        minutes=45,
        reviewed=date(2026, 11, 23),
        path="lessons/ke-01/",
        where=Span(path="ke-01.md"),
    )
    practice = [item("ke-01-001", cites=[f"{about}:1"])] if about else []
    return Content(
        lessons=(lesson,),
        register=REGISTER,
        practice=Bank(pool=Pool.PRACTICE, items=tuple(practice)),
        sources={"ke-01.md": text},
    )


def _published(text: str, book: Lawbook) -> tuple[set[str], set[str]]:
    """The articles to which the page links, and those by which the search finds it."""
    found: list[Passage] = []
    texts: dict[str, tuple[StatuteText, ...]] = {id: (text,) for id, text in STATUTES.items()}
    links = Links(book=book, editions=editions(REGISTER, texts, date(2026, 12, 20)))
    about = book.subject(LessonId("ke-01"))
    extension = LawLinks(links, about=lambda: about, href=lambda address: address, read=found.extend)
    html = markdown.markdown(text, extensions=["tables", extension])
    linked = {f"{id}:{article}" for id, article in re.findall(r'href="laws/(\w+)/[^"#]*#t(\d+)', html)}
    return linked, {cite for passage in found for cite in passage.cites}


def _checked(content: Content, book: Lawbook) -> set[str]:
    """The articles that the check looks up and that are: against texts that have none of them, it tells them all."""
    empty = {id: (statute_text(id, title=text.title, articles={"9999": "空"}),) for id, text in STATUTES.items()}
    bare = Lawbook(content.register, empty, subjects={LessonId("ke-01"): book.subject(LessonId("ke-01"))})
    messages = [fault.message for fault in articles_in_lessons_exist(content, bare)]
    told = [re.fullmatch(r"(《.*》)没有第(.*)条", message) for message in messages]
    places = [(IDS[one[1]], str(numeral(one[2]))) for one in told if one]
    return {f"{id}:{article}" for id, article in places if book.is_numbered(id, article)}
