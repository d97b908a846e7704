"""Refusals to HTTP: the one place that knows statuses. Problem documents (RFC 9457) for /api, pages for people."""

from __future__ import annotations

import logging
from typing import Final

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from grader.accounts.passwords import PasswordsBusy
from grader.administration.roster.book.reading import ReadersBusy
from grader.domain import errors
from grader.store.base import Conflict, Unavailable, Unusable

log = logging.getLogger(__name__)

STATUSES: Final[tuple[tuple[type[errors.Refusal], int], ...]] = (
    (errors.TooManyFailures, 429),
    (errors.TooManyFromHere, 429),
    (errors.AccountInactive, 403),
    (errors.SignInRefusal, 401),
    (errors.PasswordRefusal, 422),
    (errors.NotAllowed, 403),
    (errors.NotFound, 404),
    (errors.Malformed, 400),
    (PasswordsBusy, 503),
    (ReadersBusy, 503),
    (errors.NotNow, 409),
    (errors.Refusal, 400),
)

RETRY_AFTER: Final = {429: "60", 503: "2"}
"""Seconds after which the same may be asked for again, by status."""

_HTTP_SENTENCES: Final = {
    400: ("bad-request", "提交的内容格式不正确，未作记录。"),
    404: ("not-found", "没有这个页面。请检查地址，或回到首页查找。"),
    405: ("method-not-allowed", "不能这样打开这个地址，请从页面上的按钮进入。"),
    413: ("too-large", "提交的内容过大，未作记录。"),
    414: ("address-too-long", "地址过长，无法打开。请检查地址，或回到首页查找。"),
    415: ("unsupported-media-type", "提交的内容应为 JSON 格式，未作记录。"),
    500: ("internal", "系统出现问题，本次操作可能没有完成。请稍后重试；仍有问题请联系系统管理员。"),
}
_ANY_FAULT: Final = ("http-error", "请求无法完成，请返回重试。")


class NeedsSignIn(errors.Refusal):
    """The caller is not signed in, or the sign-in has ended."""

    code = "sign-in-needed"
    sentence = "登录已过期，请重新登录。"


class NeedsNewPassword(errors.Refusal):
    """The initial password must be changed before anything else."""

    code = "new-password-needed"
    sentence = "请先修改初始密码，再进行其他操作。"


class ForeignOrigin(errors.Refusal):
    """The request came from another site's page."""

    code = "foreign-origin"
    sentence = "为了安全，只接受从本站页面提交的内容。请从本站页面重新操作。"


class ForeignHost(errors.Refusal):
    """The service was asked for by a name that is not its own."""

    code = "foreign-host"
    sentence = "这个网址不是本系统的地址。请在浏览器里打开 {address}"


class StaleForm(errors.Refusal):
    """The form's token is missing or belongs to an ended sign-in."""

    code = "stale-form"
    sentence = "这个页面已经过期，内容没有提交。请返回上一页刷新后重试。"


def status_of(refusal: errors.Refusal) -> int:
    """The HTTP status of a refusal."""
    if isinstance(refusal, NeedsSignIn):
        return 401
    if isinstance(refusal, ForeignHost):
        return 421
    if isinstance(refusal, (NeedsNewPassword, ForeignOrigin, StaleForm)):
        return 403
    return next(status for kind, status in STATUSES if isinstance(refusal, kind))


def problem(status: int, code: str, detail: str) -> Response:
    """A problem document for scripts or a page for people, by the address that was asked for."""
    if request.path.startswith("/api/"):
        response = jsonify(type="about:blank", title=code, status=status, code=code, detail=detail)
        response.content_type = "application/problem+json"
    else:
        page = "elsewhere.html" if status == 421 else "problem.html"
        response = Response(render_template(page, status=status, detail=detail))
    response.status_code = status
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def http_sentence(status: int) -> str:
    """What is said of a fault of the request itself."""
    return _HTTP_SENTENCES.get(status, _ANY_FAULT)[1]


def http_problem(fault: HTTPException) -> Response:
    """The answer to a fault of the request itself."""
    status = fault.code or 500
    response = problem(status, _HTTP_SENTENCES.get(status, _ANY_FAULT)[0], http_sentence(status))
    if isinstance(fault, MethodNotAllowed):
        response.allow.update(fault.valid_methods or ())
    return response


def register_problems(app: Flask) -> None:
    """Every refusal, HTTP fault and bug gets its answer; people never see a traceback."""

    @app.errorhandler(errors.Refusal)
    def refused(refusal: errors.Refusal) -> Response:
        return problem(status_of(refusal), refusal.code, str(refusal))

    @app.errorhandler(Conflict)
    def busy(_fault: Conflict) -> Response:
        return problem(503, "busy", "现在访问的人较多，请稍后重试。")

    @app.errorhandler(Unavailable)
    def unavailable(fault: Unavailable) -> Response:
        log.warning("store unavailable: %s", fault)
        return problem(503, "store-unavailable", "数据库暂时没有响应，刚才的操作可能没有保存。请稍等几秒再试一次。")

    @app.errorhandler(Unusable)
    def unusable(fault: Unusable) -> Response:
        log.error("store unusable: %s", fault)
        return problem(503, "store-unusable", "数据暂时无法读写，内容没有保存。请联系系统管理员查看服务日志。")

    @app.errorhandler(HTTPException)
    def http_fault(fault: HTTPException) -> Response:
        return http_problem(fault)

    @app.errorhandler(Exception)
    def bug(fault: Exception) -> Response:
        log.error("unhandled fault at %s %s", request.method, request.path, exc_info=fault)
        return problem(500, *_HTTP_SENTENCES[500])
