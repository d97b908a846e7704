"""Official files of statutes for tests: .txt and .docx in the layout of the official database."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

from quizgen.law.register import article_title
from quizgen.law.text import Heading, StatuteText
from tests import quizgen_laws

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ARTICLES = {
    "1": "为了保障测试，根据宪法，制定本法。",
    "2": "国家机关应当依法测试。\n测试应当公开，下列情形除外：\n（一）涉及国家秘密；\n（二）涉及个人信息。",
    "3": "违反本法第二条规定的，处五百元以下罚款。",
    "4": "本法自2026年3月1日起施行。",
}
HEADINGS = (
    Heading(level="章", title="第一章 总则", first="1", last="2"),
    Heading(level="章", title="第二章 法律责任", first="3", last="3"),
    Heading(level="章", title="第三章 附则", first="4", last="4"),
)


def statute_text(
    articles: Mapping[str, str] = ARTICLES,
    *,
    id: str = "ceshi-fa",
    version: str = "2026-01-05",
    effective: str | None = "2026-03-01",
    headings: Iterable[Heading] = HEADINGS,
    history: Iterable[str] = ("2026年1月5日第十四届全国人民代表大会常务委员会第二十次会议通过",),
    preamble: str = "",
) -> StatuteText:
    """A fictitious statute of four articles in three chapters."""
    return quizgen_laws.statute_text(
        id,
        articles=articles,
        version=version,
        effective=effective,
        headings=headings,
        history=history,
        preamble=preamble,
    )


def official_lines(text: StatuteText, *, space: str = "　", has_contents: bool = True) -> Iterator[str]:
    """The lines of the official layout: title, note, contents, preface, headings, articles, with their white space."""
    yield from ("", "", text.title, "")
    yield from (f"（{'　'.join(text.history)}）" if text.history else "", "")
    if has_contents and text.headings:
        yield from ("目　　录", *(["序　　言"] if text.preamble else []))
        yield from (("　　" if each.level == "节" else "") + _spread(each.title) for each in text.headings)
        yield ""
    if text.preamble:
        yield from ("序　　言", "", *(f"　　{line}" for line in text.preamble.split("\n")), "")
    for number, article in text.articles.items():
        for heading in (each for each in text.headings if each.first == number):
            yield from ("", _spread(heading.title), "")
        first, *others = article.split("\n")
        yield f"　　{article_title(number)}{space}{first}"
        yield from (f"　　{line}" for line in others)


def _spread(title: str) -> str:
    """第一章 总则 as printed: 第一章　总　　则."""
    head, _, name = title.rpartition(" ")
    return (
        f"{head}　{'　　'.join(name)}" if head and len(name) == 2 else f"{head}　{name}" if head else "　　".join(name)
    )


def official_docx(lines: Iterable[str]) -> bytes:
    """A .docx with a paragraph a line, each in two runs."""
    return docx("".join(paragraph(line[:3], line[3:]) for line in lines))


def paragraph(*runs: str) -> str:
    """A paragraph of these runs of text."""
    return "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>" + "".join(run(text) for text in runs) + "</w:p>"


def run(text: str) -> str:
    """A run of text."""
    return f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def docx(body: str, *, name: str = "word/document.xml", before: str = "") -> bytes:
    """A .docx whose main part, called `name`, has this body; `before` stands in front of the root element."""
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{name}"/>'
        "</Relationships>"
    )
    document = f'{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return archive({"_rels/.rels": relation, name: document})


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return file.getvalue()
