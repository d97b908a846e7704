"""What other sites, other people and forged requests get from the service: a refusal, and nothing changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import TestResponse

from grader.domain.content import PublishedContent
from grader.domain.errors import NotAllowed
from grader.web.problems import ForeignOrigin, StaleForm
from quizgen.model import ItemType
from quizgen.programme import KeysShown
from tests.grader.web.conftest import ORIGIN, PASSWORD, Site, said
from tests.grader_factories import NOON, award, content, keep_dossier, programme
from tests.quizgen_factories import item

FOREIGN, STALE = (403, ForeignOrigin.sentence), (403, StaleForm.sentence)
RESET = "/admin/learners/learner/reset-password"
SERIAL = "65J0NSRT5G1GDKCD"
OWN_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FOREIGN_HEADERS = (
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8080"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://["},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {**ORIGIN, "Sec-Fetch-Site": "cross-site"},
)


@pytest.mark.parametrize("token", [None, "", "0" * 32, "令牌"])
def test_form_without_its_own_token_is_refused_and_changes_nothing(site: Site, token: str | None) -> None:
    before, browser = site.account("learner"), site.browser("county")

    answer = browser.client.post(RESET, data={} if token is None else {"token": token}, headers=ORIGIN)

    assert (said(answer), site.account("learner")) == (STALE, before)


def test_form_with_token_of_another_sign_in_is_refused(site: Site) -> None:
    before, stolen, browser = site.account("learner"), site.browser("unit").token(), site.browser("county")

    answer = browser.client.post(RESET, data={"token": stolen}, headers=ORIGIN)

    assert (said(answer), site.account("learner")) == (STALE, before)


def test_token_seen_before_sign_in_is_worth_nothing_after_it(site: Site) -> None:
    browser = site.browser()
    planted = browser.token()
    browser.sign_in(site.people["county"].number)

    assert said(browser.client.post(RESET, data={"token": planted}, headers=ORIGIN)) == STALE


@pytest.mark.parametrize("headers", FOREIGN_HEADERS, ids=str)
def test_form_from_another_site_is_refused_even_with_the_right_token(site: Site, headers: dict[str, str]) -> None:
    before, browser = site.account("learner"), site.browser("county")

    answer = browser.client.post(RESET, data={"token": browser.token()}, headers=headers)

    assert (said(answer), site.account("learner")) == (FOREIGN, before)


@pytest.mark.parametrize("headers", [{}, ORIGIN, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_own_form_is_accepted_from_browsers_old_and_new(site: Site, headers: dict[str, str]) -> None:
    browser = site.browser("county")

    answer = browser.client.post(RESET, data={"token": browser.token()}, headers=headers)

    assert (answer.status_code, site.account("learner").credential.initial) == (200, True)


@pytest.mark.parametrize("headers", [{}, *FOREIGN_HEADERS], ids=str)
def test_script_of_another_site_is_refused_and_records_nothing(site: Site, headers: dict[str, str]) -> None:
    before, browser = site.dossier(), site.browser("learner")

    answer = browser.client.post("/api/beat", data='{"lesson": "xianfa-01"}', headers=headers)

    assert (said(answer), answer.content_type, site.dossier()) == (FOREIGN, "application/problem+json", before)


def test_sign_in_from_another_site_is_refused(site: Site) -> None:
    browser = site.browser()
    fields = {"token": browser.token(), "name": site.people["learner"].number, "password": PASSWORD}

    answer = browser.client.post("/my/sign-in", data=fields, headers={"Origin": "https://evil.example"})

    assert (said(answer), said(browser.open("/my/"))) == (FOREIGN, (302, ""))


@pytest.mark.parametrize("path", ["/my/sign-in", "/verify/", "/my/", "/exam/none", "/api/me", "/my/none", "/none"])
def test_pages_of_the_service_allow_nothing_inline(site: Site, path: str) -> None:
    headers = site.browser().open(path).headers

    wanted = {
        "Content-Security-Policy": OWN_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    assert {name: headers.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("", "/my/sign-in"),
        ("", "/verify/"),
        ("learner", "/my/"),
        ("learner", "/my/password"),
        ("learner", "/exam/"),
        ("learner", "/exam/{open}"),
        ("learner", "/exam/{finished}/result"),
        ("learner", "/none"),
        ("county", "/admin/"),
        ("county", "/admin/roster"),
        ("county", "/admin/content"),
    ],
)
def test_no_page_of_the_service_needs_anything_inline_or_from_elsewhere(site: Site, person: str, path: str) -> None:
    made = sitting(site)

    page = site.browser(person).open(path.format(**made)).text

    assert "<h1" in page
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page) == []


def test_pages_of_the_course_allow_exactly_the_hashes_of_their_own_inline_scripts(
    make_site: Callable[..., Site],
) -> None:
    site = make_site()
    hashes = {"script": ["sha256-one=", "sha256-two="], "style": ["sha256-three="]}
    (site.settings.site / "csp.json").write_text(json.dumps(hashes), encoding="utf-8")

    policy = site.browser().open("/lessons/xianfa-01/").headers["Content-Security-Policy"]

    assert policy == OWN_POLICY.replace("script-src 'self'", "script-src 'self' 'sha256-one=' 'sha256-two='").replace(
        "style-src 'self'", "style-src 'self' 'sha256-three='"
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_broken_list_of_hashes_allows_nothing_inline(site: Site, text: str) -> None:
    (site.settings.site / "csp.json").write_bytes(text.encode("latin-1"))

    assert site.browser().open("/").headers["Content-Security-Policy"] == OWN_POLICY


@pytest.mark.parametrize(
    ("address", "flags"),
    [
        ("http://localhost", "HttpOnly; Path=/; SameSite=Lax"),
        ("https://localhost", "Secure; HttpOnly; Path=/; SameSite=Lax"),
        ("https://localhost/xuefa", "Secure; HttpOnly; Path=/xuefa; SameSite=Lax"),
    ],
)
def test_cookie_is_kept_from_scripts_other_sites_and_other_paths(
    make_site: Callable[..., Site], address: str, flags: str
) -> None:
    answer = make_site(address=address).browser().open("/my/sign-in")

    [cookie] = answer.headers.getlist("Set-Cookie")
    name, _, rest = cookie.partition("; ")
    assert (name.partition("=")[0], rest) == ("xuefa", flags)


def test_tampered_or_forged_cookie_signs_nobody_in(site: Site) -> None:
    browser = site.browser("county")
    cookie = browser.client.get_cookie("xuefa")
    assert cookie
    middle = len(cookie.value) // 2
    other = "A" if cookie.value[middle] != "A" else "B"
    tampered = f"{cookie.value[:middle]}{other}{cookie.value[middle + 1 :]}"
    site.app.secret_key = "the secret of somebody else"
    serializer = SecureCookieSessionInterface().get_signing_serializer(site.app)
    assert serializer
    stamp = int(NOON.timestamp())
    forged = serializer.dumps({"account": "county", "epoch": 0, "nonce": "n", "issued": stamp, "seen": stamp})
    site.app.secret_key = site.settings.secret_key

    assert browser.open("/admin/").status_code == 200
    for value in (tampered, cookie.value[:middle], "..", forged):
        browser.client.set_cookie("xuefa", str(value))
        assert browser.open("/admin/").headers["Location"] == "/my/sign-in?next=/admin/"


def test_what_people_type_is_shown_as_text(site: Site) -> None:
    markup = '"><script>alert(1)</script>'
    site.change("learner", name=markup, rank=markup)
    browser = site.browser()

    pages = [
        browser.open(f"/my/sign-in?next=/lessons/{markup}"),
        browser.send("/my/sign-in", name=markup, password="x", next=markup),
        browser.open(f"/verify/?serial={markup}"),
        browser.open("/verify/<script>alert(1)"),
        site.browser("learner").open("/my/"),
        site.browser("county").open("/admin/"),
    ]

    assert [page.status_code for page in pages] == [200, 401, 404, 404, 200, 200]
    assert [page.text.count("<script>alert") for page in pages] == [0] * 6
    assert [n for n, page in enumerate(pages) if "&lt;script&gt;alert(1)" not in page.text] == []


def test_what_belongs_to_another_learner_is_not_found(site: Site) -> None:
    made, learner, other = sitting(site), site.browser("learner"), site.browser("other")
    paths = [
        path.format(**made)
        for path in ("/exam/{open}", "/exam/{finished}", "/exam/{finished}/result", "/my/certificate/{serial}.pdf")
    ]

    assert [other.open(path).status_code for path in paths] == [404, 404, 404, 404]
    assert [learner.open(path).status_code for path in paths] == [200, 302, 200, 200]


def test_another_learners_attempt_takes_no_response_and_is_not_handed_in(site: Site) -> None:
    id = sitting(site)["open"]
    before, browser = site.attempt(id), site.browser("other")
    item = before.paper.items[0].item

    answers = [
        browser.call(f"/api/exam/{id}/responses", item=item, response=["B"], sequence=9),
        browser.send(f"/exam/{id}", action="submit", sequence="9"),
    ]

    assert [said(answer) for answer in answers] == [(404, "没有找到这次考试记录。")] * 2
    assert site.attempt(id) == before


def test_route_that_says_nothing_of_whom_it_serves_serves_nobody(site: Site) -> None:
    site.app.add_url_rule("/my/forgotten", view_func=lambda: "不许看")

    answers = [site.browser(person).open("/my/forgotten") for person in ("", "learner", "county")]

    assert [said(answer) for answer in answers] == [(403, NotAllowed.sentence)] * 3


CANARY = "只有解析里才有的话"


@pytest.mark.parametrize(
    ("shown", "told"),
    [(KeysShown.NEVER, []), (KeysShown.CLOSED, ["closed"]), (KeysShown.SUBMITTED, ["submitted", "closed"])],
)
def test_keys_and_rationales_stay_inside_until_the_programme_shows_them(
    make_site: Callable[..., Site], shown: KeysShown, told: list[str]
) -> None:
    site = make_site(content=with_canaries(shown))
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")

    begun = browser.send("/exam/start").headers["Location"]
    sitting = [
        browser.open(begun),
        browser.call(f"/api{begun}/responses", item="xianfa-01-107", response=["T"], sequence=1),
        browser.call(f"/api{begun}/responses", item="xianfa-01-107", response=["X"], sequence=2),
        *(browser.open(path) for path in ("/exam/", "/my/", f"{begun}/result")),
    ]
    handed_in = browser.send(begun, action="submit", sequence="9")
    submitted = [handed_in, *(browser.open(path) for path in (f"{begun}/result", "/exam/", "/my/"))]
    site.clock.pass_(days=100)
    closed = [site.browser("learner").open(f"{begun}/result")]

    stages = {"sitting": sitting, "submitted": submitted, "closed": closed}
    assert [stage for stage, answers in stages.items() if tells(answers)] == told


def with_canaries(shown: KeysShown) -> PublishedContent:
    """The factory's content with rationales that are found again wherever they leak."""
    singles = [item(f"xianfa-01-{number}", rationale=CANARY) for number in range(101, 107)]
    judgements = [item("xianfa-01-107", type=ItemType.JUDGEMENT, rationale=CANARY)]
    return content(programme=programme(keys_shown=shown), items=(*singles, *judgements))


def tells(answers: list[TestResponse]) -> bool:
    """Whether any of the answers gives away a key or a rationale."""
    words = (CANARY, "正确答案：", '"key"', "rationale", '"right"')
    return any(word in answer.text for answer in answers for word in words)


def sitting(site: Site) -> dict[str, str]:
    """The learner has a finished attempt, one under way and a certificate; gives their parts of addresses."""
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")
    finished = browser.send("/exam/start").headers["Location"].rpartition("/")[2]
    browser.send(f"/exam/{finished}", action="submit", sequence="1")
    under_way = browser.send("/exam/start").headers["Location"].rpartition("/")[2]
    keep_dossier(site.store, replace(site.dossier(), awards=(award(SERIAL),)))
    return {"finished": finished, "open": under_way, "serial": SERIAL}
