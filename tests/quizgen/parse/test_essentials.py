"""The list of what officials must know: read whole, shown with its gaps."""

from __future__ import annotations

from datetime import date

from quizgen.essentials import Essential, Essentials
from quizgen.law.register import Document, Register, Statute
from quizgen.lesson import Lesson
from quizgen.model import LessonId, ModuleId
from quizgen.parse.essentials import parse_essentials
from quizgen.render.essentials import render_essentials

LIST = """\
title: 应知应会清单
note: 样例。
groups:
  - title: 党内法规
    entries:
      - {law: "doc:zhangcheng"}
  - title: 法律
    entries:
      - {law: xianfa, lessons: [xianfa-01]}
      - {title: 生物安全法, since: 2021-04-15}
      - {title: 没有日期的法}
"""
DAY = date(2018, 3, 11)
REGISTER = Register(
    statutes={
        "xianfa": Statute(
            id="xianfa", title="中华人民共和国宪法", short="宪法", version=DAY, effective=DAY, articles=143
        )
    },
    documents={"zhangcheng": Document(id="zhangcheng", title="《章程》", issuer="代表大会", date=date(2022, 10, 22))},
)
LESSON = Lesson(
    id=LessonId("xianfa-01"),
    title="宪法的地位",
    module=ModuleId("xianfa"),
    hours=1,
    reviewed=DAY,
    path="lessons/xianfa-01/",
)


def read() -> Essentials:
    listed, found = parse_essentials(LIST, "laws/essentials.yml")
    assert listed
    assert found == []
    return listed


def test_list_is_read_in_its_order() -> None:
    listed = read()

    assert (listed.title, listed.note) == ("应知应会清单", "样例。")
    assert [group.title for group in listed.groups] == ["党内法规", "法律"]
    assert listed.entries[1] == Essential(source="xianfa", lessons=(LessonId("xianfa-01"),))
    assert listed.entries[2] == Essential(title="生物安全法", since=date(2021, 4, 15))
    assert [entry.source or entry.title for entry in listed.gaps] == ["doc:zhangcheng", "生物安全法", "没有日期的法"]


def test_page_names_what_has_no_lesson_and_leads_to_what_has() -> None:
    page = render_essentials(read(), register=REGISTER, lessons=[LESSON], address=lambda name: f"../{name}")

    assert "清单共4部，本课程讲到1部。还没有课程的：《章程》、《生物安全法》、《没有日期的法》。" in page
    assert '<a href="../xianfa">《中华人民共和国宪法》</a><small>现行文本2018年3月11日起施行</small>' in page
    assert '<li><a href="../lessons/xianfa-01/">宪法的地位</a></li>' in page
    assert "<span>《章程》</span><small>代表大会，2022年10月22日</small>" in page
    assert "<small>2021年4月15日起施行</small>" in page
    assert page.count("<p>还没有课程</p>") == 3


def test_law_without_a_text_has_no_link() -> None:
    page = render_essentials(
        read(), register=REGISTER, lessons=[LESSON], address=lambda name: "" if name == "xianfa" else name
    )

    assert "<span>《中华人民共和国宪法》</span>" in page


def test_file_that_is_no_list_is_told() -> None:
    listed, found = parse_essentials("- 宪法\n", "laws/essentials.yml")

    assert listed is None
    assert [fault.code for fault in found] == ["Q022"]
