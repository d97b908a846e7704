"""Statutes in Chromium: the jump from the search, reading on a telephone, paper. Strict policy, below a sub-path."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from quizgen.site.build import build_site
from tests.chromium import PATIENCE
from tests.course_project import copy_project
from tests.quizgen_laws import CODE, CONSTITUTION, quoting, statute_text, write_laws

pytestmark = pytest.mark.browser
PREFIX = "/xuefa"
PAGES = ("laws/", "laws/xianfa/", "laws/minfadian/", "laws/minfadian/t121/", "lessons/xianfa-01/")
INSERTED = statute_text(
    "xingfa",
    title="中华人民共和国刑法",
    articles=["120", "120-1", "121"],
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("laws")
    copy_project(root)
    lessons = root / "content/course/lessons"
    write_laws(root / "var/laws", quoting(CONSTITUTION, lessons), quoting(CODE, lessons), INSERTED)
    assert build_site(root / "mkdocs.yml", root / "out") == []
    return root / "out"


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, policy: str, **kwargs: Any) -> None:
        self.policy = policy
        super().__init__(*args, **kwargs)

    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def do_GET(self) -> None:
        self.path = self.path.removeprefix(PREFIX)
        super().do_GET()


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    hashes = json.loads((site / "csp.json").read_text())
    script, style = (" ".join(["'self'", *(f"'{hash}'" for hash in hashes[kind])]) for kind in ("script", "style"))
    policy = f"default-src 'self'; script-src {script}; style-src {style}; img-src 'self' data:"
    handler = functools.partial(_Handler, directory=str(site), policy=policy)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    return page


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def _search(page: Page, query: str) -> None:
    page.fill("#course-query", query)
    page.wait_for_selector(".course-search__panel:not([hidden])")


@pytest.mark.parametrize(
    ("query", "title", "place"),
    [
        ("宪法第三十三条", "《宪法》第三十三条", "laws/xianfa/#t33"),
        ("《中华人民共和国宪法》第33条第二款", "《宪法》第三十三条", "laws/xianfa/#t33"),
        ("民法典1034条", "《民法典》第一千零三十四条", "laws/minfadian/t955/#t1034"),
        ("民法典 1", "《民法典》第一条", "laws/minfadian/t1/#t1"),
        ("刑法第一百二十条之一", "《刑法》第一百二十条之一", "laws/xingfa/#t120-1"),
        ("刑法120之一", "《刑法》第一百二十条之一", "laws/xingfa/#t120-1"),
        ("民法典 一〇三四", "《民法典》第一千零三十四条", "laws/minfadian/t955/#t1034"),
        ("宪法 第３３条 第二款", "《宪法》第三十三条", "laws/xianfa/#t33"),
        ("《宪法》（2018年修正）第三十三条规定", "《宪法》第三十三条", "laws/xianfa/#t33"),
        ("民法典", "中华人民共和国民法典", "laws/minfadian/"),
    ],
)
def test_jump_by_keyboard_lands_on_the_article(page: Page, base: str, query: str, title: str, place: str) -> None:
    _open(page, base)
    _search(page, query)
    assert page.inner_text(".course-search__list a >> nth=0").startswith(title)

    page.press("#course-query", "Enter")
    page.wait_for_url(f"{base}{place}")


@pytest.mark.parametrize(
    ("lasting", "place"),
    [
        ("t1", "t1/#t1"),
        ("t1034", "t955/#t1034"),
        ("t150k3", "t121/#t150k3"),
        ("t120", "t1/#t120"),
        ("t121-1", "t121/#t121-1"),
    ],
)
def test_lasting_address_goes_on_to_the_page_that_holds_the_article(
    page: Page, base: str, lasting: str, place: str
) -> None:
    page.goto(f"{base}laws/minfadian/#{lasting}")

    page.wait_for_url(f"{base}laws/minfadian/{place}")


@pytest.mark.parametrize("query", ["宪法第一百四十四条", "刑法第一百二十一条之一", "公务员法第三条", "民法"])
def test_article_that_the_site_does_not_have_is_not_offered(page: Page, base: str, query: str) -> None:
    _open(page, base)

    _search(page, query)

    assert page.locator(".course-search__law").count() == 0


def test_search_quotes_the_article_and_goes_on_with_lessons(page: Page, base: str) -> None:
    _open(page, base)

    _search(page, "宪法第三十三条")
    page.wait_for_selector("text=这是第三十三条的正文。")

    assert page.inner_text(".course-search__count").startswith("找到法律原文，另有课程内容")
    assert "《中华人民共和国宪法》第三十三条第一款" in page.inner_text(".course-search__list a >> nth=1")


def test_typing_through_other_articles_asks_for_one_page_only(page: Page, base: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path) if "/laws/" in request.url else None)
    _open(page, base)
    page.focus("#course-query")

    page.keyboard.type("民法典1034", delay=20)
    page.wait_for_selector("text=这是第一千零三十四条的正文。")

    assert asked == [f"{PREFIX}/laws/minfadian/t955/"]


def test_search_offers_the_article_where_its_page_cannot_be_had(page: Page, base: str) -> None:
    page.route("**/laws/**", lambda route: route.abort())
    _open(page, base)

    _search(page, "宪法第三十三条")
    page.wait_for_timeout(400)

    assert page.inner_text(".course-search__list a >> nth=0") == "《宪法》第三十三条\n法律原文"


@pytest.mark.parametrize("place", ["laws/xianfa/#t33", "laws/xianfa/#t140", "laws/minfadian/t121/#t150k3"])
@pytest.mark.parametrize("large", [False, True])
def test_article_stands_below_the_header(phone: Page, base: str, place: str, large: bool) -> None:
    if large:
        phone.add_init_script("localStorage.setItem('xuefa.large-text', '1')")

    _open(phone, base + place)

    phone.wait_for_timeout(300)
    top = phone.eval_on_selector(":target", "node => node.getBoundingClientRect().top")
    assert phone.eval_on_selector(".md-header", "node => node.getBoundingClientRect().bottom") <= top < 740


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_telephone_needs_no_sideways_scroll(phone: Page, base: str, path: str, large: bool) -> None:
    if large:
        phone.add_init_script("localStorage.setItem('xuefa.large-text', '1')")

    _open(phone, base + path)

    assert phone.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_blocked_and_nothing_leaves_the_origin(page: Page, base: str, path: str) -> None:
    faults: list[str] = []
    origin = base.removesuffix(f"{PREFIX}/")
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(origin) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script("addEventListener('securitypolicyviolation', e => { throw Error(e.violatedDirective); })")

    _open(page, base + path)

    assert faults == []


CONTRAST = """() => {
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const over = (top, below) => below.map((value, at) => value * (1 - (top[3] ?? 1)) + top[at] * (top[3] ?? 1));
    const light = color => color.map(value => value / 255)
        .map(value => value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4)
        .reduce((sum, value, at) => sum + value * [.2126, .7152, .0722][at], 0);
    const opacity = node => node ? getComputedStyle(node).opacity * opacity(node.parentElement) : 1;
    const ground = node => node
        ? over(numbers(getComputedStyle(node).backgroundColor), ground(node.parentElement)) : [255, 255, 255];
    const faint = [];
    const texts = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const node = text.parentElement;
        if (!text.data.trim() || !node.offsetParent) continue;
        const below = ground(node);
        const color = numbers(getComputedStyle(node).color);
        const two = [light(over([...color.slice(0, 3), opacity(node)], below)), light(below)].sort((a, b) => a - b);
        if ((two[1] + .05) / (two[0] + .05) < 4.5) faint.push(`${node.className} ${text.data.trim().slice(0, 20)}`);
    }
    return faint;
}"""


@pytest.mark.parametrize("path", ["laws/", "laws/xianfa/#t33", "laws/minfadian/", "laws/minfadian/t121/#t150k3"])
def test_text_stands_out_from_its_ground(page: Page, base: str, path: str) -> None:
    _open(page, base + path)
    page.evaluate("document.querySelectorAll('article details').forEach(node => { node.open = true; })")

    assert page.evaluate(CONTRAST) == []


TARGETS = """() => [...document.querySelectorAll('.law-path a, .law-outline a, .law-shelf a, article summary')]
  .filter(node => node.offsetParent).map(node => node.getBoundingClientRect().height)
  .filter(height => height < LEAST)"""


@pytest.mark.parametrize(("large", "least"), [(False, 44), (True, 60)])
@pytest.mark.parametrize("path", ["laws/", "laws/xianfa/", "laws/minfadian/", "laws/minfadian/t121/"])
def test_targets_are_large_enough_for_fingers(phone: Page, base: str, path: str, large: bool, least: int) -> None:
    if large:
        phone.add_init_script("localStorage.setItem('xuefa.large-text', '1')")
    _open(phone, base + path)
    phone.evaluate("document.querySelectorAll('article details').forEach(node => { node.open = true; })")

    assert phone.evaluate(TARGETS.replace("LEAST", str(least - 0.5))) == []


def _pixels(page: Page, selector: str) -> float:
    return float(page.eval_on_selector(selector, "node => parseFloat(getComputedStyle(node).fontSize)"))


def test_law_text_is_never_smaller_than_the_body(phone: Page, base: str) -> None:
    _open(phone, base + "lessons/xianfa-01/")
    body = _pixels(phone, "article > p:not([class])")

    _open(phone, base + "laws/xianfa/")
    normal = _pixels(phone, "#t1k2")
    phone.click("text=大字")

    assert normal >= body >= 17
    assert _pixels(phone, "#t1k2") >= 21


def test_link_in_a_lesson_is_told_by_its_line_and_leads_to_the_article(page: Page, base: str) -> None:
    _open(page, base + "lessons/xianfa-01/")
    link = page.locator("article p a.law-link >> nth=1")

    assert link.evaluate("node => getComputedStyle(node).textDecorationLine") == "underline"
    words = link.inner_text()
    link.click()
    page.wait_for_url("**/laws/xianfa/#t*")

    assert page.is_visible(":target")
    assert "第" in words


def test_navigation_marks_the_list_while_a_statute_is_read(page: Page, base: str) -> None:
    _open(page, base + "laws/minfadian/t121/")

    marked = page.locator(".md-sidebar--primary .md-nav__item--active > a.md-nav__link")

    assert marked.all_inner_texts() == ["法律法规"]


def test_paper_has_the_law_without_tools(page: Page, base: str) -> None:
    _open(page, base + "laws/xianfa/#t33")

    page.emulate_media(media="print")

    assert [name for name in (".law-path", ".law-folded", ".md-header") if page.is_visible(name)] == []
    assert page.is_visible("#t33")
    assert page.eval_on_selector("#t33", "node => getComputedStyle(node).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert page.eval_on_selector("#t33 a", "node => getComputedStyle(node).textDecorationLine") == "none"
