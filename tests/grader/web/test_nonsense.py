"""Every route × every caller with what no page of ours sends: a refusal that people understand, no fault of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from werkzeug.test import TestResponse

from tests.grader.web.conftest import ORIGIN, Browser, Site

pytestmark = pytest.mark.slow
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TEXTS = (
    "",
    "\0",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "<script>",
    "{{7*7}}",
    "%",
    "９" * 30,
    "-1",
    "1e400",
    "𠮷\u200b\u202e",
    "x" * 5_000,
)
"""What may stand in a field or a part of an address."""
FIELDS = (
    "name",
    "password",
    "next",
    "old",
    "new",
    "again",
    "sequence",
    "shown",
    "action",
    "item-xianfa-01-101",
    "mark-xianfa-01-101",
    "text",
    "item",
    "topic",
    "from",
    "book",
    "module",
    "wanted",
    "content",
    "item-xianfa-01-001",
    "wrong",
    "file",
    "unit",
    "state",
    "programme",
    "serial",
    "v",
    "allow_sample",
    "page",
    "reason",
    "at",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1.5,
    "",
    "\ud800",
    "x" * 5_000,
    [],
    [[]],
    ["A"] * 5_000,
    {"a": {}},
)
"""What may stand for a field of JSON."""
JSON_FIELDS = ("lesson", "page", "item", "response", "sequence", "statement", "section", "responses", "mark")
RAW = (b"", b"\xff\xfe", b"[" * 30_000, b"{", b"NaN", b"&" * 30_000, b"a=%ff%", b"--x\r\n" * 9_000, b"\0" * 60_000)
TYPES = (FORM, JSON, "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "nonsense", "")
HEADERS = (
    {"Range": "bytes=-1,0-,5-2,x"},
    {"If-None-Match": '"' * 3_000},
    {"If-Modified-Since": "\xff nonsense"},
    {"Accept-Encoding": "gzip;q=x," * 2_000},
    {"Accept-Language": "," * 9_000},
    {"Cookie": "xuefa=" + "." * 9_000},
    {"Cookie": "=;" * 9_000},
    {"Referer": "http://[" * 900},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "::ffff:x"},
    {"Content-Length": "nonsense"},
    {"Transfer-Encoding": "chunked"},
)


def rules(site: Site) -> list[tuple[str, str]]:
    """Method and rule of every route."""
    return sorted(
        (method, rule.rule)
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def paths(rule: str, text: str) -> Iterator[str]:
    """The rule's address with the text in place of each part, and behind it as a query."""
    before, part, after = rule.partition("<")
    if part:
        yield before + quote(text or "none", safe="") + after.partition(">")[2].replace("<serial>", "x")
    path = before + "none" + after.partition(">")[2] if part else rule
    yield f"{path}?{urlencode([(field, text) for field in FIELDS for _ in range(2)])[:7_000]}"


@pytest.fixture(params=["", "learner", "county"])
def browser(site: Site, request: pytest.FixtureRequest) -> Browser:
    person: str = request.param
    browser = site.browser()
    if person:
        browser.sign_in(site.people[person].number)
    return browser


def faults(answers: Iterator[tuple[str, TestResponse]]) -> list[tuple[str, int]]:
    """What was answered with a fault of ours."""
    return [
        (asked, answer.status_code)
        for asked, answer in answers
        if answer.status_code in {500, 501, 502} or b"Traceback" in answer.data
    ]


def test_addresses_that_no_page_leads_to_are_refused(site: Site, browser: Browser) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for method, rule in rules(site):
            for text in TEXTS:
                for path in paths(rule, text):
                    answer = browser.client.open(path, method="GET" if method == "GET" else "POST", headers=ORIGIN)
                    yield f"{method} {path[:200]}", answer

    assert faults(answers()) == []


def test_headers_that_no_browser_sends_do_no_harm(site: Site, browser: Browser) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for method, rule in rules(site):
            for headers in HEADERS:
                path = rule.replace("<path:path>", "index.html").replace("<name>", "app.css")
                answer = browser.client.open(path, method=method, headers=ORIGIN | headers)
                yield f"{method} {path} {list(headers)}", answer

    assert faults(answers()) == []


def test_forms_that_no_page_sends_are_refused(site: Site, browser: Browser) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for method, rule in rules(site):
            if method == "GET" or rule.startswith("/api/"):
                continue
            path, token = rule.replace("<id>", "none"), browser.token("/my/password")
            for text in TEXTS:
                fields = [("token", token), *((field, text) for field in FIELDS for _ in range(2))]
                if browser.client.get_cookie("xuefa") is None:
                    token = browser.token("/my/password")
                answer = browser.client.post(path, data=urlencode(fields)[:60_000], content_type=FORM, headers=ORIGIN)
                yield f"{path} {text[:20]!r}", answer

    assert faults(answers()) == []


def test_documents_that_no_script_sends_are_refused(site: Site, browser: Browser) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for method, rule in rules(site):
            if method == "GET" or not rule.startswith("/api/") or rule == "/api/sign-out":
                continue
            for field in JSON_FIELDS:
                for value in VALUES:
                    sound = {
                        "lesson": "xianfa-01",
                        "page": 1,
                        "item": "xianfa-01-101",
                        "response": ["A"],
                        "sequence": 1,
                    }
                    body = json.dumps(sound | {field: value})[:60_000]
                    path = rule.replace("<attempt>", "none")
                    answer = browser.client.post(path, data=body, content_type=JSON, headers=ORIGIN)
                    yield f"{path} {field} {str(value)[:20]}", answer

    assert faults(answers()) == []


def test_bodies_of_any_kind_are_refused(site: Site, browser: Browser) -> None:
    def answers() -> Iterator[tuple[str, TestResponse]]:
        for method, rule in rules(site):
            if method == "GET":
                continue
            path = rule.replace("<attempt>", "none").replace("<id>", "none")
            for body in RAW:
                for kind in TYPES:
                    answer = browser.client.post(path, data=body, content_type=kind, headers=ORIGIN)
                    yield f"{path} {kind} {body[:20]!r}", answer

    assert faults(answers()) == []
