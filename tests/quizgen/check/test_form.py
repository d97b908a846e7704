"""The form of a lesson: the work in it, figures, cases and questions, excerpts of law, how densely it cites."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizgen.check.course.form import Effort, citation_densities, effort
from quizgen.check.rules import check_content
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic, Severity
from quizgen.parse.lesson import parse_lesson
from tests.quizgen_content import LESSON, places, write_content

PATH = "course/lessons/xianfa-01.md"
DRAWING = "<svg><title>图</title><desc>文字说明。</desc><text>字</text></svg>"
FIGURE = f'<figure class="figure">\n{DRAWING}\n</figure>\n'
CASE = '!!! case "案例"\n    您会怎么办？\n\n'
LAW = {"1": "根本制度。\n第二款。", "2": "甲规定；乙规定。", "5": "下列情形：\n（一）甲；\n（二）乙。"}
LACKING = [("Q321", 3, 9), ("Q322", 3, 9), ("Q322", 3, 9), ("Q322", 3, 9)]
"""What a lesson of the form with nothing but a heading is told: too little work, figures, cases, questions."""


def page(body: str) -> str:
    return LESSON.replace("正文。\n", body)


def formed(body: str) -> str:
    return page(f"## 第一小节　题目\n{body}\n")


def check(root: Path, text: str, *, law: bool = False) -> list[Diagnostic]:
    laws = root / "laws"
    laws.mkdir(parents=True)
    if law:
        statute = {"title": "中华人民共和国宪法", "short": "宪法", "version": "2018-03-11", "articles": LAW}
        (laws / "xianfa.json").write_text(json.dumps({**statute, "effective": "2018-03-11"}), encoding="utf-8")
    content, found = read_content(write_content(root / "content", {PATH: text}), laws=laws)
    assert found == []
    return check_content(content)


def codes_of_form(faults: list[Diagnostic]) -> list[str]:
    """Codes of this rule's family beside those of a lesson that holds little: its law, figures, citations."""
    return [fault.code for fault in faults if fault.code in {"Q323", "Q324", "Q325"}]


def work(text: str) -> Effort:
    lesson, _ = parse_lesson(text, "a.md", address="a/")
    assert lesson
    return effort(text, lesson)


def test_work_counts_what_is_shown_without_titles_and_alternatives() -> None:
    text = page(f"## 标题\n正文两句，abc 123。\n\n{FIGURE}{CASE}{FIGURE}")

    assert work(text) == Effort(characters=2 + 4 + 1 + 2 + 5 + 1, figures=2, cases=1, questions=3)


@pytest.mark.parametrize(
    ("characters", "questions", "cases", "minutes"),
    [(0, 0, 0, 0), (6_000, 11, 2, 41), (6_400, 9, 3, 44), (250, 1, 1, 5)],
)
def test_minutes_follow_the_rule(characters: int, questions: int, cases: int, minutes: int) -> None:
    assert Effort(characters=characters, figures=0, questions=questions, cases=cases).minutes == minutes


@pytest.mark.parametrize("body", ["正文。", "## 第四小节　题目", "### 第一小节　题目", "第一小节"])
def test_lesson_without_the_headings_is_not_held_to_the_form(tmp_path: Path, body: str) -> None:
    assert check(tmp_path, page(f"{body}\n")) == []


def test_lesson_of_the_form_is_told_what_it_lacks(tmp_path: Path) -> None:
    faults = check(tmp_path, formed(""))

    assert places(faults) == LACKING
    assert {fault.message for fault in faults} == {
        "这一课的学习量估计为3分钟，应当在38至52分钟之间",
        "图只有0幅，至少要2幅",
        "案例只有0个，至少要2个",
        "小节试题只有3道，至少要9道",
    }
    assert {fault.severity for fault in faults} == {Severity.WARNING}


@pytest.mark.parametrize(("characters", "codes"), [(7_000, ["Q321"]), (7_200, []), (10_800, []), (11_000, ["Q321"])])
def test_work_outside_an_hour_is_told(tmp_path: Path, characters: int, codes: list[str]) -> None:
    """Two cases and three questions are nine minutes; 29 to 43 minutes of reading make it an hour's work."""
    text = formed(f"{FIGURE * 2}{CASE * 2}{'字' * characters}")

    told = [fault.code for fault in check(tmp_path, text) if fault.code == "Q321"]

    assert told == codes


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (DRAWING, ""),
        ("<svg><desc>说明</desc></svg>", "图没有文字说明：缺少<title>"),
        ("<svg><title>图</title><desc> </desc></svg>", "图没有文字说明：缺少<desc>"),
        ("<svg>", "图没有文字说明：缺少<title>、<desc>"),
    ],
)
def test_drawing_without_words_is_an_error_in_any_lesson(tmp_path: Path, drawing: str, message: str) -> None:
    faults = check(tmp_path, page(f"正文\n{drawing}\n"))

    assert [(fault.code, fault.message, fault.severity) for fault in faults] == (
        [("Q323", message, Severity.ERROR)] if message else []
    )


@pytest.mark.parametrize(
    ("title", "body", "codes"),
    [
        ("《宪法》第二条", "甲规定；乙规定。", []),
        ("《宪法》第二条", "甲规定", ["Q324"]),
        ("《宪法》第二条（节录）", "甲规定", []),
        ("《宪法》第一条第二款", "第二款。", []),
        ("《宪法》第一条", "第二款。", ["Q324"]),
        ("《宪法》第一条、第二条", "根本制度。\n    第二款。\n    甲规定；乙规定。", []),
        ("《宪法》第五条第（一）项", "（一）甲；", ["Q324"]),
        ("《宪法》第五条第（一）项（节录）", "（一）甲；", []),
        ("《宪法》", "甲规定", []),
    ],
)
def test_box_that_cuts_its_article_says_so(tmp_path: Path, title: str, body: str, codes: list[str]) -> None:
    text = formed(f'!!! law "{title}"\n    {body}\n')

    assert codes_of_form(check(tmp_path, text, law=True)) == codes


def test_cut_is_not_told_without_texts_or_outside_the_form(tmp_path: Path) -> None:
    box = '!!! law "《宪法》第二条"\n    甲规定\n'

    assert codes_of_form(check(tmp_path, formed(box))) == []
    assert codes_of_form(check(tmp_path / "b", page(box), law=True)) == []


TEN = "《宪法》第一条、第二条、第一条、第二条、第一条、第二条、第一条、第二条、第一条、第二条。"


@pytest.mark.parametrize(
    ("body", "density"),
    [
        (TEN, 10),
        (f"{TEN}第一条。", 11),
        (f"{TEN * 2}{'字' * 2_000}", 10),
        (f'{TEN}\n\n??? note "条文出处"\n    {TEN}\n\n    {TEN}\n', 10),
        (f'!!! card "办事卡"\n    {TEN}\n!!! change "法律有何变化"\n    {TEN}\n!!! law "《宪法》第二条"\n    甲\n', 0),
        (f'???+ note "打开的块"\n    {TEN}\n', 10),
        (f"<svg><desc>{TEN}</desc></svg>", 0),
    ],
)
def test_density_counts_running_text(body: str, density: int) -> None:
    ((span, heading, found),) = citation_densities(f"序言第一条。\n## 标题 \n{body}")

    assert (span.line, heading) == (2, "标题")
    assert found == density


def test_dense_part_is_told_at_its_heading(tmp_path: Path) -> None:
    faults = check(tmp_path, formed(f"{TEN}\n\n## 第二小节　又一节\n{TEN}第一条。\n"))

    (fault,) = (fault for fault in faults if fault.code == "Q325")
    assert (fault.message, fault.span.line) == ("“第二小节　又一节”每1000字有11处条文出处，不宜超过10处", 11)
