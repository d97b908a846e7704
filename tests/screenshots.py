"""Takes the pictures of the README and the guides from a running demonstration: `python -m tests.screenshots`."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pypdfium2
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.chromium import CHROMIUM

REPOSITORY = Path(__file__).parents[1]
PICTURES = REPOSITORY / "content" / "course" / "assets" / "img"
PORT = 18400
ADDRESS = f"http://127.0.0.1:{PORT}"
PASSWORD = "xuefa2026"
DESKTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=800)


def main() -> None:
    """Start `grader demo`, look at it, stop it."""
    command = [sys.executable, "-c", "from grader.cli import main; main()", "demo", "--port", str(PORT)]
    demo = subprocess.Popen(command, cwd=REPOSITORY)
    try:
        wait()
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            take_all(browser)
    finally:
        demo.terminate()
        demo.wait(timeout=20)


def wait() -> None:
    for _ in range(100):
        try:
            requests.get(f"{ADDRESS}/api/health", timeout=1)
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return


def take_all(browser: Browser) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(ADDRESS)
    keep(page, "home")
    sign_in(page, "sunshoufa")
    page.goto(f"{ADDRESS}/lessons/minfadian-01/")
    page.get_by_role("region", name="学习记录").wait_for()
    page.locator("figure.figure").first.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    keep(page, "lesson")
    page.goto(f"{ADDRESS}/my/")
    keep(page, "my")
    phone = browser.new_page(viewport=PHONE, device_scale_factor=2)
    sign_in(phone, "weijingfa")
    phone.goto(f"{ADDRESS}/exam/")
    phone.get_by_role("button", name="继续考试").click()
    phone.locator("fieldset.item").nth(0).locator("label").nth(1).click()
    phone.locator("#saved[data-state='saved']").wait_for()
    keep(phone, "paper")
    section(browser)
    office = browser.new_page(viewport=DESKTOP)
    sign_in(office, "9000010000")
    keep(office, "admin")
    office.goto(f"{ADDRESS}/admin/roster")
    keep(office, "roster")
    certificate(browser)


def section(browser: Browser) -> None:
    """The end of a section on a phone: one question answered wrongly, with its rationale."""
    phone = browser.new_page(viewport=PHONE, device_scale_factor=2)
    sign_in(phone, "qianzhifa")
    phone.goto(f"{ADDRESS}/lessons/xijinping-04/")
    form = phone.locator("#section-1 form").first
    key = form.locator("details").get_attribute("data-key") or ""
    wrong = next(letter for letter in "ABCD" if letter not in key)
    form.locator(f"input[value={wrong}]").check()
    form.get_by_role("button", name="提交").click()
    form.locator(".practice-feedback").wait_for()
    form.scroll_into_view_if_needed()
    keep(phone, "section")


def sign_in(page: Page, name: str) -> None:
    page.goto(f"{ADDRESS}/my/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name=re.compile("^登录$")).click()
    page.wait_for_load_state()


def certificate(browser: Browser) -> None:
    page = browser.new_page(viewport=DESKTOP)
    sign_in(page, "zhouzunfa")
    with page.expect_download() as download:
        page.get_by_role("button", name="打印证书").click()
    bitmap = pypdfium2.PdfDocument(Path(download.value.path()).read_bytes())[0].render(scale=1.2)
    save(bitmap.to_pil(), "certificate")


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(400)
    save(Image.open(BytesIO(page.screenshot())), name)


def save(picture: Image.Image, name: str) -> None:
    """As a PNG of 128 colours: small, and sharp where the letters are."""
    picture.convert("RGB").quantize(128).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
