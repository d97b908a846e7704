"""The page of supervision: four lists, letters, records, each within the caller's units."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from grader.store.kinds import UNIT
from quizgen.office.wordml import paragraphs
from tests.grader.web.admin.test_reports import rows
from tests.grader.web.conftest import Site, said
from tests.grader_factories import milestones, outcome, start


@pytest.fixture
def year(site: Site) -> Site:
    """赵学法 has failed, 钱学法 is studying, 孙守法 has not begun."""
    site.keep(
        "learner",
        seconds={"xianfa-01": 600},
        starts=(start("t0"),),
        outcomes=(outcome("t0", 40),),
        milestones=milestones("started", "hours_met", "examined"),
    )
    site.keep("other", seconds={"xianfa-01": 60}, milestones=milestones("started"))
    return site


def words(answer: TestResponse) -> list[str]:
    """The paragraphs of a DOCX."""
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return paragraphs(archive.read("word/document.xml"))


def test_each_person_is_on_one_list(year: Site) -> None:
    page = year.browser("county").open("/admin/supervision").text

    assert rows(page)[:3] == [
        ["示例单位county", "0", "0", "0", "0"],
        ["示例单位u1", "1", "0", "0", "1"],
        ["示例单位u2", "0", "1", "0", "0"],
    ]
    assert {row[0]: row[3] for row in rows(page)[-3:]} == {"孙守法": "未开始", "赵学法": "未合格", "钱学法": "学时不足"}


def test_list_is_narrowed_to_one(year: Site) -> None:
    page = year.browser("county").open("/admin/supervision?lack=not_passed").text

    assert [row[0] for row in rows(page)[-1:]] == ["赵学法"]
    assert "未合格（1 人）" in page


def test_unit_is_told_of_its_own_people_alone(year: Site) -> None:
    browser = year.browser("unit")

    answers = [browser.open(f"/admin/supervision{query}") for query in ("", "?unit=u2")]

    assert ["钱学法" in answer.text for answer in answers] == [False, False]
    assert browser.open("/admin/supervision/letter.docx?unit=u2").status_code == 404


def test_letter_names_those_who_are_behind_and_ranks_nobody(year: Site) -> None:
    browser = year.browser("county")

    letter = words(browser.open("/admin/supervision/letter.docx?unit=u1"))
    told = words(browser.open("/admin/supervision/bulletin.docx"))

    assert letter[1] == "关于抓紧完成2026年度学法考试的提醒函"
    assert letter[3] == "示例单位u1："
    assert "一、未开始（1人）" in letter
    assert "二、未合格（1人）" in letter
    assert "孙守法" in letter
    assert "参学总人数2人，已完成学习任务1人，已参加考试1人，已合格0人。尚有2人" in letter[4]
    assert told[told.index("33.3%") + 1] == "（1/3）"
    assert "名次" not in "".join(told)
    assert browser.open("/admin/supervision/letter.docx").status_code == 404


def test_letter_has_the_layout_of_official_letters(year: Site) -> None:
    answer = year.browser("county").open("/admin/supervision/letter.docx?unit=u1")

    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        document = archive.read("word/document.xml").decode()
        names = set(archive.namelist())
    assert '<w:pgSz w:w="11906" w:h="16838"/>' in document
    assert 'w:top="2098"' in document
    assert 'w:linePitch="579"' in document
    assert '<w:spacing w:val="-5"/>' in document
    assert '<w:color w:val="FF0000"/>' in document
    title = document.split("</w:p>")[1]
    assert '<w:spacing w:before="1158"/>' in title
    assert set(re.findall(r'w:eastAsia="([^"]+)"', document)) == {"方正小标宋简体", "仿宋_GB2312", "黑体"}
    assert names >= {"[Content_Types].xml", "_rels/.rels", "word/fontTable.xml", "word/settings.xml"}


def test_page_numbers_stand_outside_and_the_issuer_stands_over_the_middle_of_the_day(year: Site) -> None:
    answer = year.browser("county").open("/admin/supervision/letter.docx?unit=u1")

    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        odd, even = (archive.read(f"word/{name}.xml").decode() for name in ("footer", "footerEven"))
        settings = archive.read("word/settings.xml").decode()
        document = archive.read("word/document.xml").decode()
    assert "<w:evenAndOddHeaders/>" in settings
    assert '<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>' in odd
    assert '<w:ind w:leftChars="100" w:left="280"/><w:jc w:val="left"/>' in even
    issuer, day = document.split("</w:p>")[-3:-1]
    assert ('w:rightChars="400"' in issuer, "示例单位county" in issuer) == (False, True)
    assert ('w:rightChars="400"' in day, "2026年" in day) == (True, True)


def test_letter_and_group_text_say_until_when_to_study_and_until_when_to_sit_the_exam(year: Site) -> None:
    browser = year.browser("county")

    letter = words(browser.open("/admin/supervision/letter.docx?unit=u1"))
    page = browser.open("/admin/supervision?unit=u1").text

    dates = "于2026年12月31日前完成学习，于2026年11月30日前参加考试（补考至2026年12月31日）"
    assert f"请你单位及时告知以上人员，合理安排工作和学习，{dates}。" in letter
    assert f"请{dates}。" in page


def test_call_sheet_has_telephones_as_texts(year: Site) -> None:
    year.change("learner", telephone="19900000001")

    data = year.browser("unit").send("/admin/supervision/calls.xlsx").data
    sheet = load_workbook(BytesIO(data)).worksheets[0]

    found = {row[0].value: row[5].value for row in sheet.iter_rows(min_row=4)}
    assert (set(found), found["赵学法"]) == ({"孙守法", "赵学法"}, "19900000001")


def test_taking_telephones_out_is_an_act(year: Site) -> None:
    browser = year.browser("unit")

    browser.send("/admin/supervision/calls.xlsx", lack="not_started")
    browser.send("/admin/units/template.xlsx")

    stored = year.store.load(UNIT, "u1")
    assert stored
    acts = [(act.action, act.by, act.facts) for act in stored.value.acts]
    assert acts == [("export-calls", "unit", {"people": "1"}), ("export-units", "unit", {"people": "0"})]


def test_what_was_done_is_kept_with_the_numbers_of_then(year: Site) -> None:
    browser = year.browser("unit")

    bad = browser.send("/admin/supervision", unit="u1", way="shouted", note="某备注")
    browser.send("/admin/supervision", unit="u1", way="call", note="已电话告知")
    year.keep("learner", milestones=milestones("started"))
    page = browser.open("/admin/supervision").text

    assert said(bad) == (400, "没有记录：请选择督促的方式。")
    assert "某备注" in bad.text
    assert rows(page)[-1][1:] == ["电话督促", "1 → 1", "0 → 1", "0 → 0", "1 → 0", "已电话告知"]
    stored = year.store.load(UNIT, "u1")
    assert stored
    assert [act.action for act in stored.value.acts] == ["supervise"]


def test_unit_records_nothing_for_another(year: Site) -> None:
    answer = year.browser("unit").send("/admin/supervision", unit="u2", way="call")

    stored = year.store.load(UNIT, "u2")
    assert stored
    assert stored.value.acts == ()
    assert answer.status_code == 404
