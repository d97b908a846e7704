"""The archive folder of a unit's year: complete, readable without anything else, papers in the county's alone."""

from __future__ import annotations

import hashlib
import html
import re
import zipfile
from io import BytesIO

import pypdfium2
import pytest
from openpyxl import load_workbook

from grader.domain.people.account import Exemption
from tests.grader.web.admin.test_admin import CLOSED
from tests.grader.web.conftest import Browser, Site
from tests.grader_factories import award, milestones, outcome, start


@pytest.fixture
def closed(site: Site) -> Site:
    """A closed and frozen year: 赵学法 has a certificate, 孙守法 is exempt, 钱学法 of another unit has studied."""
    site.keep(
        "learner",
        seconds={"xianfa-01": 600},
        starts=(start("t0"),),
        outcomes=(outcome("t0", 70),),
        milestones=milestones("started", "hours_met", "examined", "passed", "qualified"),
        awards=(award("0123456789ABCDEF"),),
    )
    site.keep("other", seconds={"xianfa-01": 60}, milestones=milestones("started"))
    spared = Exemption(programme="2026", kind="near_retirement", at=site.clock(), document="某发〔2026〕1号")
    site.change("fresh", exemptions=(spared,))
    site.clock.time = CLOSED
    site.browser("county").send("/admin/freeze")
    return site


FORM = "可不参加审批表/孙守法-900001001fresh.html"


def folder(browser: Browser, query: str = "") -> dict[str, bytes]:
    """The files of the folder by name."""
    answer = browser.open(f"/admin/archive.zip{query}")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def column(data: bytes, number: int = 0) -> list[object]:
    """A column of a workbook below its headings."""
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    return [row[number].value for row in sheet.iter_rows(min_row=4)]


def test_folder_of_a_unit_has_its_year_and_nothing_of_others(closed: Site) -> None:
    files = folder(closed.browser("unit"), "?unit=u1")

    assert set(files) == {
        "统计报表/学员统计报表.xlsx",
        "统计报表/学员统计报表.csv",
        "统计报表/学员统计报表.pdf",
        "统计报表/单位统计报表.xlsx",
        "统计报表/单位统计报表.csv",
        "统计报表/单位统计报表.pdf",
        "证书登记表/证书登记表.xlsx",
        "可不参加登记表/可不参加登记表.xlsx",
        FORM,
        "学习记录/学习记录.xlsx",
        "考试记录/考试记录.xlsx",
        "存档报表/年终存档报表.xlsx",
        "合格证书/赵学法-0123-4567-89AB-CDEF.pdf",
        "index.html",
        "SHA256SUMS.txt",
    }
    assert column(files["证书登记表/证书登记表.xlsx"], 1) == ["赵学法"]
    assert column(files["可不参加登记表/可不参加登记表.xlsx"]) == ["孙守法"]
    assert column(files["学习记录/学习记录.xlsx"]) == ["赵学法"]
    form = files[FORM].decode()
    assert all(words in form for words in ("可不参加学法考试审批表", "孙守法", "☑临近退休"))
    assert "src=" not in form  # it opens without anything else
    assert column(files["存档报表/年终存档报表.xlsx"])[:1] == ["示例单位u1"]
    assert "钱学法" not in files["统计报表/学员统计报表.csv"].decode("utf-8-sig")
    text = pypdfium2.PdfDocument(files["合格证书/赵学法-0123-4567-89AB-CDEF.pdf"])[0].get_textpage().get_text_range()
    assert "赵学法" in text


def test_index_opens_by_itself_and_leads_to_every_file(closed: Site) -> None:
    files = folder(closed.browser("unit"), "?unit=u1")

    index = files["index.html"].decode()
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', index)]
    assert set(links) == set(files) - {"index.html"}
    assert not re.search(r"<script|https?://|<link|<img", index)
    assert all(f"<th>{head}</th>" in index for head in ("题名", "年度", "单位", "份数", "形成时间"))


def test_digests_are_those_of_the_files(closed: Site) -> None:
    files = folder(closed.browser("unit"), "?unit=u1")

    lines = [line.partition("  ") for line in files.pop("SHA256SUMS.txt").decode().splitlines()]
    told = {name: digest for digest, _, name in lines}
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_papers_and_banks_are_in_the_countys_folder_alone(closed: Site) -> None:
    county = folder(closed.browser("county"))

    names = {name.partition("/")[0] for name in county}
    assert {"试卷", "题库"} <= names
    assert "合格证书" not in names
    assert any('"practice"' in data.decode() for name, data in county.items() if name.startswith("题库/"))


@pytest.mark.parametrize("query", ["", "?unit=u2", "?unit=county"])
def test_unit_gets_no_folder_but_its_own(closed: Site, query: str) -> None:
    assert closed.browser("unit").open(f"/admin/archive.zip{query}").status_code == 404


def test_too_many_certificates_are_for_the_command(closed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.web.admin.reporting.archive.MOST_CERTIFICATES", 0)

    answer = closed.browser("unit").open("/admin/archive.zip?unit=u1")

    assert answer.status_code == 409
    assert "grader archive" in answer.text
