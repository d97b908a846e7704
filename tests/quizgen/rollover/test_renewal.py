"""Next year's programme: what changes, what stays to the letter, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.parse.programme import parse_programme
from quizgen.rollover.renewal import CannotRenew, Renewal, renew
from tests.course_project import REPOSITORY
from tests.quizgen_content import PROGRAMME


def renewed(text: str, *, id: str = "2027", years: int = 1) -> Renewal:
    return renew(text, "content/programmes/2027.yml", id=id, years=years)


def changed_lines(before: str, after: str) -> list[str]:
    lines = zip(before.split("\n"), after.split("\n"), strict=True)
    return [new for old, new in lines if new != old]


def test_own_programme_changes_in_five_lines_only() -> None:
    text = (REPOSITORY / "content/programmes/2026.yml").read_text(encoding="utf-8")

    renewal = renewed(text)

    assert changed_lines(text, renewal.text) == [
        'id: "2027"',
        "title: 2027年度国家工作人员学法考试",
        "study: {opens: 2027-03-01 00:00, closes: 2028-01-01 00:00}",
        "exam: {opens: 2027-09-01 08:00, closes: 2027-12-21 00:00}",
        "makeup: {opens: 2027-12-21 08:00, closes: 2028-01-01 00:00}",
    ]
    assert renewal.renewed == {"title": 4, "study": 8, "exam": 9, "makeup": 10}
    assert [line for line, _ in renewal.left] == [1]


def test_comment_beside_what_was_brought_forward_is_left_to_the_editor() -> None:
    text = PROGRAMME.replace('id: "2026"', 'id: "2026"  # 2026年3月印发')

    assert renewed(text).left == ((1, 'id: "2027"  # 2026年3月印发'),)


BASE = PROGRAMME.replace("2026", "YEAR").replace("2027", "NEXT")
HAN = {2026: "二〇二六", 2027: "二〇二七"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a programme is written; YEAR, NEXT and HAN stand for the year, comments for what must stay."""

    id: str
    title: str
    exam: str
    comment: str
    body: str
    notice: str

    def at(self, year: int) -> str:
        text = BASE.replace('id: "YEAR"', self.id).replace("title: YEAR年度学法考试", self.title)
        text = text.replace("exam: {opens: YEAR-09-01 08:00, closes: YEAR-12-21}", self.exam) + self.notice
        text = text.replace('  body: "{name}完成{hours}学时，考试成绩{score}分。"', self.body)
        text = text.replace("YEAR", f"{year}").replace("NEXT", f"{year + 1}").replace("HAN", HAN[year])
        return text.replace("# …", f"# {self.comment}")


LAYOUTS = st.builds(
    Layout,
    id=st.sampled_from(['id: "YEAR"', "id: YEAR", "id: 'YEAR' # …", "id: &i2026 lingdao-YEAR", "# …\nid:    YEAR"]),
    title=st.sampled_from(
        [
            "title: YEAR年度学法考试",
            "title: 'YEAR年度（HAN年）考试' # …",
            'title: &t2026 "YEAR、YEAR"',
            "title: 年度考试 # …",
            "title: 第12026号 # …",
            "title: |-\n  YEAR年度\n  学法考试（YEAR）\n# …",
        ]
    ),
    exam=st.sampled_from(
        [
            "exam: {opens: YEAR-09-01 08:00, closes: YEAR-12-21}",
            "exam:\n  opens: 'YEAR-09-01 08:00' # …\n  closes: YEAR-12-31\n  # …",
            "exam: {closes: YEAR-10-01, # …\n  opens: YEAR-09-01 08:00}\n",
            'exam: {opens: &o "YEAR-09-01", closes: "NEXT-01-01 00:00"}\n\nmakeup: {opens: *o, closes: NEXT-01-02}',
        ]
    ),
    comment=st.text(st.sampled_from("# 2026年二〇9，{[:'\"&*"), max_size=20),
    body=st.sampled_from(
        [
            '  body: "{name}完成{hours}学时。"',
            "  body: '{name}参加YEAR年考试' # …",
            "  body: >-\n    {name}参加YEAR年度考试，\n    YEAR年12月考核合格。\n  # …",
            "  body: HAN年{programme}合格",
        ]
    ),
    notice=st.sampled_from(["", "notice: YEAR年12月21日前完成\n", "contacts:\nnotice: 'YEAR—YEAR学年'\n"]),
)


@given(LAYOUTS)
def test_programme_changes_in_ids_dates_and_years_and_not_in_layout(layout: Layout) -> None:
    text = layout.at(2026)
    new_id = "lingdao-2027" if "lingdao" in text else "2027"

    renewal = renewed(text, id=new_id)

    assert renewal.text == layout.at(2027)
    assert parse_programme(renewal.text, "x.yml") == (renewal.programme, [])


@pytest.mark.parametrize(
    ("closes", "years", "later"),
    [("2028-02-29 12:00", 1, "2029-02-28 12:00"), ("2028-02-29", 4, "2032-02-29"), ("2027-03-01", 1, "2028-03-01")],
)
def test_last_of_february_stays_in_february(closes: str, years: int, later: str) -> None:
    text = PROGRAMME.replace("closes: 2027-01-01 00:00", f"closes: {closes}")

    renewal = renewed(text, years=years, id="x")

    assert f"closes: {later}}}" in renewal.text


def test_title_of_a_special_programme_takes_the_year_of_its_exam() -> None:
    text = PROGRAMME.replace('"2026"', "lingdao")

    renewal = renewed(text, id="lingdao-2", years=2)

    assert (renewal.programme.id, renewal.programme.title) == ("lingdao-2", "2028年度学法考试")


def test_window_written_once_for_two_is_moved_once() -> None:
    text = PROGRAMME.replace("study: {", "study: &all {").replace(
        "exam: {opens: 2026-09-01 08:00, closes: 2026-12-21}", "exam: *all"
    )

    renewal = renewed(text)

    assert changed_lines(text, renewal.text) == [
        'id: "2027"', "title: 2027年度学法考试", "study: &all {opens: 2027-03-01 00:00, closes: 2028-01-01 00:00}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id: "2026"', 'id: "202\\x36"'),
        ("  issuer: 示例单位", "  issuer: *t"),
        ("  body:", "  body: >- # 2026\n   {name}参加2026年考试\n  # body:"),
    ],
)
def test_programme_that_cannot_be_edited_safely_is_refused(old: str, new: str) -> None:
    text = PROGRAMME.replace("title: 2026", "title: &t 2026", 1).replace(old, new)
    text = text.replace("modules: {xianfa: 宪法}", "modules: {xianfa: *t}") if "*t" in new else text

    with pytest.raises(CannotRenew, match="不便自动修改"):
        renewed(text)


def test_window_that_leap_day_would_close_is_refused_with_its_line() -> None:
    text = PROGRAMME.replace(
        "exam: {opens: 2026-09-01 08:00, closes: 2026-12-21}", "exam: {opens: 2028-02-28, closes: 2028-02-29}"
    )

    with pytest.raises(CannotRenew, match="第5行“exam”的结束时间不晚于开始时间"):
        renewed(text)


def test_year_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(CannotRenew, match="年度太大"):
        renewed(PROGRAMME, years=8000)


def test_text_that_is_no_programme_is_refused() -> None:
    with pytest.raises(CannotRenew, match="读不出来"):
        renewed("- a\n")
