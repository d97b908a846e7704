"""What is refused before anybody is asked for and anything is parsed: foreign hosts, long addresses, large bodies."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from grader.domain.errors import UnknownAttempt
from grader.web.gate import LONGEST_ADDRESS
from grader.web.problems import ForeignHost, NeedsSignIn, StaleForm
from tests.grader.web.conftest import ORIGIN, Site, said

TOO_LONG, TOO_LARGE = "地址过长，无法打开。请检查地址，或回到首页查找。", "提交的内容过大，未作记录。"
ADDRESS = "https://xuefa.example.org/xuefa"
FORM = "application/x-www-form-urlencoded"


def asked_as(site: Site, host: str, path: str = "/xuefa/my/sign-in") -> TestResponse:
    return site.app.test_client().get(path, headers={"Host": host})


@pytest.fixture
def configured(make_site: Callable[..., Site]) -> Site:
    return make_site(address=ADDRESS, hosts=("10.1.2.3", "学法.example", "[fd00::1]:8000"))


@pytest.mark.parametrize(
    "host",
    [
        "xuefa.example.org",
        "XUEFA.example.org.",
        "xuefa.example.org:443",
        "xuefa.example.org:8000",
        "10.1.2.3",
        "10.1.2.3:8000",
        "xn--48sq91b.example",
        "[fd00::1]",
        "localhost",
        "localhost:8000",
        "127.0.0.1:8000",
        "[::1]:8000",
    ],
)
def test_service_answers_by_its_own_names(configured: Site, host: str) -> None:
    assert said(asked_as(configured, host)) == (200, "")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "xuefa.example.org.evil.example",
        "evil.example:443",
        "10.1.2.4",
        "xuefa.example.org@evil.example",
        "localhost.evil.example",
        "a b",
        "[",
        "[::2]",
        "",
        ":",
        "." * 300,
        "x" * 4000,
    ],
)
@pytest.mark.parametrize("path", ["/xuefa/my/sign-in", "/xuefa/", "/xuefa/my", "/xuefa/none", "/xuefa/api/me"])
def test_any_other_name_is_told_the_address_and_nothing_else(configured: Site, host: str, path: str) -> None:
    answer = asked_as(configured, host, path)

    assert (said(answer), answer.headers.get("Location")) == (
        (421, ForeignHost.sentence.format(address=ADDRESS)),
        None,
    )
    assert "evil" not in answer.text


def test_page_for_another_name_leads_to_the_address(configured: Site) -> None:
    page = asked_as(configured, "evil.example").text

    assert f'<a class="button" href="{ADDRESS}/">打开某县学法考试</a>' in page
    [stylesheet] = re.findall(r'href="(/xuefa/my/static/[^"]+)"', page)
    assert asked_as(configured, "evil.example", stylesheet).status_code == 200


def test_health_is_told_whatever_the_service_is_called(configured: Site) -> None:
    assert asked_as(configured, "10.9.9.9", "/xuefa/api/health").json == {"status": "ok"}


def test_any_name_will_do_where_the_settings_say_so(make_site: Callable[..., Site]) -> None:
    site = make_site(hosts=("*",))

    assert said(asked_as(site, "demo.example", "/my/sign-in")) == (200, "")


def test_name_that_the_proxy_passes_on_is_the_one_that_counts(make_site: Callable[..., Site]) -> None:
    site = make_site(address="https://xuefa.example.org", behind_proxy=True)

    answers = [
        site.app.test_client().get("/my/sign-in", headers={"Host": "grader", "X-Forwarded-Host": host})
        for host in ("xuefa.example.org", "evil.example")
    ]

    assert [answer.status_code for answer in answers] == [200, 421]


@pytest.mark.parametrize("path", ["/verify/{}", "/{}", "/my/sign-in?next={}", "/admin/?name={}", "/api/none?{}"])
@pytest.mark.parametrize("length", [LONGEST_ADDRESS, 258_000])
def test_long_address_is_refused_by_its_length(site: Site, path: str, length: int) -> None:
    answer = site.browser().open(path.format("a" * length))

    assert said(answer) == (414, TOO_LONG)


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readline = readinto = read  # type: ignore[assignment]  # whatever the way


def sent_unread(site: Site, person: str, path: str, *, length: int, kind: str = FORM) -> TestResponse:
    environ = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind}
    return site.browser(person).client.post(path, headers=ORIGIN, environ_overrides=environ)


@pytest.mark.parametrize("path", ["/exam/start", "/exam/none", "/admin/roster", "/my/password", "/api/beat"])
@pytest.mark.parametrize("length", [10, 8_000_000])
def test_body_of_somebody_who_is_not_signed_in_is_not_read(site: Site, path: str, length: int) -> None:
    assert said(sent_unread(site, "", path, length=length)) == (401, NeedsSignIn.sentence)


@pytest.mark.parametrize(
    ("person", "path", "kind"),
    [
        ("", "/my/sign-in", FORM),
        ("", "/my/sign-in", "multipart/form-data; boundary=x"),
        ("", "/my/sign-out", FORM),
        ("", "/api/verify", "application/json"),
        ("learner", "/api/beat", "application/json"),
        ("learner", "/exam/start", FORM),
        ("learner", "/my/password", "multipart/form-data; boundary=x"),
        ("county", "/admin/content", FORM),
        ("county", "/admin/roster", FORM),
        ("county", "/admin/roster", "text/plain"),
    ],
)
def test_body_larger_than_any_page_sends_is_refused_by_its_length(
    site: Site, person: str, path: str, kind: str
) -> None:
    assert said(sent_unread(site, person, path, length=64 * 1024 + 1, kind=kind)) == (413, TOO_LARGE)


def test_body_for_an_address_that_takes_none_is_not_read(site: Site) -> None:
    answers = [sent_unread(site, "", path, length=8_000_000) for path in ("/none", "/my/", "/my/none")]

    assert [answer.status_code for answer in answers] == [405, 405, 405]


def test_largest_paper_fits_into_a_body(site: Site) -> None:
    """100 items with ids of 40 letters, ten options each, all ticked."""
    ids = [f"{'x' * 36}-{number}" for number in range(101, 201)]
    ticked = [(f"item-{id}", letter) for id in ids for letter in "ABCDEFGHIJ"]
    browser = site.browser("learner")
    fields = [("token", browser.token("/my/password")), ("sequence", "1"), ("shown", " ".join(ids)), *ticked]

    answer = browser.client.post("/exam/none", data=urlencode(fields), content_type=FORM, headers=ORIGIN)

    assert said(answer) == (404, UnknownAttempt.sentence)


def test_token_counts_after_who_asks(site: Site) -> None:
    """A learner's forged form for an administrator's page is told of the role, not of the form."""
    refused = site.browser("learner").client.post("/admin/roster", data={"token": "0"}, headers=ORIGIN)
    stale = site.browser("unit").client.post("/admin/roster", data={"token": "0"}, headers=ORIGIN)

    assert refused.status_code == 403
    assert said(refused) != said(stale) == (403, StaleForm.sentence)


def test_page_to_go_on_to_after_sign_in_is_of_sane_length(site: Site) -> None:
    browser = site.browser("learner")

    longest, longer = (browser.open(f"/my/sign-in?next=/{'a' * length}") for length in (2000, 2001))

    assert (longest.headers["Location"], longer.headers["Location"]) == (f"/{'a' * 2000}", "/my/")
