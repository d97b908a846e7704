"""In real Chromium: from the first sign-in to the downloaded certificate, whose text is then read, and its QR link."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from grader.accounts.passwords import hash_password
from grader.accounts.signin import change_account
from grader.administration.publish import check_folder, content_of
from grader.demo.county import populate
from grader.domain.people.account import AccountId, Credential, change_credential
from grader.operation.deployment import create_office
from grader.settings import create_settings
from grader.store import open_store
from grader.store.kinds import ACCOUNT
from quizgen.content import read_content
from quizgen.model import ItemId, Letter, TierId
from quizgen.site.build import build_site
from tests.e2e.server import Clock, Person, running

pytestmark = pytest.mark.browser
REPOSITORY = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LEARNER, CHOSEN = "sunshoufa", "Shoufa2026"
KIT, _ = read_content(REPOSITORY / "content")
OWED = round(KIT.programmes[0].required_hours)
LAST = KIT.programmes[0].tiers[TierId("agency")].required[OWED - 1]
"""The lesson that brings the hours owed, one hour each."""
Keys = dict[ItemId, frozenset[Letter]]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Keys]:
    """The demonstration's county in a folder, with the kit's own site, and the keys of its exam."""
    folder = tmp_path_factory.mktemp("county")
    assert build_site(REPOSITORY / "mkdocs.yml", folder / "site") == []
    checked = check_folder(REPOSITORY / "content")
    content = content_of(checked.source, checked.source.programmes[0])
    store = open_store(f"tiny:{folder / 'store'}", exclusive=True)
    create_office(store, county="示例县普法办", code="900001", now=NOW)
    populate(store, content, now=NOW)
    learner = next(row.id for row in store.list(ACCOUNT) if row.summary.name == "孙守法")
    common = Credential(hash=hash_password("888888"), initial=True)
    change_account(store, AccountId(learner), lambda before: change_credential(before, common))
    store.close()
    create_settings(
        folder, title="示例县学法考试", address="http://127.0.0.1", site=folder / "site", content=folder / "content"
    )
    return folder, {item.id: item.key for item in content.items}


def test_learner_goes_from_sign_in_to_the_certificate(chromium: Browser, county: tuple[Path, Keys]) -> None:
    folder, keys = county
    clock = Clock(NOW)
    with running(folder, clock) as address:
        page = chromium.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai")
        faults: list[str] = []
        page.on("console", lambda message: note_fault(message, faults))
        page.clock.install()
        sign_in_for_the_first_time(page, address)
        answer_the_last_section(page, address)
        sit_the_exam(page, address, keys)
        pdf = print_certificate(page, address)
        check_certificate(page, address, pdf)
        page.close()

    assert faults == []


def note_fault(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type in {"error", "warning"}:
        faults.append(message.text)


def sign_in_for_the_first_time(page: Page, address: str) -> None:
    page.goto(f"{address}/my/")
    page.get_by_label("账号", exact=False).first.fill(LEARNER)
    page.locator("input[name=password]").fill("888888")
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_label("登记手机号码后四位").fill("0003")
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/my/password")
    page.locator("input[name=new]").fill(CHOSEN)
    page.locator("input[name=again]").fill(CHOSEN)
    assert "孙守法" in page.get_by_role("region", name="登录的账号").inner_text()
    page.get_by_role("button", name="保存新密码").click()
    page.wait_for_url("**/my/")
    assert "还差 1 学时" in page.inner_text("main")


def answer_the_last_section(page: Page, address: str) -> None:
    page.goto(f"{address}/lessons/{LAST}/")
    bar = page.get_by_role("region", name="学习记录")
    bar.get_by_text(f"累计 {OWED - 1} / {OWED} 学时").wait_for()
    assert "还剩 1 小节" in bar.inner_text()
    for form in page.locator("#section-3 form").all():
        for letter in form.locator("details").get_attribute("data-key") or "":
            form.locator(f"input[value={letter}]").check()
        form.get_by_role("button", name="提交").click()
    bar.get_by_text(f"累计 {OWED} / {OWED} 学时").wait_for()
    assert "✓ 本课已完成，计 1 学时" in bar.inner_text()


def sit_the_exam(page: Page, address: str, keys: Keys) -> None:
    page.goto(f"{address}/exam/")
    page.locator("main").get_by_role("button", name="开始考试").click()
    page.wait_for_url(re.compile(r"/exam/[0-9a-f]+$"))
    items = page.locator("fieldset.item")
    assert items.count() == 50
    for item in items.all():
        for letter in sorted(keys[ItemId(item.get_attribute("data-item") or "")]):
            item.locator(f"input[value='{letter}']").check(force=True)
    page.locator("#saved[data-state='saved']").wait_for()
    page.reload()
    assert page.locator("[data-answered]").first.inner_text() == "50"
    page.locator("#finish").click()
    page.locator("#confirm-submit").click()
    page.wait_for_url("**/result")
    assert "100 分" in page.inner_text("main")


def print_certificate(page: Page, address: str) -> bytes:
    page.goto(f"{address}/my/")
    with page.expect_download() as download:
        page.get_by_role("button", name="打印证书").click()
    assert download.value.suggested_filename == "学法考试合格证书-孙守法.pdf"
    return Path(download.value.path()).read_bytes()


def check_certificate(page: Page, address: str, pdf: bytes) -> None:
    """The text says what it must; the link of the QR code shows the certificate and its signature as genuine."""
    text = "".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())
    facts = ("孙守法", "示例县司法局", "国家机关工作人员", f"{OWED}学时", "100分", "2026年11月23日")
    for words in ("学法考试合格证书", *facts):
        assert words in text.replace("二〇二六年十一月二十三日", "2026年11月23日")
    link = re.search(rb"<dc:identifier>([^<]+)</dc:identifier>", pdf)
    assert link
    path = html.unescape(link[1].decode()).partition("127.0.0.1")[2]
    page.goto(address + path)
    page.get_by_text("签名核验通过", exact=False).first.wait_for()
    assert "有效" in page.inner_text("main")
    serial = path.partition("/verify/")[2].partition("#")[0]
    assert "孙守法" in Person(address).open(f"/verify/{serial}").text
