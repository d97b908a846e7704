"""The access matrix: every route × every caller, generated from the route map. A route without an entry fails."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.operation.serve import PASSWORDS, UPLOADS
from grader.web.access import access_of, largest_body_of
from grader.web.admin.frame import LARGEST_UPLOAD
from tests.grader.web.conftest import ORIGIN, Browser, Site

CALLERS = ("", "fresh", "learner", "unit", "county", "reader", "editor")
"""Nobody, somebody with the initial password, and every role."""


@dataclass(frozen=True)
class Expected:
    """What each caller gets: ok, sign-in, password (both: a redirect or a refusal) or refused."""

    anonymous: str
    fresh: str
    learner: str
    unit: str
    county: str
    reader: str = "refused"
    editor: str = "refused"

    def of(self, caller: str) -> str:
        return self.anonymous if caller == "" else str(getattr(self, caller))


ANYONE = Expected("ok", "ok", "ok", "ok", "ok", "ok", "ok")
SIGNED_IN = Expected("sign-in", "ok", "ok", "ok", "ok", "ok", "ok")
MEMBER = Expected("sign-in", "password", "ok", "ok", "ok", "ok", "ok")
LEARNER = Expected("sign-in", "password", "ok", "refused", "refused")
UNIT = Expected("sign-in", "password", "refused", "ok", "ok")
COUNTY = Expected("sign-in", "password", "refused", "refused", "ok")
OFFICE = Expected("sign-in", "password", "refused", "ok", "ok", "ok", "ok")
REPORTS = Expected("sign-in", "password", "refused", "ok", "ok", reader="ok")
EDITOR = Expected("sign-in", "password", "refused", "refused", "ok", editor="ok")

MATRIX = {
    "GET /": ANYONE,
    "GET /<path:path>": ANYONE,
    "GET /api/health": ANYONE,
    "GET /api/me": ANYONE,
    "POST /api/sign-out": SIGNED_IN,
    "POST /api/beat": LEARNER,
    "GET /api/lessons": LEARNER,
    "GET /api/lessons/<id>": LEARNER,
    "POST /api/lessons/<id>/answers": LEARNER,
    "POST /api/practice": LEARNER,
    "GET /api/exam/<attempt>": LEARNER,
    "POST /api/exam/<attempt>/responses": LEARNER,
    "GET /api/board": ANYONE,
    "GET /api/board/picture": ANYONE,
    "POST /api/verify": ANYONE,
    "GET /my/static/<name>": ANYONE,
    "GET /my/linked": MEMBER,
    "POST /my/linked": OFFICE,
    "POST /my/linked/end": MEMBER,
    "POST /my/linked/change": MEMBER,
    "GET /my/sign-in": ANYONE,
    "POST /my/sign-in": ANYONE,
    "POST /my/first-sign-in": ANYONE,
    "GET /my/sign-in/help": ANYONE,
    "POST /my/sign-out": ANYONE,
    "GET /my/password": SIGNED_IN,
    "POST /my/password": SIGNED_IN,
    "GET /my/": MEMBER,
    "GET /api/practice/favourites": LEARNER,
    "POST /api/practice/favourites": LEARNER,
    "GET /my/practice/": LEARNER,
    "POST /my/practice/": LEARNER,
    "POST /my/practice/favourites": LEARNER,
    "POST /my/practice/mock": LEARNER,
    "GET /my/practice/mock/<id>": LEARNER,
    "POST /my/practice/mock/<id>": LEARNER,
    "GET /my/practice/mock/<id>/result": LEARNER,
    "GET /my/messages/": LEARNER,
    "POST /my/messages/": LEARNER,
    "GET /my/record": LEARNER,
    "POST /my/certificate": LEARNER,
    "GET /my/certificate/<serial>.pdf": LEARNER,
    "GET /exam/": LEARNER,
    "POST /exam/start": LEARNER,
    "GET /exam/<id>": LEARNER,
    "POST /exam/<id>": LEARNER,
    "GET /exam/<id>/hand-in": LEARNER,
    "GET /exam/<id>/result": LEARNER,
    "GET /admin/": OFFICE,
    "GET /admin/snapshot": REPORTS,
    "GET /admin/snapshot/<format>": REPORTS,
    "GET /admin/snapshots": REPORTS,
    "POST /admin/correct-year": COUNTY,
    "GET /admin/reports/learners": REPORTS,
    "GET /admin/reports/learners/<format>": REPORTS,
    "GET /admin/reports/units": REPORTS,
    "GET /admin/reports/units/<format>": REPORTS,
    "GET /admin/reports/progress": REPORTS,
    "GET /admin/supervision": REPORTS,
    "GET /admin/archive": UNIT,
    "GET /admin/archive.zip": UNIT,
    "POST /admin/supervision": UNIT,
    "POST /admin/supervision/calls.xlsx": UNIT,
    "GET /admin/supervision/letter.docx": UNIT,
    "GET /admin/supervision/bulletin.docx": UNIT,
    "GET /admin/reports/names": REPORTS,
    "POST /admin/reports/names": REPORTS,
    "GET /admin/learners/<id>/facts": REPORTS,
    "GET /admin/learners/<id>/proof.pdf": UNIT,
    "GET /my/profile": LEARNER,
    "POST /my/profile": LEARNER,
    "POST /my/notices": MEMBER,
    "GET /admin/people": UNIT,
    "GET /admin/people/happenings": UNIT,
    "GET /admin/people/new-administrator": COUNTY,
    "POST /admin/people/new-administrator": COUNTY,
    "GET /admin/people/<id>": UNIT,
    "POST /admin/people/<id>": UNIT,
    "POST /admin/people/<id>/act": UNIT,
    "GET /admin/security": COUNTY,
    "GET /admin/learners/<id>/reset-password": UNIT,
    "POST /admin/learners/<id>/reset-password": UNIT,
    "GET /admin/roster": UNIT,
    "GET /admin/roster/template.xlsx": UNIT,
    "POST /admin/roster": UNIT,
    "GET /admin/messages": EDITOR,
    "GET /admin/messages/<id>": EDITOR,
    "POST /admin/messages/<id>": EDITOR,
    "GET /admin/board": COUNTY,
    "POST /admin/board": COUNTY,
    "POST /admin/board/picture": COUNTY,
    "POST /admin/board/announcements": COUNTY,
    "POST /admin/board/announcements/<id>/withdraw": COUNTY,
    "GET /admin/roster/check": UNIT,
    "POST /admin/roster/confirm": UNIT,
    "POST /admin/roster/export.xlsx": UNIT,
    "POST /admin/roster/slips": UNIT,
    "POST /admin/roster/slips.xlsx": UNIT,
    "POST /admin/roster/slips.pdf": UNIT,
    "GET /admin/roster/person": UNIT,
    "POST /admin/roster/person": UNIT,
    "GET /admin/units": UNIT,
    "GET /admin/units/new": UNIT,
    "POST /admin/units/new": UNIT,
    "POST /admin/units/template.xlsx": UNIT,
    "GET /admin/units/<id>": UNIT,
    "POST /admin/units/<id>": UNIT,
    "POST /admin/units/<id>/close": UNIT,
    "POST /admin/units/<id>/merge": UNIT,
    "GET /admin/units/<id>/split": COUNTY,
    "POST /admin/units/<id>/split": COUNTY,
    "POST /admin/units/<id>/hand-over": UNIT,
    "GET /admin/transfers": UNIT,
    "POST /admin/transfers": UNIT,
    "POST /admin/learners/<id>/transfer": UNIT,
    "GET /admin/content": EDITOR,
    "POST /admin/content": COUNTY,
    "GET /admin/statistics/<programme>.json": EDITOR,
    "POST /admin/freeze": COUNTY,
    "GET /admin/settings": REPORTS,
    "GET /admin/settings/change": COUNTY,
    "POST /admin/settings/change": COUNTY,
    "GET /admin/confirmations": REPORTS,
    "POST /admin/confirmations": UNIT,
    "GET /admin/corrections": UNIT,
    "GET /admin/corrections/list": UNIT,
    "POST /admin/corrections/list": UNIT,
    "GET /admin/learners/<id>/corrections": UNIT,
    "POST /admin/learners/<id>/corrections": UNIT,
    "GET /admin/exemptions": UNIT,
    "GET /admin/exemptions/list": UNIT,
    "POST /admin/exemptions/list": UNIT,
    "GET /admin/learners/<id>/exemption": UNIT,
    "POST /admin/learners/<id>/exemption": UNIT,
    "GET /admin/learners/<id>/exemption/form": UNIT,
    "GET /admin/audit": UNIT,
    "POST /admin/audit/verify": COUNTY,
    "GET /verify/": ANYONE,
    "GET /verify/<serial>": ANYONE,
    "GET /verify/key": ANYONE,
}


def routes(site: Site) -> dict[str, str]:
    """`METHOD rule` → endpoint, for every rule and every method but HEAD and OPTIONS."""
    return {
        f"{method} {rule.rule}": rule.endpoint
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_an_entry_and_a_declaration(site: Site) -> None:
    found = routes(site)

    assert set(found) == set(MATRIX)
    assert [route for route, endpoint in found.items() if access_of(site.app.view_functions[endpoint]) is None] == []


def test_whoever_uploads_a_workbook_waits_in_the_line_for_that(site: Site) -> None:
    rules = {rule.rule: site.app.view_functions[rule.endpoint] for rule in site.app.url_map.iter_rules()}

    uploads = {path for path, view in rules.items() if largest_body_of(view) == LARGEST_UPLOAD}

    assert uploads
    assert [path for path in uploads if not path.endswith(UPLOADS)] == []
    assert [path for path in (*UPLOADS, *PASSWORDS) if path not in rules] == []


@pytest.mark.slow
@pytest.mark.parametrize("route", MATRIX)
@pytest.mark.parametrize("caller", CALLERS)
def test_route_answers_whom_it_should(site: Site, route: str, caller: str) -> None:
    browser = signed_in(site, caller)

    assert reaction(browser, route) == MATRIX[route].of(caller)


def signed_in(site: Site, caller: str) -> Browser:
    if caller == "fresh":
        browser = site.browser()
        assert browser.sign_in_first(site.people["fresh"].number).status_code == 302
        return browser
    return site.browser(caller)


def reaction(browser: Browser, route: str) -> str:
    """How the route's guard reacts; anything that gets past the guard is `ok`, whatever the view then says."""
    method, _, rule = route.partition(" ")
    path = rule.replace("<path:path>", "lessons/xianfa-01/").replace("<name>", "app.css")
    for name in ("attempt", "format", "id", "programme", "serial"):
        path = path.replace(f"<{name}>", "none")
    if method == "GET":
        answer = browser.open(path)
    elif path.startswith("/api/"):
        answer = browser.call(path)
    else:
        answer = browser.client.post(path, data={"token": browser.token()}, headers=ORIGIN)
    if answer.status_code == 302 and "/my/sign-in?next=" in answer.location:
        return "sign-in"
    if answer.status_code == 302 and answer.location.endswith("/my/password") and path != "/my/password":
        return "password"
    return problem_of(answer.text) if answer.status_code in {401, 403} else "ok"


def problem_of(text: str) -> str:
    """Which refusal of the guard it is, by its sentence, in a document or on a page."""
    sentences = {
        "登录已过期，请重新登录": "sign-in",
        "请先修改初始密码": "password",
        "没有办理此事项的权限": "refused",
    }
    return next((name for sentence, name in sentences.items() if sentence in text), "ok")
