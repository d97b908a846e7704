"""What the scripts' calls answer to nonsense: a problem document, and nothing recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from grader.domain.exam.attempt import Attempt
from grader.domain.learning.dossier import Dossier
from grader.store.kinds import ATTEMPT, DOSSIER, NOTEBOOK
from tests.grader.web.conftest import ORIGIN, Browser, Site
from tests.grader_factories import attempt, dossier, start

BEAT, PRACTICE, RESPONSES = "/api/beat", "/api/practice", "/api/exam/t1/responses"
VALID: dict[str, dict[str, Any]] = {
    BEAT: {"lesson": "xianfa-01", "page": 1},
    PRACTICE: {"item": "xianfa-01-001", "response": ["B"]},
    RESPONSES: {"item": "xianfa-01-101", "response": ["A"], "sequence": 5},
}
"""A call of each that the service takes, with the factories' content and the attempt of `sitting`."""


@pytest.fixture
def sitting(site: Site) -> Site:
    """A learner who has a page open and sits attempt t1."""
    site.browser("learner").call(BEAT, lesson="xianfa-01")
    (row,) = site.store.list(DOSSIER)
    stored = site.store.load(DOSSIER, row.id)
    assert stored
    begun = dossier(account="learner", page=stored.value.page, starts=(start("t1"),))
    site.store.save(DOSSIER, row.id, begun, expected=stored.version)
    site.store.save(ATTEMPT, "t1", attempt("t1", account="learner"), expected=0)
    return site


def kept(site: Site) -> list[Dossier | Attempt]:
    """Every dossier and attempt there is; a notebook there must not be."""
    assert site.store.list(NOTEBOOK) == []
    dossiers = [site.store.load(DOSSIER, row.id) for row in site.store.list(DOSSIER)]
    attempts = [site.store.load(ATTEMPT, row.id) for row in site.store.list(ATTEMPT)]
    return [stored.value for stored in (*dossiers, *attempts) if stored]


def refused(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a problem document that is whole."""
    problem = answer.get_json()
    assert answer.content_type == "application/problem+json"
    assert sorted(problem) == ["code", "detail", "status", "title", "type"]
    assert problem["status"] == answer.status_code
    assert problem["detail"].endswith("。")
    return answer.status_code, problem["code"]


@pytest.mark.parametrize("path", VALID)
def test_valid_call_is_taken(sitting: Site, path: str) -> None:
    answer = sitting.browser("learner").call(path, **VALID[path])

    assert (answer.status_code, answer.is_json) == (200, True)


@pytest.mark.parametrize("path", VALID)
@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b'{"lesson": "\xff"}', "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"[" * 60_000, "application/json"),
        (b'{"page": ' + b"9" * 5_000 + b"}", "application/json"),
        (b'{"page": NaN, "lesson": Infinity}', "application/json"),
        (b"{}", "text/plain"),
        (b"lesson=xianfa-01", "application/x-www-form-urlencoded"),
    ],
)
def test_malformed_body_is_refused_and_nothing_kept(sitting: Site, path: str, body: bytes, type: str) -> None:
    before, browser = kept(sitting), sitting.browser("learner")

    answer = browser.client.post(path, data=body, content_type=type, headers=ORIGIN)

    assert refused(answer) == (400, "malformed")
    assert kept(sitting) == before


@pytest.mark.parametrize("path", [path for path in VALID if VALID[path]])
def test_name_that_stands_twice_is_refused_and_nothing_kept(sitting: Site, path: str) -> None:
    before, browser = kept(sitting), sitting.browser("learner")
    member = json.dumps(VALID[path])[1:-1]

    answer = browser.client.post(path, data=f"{{{member}, {member}}}", content_type="application/json", headers=ORIGIN)

    assert refused(answer) == (400, "malformed")
    assert kept(sitting) == before


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        (BEAT, {"lesson": "none"}, (404, "unknown-lesson")),
        (BEAT, {"lesson": ""}, (400, "malformed")),
        (BEAT, {"lesson": "法" * 201}, (400, "malformed")),
        (BEAT, {"lesson": ["xianfa-01"]}, (400, "malformed")),
        (BEAT, {"page": 0}, (400, "malformed")),
        (BEAT, {"page": -1}, (400, "malformed")),
        (BEAT, {"page": 1.0}, (400, "malformed")),
        (BEAT, {"page": True}, (400, "malformed")),
        (BEAT, {"page": "1"}, (400, "malformed")),
        (BEAT, {"page": 10**30}, (400, "malformed")),
        (BEAT, {"page": 2}, (400, "bad-page")),
        (BEAT, {"page": 1_000_000_000}, (400, "bad-page")),
        (BEAT, {"lesson": "xuanxiu-01"}, (400, "bad-page")),
        (PRACTICE, {"item": "xianfa-01-101"}, (404, "unknown-item")),
        (PRACTICE, {"item": None}, (400, "malformed")),
        (PRACTICE, {"response": []}, (400, "bad-response")),
        (PRACTICE, {"response": ["E"]}, (400, "bad-response")),
        (PRACTICE, {"response": ["A", "B"]}, (400, "bad-response")),
        (PRACTICE, {"response": "B"}, (400, "malformed")),
        (PRACTICE, {"response": [["B"]]}, (400, "malformed")),
        (PRACTICE, {"response": ["B"] * 11}, (400, "malformed")),
        (RESPONSES, {"item": "xianfa-01-103"}, (400, "not-on-paper")),
        (RESPONSES, {"response": ["E"]}, (400, "bad-response")),
        (RESPONSES, {"response": ["A", "B"]}, (400, "bad-response")),
        (RESPONSES, {"response": {"A": 1}}, (400, "malformed")),
        (RESPONSES, {"sequence": 0}, (400, "malformed")),
        (RESPONSES, {"sequence": None}, (400, "malformed")),
        (RESPONSES, {"sequence": 2**63}, (400, "malformed")),
        (RESPONSES, {"marked": 1}, (400, "malformed")),
        (RESPONSES, {"marked": "yes"}, (400, "malformed")),
    ],
)
def test_wrong_field_is_refused_and_nothing_kept(
    sitting: Site, path: str, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    before = kept(sitting)

    answer = sitting.browser("learner").call(path, **(VALID[path] | fields))

    assert refused(answer) == expected
    assert kept(sitting) == before


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        (BEAT, {"lesson": "xianfa-01\ud800"}, "malformed"),
        (PRACTICE, {"item": "\ud800"}, "malformed"),
        (PRACTICE, {"response": ["\ud800"]}, "bad-response"),
        (RESPONSES, {"item": "\udfff"}, "malformed"),
        (RESPONSES, {"response": ["\udfff"]}, "bad-response"),
    ],
)
def test_half_a_character_is_refused(sitting: Site, path: str, fields: dict[str, Any], code: str) -> None:
    before, browser = kept(sitting), sitting.browser("learner")

    body = json.dumps(VALID[path] | fields)
    answer = browser.client.post(path, data=body, content_type="application/json", headers=ORIGIN)

    assert refused(answer) == (400, code)
    assert kept(sitting) == before


@pytest.mark.parametrize("id", ["t1", "none", "a" * 121, "..%2F..%2Fsettings", "%00", "-"])
def test_attempt_of_another_learner_or_of_nobody_is_not_found(sitting: Site, id: str) -> None:
    before = kept(sitting)

    answer = sitting.browser("other").call(f"/api/exam/{id}/responses", **VALID[RESPONSES])

    assert refused(answer)[0] in {404, 405}
    assert kept(sitting) == before


@pytest.mark.parametrize("path", ["/exam/%00", "/exam/-/result", f"/exam/{'a' * 121}"])
def test_page_of_what_can_be_no_attempt_is_not_found(sitting: Site, path: str) -> None:
    assert sitting.browser("learner").open(path).status_code == 404


FOREIGN: list[dict[str, str]] = [
    {},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8080"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("path", VALID)
@pytest.mark.parametrize("headers", FOREIGN)
def test_call_from_another_origin_is_refused_and_nothing_kept(
    sitting: Site, path: str, headers: dict[str, str]
) -> None:
    before, browser = kept(sitting), sitting.browser("learner")

    answer = browser.client.post(path, json=VALID[path], headers=headers)

    assert refused(answer) == (403, "foreign-origin")
    assert kept(sitting) == before


@pytest.mark.parametrize("path", VALID)
def test_call_without_sign_in_is_refused_and_nothing_kept(sitting: Site, path: str) -> None:
    before = kept(sitting)

    answer = sitting.browser().call(path, **VALID[path])

    assert refused(answer) == (401, "sign-in-needed")
    assert kept(sitting) == before


def test_body_beyond_the_limit_is_refused(sitting: Site) -> None:
    before, browser = kept(sitting), sitting.browser("learner")

    answer = browser.client.post(BEAT, data=b" " * (9 << 20), content_type="application/json", headers=ORIGIN)

    assert refused(answer)[0] in {400, 413}
    assert kept(sitting) == before


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("path", VALID)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_json_is_answered_without_a_fault(
    make_browser: Callable[[], tuple[Site, Browser]], path: str, data: st.DataObject
) -> None:
    site, browser = make_browser()
    before = kept(site)
    field = data.draw(st.sampled_from(sorted(VALID[path])))
    body = data.draw(NONSENSE | NONSENSE.map(lambda value: VALID[path] | {field: value}))

    answer = browser.client.post(path, json=body, headers=ORIGIN)

    if answer.status_code == 200:  # a page may be null: then it opens one; an empty response clears the item
        assert (path, field) in {(BEAT, "page"), (RESPONSES, "response"), (RESPONSES, "sequence")}
    else:
        assert 400 <= refused(answer)[0] < 500
        assert kept(site) == before


@pytest.fixture
def make_browser(sitting: Site) -> Callable[[], tuple[Site, Browser]]:
    """The same learner's browser at every example."""
    browser = sitting.browser("learner")
    return lambda: (sitting, browser)
