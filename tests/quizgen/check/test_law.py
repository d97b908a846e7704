"""Cites, review dates, law boxes and the register against invented texts of statutes, old, present and coming."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from quizgen.check.rules import check_content
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic, Severity
from tests import quizgen_content
from tests.quizgen_content import LESSON, PROGRAMME, REGISTER, places, write_content

PRACTICE, EXAM = (
    bank.replace("《宪法》第二条第一款规定了这一点。", "这是国家权力的来源。")
    for bank in (quizgen_content.BANK, quizgen_content.EXAM)
)
EXAM_PATH, LESSON_PATH, REGISTER_PATH = (
    "banks/exam/xianfa-01.yml",
    "course/lessons/xianfa-01.md",
    "laws/register.yml",
)
PRESENT = {
    "1": "根本制度。\n第二款。",
    "2": "一切权力属于人民。",
    "2-1": "插入的一条。",
    "3": "（删去）",
    "143": "首都是北京。",
}
PROGRAMME_2027 = PROGRAMME.replace('"2026"', '"2027"').replace("2027-01-01", "2028-01-01").replace("2026-", "2027-")
COMING = "    upcoming: {version: 2026-12-01, effective: 2027-03-01, articles: 2}\n"


def statute(
    version: str, articles: Mapping[str, str], *, effective: str | None = "", title: str = "中华人民共和国宪法"
) -> str:
    fields = {"title": title, "short": "宪法", "version": version, "articles": articles}
    return json.dumps({**fields, "effective": version if effective == "" else effective}, ensure_ascii=False)


def check(root: Path, changed: Mapping[str, str], *texts: str) -> list[Diagnostic]:
    """The faults of meaning of a sound folder with some files changed, and texts of the constitution."""
    laws = root / "texts"
    laws.mkdir(parents=True)
    for number, text in enumerate(texts):
        (laws / f"xianfa@{number}.json").write_text(text, encoding="utf-8")
    write_content(root / "content", {"banks/practice/xianfa-01.yml": PRACTICE, EXAM_PATH: EXAM, **changed})
    content, found = read_content(root / "content", laws=laws)
    assert found == []
    return check_content(content)


def told(faults: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.message, fault.hint) for fault in faults]


@pytest.mark.parametrize("article", ["2", "2-1", "143"])
def test_article_of_the_text_may_be_cited(tmp_path: Path, article: str) -> None:
    changed = {EXAM_PATH: EXAM.replace("xianfa:2", f"xianfa:{article}")}

    assert check(tmp_path, changed, statute("2018-03-11", PRESENT)) == []


@pytest.mark.parametrize(
    ("article", "title", "reason"),
    [
        ("4", "第四条", "里没有这一条"),
        ("2-2", "第二条之二", "里没有这一条"),
        ("3", "第三条", "已经删去这一条"),
        ("144", "第一百四十四条", "共143条"),
    ],
)
def test_article_that_the_text_lacks_is_an_error(tmp_path: Path, article: str, title: str, reason: str) -> None:
    changed = {EXAM_PATH: EXAM.replace("xianfa:2", f"xianfa:{article}")}

    (fault,) = check(tmp_path, changed, statute("2018-03-11", PRESENT))

    assert (fault.code, fault.severity, fault.message) == ("Q205", Severity.ERROR, f"《宪法》没有{title}")
    assert fault.hint == f"考试时有效的版本（2018-03-11）{reason}；请核对是否用了旧版的条号"


def test_text_that_takes_effect_after_every_exam_breaks_nothing(tmp_path: Path) -> None:
    coming = statute("2026-12-01", {"1": "全新。"}, effective="2027-01-01")
    changed = {
        REGISTER_PATH: REGISTER + COMING.replace("2027-03-01", "2027-01-01").replace("articles: 2", "articles: 1")
    }

    assert check(tmp_path, changed, statute("2018-03-11", PRESENT), coming) == []


def test_statute_that_is_known_only_in_a_coming_version_is_not_judged(tmp_path: Path) -> None:
    register = REGISTER.replace("2018-03-11", "2026-12-01").replace("effective: 2026-12-01", "effective: 2027-06-01")

    assert check(tmp_path, {REGISTER_PATH: register, EXAM_PATH: EXAM.replace("xianfa:2", "xianfa:200")}) == []


def test_law_that_changes_before_the_window_shuts_makes_items_stale(tmp_path: Path) -> None:
    changed = {REGISTER_PATH: REGISTER + COMING.replace("2027-03-01", "2026-12-20")}

    faults = check(tmp_path, changed)

    message = "试题的审核日期2026-11-23早于《宪法》2026-12-01通过的版本，没有原文可以比较"
    hint = "方案2026的考试到2026-12-20为止，这个版本自2026-12-20起施行；请对照条文重新审核，再更新“reviewed”"
    assert told(faults) == [("Q208", message, hint)] * 2
    assert {fault.severity for fault in faults} == {Severity.WARNING}


def test_make_up_window_counts_as_the_exam(tmp_path: Path) -> None:
    makeup = PROGRAMME.replace(
        "credit_hour_minutes", "makeup: {opens: 2027-03-01 00:00, closes: 2027-03-02 00:00}\ncredit_hour_minutes", 1
    )

    faults = check(tmp_path, {"programmes/2026.yml": makeup, REGISTER_PATH: REGISTER + COMING})

    assert [fault.code for fault in faults] == ["Q208", "Q208"]
    assert "方案2026的考试到2027-03-01为止" in faults[0].hint


def test_stale_item_is_told_once_for_the_first_programme_it_concerns(tmp_path: Path) -> None:
    later = PROGRAMME_2027.replace('"2027"', '"2028"').replace("2028-01-01", "2029-01-01").replace("2027-", "2028-")
    changed = {
        "programmes/2027.yml": PROGRAMME_2027,
        "programmes/2028.yml": later,
        REGISTER_PATH: REGISTER + COMING,
        "banks/practice/xianfa-01.yml": PRACTICE.replace("2026-11-23", "2026-12-02"),
    }

    (fault,) = check(tmp_path, changed)

    assert (fault.code, Path(fault.span.path).parent.name) == ("Q208", "exam")
    assert fault.hint.startswith("方案2027的考试到2027-12-20为止，这个版本自2027-03-01起施行")


def test_programme_that_closed_before_the_latest_review_is_not_judged(tmp_path: Path) -> None:
    over = PROGRAMME.replace('"2026"', '"2020"').replace("2026-", "2020-").replace("2027-01-01", "2021-01-01")
    register = REGISTER.replace("version: 2018-03-11", "version: 2026-03-11").replace(
        "effective: 2018", "effective: 2026"
    )
    old = statute("2018-03-11", {"2": "旧的。", "144": "旧有。"})
    changed = {"programmes/2020.yml": over, REGISTER_PATH: register, EXAM_PATH: EXAM.replace("xianfa:2", "xianfa:144")}

    faults = check(tmp_path, changed, old, statute("2026-03-11", PRESENT))

    assert [fault.code for fault in faults] == ["Q205"]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ({"2": "一切权力属于 人民。"}, {"2": "一切权力属于人民。"}, ""),
        ({"2": "权力。"}, {"2": "一切权力属于人民。"}, "第二条已修改"),
        ({"2": "权力。"}, {"2": "（删去）", "1": "别的。"}, "第二条已删去"),
        ({"1": "别的。"}, {"2": "一切权力属于人民。"}, "第二条是新增的"),
        ({"2": "权力。"}, {"2": "别的。", "3": "权力。"}, "原第二条现在是第三条"),
    ],
)
def test_item_is_stale_only_where_its_article_reads_otherwise(
    tmp_path: Path, old: dict[str, str], new: dict[str, str], change: str
) -> None:
    register = REGISTER.replace("2018-03-11", "2026-12-01").replace("143", str(max(map(int, new))))
    content = {REGISTER_PATH: register, LESSON_PATH: LESSON.replace("正文。", "《宪法》第二条。")}

    faults = check(tmp_path, content, statute("2018-03-11", old), statute("2026-12-01", new))

    stale = [fault.message for fault in faults if fault.code in {"Q208", "Q314"}]
    expected = f"2026-11-23早于《宪法》2026-12-01通过的版本，{change}"
    assert stale == ([f"试题的审核日期{expected}"] * 2 + [f"课程的审核日期{expected}"] if change else [])


def test_amendment_known_by_its_date_only_leaves_nothing_to_compare(tmp_path: Path) -> None:
    register = REGISTER.replace("2018-03-11", "2026-12-01") + "    amendments: [2020-01-01]\n"
    same = {"2": "一切权力属于人民。", "143": "首都是北京。"}

    faults = check(tmp_path, {REGISTER_PATH: register}, statute("2018-03-11", same), statute("2026-12-01", same))

    assert {fault.message.partition("，")[2] for fault in faults if fault.code == "Q208"} == {
        "没有审核时的原文可以比较"
    }


def test_without_a_programme_the_registered_version_holds(tmp_path: Path) -> None:
    changed = {REGISTER_PATH: REGISTER.replace("2018-03-11", "2026-12-01") + COMING.replace("2026-12-01", "2026-12-02")}
    write_content(tmp_path / "content", {EXAM_PATH: EXAM, **changed})
    (tmp_path / "content/programmes/2026.yml").unlink()

    content, _ = read_content(tmp_path / "content")
    faults = check_content(content)

    assert {(fault.code, fault.hint) for fault in faults} == {
        ("Q208", "这个版本自2026-12-01起施行；请对照条文重新审核，再更新“reviewed”")
    }


def test_words_are_not_judged_while_a_version_that_holds_has_no_text(tmp_path: Path) -> None:
    quoting = EXAM.replace("这是国家权力的来源。", "《宪法》第二条规定，“一切权力属于全体公民”。")
    changed = {EXAM_PATH: quoting, "programmes/2027.yml": PROGRAMME_2027}

    with_text = check(tmp_path, changed, statute("2018-03-11", PRESENT))
    without = check(tmp_path / "b", {**changed, REGISTER_PATH: REGISTER + COMING}, statute("2018-03-11", PRESENT))

    assert [fault.code for fault in with_text] == ["Q209"]
    assert [fault.code for fault in without] == ["Q208", "Q208"]


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ('!!! law "《中华人民共和国宪法》第一条"\n    根本制度。\n    第二款。\n', []),
        ('!!! law "《宪法》第一条第二款"\n    第二款。\n', []),
        ('??? law "《宪法》第一条、第二条"\n    一切权力……人民。\n', []),
        ('!!! law "《宪法》"\n    一切权力属于人民。\n', []),
        ('!!! law "《宪法》第一条第二款"\n    根本制度。\n', [("Q313", 9, 5)]),
        ('!!! law "《宪法》第二条"\n    一切权力属于公民。\n', [("Q313", 9, 5)]),
        ('!!! law "《宪法》第二条"\n\n正文。\n', [("Q313", 8, 10)]),
        ('!!! law "《宪法》第一条第三款"\n    第二款。\n', [("Q312", 8, 10)]),
        ('!!! law "《宪法》第九条"\n    没有。\n', [("Q312", 8, 10)]),
        ('!!! law "《宪发》第二条"\n    没有。\n', [("Q312", 8, 10)]),
        ("!!! law\n    没有标题。\n", [("Q312", 8, 1)]),
        ('```\n!!! law "《宪发》第二条"\n```\n', []),
        ("《宪法》第一条和第九条，另见《某法》第九条。\n", [("Q315", 8, 9)]),
        ("《宪法》第一条第三款。\n", [("Q315", 8, 1)]),
    ],
)
def test_law_in_a_lesson_is_the_law(tmp_path: Path, box: str, expected: list[tuple[str, int, int]]) -> None:
    faults = check(tmp_path, {LESSON_PATH: LESSON.replace("正文。\n", box)}, statute("2018-03-11", PRESENT))

    assert places(faults) == expected


def test_law_box_is_mended_by_its_hint(tmp_path: Path) -> None:
    box = '!!! law "《宪法》第二条"\n    一切权力属于公民。\n'

    (fault,) = check(tmp_path, {LESSON_PATH: LESSON.replace("正文。\n", box)}, statute("2018-03-11", PRESENT))

    assert told([fault]) == [("Q313", "这段话不是《宪法》第二条的原文", "原文是：一切权力属于人民。")]


def test_law_box_may_quote_a_registered_document(tmp_path: Path) -> None:
    document = "documents:\n  guihua:\n    title: 某规划\n    issuer: 某机关\n    date: 2021-01-10\n"
    lesson = LESSON.replace("正文。\n", '!!! law "《某规划》"\n    任何文字。\n')

    assert check(tmp_path, {LESSON_PATH: lesson, REGISTER_PATH: REGISTER + document}) == []


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            statute("2018-03-11", PRESENT, title="中华人民共和国宪法典"),
            "登记的名称“中华人民共和国宪法”与法律原文不同",
            "原文是“中华人民共和国宪法典”；请核对名称，或核对原文的文件名",
        ),
        (
            statute("2018-03-11", PRESENT, effective="2018-03-12"),
            "登记的《宪法》施行日期2018-03-11与法律原文（2018-03-11）不同",
            "原文是2018-03-12；请改为 effective: 2018-03-12",
        ),
        (
            statute("2018-03-11", {"1": "条文。", "2": "条文。"}),
            "登记的《宪法》条数143与法律原文（2018-03-11）不同",
            "原文是2；请改为 articles: 2",
        ),
        (
            statute("2017-03-11", PRESENT),
            "登记的《宪法》版本是2018-03-11，法律原文只有旧版本（2017-03-11）",
            "请核对版本日期；日期没有错的，请用 quizgen law add 导入这个版本的原文",
        ),
        (
            statute("2026-03-11", PRESENT, effective="2027-03-11"),
            "《宪法》的法律原文有没有登记的新版本（2026-03-11，自2027-03-11起施行）",
            (
                "已经施行的，请改登记的日期和条数；还没有施行的，请写 "
                "upcoming: {version: 2026-03-11, effective: 2027-03-11, articles: 143}"
            ),
        ),
        (
            statute("2026-11-25", PRESENT, effective=None),
            "《宪法》的法律原文有没有登记的新版本（2026-11-25）",
            (
                "已经施行的，请改登记的日期和条数；还没有施行的，请写 "
                "upcoming: {version: 2026-11-25, effective: 施行日期, articles: 143}"
            ),
        ),
    ],
)
def test_register_that_disagrees_with_a_text_is_told_the_right_value(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    (fault,) = check(tmp_path, {}, text)

    assert told([fault]) == [("Q502", message, hint)]
    assert (fault.severity, fault.span.line) == (Severity.WARNING, 2)


def test_coming_version_is_compared_with_its_text(tmp_path: Path) -> None:
    coming = statute("2026-12-01", {"1": "条文。", "3": "条文。"}, effective="2027-03-01")

    faults = check(tmp_path, {REGISTER_PATH: REGISTER + COMING}, statute("2018-03-11", PRESENT), coming)

    assert [(fault.code, fault.hint) for fault in faults] == [("Q502", "原文是3；请改为 upcoming: articles: 3")]
