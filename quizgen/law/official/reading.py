"""Lines of an official file to a statute's text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quizgen.law.official.articles import article_heads, without_annexes
from quizgen.law.official.body import Body, read_body
from quizgen.law.official.dates import amendments_of, dates_of
from quizgen.law.official.faults import OfficialFaults
from quizgen.law.official.front import Front, read_front
from quizgen.law.official.headings import bounds
from quizgen.law.official.lines import TextLine
from quizgen.law.text import Heading, StatuteText

_DECISION = re.compile("关于(?:修改|废止)|修正案(?:（.*）)?$|的决定$")
_LONGEST_TITLE = 80
_NO_TITLE = re.compile(r"[#<>|*_`{}\[\]=/\\@]|www\.|https?:")
"""Marks of web pages, notes and tables; no official title has them."""
_TITLE = re.compile("法|条例|规定|办法|决定|规则|细则|准则|章程|解释|意见|公约|条约")


_TITLE_HINT = "名称应当在题注、目录和第一条之前单独成行；从网页或笔记里复制的，请改从国家法律法规数据库下载.docx文件"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialText:
    """A statute's text as an official file has it, before it is given an id; see `StatuteText` for the fields."""

    title: str
    version: date
    effective: date | None
    articles: Mapping[str, str]
    headings: tuple[Heading, ...]
    history: tuple[str, ...]
    preamble: str

    @property
    def amendments(self) -> tuple[date, ...]:
        """The days of later amendments by the note, oldest first."""
        return amendments_of(self.history)

    def as_statute_text(self, id: str, *, short: str, effective: date | None = None) -> StatuteText:
        """The text under the statute's id and short title; `effective` where it is known better than the file tells."""
        return StatuteText(
            id=id,
            title=self.title,
            short=short,
            version=self.version,
            effective=effective or self.effective,
            articles=self.articles,
            headings=self.headings,
            history=self.history,
            preamble=self.preamble,
        )


def read_lines(lines: list[TextLine], faults: OfficialFaults) -> OfficialText | None:
    """The text of a file's lines; None, with the reason noted, when no whole statute is in them."""
    lines = without_annexes(lines)
    heads = article_heads(lines, faults)
    end, start = bounds(lines, heads[0].index if heads else len(lines))
    front = read_front(lines[:end])
    if _DECISION.search(front.title):
        hint = "请下载修改以后的法律全文，再导入"
        faults.error("Q520", f"这是修改或废止法律的决定，不是法律的全文：{front.title[:_LONGEST_TITLE]}", hint=hint)
        return None
    if not heads:
        hint = "条文应当各自成段，以“第一条”这样的条号开头；请核对是不是选错了文件，条号由Word自动编号时请改成文字"
        faults.error("Q514", "没有找到条文", hint=hint)
        return None
    body = read_body(lines, start, heads, faults)
    return _text(front, body, faults)


def _text(front: Front, body: Body, faults: OfficialFaults) -> OfficialText | None:
    if not 2 <= len(front.title) <= _LONGEST_TITLE or _NO_TITLE.search(front.title) or not _TITLE.search(front.title):
        told = f"：这里写的是“{front.title[:20]}”" if front.title else ""
        faults.error("Q518", f"没有找到法律的名称{told}", hint=_TITLE_HINT)
    articles = {number: "\n".join(lines) for number, lines in body.articles.items()}
    dates = dates_of(front.history, list(articles.values()), faults.path)
    if not dates.version:
        hint = (
            "题注写在名称下面的括号里，如（2020年5月28日第十三届全国人民代表大会第三次会议通过）；"
            "没有题注时，请把日期写在文件名末尾，如“测试法_20200528.docx”"
        )
        faults.error("Q519", "没有找到这个版本的日期：题注里没有通过、修改或公布的日期", hint=hint)
        return None
    return OfficialText(
        title=front.title,
        version=dates.version,
        effective=dates.effective,
        articles=articles,
        headings=tuple(
            Heading(level=part.level, title=part.printed, first=part.first, last=part.last)
            for part in body.parts
            if part.first
        ),
        history=front.history,
        preamble="\n".join(body.preamble),
    )
