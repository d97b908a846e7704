"""The roster's pages: templates, dry run and confirmation, slips, one person by a form, the roster taken out."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pypdfium2 import PdfDocument
from werkzeug.test import TestResponse

from grader.administration.roster.book.columns import FURTHER_COLUMNS, PEOPLE_COLUMNS, UNIT_COLUMNS, Column
from grader.administration.roster.book.reading import ReadersBusy
from grader.store.kinds import ACCOUNT, UNIT
from quizgen.office.reader import NoReaderFree
from tests.grader.web.conftest import ORIGIN, Browser, Site, texts

COLUMNS = (*PEOPLE_COLUMNS, *FURTHER_COLUMNS)


def row(unit: str = "u1", name: str = "吴普法", **cells: str) -> dict[str, str]:
    """One learner's row; `cells` by header."""
    return {"单位代码": unit, "姓名": name, "人员层次": "国家机关工作人员"} | cells


def workbook(*people: Mapping[str, str], units: Iterable[Mapping[str, str]] = ()) -> bytes:
    """The roster as a clerk fills it in, with units where there are some."""
    book = Workbook()
    book.worksheets[0].title = "花名册"
    sheets: list[tuple[Any, Sequence[Column], Iterable[Mapping[str, str]]]] = [(book.worksheets[0], COLUMNS, people)]
    if units:
        sheets.append((book.create_sheet("单位"), UNIT_COLUMNS, units))
    for sheet, columns, lines in sheets:
        sheet.append([column.label for column in columns])
        for line in lines:
            sheet.append([line.get(column.label, "") for column in columns])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def check(browser: Browser, data: bytes | None, name: str = "花名册.xlsx") -> TestResponse:
    fields: dict[str, object] = {"token": browser.token("/my/password")}
    if data is not None:
        fields["file"] = (BytesIO(data), name)
    return browser.client.post("/admin/roster", data=fields, headers=ORIGIN)


def carried(answer: TestResponse, field: str = "carried") -> str:
    """What the page carries for its next step."""
    [text] = re.findall(rf'name="{field}" value="([^"]*)"', answer.text)
    return html.unescape(text)


def confirm(browser: Browser, shown: TestResponse) -> TestResponse:
    fields = {"token": browser.token("/my/password"), "carried": carried(shown)}
    return browser.client.post("/admin/roster/confirm", data=fields, headers=ORIGIN, content_type="multipart/form-data")


def upload(browser: Browser, data: bytes) -> TestResponse:
    """Check and confirm; the check's answer where it can't be confirmed."""
    shown = check(browser, data)
    return confirm(browser, shown) if 'name="carried"' in shown.text else shown


def listed(answer: TestResponse) -> list[str]:
    """The lines of the notices."""
    [notice] = re.findall(r'<section class="notice notice--wrong.*?</section>', answer.text, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", "", line).split()) for line in re.findall("<li>(.*?)</li>", notice)]


def names(site: Site) -> list[str]:
    return sorted(entry.summary.name for entry in site.store.list(ACCOUNT))


NEW = row(手机号码="19900000009")


def test_template_holds_reserved_accounts_of_the_own_unit(site: Site) -> None:
    answer = site.browser("unit").open("/admin/roster/template.xlsx?each=3")

    sheet = load_workbook(BytesIO(answer.data))["花名册"]
    assert [[cell.value for cell in line[:5]] for line in sheet.iter_rows(min_row=2)] == [
        [f"u1000{number}", None, None, None, "示例单位u1"] for number in (1, 2, 3)
    ]
    assert "attachment" in answer.headers["Content-Disposition"]


def further_pages(browser: Browser, answer: TestResponse) -> list[TestResponse]:
    """The pages of a check, followed by their links."""
    pages = [answer]
    while link := re.search(r'href="([^"]*)">下一页', pages[-1].text):
        pages.append(browser.client.get(html.unescape(link[1])))
    return pages


def test_check_of_a_long_roster_comes_in_short_pages_that_list_it_all(site: Site) -> None:
    people = [row(职务级别=f"级别{number}", 手机号码=f"199{number:08d}") for number in range(100, 400)]
    browser = site.browser("unit")

    pages = further_pages(browser, check(browser, workbook(*people)))

    shown = [text for page in pages for text in contents(page)]
    assert [re.sub(r".*手机号码 ", "", text) for text in shown] == [f"199{number:08d}" for number in range(100, 400)]
    assert max(len(page.data) for page in pages) < 30_000
    assert "共 300 行变化" in pages[0].text
    assert "新增 300 人" in confirm(browser, pages[-1]).text


def test_faults_of_a_long_roster_are_all_listed(site: Site) -> None:
    people = [row(手机号码=f"19{number}") for number in range(100, 200)]
    browser = site.browser("unit")

    pages = further_pages(browser, check(browser, workbook(*people)))

    assert [re.findall("“(19.*?)”", line)[0] for page in pages for line in listed(page)] == [
        f"19{number}" for number in range(100, 200)
    ]


def test_pages_of_a_check_are_the_callers_own_and_end(site: Site) -> None:
    people = [row(手机号码=f"198{number:08d}") for number in range(40)]
    browser = site.browser("unit")
    [link] = re.findall(r'href="([^"]*)">下一页', check(browser, workbook(*people)).text)

    other = site.browser("county").client.get(html.unescape(link))
    guessed = browser.open("/admin/roster/check?check=" + "a" * 32)
    site.clock.pass_(minutes=90)
    browser.open("/admin/roster")
    site.clock.pass_(minutes=31)
    late = browser.client.get(html.unescape(link))

    assert [(answer.status_code, "超过 2 小时" in answer.text) for answer in (other, guessed, late)] == [
        (409, True)
    ] * 3


def test_check_that_needs_mending_cannot_be_confirmed(site: Site) -> None:
    browser = site.browser("unit")
    people = [row(手机号码=f"19{number}") for number in range(100, 140)]
    [ticket] = re.findall(r"check=([\w-]+)", check(browser, workbook(*people)).text)
    before = site.store.list(ACCOUNT)

    answer = browser.send("/admin/roster/confirm", carried=ticket)

    assert (answer.status_code, site.store.list(ACCOUNT)) == (400, before)


def test_store_keeps_neither_what_is_put_aside_in_clear_nor_the_key_to_it(site: Site) -> None:
    shown = check(site.browser("unit"), workbook(row(name="ZHENG XINFA")))

    kept = "".join(site.store.documents(["draft"]))

    assert kept
    assert not any(text in kept for text in ("ZHENG", base64.b64encode(b"ZHENG").decode()[:6], carried(shown)))


def test_page_of_many_new_accounts_stays_short_and_its_files_hold_all(site: Site) -> None:
    browser = site.browser("unit")

    answer = upload(browser, workbook(*(row(手机号码=f"198{number:08d}") for number in range(300))))
    fields = {"slips": carried(answer, "slips")}
    book = load_workbook(BytesIO(browser.send("/admin/roster/slips.xlsx", **fields).data))

    assert len(answer.data) < 40_000
    assert "共 300 人，上面列出前 30 人" in answer.text
    assert book.worksheets[0].max_row > 300


def test_check_shows_what_would_change_and_changes_nothing(site: Site) -> None:
    browser = site.browser("unit")
    before = site.store.list(ACCOUNT)

    answer = check(browser, workbook(NEW))

    assert (answer.status_code, site.store.list(ACCOUNT)) == (200, before)
    assert "吴普法" in answer.text
    assert "新增 1 人，变更 0 人，申请调入 0 人，没有变化 0 人" in answer.text


def contents(answer: TestResponse) -> list[str]:
    """What the check says of each change."""
    return texts(answer, r'<td data-label="内容">(.*?)</td>')


def test_check_shows_what_new_people_would_be(site: Site) -> None:
    exempt = {"可不参加": "临近退休"}
    head = {"代码": "u1", "名称": "示例单位u1", "管理员姓名": "郑管法"}
    site.change("unit", switches=(), placements=site.people["county"].placements)

    answer = check(site.browser("county"), workbook(NEW | exempt, units=[head]))

    assert contents(answer) == [
        "单位代码 u1；人员类别 单位管理员",
        "单位代码 u1；人员层次 国家机关工作人员；手机号码 19900000009；可不参加 临近退休",
    ]


def test_import_gives_the_slips_as_page_spreadsheet_and_print(site: Site) -> None:
    browser = site.browser("unit")

    answer = upload(browser, workbook(NEW, row(name="郑新法")))

    [first, second] = texts(answer, r"<tr>\s*(<th scope=\"row\">.*?)</tr>")
    assert first.startswith("吴普法 示例单位u1 u10001 888888，再填手机号码后四位")
    password = re.search(r"u10002 ([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})", second)
    assert password
    fields = {"token": browser.token("/my/password"), "slips": carried(answer, "slips")}
    book, pages = (
        browser.client.post(
            f"/admin/roster/slips.{kind}", data=fields, headers=ORIGIN, content_type="multipart/form-data"
        ).data
        for kind in ("xlsx", "pdf")
    )
    cells = [[cell.value for cell in line] for line in load_workbook(BytesIO(book)).worksheets[0].iter_rows(min_row=2)]
    assert [(line[1], line[3], line[4]) for line in cells] == [
        ("吴普法", "u10001", "888888，再填手机号码后四位"),
        ("郑新法", "u10002", password[1]),
    ]
    printed = PdfDocument(pages)[0].get_textpage().get_text_range()
    assert all(text in printed for text in ("吴普法", "u10001", "郑新法", password[1]))
    assert site.browser().sign_in("u10002", password[1]).headers["Location"] == "/my/password"


@pytest.mark.parametrize("part", ["9" * 5000, "1000", "0", "第一"])
def test_a_part_of_the_print_that_there_is_not_gives_the_first(site: Site, part: str) -> None:
    browser = site.browser("unit")
    answer = upload(browser, workbook(NEW))
    fields = {"token": browser.token("/my/password"), "slips": carried(answer, "slips"), "part": part}

    printed = browser.client.post(
        "/admin/roster/slips.pdf", data=fields, headers=ORIGIN, content_type="multipart/form-data"
    )

    assert (printed.status_code, printed.data[:5]) == (200, b"%PDF-")


def test_slips_of_another_administrator_are_not_given(site: Site) -> None:
    answer = upload(site.browser("unit"), workbook(NEW))
    other = site.browser("county")

    fields = {"token": other.token("/my/password"), "slips": carried(answer, "slips")}
    refused = other.client.post(
        "/admin/roster/slips.xlsx", data=fields, headers=ORIGIN, content_type="multipart/form-data"
    )

    assert (refused.status_code, "请从头再做一次" in refused.text) == (409, True)


def test_confirming_again_or_too_late_imports_nothing(site: Site) -> None:
    browser = site.browser("unit")
    shown = check(browser, workbook(NEW))
    first = confirm(browser, shown)
    before = site.store.list(ACCOUNT)

    again = confirm(browser, shown)
    site.clock.pass_(minutes=90)
    browser.open("/admin/roster")
    site.clock.pass_(minutes=31)
    late = confirm(browser, shown)

    assert "新增 1 人，变更 0 人" in first.text
    assert (again.status_code, "已经办理过" in again.text) == (409, True)
    assert (late.status_code, "这个页面打开的时间太长" in late.text) == (409, True)
    assert site.store.list(ACCOUNT) == before


def test_what_others_changed_meanwhile_is_shown_before_it_is_imported(site: Site) -> None:
    number = site.people["learner"].number
    browser = site.browser("unit")
    shown = check(browser, workbook(row(name="赵学法", 账号=number, 职务级别="科长"), NEW))
    site.change("learner", rank="主任")

    refused = confirm(browser, shown)

    assert refused.status_code == 409
    assert "与刚才显示的不同的行：花名册 第 2 行。" in refused.text
    assert f"账号 {number}：职务级别由“主任”改为“科长”" in contents(refused)
    assert (site.account("learner").rank, "吴普法" in names(site)) == ("主任", False)
    assert "新增 1 人，变更 1 人" in confirm(browser, refused).text
    assert site.account("learner").rank == "科长"


def test_repeated_import_changes_nothing(site: Site) -> None:
    browser = site.browser("unit")
    upload(browser, workbook(NEW))
    before = site.store.list(ACCOUNT)

    again = check(browser, workbook(NEW))

    assert "1 人没有变化，不需要导入。" in again.text
    assert ('name="carried"' in again.text, site.store.list(ACCOUNT)) == (False, before)


def test_exported_roster_is_complete_is_an_act_and_imports_as_it_is(site: Site) -> None:
    site.change("learner", telephone="19900000008", qq="10001", order_number=3)
    browser = site.browser("unit")

    out = browser.send("/admin/roster/export.xlsx")
    again = check(browser, out.data)

    lines = [[cell.value for cell in line] for line in load_workbook(BytesIO(out.data))["花名册"].iter_rows(min_row=2)]
    learner = site.people["learner"]
    assert [learner.number, "赵学法", None, "国家机关工作人员", "示例单位u1", "3", "19900000008", "10001"] in lines
    assert f"{len(lines)} 人没有变化，不需要导入。" in again.text
    stored = site.store.load(UNIT, "u1")
    assert stored
    assert [(act.action, act.by, act.facts) for act in stored.value.acts] == [
        ("export-roster", "unit", {"people": str(len(lines))})
    ]


@pytest.mark.parametrize("unit", ["u2", "county"])
def test_roster_of_a_foreign_unit_is_refused_and_nothing_imported(site: Site, unit: str) -> None:
    browser = site.browser("unit")
    before = site.store.list(ACCOUNT)

    answer = upload(browser, workbook(NEW, row(unit)))

    why = f"单位“{unit}”不在您管理的范围内，请删去这一行，或请上级单位导入。"
    assert (answer.status_code, listed(answer)) == (422, [f"花名册 第 3 行“单位”列 吴普法：{why}"])
    assert site.store.list(ACCOUNT) == before


def test_somebody_of_another_unit_is_asked_for(site: Site) -> None:
    other = site.people["other"]

    answer = upload(site.browser("unit"), workbook(row(name=other.name, 账号=other.number, 职务级别="科长")))

    assert "新增 0 人，变更 0 人，申请调入 1 人" in answer.text
    after = site.account("other")
    assert (after.unit, after.rank, after.transfer and after.transfer.to) == ("u2", other.rank, "u1")


@pytest.mark.parametrize(("code", "parent"), [("u2", ""), ("x9", "u2"), ("x9", "county"), ("county", "u1")])
def test_unit_administrator_changes_no_unit_elsewhere(site: Site, code: str, parent: str) -> None:
    before = site.store.list(UNIT)

    answer = upload(site.browser("unit"), workbook(NEW, units=[{"代码": code, "名称": "改过的", "上级代码": parent}]))

    assert (answer.status_code, len(listed(answer))) == (422, 1)
    assert site.store.list(UNIT) == before


def test_unit_administrator_changes_no_county_administrator(site: Site) -> None:
    site.change("county", placements=site.people["unit"].placements)
    before = site.account("county")

    answer = upload(site.browser("unit"), workbook(row(name="改过的", 账号=before.number)))

    assert (answer.status_code, site.account("county")) == (422, before)


def test_faults_of_cells_and_rows_that_cannot_be_imported_are_listed_together(site: Site) -> None:
    browser = site.browser("unit")
    before = site.store.list(ACCOUNT)

    answer = check(browser, workbook(NEW | {"手机号码": "12"}, row("u2"), row(name="郑新法")))

    assert (answer.status_code, site.store.list(ACCOUNT)) == (422, before)
    assert [line.partition("：")[0] for line in listed(answer)] == ["花名册 G2", "花名册 第 3 行“单位”列 吴普法"]
    assert "有 2 处需要改正，没有导入任何内容" in answer.text
    assert 'name="carried"' not in answer.text


def test_rows_below_a_faulty_unit_are_not_called_wrong_themselves(site: Site) -> None:
    units = [{"代码": "x8", "名称": "", "上级代码": "county"}, {"代码": "x9", "名称": "示例所", "上级代码": "x8"}]

    answer = check(site.browser("county"), workbook(row("x8"), row("x9", "郑新法"), units=units))

    assert [line.partition("：")[0] for line in listed(answer)] == ["单位 B2"]


@pytest.mark.parametrize("data", [None, b"", b"PK\x03\x04", b"\x00not a workbook", b"%PDF-1.7\x00"])
def test_upload_that_is_no_workbook_is_refused(site: Site, data: bytes | None) -> None:
    browser = site.browser("county")
    before = site.store.list(ACCOUNT)

    answer = check(browser, data)

    [sentence] = listed(answer)
    assert (answer.status_code, sentence[-1], site.store.list(ACCOUNT)) == (422, "。", before)
    assert "填好的花名册" in answer.text


def test_csv_is_read(site: Site) -> None:
    text = "姓名,人员层次,手机号\n吴普法,国家机关工作人员,19900000009\n"

    upload(site.browser("unit"), text.encode("gb18030"))

    assert "吴普法" in names(site)


def test_upload_that_would_have_to_wait_long_is_told_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise NoReaderFree

    monkeypatch.setattr("grader.administration.roster.book.reading.read_sheets", busy)
    answer = check(site.browser("county"), b"PK")

    assert (answer.status_code, ReadersBusy.sentence in answer.text) == (503, True)


def test_file_field_left_empty_is_told(site: Site) -> None:
    answer = check(site.browser("county"), b"", name="")

    assert (answer.status_code, listed(answer)) == (
        422,
        ["没有选择文件。请选择填好的花名册（.xlsx 或 .csv）后再上传。"],
    )


def faults(answer: TestResponse) -> dict[str, str]:
    """What stands beside the fields of the form."""
    found = re.findall(r'id="fault-([^"]*)">([^<]*)<', answer.text)
    return {label: html.unescape(text) for label, text in found}


def test_person_typed_into_the_form_is_checked_shown_and_confirmed(site: Site) -> None:
    browser = site.browser("unit")

    wrong = browser.send("/admin/roster/person", 姓名="吴9", 单位="u1", 手机号码="138")
    shown = browser.send("/admin/roster/person", 姓名="吴 普", 单位="u1", 手机号码="138 0000 0000", 人员层次="领导干部")
    confirm(browser, shown)

    assert wrong.status_code == 422
    assert sorted(faults(wrong)) == ["姓名", "手机号码"]
    assert 'value="吴9"' in wrong.text
    [made] = [entry.summary for entry in site.store.list(ACCOUNT) if entry.summary.name == "吴普"]
    assert (made.number, made.telephone, made.tier, made.unit) == ("u10001", "13800000000", "leading", "u1")


def test_form_refuses_whom_the_roster_would_by_field(site: Site) -> None:
    answer = site.browser("unit").send("/admin/roster/person", 姓名="吴普", 单位="u2")

    assert answer.status_code == 422
    assert faults(answer)["单位"].startswith("单位“u2”不在您管理的范围内")


def test_slips_are_drawn_anew_for_those_of_the_own_unit_who_have_not_signed_in(site: Site) -> None:
    browser = site.browser("unit")
    lost = upload(browser, workbook(row(name="郑新法")))
    [first] = re.findall(r"<td data-label=\"密码\">([^<]*)</td>", lost.text)

    page = browser.send("/admin/roster/slips")

    people = texts(page, r"<tr>\s*<th scope=\"row\">(.*?)</th>")
    [second] = [text for text in re.findall(r"<td data-label=\"密码\">([^<]*)</td>", page.text) if "-" in text]
    assert sorted(people) == ["孙守法", "郑新法"]
    assert site.browser().sign_in("u10001", first).status_code == 401
    assert site.browser().sign_in("u10001", second).headers["Location"] == "/my/password"
