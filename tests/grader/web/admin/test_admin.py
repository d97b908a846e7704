"""The administrators' pages: whom they reach, the roster, publishing, the year's end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from html import unescape
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from grader.administration.publish import publish
from grader.administration.roster.columns import PEOPLE_COLUMNS, UNIT_COLUMNS
from grader.administration.roster.reading import ReadersBusy
from grader.domain.account import Role, Switch, UnitId
from grader.exam import sweep
from grader.store.kinds import ACCOUNT, SNAPSHOT, UNIT
from quizgen.office.reader import NoReaderFree
from tests.grader.web.conftest import ORIGIN, Browser, Site, said, texts
from tests.grader_factories import account, content, outcome, placed, programme, start, unit, window

NOT_YOURS = (404, "您管理的范围内没有这名学员。")
CLOSED = datetime.fromisoformat("2027-01-01T00:00:00+08:00")


def people(answer: TestResponse) -> list[str]:
    """The learners listed."""
    return texts(
        answer,
        r'<th scope="row"><a [^>]*>([^<]*)</a></th>\s*<td data-label="单位">[^<]*</td>\s*<td data-label="人员层次">',
    )


def units(answer: TestResponse) -> list[str]:
    """The units whose figures are shown."""
    return texts(answer, r'<th scope="row">(?:<a[^>]*>)?([^<]*)(?:</a>)?</th>\s*<td data-label="名单人数">')


@pytest.mark.parametrize(
    ("person", "shown_units", "shown_people"),
    [
        ("unit", ["示例单位u1"], ["孙守法", "赵学法"]),
        ("county", ["示例单位county", "示例单位u1", "示例单位u2", "合计"], ["孙守法", "赵学法", "钱学法"]),
    ],
)
def test_administrator_sees_the_own_unit_and_those_below(
    site: Site, person: str, shown_units: list[str], shown_people: list[str]
) -> None:
    answer = site.browser(person).open("/admin/")

    assert (units(answer), people(answer)) == (shown_units, shown_people)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("unit=u1", ["孙守法", "赵学法"]),
        ("unit=u2", ["钱学法"]),
        ("unit=county", []),
        ("unit=none", []),
        ("state=studying", ["赵学法"]),
        ("state=not_started", ["孙守法", "钱学法"]),
        ("unit=u2&state=not_started", ["钱学法"]),
        ("unit=u2&state=studying", []),
        ("state=%3Cscript%3E", ["孙守法", "赵学法", "钱学法"]),
        ("page=2", ["孙守法", "赵学法", "钱学法"]),
        ("page=%3Cscript%3E", ["孙守法", "赵学法", "钱学法"]),
        ("page=" + "9" * 5000, ["孙守法", "赵学法", "钱学法"]),
        ("unit=示例单位u2", ["钱学法"]),
        ("name=赵", ["赵学法"]),
        ("name=%20学法%20", ["赵学法", "钱学法"]),
        ("name=900001001OTHER", ["钱学法"]),
        ("name=学法&unit=u1&state=studying", ["赵学法"]),
        ("name=李", []),
    ],
)
def test_list_is_narrowed_by_unit_state_and_name(site: Site, query: str, shown: list[str]) -> None:
    site.keep("learner", seconds={"xianfa-01": 60})

    assert people(site.browser("county").open(f"/admin/?{query}")) == shown


def test_unit_leads_to_its_learners(site: Site) -> None:
    browser = site.browser("county")

    [link] = texts(browser.open("/admin/"), r'<th scope="row"><a href="([^"]*)">示例单位u2</a>')
    answer = browser.open(unescape(link))

    assert (units(answer), people(answer)) == (["示例单位u2"], ["钱学法"])


def keep_learners(site: Site, *units: str) -> None:
    """A learner in each of these units: 学员00, 学员01 … in that order."""
    for n, unit_id in enumerate(units):
        person = account(f"l{n:03}", name=f"学员{n:02}", number=f"9{n:09}", order_number=n + 1)
        site.store.save(ACCOUNT, person.id, placed(person, (site.clock(), unit_id)), expected=0)


def test_long_lists_come_in_pages_that_keep_the_filter(site: Site) -> None:
    keep_learners(site, *("u2" for _ in range(70)))
    browser = site.browser("county")

    first = browser.open("/admin/?unit=u2&name=学员")
    [link] = texts(first, r'href="([^"]*page=[^"]*)">下一页')
    second = browser.open(unescape(link))

    assert people(first) == [f"学员{n:02}" for n in range(30)]
    assert people(second) == [f"学员{n:02}" for n in range(30, 60)]
    assert "第 2 页，共 3 页" in second.text
    assert "共 70 人" in second.text
    assert people(browser.open("/admin/?unit=u2&name=学员&page=9")) == [f"学员{n:02}" for n in range(60, 70)]


def test_page_of_many_units_and_learners_is_small(site: Site) -> None:
    for n in range(200):
        below = unit(f"n{n:03}", name=f"示例县第{n}示例单位", parent=UnitId("county"))
        site.store.save(UNIT, below.id, below, expected=0)
    keep_learners(site, *(f"n{n:03}" for n in range(200)))

    answer = site.browser("county").open("/admin/")

    assert (len(units(answer)), len(people(answer))) == (31, 30)
    assert len(answer.data) <= 60_000
    assert people(site.browser("county").open("/admin/?unit=第199示例")) == ["学员199"]


def test_unit_is_asked_for_only_where_there_are_several(site: Site) -> None:
    pages = [site.browser(person).open("/admin/").text for person in ("unit", "county")]

    assert ["全部单位" in page for page in pages] == [False, True]


def test_filter_reaches_no_unit_of_others(site: Site) -> None:
    answer = site.browser("unit").open("/admin/?unit=u2")

    assert people(answer) == []
    assert "钱学法" not in answer.text


def test_page_shows_no_message_that_a_link_brings(site: Site) -> None:
    assert "请把密码发给我" not in site.browser("county").open("/admin/?message=请把密码发给我").text


def administrators(answer: TestResponse) -> list[str]:
    """The rows of the list of unit administrators: name, unit, account, whether it is switched off."""
    rows = re.findall(r"<tr>\s*(<th scope=\"row\">.*?)<td class=\"no-print\">", answer.text, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", text).split()) for text in rows]


def test_county_sees_who_administers_each_unit_and_nobody_else_does(site: Site) -> None:
    site.change("other", role=Role.UNIT, switches=(Switch(at=site.clock(), active=False),))
    county = site.browser("county").open("/admin/administrators")

    assert administrators(county) == [
        "李用法 示例单位u1 900001001unit",
        "钱学法 示例单位u2 900001001other 失效",
    ]


SLIP = r'<strong class="serial">(.*?)</strong>'


def test_county_lets_a_unit_administrator_in_again(site: Site) -> None:
    browser = site.browser("county")
    [ask] = re.findall(r'href="(/admin/learners/unit/reset-password)"', browser.open("/admin/administrators").text)
    [form] = re.findall(r'<form method="post" action="(/admin/learners/[^"]*)"', browser.open(ask).text)

    [slip] = texts(browser.send(form), SLIP)

    assert site.browser().sign_in("900001001unit", slip).headers["Location"] == "/my/password"


def test_reset_shows_a_slip_once_and_keeps_only_its_hash(site: Site) -> None:
    browser = site.browser("unit")

    answer = browser.send("/admin/learners/learner/reset-password")

    [slip] = texts(answer, SLIP)
    assert texts(answer, r"<dt>有效期</dt><dd>(.*?)</dd>") == ["2026年10月12日 12:00 前"]
    assert slip not in browser.open("/admin/").text
    assert slip not in repr(site.account("learner"))
    credential = site.account("learner").credential
    assert (credential.initial, credential.hash != site.people["learner"].credential.hash) == (True, True)
    assert [(act.action, act.by) for act in site.account("learner").acts] == [("reset-password", "unit")]


@pytest.mark.parametrize(
    ("person", "target"),
    [("unit", "other"), ("unit", "county"), ("county", "county"), ("unit", "nobody"), ("county", "nobody")],
)
def test_reset_outside_the_scope_is_refused_and_changes_nothing(site: Site, person: str, target: str) -> None:
    before = site.store.list(ACCOUNT)

    answer = site.browser(person).send(f"/admin/learners/{target}/reset-password")

    assert (said(answer), site.store.list(ACCOUNT)) == (NOT_YOURS, before)


def test_unit_administrator_reaches_no_county_administrator_even_in_the_own_unit(site: Site) -> None:
    place = site.people["unit"].placements
    site.change("county", placements=place)
    before = site.account("county")

    answer = site.browser("unit").send("/admin/learners/county/reset-password")

    assert (said(answer), site.account("county")) == (NOT_YOURS, before)


def test_transfer_hands_the_learner_over_to_the_other_administrator(site: Site) -> None:
    site.change("unit", placements=(replace(site.people["unit"].placements[0], unit=UnitId("u2")),))
    theirs = site.browser("unit")
    refused = theirs.send("/admin/learners/learner/reset-password")

    moved = replace(site.people["learner"].placements[0], at=site.clock(), unit=UnitId("u2"))
    site.change("learner", placements=(*site.people["learner"].placements, moved))

    assert said(refused) == NOT_YOURS
    assert len(texts(theirs.send("/admin/learners/learner/reset-password"), SLIP)) == 1
    assert people(theirs.open("/admin/")) == ["赵学法", "钱学法"]


def test_unit_below_a_unit_is_within_its_administrators_scope(site: Site) -> None:
    stored = site.store.load(UNIT, "u2")
    assert stored
    site.store.save(UNIT, "u2", replace(stored.value, parent=UnitId("u1")), expected=stored.version)

    browser = site.browser("unit")

    assert people(browser.open("/admin/")) == ["孙守法", "赵学法", "钱学法"]
    assert len(texts(browser.send("/admin/learners/other/reset-password"), SLIP)) == 1


def row(unit: str = "u1", name: str = "吴普法", **cells: str) -> dict[str, str]:
    """One learner's row; `cells` by header."""
    return {"单位代码": unit, "姓名": name, "人员类别": "学员", "人员层次": "国家机关工作人员"} | cells


def workbook(*people: Mapping[str, str], units: Iterable[Mapping[str, str]] = ()) -> bytes:
    """The roster as a clerk fills it in, with every column of the template."""
    book = Workbook()
    book.worksheets[0].title = "单位"
    sheets = ((book.worksheets[0], UNIT_COLUMNS, units), (book.create_sheet("花名册"), PEOPLE_COLUMNS, people))
    for sheet, columns, lines in sheets:
        sheet.append([column.label for column in columns])
        for line in lines:
            sheet.append([line.get(column.label, "") for column in columns])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(browser: Browser, data: bytes | None, action: str = "import", name: str = "花名册.xlsx") -> TestResponse:
    fields: dict[str, object] = {"token": browser.token("/my/password"), "action": action}
    if data is not None:
        fields["file"] = (BytesIO(data), name)
    return browser.client.post("/admin/roster", data=fields, headers=ORIGIN)


def listed(answer: TestResponse) -> list[str]:
    """The lines of the notices."""
    [notice] = re.findall(r'<section class="notice notice--wrong.*?</section>', answer.text, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", "", line).split()) for line in re.findall("<li>(.*?)</li>", notice)]


NEW = row(手机号="19900000009")


def test_template_is_a_workbook_with_both_sheets(site: Site) -> None:
    answer = site.browser("unit").open("/admin/roster/template.xlsx")

    assert {"单位", "花名册"} <= set(load_workbook(BytesIO(answer.data)).sheetnames)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_check_shows_what_would_change_and_changes_nothing(site: Site) -> None:
    before, browser = site.store.list(ACCOUNT), site.browser("unit")

    answer = upload(browser, workbook(NEW), "check")

    assert (answer.status_code, site.store.list(ACCOUNT)) == (200, before)
    assert "吴普法" in answer.text
    assert "新建学员 1 人、单位管理员 0 人，变更 0 人" in answer.text


def contents(answer: TestResponse) -> list[str]:
    """What the check says of each change."""
    return texts(answer, r'<td data-label="内容">(.*?)</td>')


def test_check_shows_what_new_people_would_be(site: Site) -> None:
    exempt = {"可不参加": "临近退休"}
    head = row(name="郑管法", 人员类别="单位管理员", 人员层次="")

    answer = upload(site.browser("county"), workbook(NEW | exempt, head), "check")

    assert "新建学员 1 人、单位管理员 1 人" in answer.text
    assert contents(answer) == [
        "单位代码 u1；人员类别 学员；人员层次 国家机关工作人员；手机号 19900000009；可不参加 临近退休",
        "单位代码 u1；人员类别 单位管理员",
    ]


def test_import_lists_the_accounts_of_everybody_created(site: Site) -> None:
    head = row(name="郑管法", 人员类别="单位管理员", 人员层次="")

    answer = upload(site.browser("county"), workbook(NEW, head))

    rows = re.findall(r'<tr>\s*(<th scope="row">.*?)</tr>', answer.text, re.DOTALL)
    told = [" ".join(re.sub("<[^>]+>", " ", line).split()) for line in rows]
    slip = told[1].rpartition(" ")[2]
    assert told == ["吴普法 学员 u1 u10001 —", f"郑管法 单位管理员 u1 u10000 {slip}"]
    assert site.browser().sign_in("u10000", slip).headers["Location"] == "/my/password"


def test_import_creates_the_learner_who_signs_in_with_telephone_and_its_last_digits(site: Site) -> None:
    browser = site.browser("unit")

    answer = upload(browser, workbook(NEW))
    again = upload(browser, workbook(NEW))

    assert "新建 1 人，变更 0 人，没有变化 0 人" in answer.text
    assert "新建 0 人，变更 0 人，没有变化 1 人" in again.text
    assert people(browser.open("/admin/")) == ["吴普法", "孙守法", "赵学法"] or "吴普法" in people(
        browser.open("/admin/")
    )
    assert site.browser().sign_in_first("19900000009", "0009").headers["Location"] == "/my/password"


@pytest.mark.parametrize(
    ("foreign", "why"),
    [
        (row("u2"), "单位“u2”不在您管理的范围内，请删去这一行，或请上级单位导入。"),
        (row("county"), "单位“county”不在您管理的范围内，请删去这一行，或请上级单位导入。"),
        (
            row("u1", "钱学法", 学法账号="900001001other"),
            "此人的账号现在属于您管理范围以外的单位，请联系上级主管部门办理调入。",
        ),
    ],
)
def test_roster_of_a_foreign_unit_is_refused_and_nothing_imported(
    site: Site, foreign: dict[str, str], why: str
) -> None:
    before = site.store.list(ACCOUNT)

    answer = upload(site.browser("unit"), workbook(NEW, foreign))

    assert (answer.status_code, listed(answer)) == (422, [f"花名册第 3 行 {foreign['姓名']}：{why}"])
    assert site.store.list(ACCOUNT) == before


@pytest.mark.parametrize(("code", "parent"), [("u2", ""), ("u9", "u2"), ("u9", "county"), ("county", "u1")])
def test_unit_administrator_changes_no_unit_elsewhere(site: Site, code: str, parent: str) -> None:
    before = site.store.list(UNIT)

    answer = upload(
        site.browser("unit"), workbook(NEW, units=[{"单位代码": code, "单位名称": "改过的", "上级单位代码": parent}])
    )

    assert (answer.status_code, len(listed(answer))) == (422, 1)
    assert site.store.list(UNIT) == before


def test_unit_administrator_changes_no_county_administrator(site: Site) -> None:
    site.change("county", placements=site.people["unit"].placements)
    before = site.account("county")

    answer = upload(site.browser("unit"), workbook(row(name="改过的", 学法账号=before.number)))

    assert (answer.status_code, site.account("county")) == (422, before)


def test_faults_of_the_workbook_are_all_listed_with_their_cells(site: Site) -> None:
    bad = {"单位代码": "u1", "姓名": "", "人员类别": "学员", "人员层次": "没有这个层次", "手机号": "12"}

    answer = upload(site.browser("county"), workbook(bad))

    assert answer.status_code == 422
    assert [line.partition("：")[0] for line in listed(answer)] == ["花名册 B2", "花名册 D2", "花名册 F2"]


def test_faults_of_cells_and_rows_that_cannot_be_imported_are_listed_together(site: Site) -> None:
    before = site.store.list(ACCOUNT)

    answer = upload(site.browser("unit"), workbook(NEW | {"手机号": "12"}, row("u2"), row(name="郑新法")))

    assert (answer.status_code, site.store.list(ACCOUNT)) == (422, before)
    assert [line.partition("：")[0] for line in listed(answer)] == ["花名册 F2", "花名册第 3 行 吴普法"]
    assert "有 2 处需要改正，没有导入任何内容" in answer.text
    assert "可以导入" not in answer.text


def test_rows_below_a_faulty_unit_are_not_called_wrong_themselves(site: Site) -> None:
    units = [
        {"单位代码": "u8", "单位名称": "", "上级单位代码": "county"},
        {"单位代码": "u9", "单位名称": "示例所", "上级单位代码": "u8"},
    ]

    answer = upload(site.browser("county"), workbook(row("u8"), row("u9", "郑新法"), units=units))

    assert [line.partition("：")[0] for line in listed(answer)] == ["单位 B2"]


@pytest.mark.parametrize("data", [None, b"", b"PK\x03\x04", b"not a workbook", b"%PDF-1.7"])
def test_upload_that_is_no_workbook_is_refused(site: Site, data: bytes | None) -> None:
    before = site.store.list(ACCOUNT)

    answer = upload(site.browser("county"), data)

    [sentence] = listed(answer)
    assert (answer.status_code, sentence[-1], site.store.list(ACCOUNT)) == (422, "。", before)
    assert "填好的花名册" in answer.text


def test_upload_that_would_have_to_wait_long_is_told_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise NoReaderFree

    monkeypatch.setattr("grader.administration.roster.reading.read_sheets", busy)
    answer = upload(site.browser("county"), b"PK")

    assert (answer.status_code, ReadersBusy.sentence in answer.text) == (503, True)


def test_file_field_left_empty_is_told(site: Site) -> None:
    answer = upload(site.browser("county"), b"", name="")

    assert (answer.status_code, listed(answer)) == (422, ["没有选择文件。请选择填好的花名册（.xlsx）后再上传。"])


def test_year_is_frozen_only_after_it_has_closed(site: Site) -> None:
    browser = site.browser("county")

    answer = browser.send("/admin/freeze")

    assert said(answer) == (409, "2026年度学法考试要到 2027年1月1日 00:00 才全部结束，结束后才能存档。")
    assert site.store.load(SNAPSHOT, "2026") is None
    assert "年终存档</button>" not in browser.open("/admin/snapshots").text


def test_frozen_year_is_shown_and_stays_as_it_was(site: Site) -> None:
    site.keep("learner", seconds={"xianfa-01": 600}, starts=(start("t0"),), outcomes=(outcome("t0", 70),))
    site.clock.time = CLOSED
    browser = site.browser("county")
    assert "年终存档</button>" in browser.open("/admin/snapshots").text

    answer = browser.send("/admin/freeze")
    page = browser.client.get(answer.headers["Location"])
    first = site.store.load(SNAPSHOT, "2026")
    site.clock.pass_(minutes=1)
    browser.send("/admin/freeze")

    assert texts(page, r'role="status"><p>(.*?)</p>') == ["2026年度学法考试的年终报表已存档。"]
    assert "统计截止时间 2027年1月1日 00:00" in page.text
    assert (first is not None, site.store.load(SNAPSHOT, "2026")) == (True, first)
    assert "年终存档</button>" not in browser.open("/admin/snapshots").text


def test_last_year_is_frozen_after_the_next_has_begun(site: Site) -> None:
    site.clock.time = CLOSED
    following = programme(id="2027", title="2027年度学法考试", study=window("2027-01-01", "2028-01-01"))
    publish(site.store, content(programme=following), by="test", now=CLOSED)
    site.app.extensions["grader"].courses.forget_pointers()
    browser = site.browser("county")

    last_year = texts(browser.open("/admin/snapshots"), r'href="(/admin/snapshots\?programme=2026)"')
    answer = browser.send("/admin/freeze", programme="2026")

    assert last_year == ["/admin/snapshots?programme=2026"]
    assert answer.headers["Location"] == "/admin/snapshots?programme=2026"
    assert [row.id for row in site.store.list(SNAPSHOT)] == ["2026"]


def test_year_is_not_frozen_while_an_attempt_waits_for_its_outcome(site: Site) -> None:
    site.keep("learner", seconds={"xianfa-01": 600})
    site.browser("learner").send("/exam/start")
    site.clock.time = CLOSED
    browser = site.browser("county")

    refused = browser.send("/admin/freeze")
    sweep(site.store, site.app.extensions["grader"].courses, now=site.clock())
    answer = browser.send("/admin/freeze")

    assert said(refused)[0] == 409
    assert "还有 1 人的考试正在结算" in said(refused)[1]
    assert answer.status_code == 302
