"""What people and scripts are told when something can't be done: Chinese, with the right status, never a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from grader.accounts.passwords import PasswordsBusy
from grader.administration.publish import SampleBank
from grader.certificates.fonts import MissingGlyph
from grader.domain import errors
from grader.store.base import Conflict, Unavailable, Unusable
from grader.web import problems
from grader.web.public import sign_in
from tests.grader.web.conftest import ORIGIN, Site, said, texts

NOWHERE = "没有这个页面。请检查地址，或回到首页查找。"
WRONG_METHOD = "不能这样打开这个地址，请从页面上的按钮进入。"
BUG = "系统出现问题，本次操作可能没有完成。请稍后重试；仍有问题请联系系统管理员。"
BUSY = "现在访问的人较多，请稍后重试。"
UNUSABLE = "数据暂时无法读写，内容没有保存。请联系系统管理员查看服务日志。"
TOO_LARGE = "提交的内容过大，未作记录。"


def refusals(kind: type[errors.Refusal] = errors.Refusal) -> Iterator[type[errors.Refusal]]:
    """Every refusal there is."""
    for child in kind.__subclasses__():
        yield child
        yield from refusals(child)


def test_every_refusal_has_its_own_code_and_a_chinese_sentence() -> None:
    assert {sign_in.DifferentPasswords, problems.StaleForm, SampleBank, MissingGlyph} <= set(refusals())

    kinds = [kind for kind in refusals() if "code" in vars(kind)]

    assert len({kind.code for kind in kinds}) == len(kinds)
    assert [kind for kind in kinds if "sentence" not in vars(kind) or max(kind.sentence) < "一"] == [errors.BadFile]
    assert errors.BadFile.sentence == "{why}"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.WrongCredentials, 401),
        (errors.TooManyFailures, 429),
        (errors.AccountInactive, 403),
        (errors.WeakPassword, 422),
        (errors.KnownPassword, 422),
        (sign_in.DifferentPasswords, 422),
        (errors.NotAllowed, 403),
        (errors.UnknownAttempt, 404),
        (errors.BadPage, 400),
        (errors.HoursNotMet, 409),
        (MissingGlyph, 409),
        (PasswordsBusy, 503),
        (SampleBank, 409),
        (problems.NeedsSignIn, 401),
        (problems.NeedsNewPassword, 403),
        (problems.ForeignOrigin, 403),
        (problems.StaleForm, 403),
    ],
)
def test_refusals_have_the_status_that_browsers_and_scripts_expect(kind: type[errors.Refusal], status: int) -> None:
    assert problems.status_of(kind.__new__(kind)) == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize("path", ["/my/", "/none", "/exam/"])
def test_method_that_an_address_does_not_take_is_told_as_a_page(site: Site, method: str, path: str) -> None:
    answer = site.app.test_client().open(path, method=method)

    assert (said(answer), answer.content_type) == ((405, WRONG_METHOD), "text/html; charset=utf-8")
    assert "GET" in answer.headers["Allow"]


def test_method_that_the_interface_does_not_take_is_told_as_a_document(site: Site) -> None:
    answer = site.app.test_client().delete("/api/me")

    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "method-not-allowed",
        "status": 405,
        "code": "method-not-allowed",
        "detail": WRONG_METHOD,
    }


def test_unknown_address_is_told_as_a_page_or_a_document(site: Site) -> None:
    browser = site.browser()

    page, document = browser.open("/my/none"), browser.open("/api/none")

    assert (said(page), page.content_type) == ((404, NOWHERE), "text/html; charset=utf-8")
    assert (said(document), document.content_type) == ((404, NOWHERE), "application/problem+json")


@pytest.mark.parametrize("id", ["甲", "-x", "..", "a" * 200, "%00", "a b"])
def test_address_with_an_impossible_id_is_not_found(site: Site, id: str) -> None:
    learner, county = site.browser("learner"), site.browser("county")

    answers = [
        learner.open(f"/exam/{id}/result"),
        learner.send(f"/exam/{id}", action="submit", sequence="1"),
        learner.call(f"/api/exam/{id}/responses", item="xianfa-01-101", response=["B"], sequence=1),
        county.send(f"/admin/learners/{id}/reset-password"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]


def test_problem_page_offers_a_way_on_for_whoever_reads_it(site: Site) -> None:
    pages = {person: site.browser(person).open("/none").text for person in ("", "learner", "unit", "county")}

    assert {person: page.count("登录</a>") > 0 for person, page in pages.items()} == {
        "": True,
        "learner": False,
        "unit": False,
        "county": False,
    }
    assert "回到我的" in pages["learner"]
    assert "回到管理" in pages["unit"]
    assert "题库与方案" not in pages["unit"]
    assert "题库与方案" in pages["county"]


def test_upload_over_the_limit_is_refused_before_it_is_read(site: Site) -> None:
    browser, learner, large = site.browser("county"), site.browser("learner"), b"x" * (8 * 1024 * 1024 + 1)

    form = browser.client.post(
        "/admin/roster",
        data={"token": browser.token(), "file": FileStorage(stream=BytesIO(large), filename="a.xlsx")},
        headers=ORIGIN,
    )
    document = learner.client.post("/api/beat", data=large, content_type="application/json", headers=ORIGIN)

    assert (form.status_code, texts(form, r'<section class="notice notice--wrong".*?<li>(.*?)</li>')) == (
        413,
        ["文件超过 8 MB。请删去图片等无关内容，或分成几个文件导入。"],
    )
    assert said(document) == (413, TOO_LARGE)


def test_bug_gives_a_chinese_answer_and_the_log_the_traceback(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser, fail = site.browser("learner"), failing(RuntimeError("the secret of the inside"))

    monkeypatch.setattr(site.app.extensions["grader"].courses, "current", fail)
    page, document = browser.open("/my/"), browser.call("/api/beat", lesson="xianfa-01")

    assert [said(page), said(document)] == [(500, BUG), (500, BUG)]
    assert document.content_type == "application/problem+json"
    assert [word for word in ("secret", "Traceback", "RuntimeError") if word in page.text + document.text] == []
    assert "the secret of the inside" in caplog.text


@pytest.mark.parametrize(
    ("fault", "told"), [(Unusable("disk of the server"), (503, UNUSABLE)), (OSError("disk of the server"), (500, BUG))]
)
@pytest.mark.parametrize("path", ["/my/", "/exam/", "/api/me"])
def test_store_that_cannot_be_read_gives_a_chinese_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: str, fault: Exception, told: tuple[int, str]
) -> None:
    browser = site.browser("learner")

    monkeypatch.setattr(site.store, "load", failing(fault))
    answer = browser.open(path)

    assert (said(answer), "disk of the server" in answer.text) == (told, False)


@pytest.mark.parametrize(
    ("fault", "told"), [(Unusable("disk of the server"), (404, NOWHERE)), (OSError("disk of the server"), (500, BUG))]
)
def test_page_that_tells_of_a_problem_needs_no_store(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: Exception, told: tuple[int, str]
) -> None:
    browser = site.browser("learner")

    monkeypatch.setattr(site.store, "load", failing(fault))

    assert said(browser.open("/none")) == told


def failing(fault: Exception) -> Callable[..., None]:
    """Something that always fails so."""

    def fail(*_: object) -> None:
        raise fault

    return fail


def test_store_that_takes_no_changes_is_told(site: Site) -> None:
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")

    site.store.close()
    answer = browser.send("/exam/start")

    assert (said(answer), answer.headers["Retry-After"]) == ((503, UNUSABLE), "2")


def test_document_that_everybody_saves_at_once_asks_for_patience(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.keep("learner", seconds={"xianfa-01": 600})
    browser = site.browser("learner")

    def fail(_kind: object, id: str, _value: object, *, expected: int) -> int:
        raise Conflict("dossier", id, expected=expected, found=expected + 1)

    monkeypatch.setattr(site.store, "save", fail)
    answer = browser.send("/exam/start")

    assert (said(answer), answer.headers["Retry-After"]) == ((503, BUSY), "2")


@pytest.mark.parametrize("work", ["load", "save"])
def test_database_that_does_not_answer_asks_to_come_again(
    site: Site, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    site.keep("learner", seconds={"xianfa-01": 60})
    browser = site.browser("learner")

    def fail(*_: object, **__: object) -> None:
        raise Unavailable("address of the database")

    monkeypatch.setattr(site.store, work, fail)
    answer = browser.call("/api/beat", lesson="xianfa-01", page=None)

    assert (said(answer), answer.headers["Retry-After"], answer.json["code"] if answer.json else "") == (
        (503, "数据库暂时没有响应，刚才的操作可能没有保存。请稍等几秒再试一次。"),
        "2",
        "store-unavailable",
    )


@pytest.mark.parametrize("path", ["/my/sign-in", "/exam/", "/verify/", "/api/health", "/none", "/my/"])
def test_head_is_answered_like_get_without_a_body(site: Site, path: str) -> None:
    head, get = site.app.test_client().head(path), site.app.test_client().get(path)

    assert (head.status_code, head.content_type, head.data) == (get.status_code, get.content_type, b"")
