"""The reports' pages and files: the same figures everywhere, for whoever may see them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook

from grader.administration.roster.book.reading import ReadersBusy
from grader.domain.figures import MEASURES
from grader.domain.learning.supplement import Ruling, Supplement, SupplementRuling
from grader.domain.people.account import AccountId, Exemption, Placement, UnitId
from grader.store.kinds import ACCOUNT
from quizgen.model import LessonId, TierId
from quizgen.office.reader import NoReaderFree
from tests.grader.web.admin.test_admin import CLOSED, NOT_YOURS
from tests.grader.web.conftest import ORIGIN, Browser, Site, said, texts
from tests.grader_factories import NOON, milestones, outcome, start


def rows(text: str) -> list[list[str]]:
    """The cells of each row of the page's table."""
    found = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text, re.DOTALL)
    return [
        [" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in found
    ]


@pytest.fixture
def studied(site: Site) -> Site:
    """赵学法 has met the hours and passed, 钱学法 has begun, 孙守法 has not; 钱学法 is exempt."""
    site.keep(
        "learner",
        seconds={"xianfa-01": 600},
        starts=(start("t0"),),
        outcomes=(outcome("t0", 70),),
        milestones=milestones("started", "hours_met", "examined", "passed", "qualified"),
    )
    site.keep("other", seconds={"xianfa-01": 60}, milestones=milestones("started"))
    site.change("other", exemptions=(Exemption(programme="2026", kind="near_retirement", at=site.clock()),))
    return site


def test_learner_report_says_where_each_stands(studied: Site) -> None:
    answer = studied.browser("county").open("/admin/reports/learners")

    number = studied.people["learner"].number
    tier = "国家机关工作人员"
    assert rows(answer.text)[1:] == [
        ["赵学法", "示例单位u1", tier, "—", number, "1", "—", "—", "70", "合格", "1", "已合格", "—"],
        ["钱学法", "示例单位u2", tier, "—", studied.people["other"].number, "0.1", *["—"] * 4, "0", "可不参加", "—"],
    ]


@pytest.mark.parametrize(("asker", "of_county"), [("county", "1"), ("unit", "—")])
def test_report_shows_apart_what_the_county_entered(site: Site, asker: str, of_county: str) -> None:
    made = Supplement(id="s1", lesson=LessonId("xianfa-01"), at=NOON, by=asker, reason="党校学过", proof="结业证")
    ruled = SupplementRuling(supplement="s1", ruling=Ruling.APPROVED, at=NOON, by="other county")
    site.keep("learner", supplements=(made,), rulings=(ruled,))

    [learner] = [row for row in rows(site.browser("unit").open("/admin/reports/learners").text) if row[0] == "赵学法"]

    assert learner[5:8] == ["1", "1", of_county]
    told = "其中补录 1（县级填报 1）" in site.browser("unit").open("/admin/learners/learner/facts").text
    assert told is (asker == "county")


def test_files_say_what_the_screen_says(studied: Site) -> None:
    browser = studied.browser("county")

    for name in ("learners", "units"):
        screen = rows(browser.open(f"/admin/reports/{name}").text)
        plain = list(csv.reader(io.StringIO(browser.open(f"/admin/reports/{name}/csv").data.decode("utf-8-sig"))))
        sheet = load_workbook(BytesIO(browser.open(f"/admin/reports/{name}/xlsx").data)).worksheets[0]
        pdf = pypdfium2.PdfDocument(browser.open(f"/admin/reports/{name}/pdf").data)
        printed = "".join(page.get_textpage().get_text_range() for page in pdf)

        assert [joined(dict(zip(plain[0], row, strict=True))) for row in plain[1:]] == screen
        body = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=3 + len(screen))]
        heads = [str(head) for head in body[0]]
        assert [joined(dict(zip(heads, map(told, row), strict=True))) for row in body[1:]] == screen
        assert [cell for row in screen for cell in row if "".join(cell.split()) not in "".join(printed.split())] == []


def joined(cells: dict[str, str]) -> list[str]:
    """A row of a spreadsheet as the screen shows it: a rate beside its parts."""
    found = []
    for label, text in cells.items():
        if label.endswith(("率分子", "率分母")):
            continue
        part = f"（{cells[label + '分子']}/{cells[label + '分母']}）" if f"{label}分子" in cells else ""
        found.append((text or "—") + part)
    return found


def told(value: Any) -> str:
    """A cell of a workbook; a share of one is a percentage."""
    if value is None:
        return ""
    return f"{value * 100:.1f}%" if isinstance(value, float) and value != 0.1 else f"{value}"


def test_workbook_opens_clean(studied: Site) -> None:
    studied.change("learner", name="=cmd|'/c calc'!A0", number="9000010010001")

    sheet = load_workbook(BytesIO(studied.browser("county").open("/admin/reports/learners/xlsx").data)).worksheets[0]

    first = next(row for row in sheet.iter_rows(min_row=4) if str(row[0].value).startswith("="))
    assert (first[0].data_type, first[0].quotePrefix) == ("s", True)
    assert (first[4].data_type, first[4].number_format) == ("s", "@")
    assert (first[5].data_type, first[5].value) == ("n", 1)
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("B4", "$3:$3", "landscape")


def test_figures_lead_to_the_names_that_they_counted(studied: Site) -> None:
    browser = studied.browser("county")
    page = browser.open("/admin/reports/units")

    links = texts(page, r'<tfoot>.*?data-label="合格率"><a href="([^"]*)"')
    found = browser.open(f"/admin/reports/{unescape(links[0])}")

    assert [row[0] for row in rows(found.text)] == ["赵学法"]
    assert [row[0] for row in rows(browser.open("/admin/reports/learners?measure=exempt").text)] == ["钱学法"]


def test_report_of_a_past_day_knows_only_what_was_then(studied: Site) -> None:
    studied.clock.pass_(days=3)
    browser = studied.browser("county")

    before = rows(browser.open("/admin/reports/units?day=2026-10-08").text)
    after = rows(browser.open("/admin/reports/units?day=2026-10-09").text)

    assert before[-1][1:5] == ["3", "3", "0", "3"]
    assert after[-1][1:5] == ["3", "2", "1", "1"]
    [learner] = [row for row in rows(browser.open("/admin/reports/learners?day=2026-10-08").text) if row[0] == "赵学法"]
    assert learner[5:] == [*["—"] * 5, "0", "未开始", "学时还没有达到要求；还没有参加考试"]


@pytest.mark.parametrize("name", ["learners", "units"])
def test_report_of_a_past_day_names_that_day_and_says_that_all_is_of_then(studied: Site, name: str) -> None:
    studied.clock.pass_(days=3)
    browser, asked = studied.browser("county"), "?day=2026-10-08"

    screen = browser.open(f"/admin/reports/{name}{asked}").text
    sheet = load_workbook(BytesIO(browser.open(f"/admin/reports/{name}/xlsx{asked}").data)).worksheets[0]
    pdf = pypdfium2.PdfDocument(browser.open(f"/admin/reports/{name}/pdf{asked}").data)

    for told in (screen, str(sheet["A2"].value), "".join(pdf[0].get_textpage().get_text_range().split())):
        assert "2026年10月8日24:00" in told.replace(" ", "")
        assert "单位、人员层次、职务级别和单位性质按当时的记录" in told
    assert "按当时的记录" not in browser.open(f"/admin/reports/{name}").text


@pytest.mark.parametrize("path", ["/admin/reports/learners", "/admin/reports/units", "/admin/reports/learners/csv"])
def test_unit_sees_its_own_people_alone(studied: Site, path: str) -> None:
    answer = studied.browser("unit").open(path)

    assert ("示例单位u1" in answer.text, "示例单位u2" in answer.text, "钱学法" in answer.text) == (True, False, False)
    assert "钱学法" not in studied.browser("unit").open(f"{path}?unit=u2&name=钱").text.replace("name=%E9%92%B1", "")


@pytest.mark.parametrize("path", ["facts", "proof.pdf"])
def test_person_of_another_unit_is_not_known(studied: Site, path: str) -> None:
    assert said(studied.browser("unit").open(f"/admin/learners/other/{path}")) == NOT_YOURS


def test_facts_show_lessons_attempts_and_exemptions(studied: Site) -> None:
    page = studied.browser("reader").open("/admin/learners/learner/facts").text

    assert "第一课（xianfa-01）" in page
    assert "70 分" in page
    assert 'data-label="完成日期">2026年10月9日</td>' in page
    assert "proof.pdf" not in page
    assert "可不参加（临近退休）" in studied.browser("county").open("/admin/learners/other/facts").text


def test_proof_says_the_facts_of_the_year(studied: Site) -> None:
    browser = studied.browser("unit")

    answer = browser.open("/admin/learners/learner/proof.pdf")
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()

    assert "赵学法" in text
    assert "70 分（合格）" in text
    assert "分钟" not in text
    assert browser.open("/admin/learners/learner/proof.pdf").data[:4] == b"%PDF"


def test_names_are_looked_up_and_those_not_found_are_told(studied: Site) -> None:
    twin = replace(
        studied.account("other"),
        id=AccountId("twin"),
        name="赵学法",
        number="900002009999",
        placements=(Placement(at=studied.clock(), unit=UnitId("u2"), tier=TierId("agency")),),
    )
    studied.store.save(ACCOUNT, twin.id, twin, expected=0)
    browser = studied.browser("county")

    answer = browser.send("/admin/reports/names", names="赵　学法\n赵学法、查无此")

    assert [row[:2] for row in rows(answer.text)] == [["赵学法", "示例单位u1"], ["赵学法", "示例单位u2"]]
    assert "没有找到 1 人：查无此" in answer.text
    assert "有重名：赵学法" in answer.text
    assert "没有查询：请粘贴姓名" in browser.send("/admin/reports/names", names=" ").text


def test_unit_finds_nobody_of_another_unit_by_name(studied: Site) -> None:
    answer = studied.browser("unit").send("/admin/reports/names", names="钱学法")

    assert (rows(answer.text), "没有找到 1 人：钱学法" in answer.text) == ([], True)


def upload(browser: Browser, data: bytes, name: str) -> Any:
    form = {"token": browser.token("/my/password"), "file": (BytesIO(data), name)}
    return browser.client.post("/admin/reports/names", data=form, headers=ORIGIN)


def test_names_come_from_text_files_of_either_encoding(studied: Site) -> None:
    browser = studied.browser("county")

    for data in ("姓名\r\n赵学法\r\n".encode("gb18030"), "赵学法".encode("utf-8-sig")):
        assert [row[0] for row in rows(upload(browser, data, "名单.csv").text)] == ["赵学法"]


@pytest.mark.parametrize("name", ["名单.xls", "名单.et", "名单"])
def test_names_in_an_old_workbook_are_told_what_to_save_it_as(studied: Site, name: str) -> None:
    answer = upload(studied.browser("county"), bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048), name)

    assert (answer.status_code, "另存为" in answer.text, "编码" in answer.text) == (400, True, False)


def test_names_that_would_have_to_wait_long_are_told_so(studied: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise NoReaderFree

    monkeypatch.setattr("grader.administration.reports.lookup.read_sheets", busy)
    answer = upload(studied.browser("county"), b"PK", "名单.xlsx")

    assert (answer.status_code, ReadersBusy.sentence in answer.text) == (503, True)
    assert "花名册" not in ReadersBusy.sentence


def test_correction_stands_beside_the_frozen_report(studied: Site) -> None:
    studied.clock.time = CLOSED
    browser = studied.browser("county")
    none = browser.send("/admin/correct-year", reason="试题更正")
    browser.send("/admin/freeze")
    same = browser.send("/admin/correct-year", reason="试题更正")
    studied.keep("other", milestones=milestones("started", "qualified"))

    untold = browser.send("/admin/correct-year", reason=" ")
    browser.send("/admin/correct-year", reason="第 5 题更正答案")

    assert said(none) == (409, "没有存档：还没有年终存档报表。")
    assert said(same) == (409, "没有存档：现在的数字与年终存档报表完全相同。")
    assert said(untold) == (400, "没有存档：请写明更正的原因，不超过 200 字。")
    first, second = (rows(browser.open(f"/admin/snapshot{query}").text) for query in ("", "?number=1"))
    place = 1 + [measure.count for measure in MEASURES].index("exempt_qualified")
    assert (first[-1][place], second[-1][place]) == ("0", "1")
    page = browser.open("/admin/snapshots").text
    assert "更正原因：第 5 题更正答案" in page
    assert browser.open("/admin/snapshot?number=2").status_code == 404


def test_unit_sees_its_own_rows_of_a_frozen_report(studied: Site) -> None:
    studied.clock.time = CLOSED
    studied.browser("county").send("/admin/freeze")

    page = studied.browser("unit").open("/admin/snapshot").text

    assert [row[0] for row in rows(page)] == ["示例单位u1"]


def test_frozen_report_is_exported_as_the_screen_shows_it_with_the_digest_of_the_whole(studied: Site) -> None:
    studied.clock.time = CLOSED
    county, unit = studied.browser("county"), studied.browser("unit")
    county.send("/admin/freeze")
    digest = re.search("[0-9a-f]{64}", county.open("/admin/snapshot").text)
    assert digest

    for browser in (county, unit):
        shown = rows(browser.open("/admin/snapshot").text)
        sheet = load_workbook(BytesIO(browser.open("/admin/snapshot/xlsx").data)).worksheets[0]
        written = [[str(cell.value) for cell in row] for row in sheet.iter_rows(min_row=4)]
        assert f"全部存档数据的 SHA-256 {digest[0]}" in str(sheet["A2"].value)
        assert [row[:5] for row in written[: len(shown)]] == [row[:5] for row in shown]
        assert browser.open("/admin/snapshot/pdf").data[:5] == b"%PDF-"

    assert county.open("/admin/snapshot/docx").status_code == 404
    assert county.open("/admin/snapshot/xlsx?number=1").status_code == 404


def test_log_tells_the_cut_off_of_a_frozen_report_as_people_read_it(studied: Site) -> None:
    studied.clock.time = CLOSED
    county = studied.browser("county")
    county.send("/admin/freeze")

    assert "统计截止时间：2026年12月31日 24:00" in county.open("/admin/audit").text


def test_year_that_is_not_frozen_has_no_file(studied: Site) -> None:
    assert studied.browser("county").open("/admin/snapshot/xlsx").status_code == 404


def test_chart_tells_its_figures_in_words_and_in_a_table(studied: Site) -> None:
    page = studied.browser("county").open("/admin/reports/progress").text

    assert rows(page)[0] == ["2026-10-09", "2", "1", "1", "1", "1"]
    assert "已合格 1 人" in "".join(page.split("<desc")[1].split("</desc>")[0])
    assert " style=" not in page


def test_file_of_no_known_kind_is_not_found(site: Site) -> None:
    assert site.browser("county").open("/admin/reports/units/docx").status_code == 404
