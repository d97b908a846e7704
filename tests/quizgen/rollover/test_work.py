"""Units of work for a new programme: what is told, of whom, why, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from quizgen.check.rules import check_content
from quizgen.content import Content, read_content
from quizgen.diagnostics import Span
from quizgen.evidence.statistics import ItemStatistics
from quizgen.model import Difficulty, Item, ItemId
from quizgen.rollover.renewal import renew
from quizgen.rollover.work import Work, WorkKind, work_of
from tests.quizgen_content import BANK, FILES, ITEM, LESSON, PROGRAMME, write_content
from tests.quizgen_factories import figures

RENEWAL = renew(PROGRAMME, "content/programmes/2027.yml", id="2027", years=1)
EXAM = FILES["banks/exam/xianfa-01.yml"]
NEXT_YEAR = {"programmes/2027.yml": RENEWAL.text, "course/notices/2027.md": "# 学习通知\n"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def content_of(changed: dict[str, str] | None = None) -> Content:
    content, found = read_content(write_content(Path("content"), NEXT_YEAR | (changed or {})))
    assert found == []
    return content


def with_exam(content: Content, *items: Item, **statistics: ItemStatistics) -> Content:
    """The content with other exam items, and statistics by the last three digits of their ids (`i101=…`)."""
    by_id = {ItemId(f"xianfa-01-{name[1:]}"): value for name, value in statistics.items()}
    return replace(content, exam=replace(content.exam, items=items), statistics=by_id)


def works(content: Content, *kinds: WorkKind, review_years: int = 2) -> list[Work]:
    """All work but what the programme asks for and other findings (copies of an item are twins), or some kinds only."""
    programme = content.programme("2027")
    assert programme
    found = check_content(content)
    everything = work_of(content, found, None, programme=programme, review_years=review_years)
    wanted = kinds or tuple(
        kind for kind in WorkKind if kind not in {WorkKind.PROGRAMME, WorkKind.THIN, WorkKind.WARNING}
    )
    return [work for work in everything if work.kind in wanted]


def exam_items(content: Content, count: int, **changes: object) -> list[Item]:
    """Copies of the one exam item, `xianfa-01-101` and so on."""
    (first,) = content.exam.items
    return [
        replace(first, id=ItemId(f"xianfa-01-{number}"), **changes)  # type: ignore[arg-type]
        for number in range(101, 101 + count)
    ]


def test_sound_content_leaves_the_programme_to_be_looked_at() -> None:
    content = content_of()
    programme = content.programme("2027")
    assert programme

    found = work_of(content, check_content(content), RENEWAL, programme=programme, review_years=2)

    assert [(work.kind, work.place.line, work.reason) for work in found if work.kind is WorkKind.PROGRAMME] == [
        (WorkKind.PROGRAMME, 1, "合格所需的学时仍是1学时"),
        (WorkKind.PROGRAMME, 2, "名称里的2026年已改为2027年"),
        (
            WorkKind.PROGRAMME,
            4,
            "学习时间由上一年度顺延：2027年3月1日 00:00（星期一）至2028年1月1日 00:00（星期六）",
        ),
        (
            WorkKind.PROGRAMME,
            5,
            "考试时间由上一年度顺延：2027年9月1日 08:00（星期三）至2027年12月21日 00:00（星期二）",
        ),
    ]
    assert {work.subject for work in found} == {"2027"}


def test_line_that_still_names_the_old_year_is_told() -> None:
    renewal = renew(f"# 2026年的规则\n{PROGRAMME}", "content/programmes/2027.yml", id="2027", years=1)
    content = content_of({"programmes/2027.yml": renewal.text})
    programme = content.programme("2027")
    assert programme

    first, *_ = work_of(content, [], renewal, programme=programme, review_years=2)

    assert first == Work(
        kind=WorkKind.PROGRAMME,
        area="方案",
        subject="2027",
        title="2027年度学法考试",
        place=Span(path="content/programmes/2027.yml", line=1),
        reason="这一行还写着2026，没有改动：# 2026年的规则",
        task="请改写，或删去",
    )


def test_missing_notice_is_told() -> None:
    content = content_of()
    content = replace(content, pages={})

    (work,) = works(content, WorkKind.PROGRAMME)

    assert (work.reason, work.task) == (
        "还没有本年度的学习通知",
        "请写 course/notices/2027.md，并加进 mkdocs.yml 的 nav",
    )


def test_findings_of_one_item_are_one_unit_of_work() -> None:
    content = content_of()
    (item,) = content.exam.items
    found = [
        replace(fault, span=item.cites[0].span)
        for fault in check_content(
            replace(content, exam=replace(content.exam, items=(replace(item, reviewed=date(2017, 1, 1)),)))
        )
        if fault.code == "Q208"
    ]
    programme = content.programme("2027")
    assert programme
    assert len(found) == 1
    second = replace(found[0], message="另一条也已修改")

    work = next(
        work
        for work in work_of(content, [*found, second], None, programme=programme, review_years=2)
        if work.kind is WorkKind.STALE
    )

    assert (work.area, work.subject, work.place.line) == ("考试题库", "xianfa-01-101", 11)
    assert work.reason == f"{found[0].message}（Q208）；另一条也已修改（Q208）"
    assert work.title == "人民行使国家权力的机关是（ ）。"


def test_stale_item_is_not_told_again_as_reviewed_too_long_ago() -> None:
    content = content_of({"banks/exam/xianfa-01.yml": EXAM.replace("2026-11-23", "2017-01-01")})

    assert [work.kind for work in works(content)] == [WorkKind.STALE]


def test_errors_come_first_and_warnings_after_what_is_stale() -> None:
    bank = EXAM.replace("xianfa:2]", "xianfa:2, minfadian:1]").replace("2026-11-23", "2017-01-01")
    content = content_of({"banks/exam/xianfa-01.yml": bank, "course/lessons/xianfa-01.md": LESSON})

    assert [(work.kind, work.subject) for work in works(content)] == [
        (WorkKind.ERROR, "xianfa-01-101"),
        (WorkKind.STALE, "xianfa-01-101"),
    ]


def test_fault_outside_items_and_lessons_is_told_by_its_file() -> None:
    content = content_of()
    content = replace(content, pages={**content.pages, "admin/": Span(path="content/course/admin.md")})

    (work,) = works(content)

    assert (work.kind, work.area, work.subject, work.title) == (WorkKind.ERROR, "其他", "admin.md", "")


def test_fault_of_an_item_without_an_id_is_told_by_its_file_not_of_the_item_before() -> None:
    second = ITEM.replace("- id: xianfa-01-001\n    type: single", "- type: simple")
    content, found = read_content(
        write_content(Path("content"), NEXT_YEAR | {"banks/exam/xianfa-01.yml": EXAM + second})
    )

    works = work_of(content, check_content(content, found), None, programme=content.programmes[1], review_years=2)

    errors = [(work.area, work.subject) for work in works if work.kind is WorkKind.ERROR]
    assert errors == [("考试题库", "xianfa-01.yml")]


def test_fault_of_last_years_programme_is_past_mending() -> None:
    content = content_of({"programmes/2026.yml": PROGRAMME.replace("{easy: 1}", "{hard: 1}")})

    assert [fault.code for fault in check_content(content)] == ["Q410"]
    assert works(content) == []


def test_items_and_lessons_reviewed_too_long_before_the_exam_are_told() -> None:
    bank = BANK.replace("2026-11-23", "2025-08-31")
    lesson = LESSON.replace("2026-11-23", "2025-08-31")
    content = content_of({"banks/practice/xianfa-01.yml": bank, "course/lessons/xianfa-01.md": lesson})

    told = [(work.area, work.subject, work.place.line, work.reason) for work in works(content)]

    assert told == [
        (area, subject, line, "最近一次审核是2025-08-31，到2027年9月1日考试开始时超过2年")
        for area, subject, line in [("练习题库", "xianfa-01-001", 3), ("课程", "xianfa-01", 3)]
    ]
    assert works(content, review_years=3) == []


def test_leap_day_has_a_day_two_years_before() -> None:
    late = PROGRAMME.replace('"2026"', '"2027"').replace(
        "opens: 2026-09-01 08:00, closes: 2026-12-21", "opens: 2028-02-29, closes: 2028-03-01"
    )
    content = content_of(
        {"programmes/2027.yml": late, "banks/practice/xianfa-01.yml": BANK.replace("2026-11-23", "2026-02-27")}
    )

    assert [work.subject for work in works(content, WorkKind.OLD)] == ["xianfa-01-001"]


def test_drafts_of_both_banks_are_told() -> None:
    content = content_of(
        {"banks/exam/xianfa-01.yml": EXAM + EXAM.split("items:\n")[1].replace("-101", "-102").replace("启用", "草稿")}
    )

    assert [(work.kind, work.subject, work.task) for work in works(content)] == [
        (WorkKind.DRAFT, "xianfa-01-102", "请写完后改为“启用”，或删去")
    ]


def test_cell_with_little_in_reserve_is_told_once_for_all_tiers() -> None:
    content = content_of()
    two, three = (with_exam(content, *exam_items(content, count)) for count in (2, 3))

    (work,) = works(two, WorkKind.THIN)

    assert (work.area, work.subject, work.place.line) == ("方案", "2027", 16)
    assert work.reason == "国家机关工作人员：每份试卷用宪法容易的单选题1道，能用的只有2道，不到3倍"
    assert work.task == "请补充或启用1道，以免同一学员再考时遇到做过的试题"
    assert works(three, WorkKind.THIN) == []


def test_quota_of_any_difficulty_counts_what_others_leave() -> None:
    any_too = RENEWAL.text.replace("{xianfa: {easy: 1}}", "{xianfa: {easy: 1, any: 1}}")
    second = any_too.replace("certificate:", "  leading:\n    title: 领导干部\n    required: [xianfa-01]\n"
                             "    blueprint: standard\n    pass_mark: 1\ncertificate:")  # fmt: skip
    content = content_of({"programmes/2027.yml": second})
    content = with_exam(content, *exam_items(content, 3))

    assert [work.reason for work in works(content, WorkKind.THIN)] == [
        "各人员层次：每份试卷用宪法单选题1道，能用的只有2道，不到3倍"
    ]


def test_without_statistics_nothing_is_said_of_use() -> None:
    content = content_of()
    content = with_exam(content, *exam_items(content, 20))

    assert works(content) == []


def test_item_that_statistics_speak_against_is_told_with_the_figures() -> None:
    content = content_of()
    items = exam_items(content, 4, options={"A": "公民", "B": "人民", "C": "国家"})
    content = with_exam(
        content,
        *items,
        i101=figures(facility=0.12, discrimination=0.3, efficiency=0.4),
        i102=figures(facility=0.97, discrimination=-0.25, efficiency=-0.3),
        i103=figures(
            facility=0.8, discrimination=0.05, efficiency=0.08, options={"A": 199, "B": 800, "C": 1}, responses=1000
        ),
        i104=figures(facility=0.12, as_of=date(2026, 1, 1)),
    )

    told = {work.subject: work.reason for work in works(content)}

    assert list(told) == ["xianfa-01-101", "xianfa-01-102", "xianfa-01-103"]
    assert told["xianfa-01-101"] == (
        "200人作答，得分率12%：过难（得分率低于20%）；难度与实际得分率相差超过20个百分点：写的是容易"
    )
    assert told["xianfa-01-102"] == (
        "200人作答，得分率97%：过易（得分率高于95%）；区分度为负（成绩好的学员反而容易答错）：-0.25"
    )
    assert told["xianfa-01-103"] == (
        "1000人作答，得分率80%：区分效率低（低于15%）：8%；有干扰项几乎没有人选（少于2%）：C项"
    )


def test_item_used_far_more_than_its_like_is_told() -> None:
    content = content_of()
    used = {f"i{number}": figures(papers=40, facility=0.8) for number in range(102, 111)}
    content = with_exam(content, *exam_items(content, 12), i101=figures(papers=90, facility=0.8), **used)
    content = replace(content, statistics={**content.statistics, ItemId("xianfa-01-999"): figures(papers=1)})

    assert [(work.kind, work.subject, work.reason) for work in works(content, WorkKind.OVEREXPOSED)] == [
        (WorkKind.OVEREXPOSED, "xianfa-01-101", "用在90份试卷上，同一格（题型、模块、难度相同）平均45份")
    ]


def test_few_papers_say_nothing_of_uneven_use() -> None:
    content = content_of()
    content = with_exam(
        content, *exam_items(content, 2), i101=figures(papers=9, facility=0.8), i102=figures(papers=1, facility=0.8)
    )

    assert works(content, WorkKind.OVEREXPOSED) == []


def test_item_never_used_is_told_with_the_reason_where_one_shows() -> None:
    content = content_of()
    easy, used, new = exam_items(content, 3)
    hard = replace(easy, id=ItemId("xianfa-01-104"), difficulty=Difficulty.HARD)
    new = replace(new, reviewed=date(2027, 3, 1))
    content = with_exam(content, easy, used, new, hard, i102=figures(facility=0.8))

    assert [(work.subject, work.reason) for work in works(content, WorkKind.UNUSED)] == [
        ("xianfa-01-101", "截至2026-12-31没有用在任何试卷上"),
        ("xianfa-01-104", "截至2026-12-31没有用在任何试卷上；组卷方案不从这一格（题型、模块、难度）出题"),
    ]
