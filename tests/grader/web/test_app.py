"""Deployment: below a sub-path, behind a proxy, and what an application is made of."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from grader.web.problems import ForeignOrigin
from tests.grader.web.conftest import ORIGIN, PASSWORD, Site, said

PROXIED = {"X-Forwarded-Host": "xuefa.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
OUTER = {"Origin": "https://xuefa.example.org"}


@pytest.fixture
def below(make_site: Callable[..., Site]) -> Site:
    """The factory's site below /xuefa."""
    return make_site(address="http://localhost/xuefa")


@pytest.mark.parametrize(
    ("person", "paths"),
    [
        ("", ["/my/sign-in", "/verify/", "/none"]),
        ("learner", ["/my/", "/my/password", "/exam/"]),
        ("county", ["/admin/", "/admin/roster", "/admin/content"]),
    ],
)
def test_every_address_on_a_page_lies_below_the_sub_path(below: Site, person: str, paths: list[str]) -> None:
    browser = below.browser(person)

    pages = [browser.open(path).text for path in paths]

    addresses = [re.findall(r'(?:href|src|action|data-[a-z-]+)="(/[^"]*)"', page) for page in pages]
    assert all(len(found) > 5 for found in addresses)
    assert [address for found in addresses for address in found if not address.startswith("/xuefa/")] == []


def test_paper_below_a_sub_path_saves_and_submits_below_it(below: Site) -> None:
    below.keep("learner", seconds={"xianfa-01": 600})
    browser = below.browser("learner")

    begun = browser.send("/exam/start").headers["Location"]
    page = browser.client.get(begun).text
    [save] = re.findall(r'data-save="(.*?)"', page)
    [sign_in] = re.findall(r'data-sign-in="(.*?)"', page)
    item = below.attempt(begun.rpartition("/")[2]).paper.items[0].item
    saved = browser.client.post(save, json={"item": item, "response": [], "sequence": 1}, headers=ORIGIN)

    assert re.fullmatch("/xuefa/exam/[0-9a-f]+", begun)
    assert saved.json == {"saved": item, "answered": 0, "items": 3, "latest": 0, "seconds_left": 3600}
    assert below.app.test_client().get(sign_in).status_code == 200
    assert browser.client.get(sign_in).headers["Location"] == begun


def test_redirects_below_a_sub_path_stay_below_it(below: Site) -> None:
    browser = below.browser()

    asked = browser.open("/exam/").headers["Location"]
    answer = browser.send("/my/sign-in", name="900001001learner", password=PASSWORD, next="/exam/")

    assert asked == "/xuefa/my/sign-in?next=/exam/"
    assert answer.headers["Location"] == "/xuefa/exam/"
    assert browser.open("/lessons/xianfa-01").headers["Location"] == "/xuefa/lessons/xianfa-01/"
    assert browser.open("/my").headers["Location"] == "http://localhost/xuefa/my/"
    assert browser.send("/my/sign-out").headers["Location"] == "/xuefa/my/sign-in"


def test_course_and_interface_are_served_below_the_sub_path(below: Site) -> None:
    browser = below.browser("learner")

    assert (browser.open("/").text, browser.open("/lessons/xianfa-01/").text) == ("<h1>课程</h1>", "<h1>第一课</h1>")
    assert browser.open("/api/me").json == {
        "signed_in": True,
        "key": "learner",
        "name": "赵学法",
        "learner": True,
        "initial": False,
        "home": "/xuefa/my/",
        "credit": "time",
    }
    assert below.browser().open("/api/me").json == {"signed_in": False, "sign_in": "/xuefa/my/sign-in"}


@pytest.mark.parametrize("path", ["/", "/my/", "/xuefa2/", "/xuefax"])
def test_outside_the_sub_path_the_right_address_is_told(below: Site, path: str) -> None:
    answer = below.app.test_client().get(path)

    assert (answer.status_code, answer.text) == (404, "这里没有网页。请打开 http://localhost/xuefa/\n")
    assert answer.content_type == "text/plain; charset=utf-8"


def test_sub_path_without_a_slash_leads_to_the_course(below: Site) -> None:
    answer = below.app.test_client().get("/xuefa", follow_redirects=True)

    assert (answer.text, answer.request.path) == ("<h1>课程</h1>", "/xuefa/")


def test_origin_behind_a_proxy_is_the_one_that_browsers_see(make_site: Callable[..., Site]) -> None:
    site = make_site(address="https://xuefa.example.org", behind_proxy=True)
    client = site.app.test_client()
    page = client.get("/my/sign-in", headers=PROXIED).text
    [token] = re.findall(r'name="token" value="([0-9a-f]+)"', page)
    fields = {"token": token, "name": "900001001learner", "password": PASSWORD}

    inner = client.post("/my/sign-in", data=fields, headers=PROXIED | ORIGIN)
    outer = client.post("/my/sign-in", data=fields, headers=PROXIED | OUTER)

    assert said(inner) == (403, ForeignOrigin.sentence)
    assert outer.headers["Location"] == "/my/"
    assert client.get("/my", headers=PROXIED).headers["Location"] == "https://xuefa.example.org/my/"


def test_proxy_headers_are_believed_only_behind_a_proxy(site: Site) -> None:
    client = site.app.test_client()

    forged = client.post("/api/beat", json={}, headers=PROXIED | OUTER)

    assert said(forged) == (403, ForeignOrigin.sentence)
    assert client.get("/my", headers=PROXIED).headers["Location"] == "http://localhost/my/"


def test_sub_path_behind_a_proxy_serves_both(make_site: Callable[..., Site]) -> None:
    site = make_site(address="https://xuefa.example.org/xuefa", behind_proxy=True)

    answer = site.app.test_client().get("/xuefa/my", headers=PROXIED)

    assert answer.headers["Location"] == "https://xuefa.example.org/xuefa/my/"


def test_title_of_the_deployment_stands_on_every_page(make_site: Callable[..., Site]) -> None:
    browser = make_site(title="某县<学法>平台").browser()

    assert [
        re.findall("<title>(.*?)</title>", browser.open(path).text) for path in ("/my/sign-in", "/verify/", "/my/none")
    ] == [
        ["登录 - 某县&lt;学法&gt;平台"],
        ["核验证书 - 某县&lt;学法&gt;平台"],
        ["没有找到 - 某县&lt;学法&gt;平台"],
    ]


def test_documents_for_scripts_are_readable_chinese(site: Site) -> None:
    assert "没有这个页面" in site.browser().open("/api/none").get_data(as_text=True)


def test_health_is_told_to_anyone(site: Site) -> None:
    answer = site.browser().open("/api/health")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_own_stylesheets_and_scripts_are_kept_under_an_address_with_their_digest(site: Site) -> None:
    browser = site.browser()
    addresses = re.findall(r'(?:href|src)="(/my/static/[^"]+)"', browser.open("/my/sign-in").text)

    answers = [browser.open(address) for address in addresses]

    assert len(answers) >= 4
    assert all(re.fullmatch(r"/my/static/[a-z]+\.[a-z]+\?v=[0-9a-f]{12}", address) for address in addresses)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"public, max-age=31536000, immutable"}


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
def test_own_stylesheet_without_its_right_digest_is_not_kept(site: Site, query: str) -> None:
    answer = site.browser().open(f"/my/static/app.css{query}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["none.css", "..", "..%2fapp.py", "%2e%2e%2fsession.py"])
def test_nothing_but_own_stylesheets_and_scripts_is_sent(site: Site, name: str) -> None:
    answer = site.browser().open(f"/my/static/{name}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
