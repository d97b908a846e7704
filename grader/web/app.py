"""`create_app`: the one place where settings, store, pages and rules of access are wired together."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from grader.accounts.security import SecurityLog
from grader.administration.board import board_of
from grader.course import Courses
from grader.domain.board import Board
from grader.domain.people.account import LONGEST_STAY, Account, Role
from grader.domain.serial import format_serial
from grader.settings import Settings
from grader.store.base import Store, StoreError
from grader.web.access import LARGEST_BODY, register_access
from grader.web.admin import pages as admin
from grader.web.gate import register_gate
from grader.web.headers import register_headers
from grader.web.health import Health
from grader.web.learner import api, exam, exam_api, messages, my, practice, profile
from grader.web.problems import register_problems
from grader.web.public import api as public_api
from grader.web.public import linked, sign_in, site, static, verify
from grader.web.public.static import asset
from grader.web.service import EXTENSION, Service, local_clock, service, utc_now
from grader.web.session import Cookies, caller, form_token
from quizgen.words.days import day_text

PAGES = (public_api, api, exam_api, static, sign_in, linked, my, profile, messages, practice, exam, admin, verify, site)
"""Every module that has a blueprint `bp`; the site, which answers whatever is left, last."""


def create_app(
    settings: Settings,
    store: Store,
    *,
    now: Callable[[], datetime] = utc_now,
    bits: Callable[[int], int] = secrets.randbits,
) -> Flask:
    """The WSGI application over an open store; `now` and `bits` are the clock and the source of serials."""
    app = Flask("grader.web", static_folder=None)
    app.config.update(_config(settings))
    app.session_interface = Cookies(app)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.extensions[EXTENSION] = Service(
        settings=settings,
        store=store,
        courses=Courses(store),
        health=Health(store),
        security=SecurityLog(settings.data / "security"),
        now=now,
        bits=bits,
    )
    register_gate(app, settings)
    register_access(app)
    register_headers(app, settings.site)
    register_problems(app)
    for module in PAGES:
        app.register_blueprint(module.bp)
    _furnish_templates(app, settings)
    _mount(app, settings)
    return app


def _config(settings: Settings) -> dict[str, object]:
    """Flask's own settings: the signing key, the session's cookie, the largest body."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "xuefa",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_PATH": settings.base_path or "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": LONGEST_STAY,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
    }


def _furnish_templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        serial=format_serial,
        clock=lambda moment, programme: programme.clock_text(moment),
        cut_off=lambda moment, programme: programme.cut_off_text(moment),
        day=lambda moment, programme: programme.day_text(moment),
        date=day_text,
        local=local_clock,
    )
    app.context_processor(
        lambda: {
            "service_title": settings.title,
            "service_address": settings.address,
            "service_path": settings.base_path,
            "caller": _known_caller(),
            "form_token": form_token,
            "asset": asset,
            "board": _known_board(),
            "Role": Role,
        }
    )


def _known_caller() -> Account | None:
    """The caller; None too where the caller's own document cannot be read, so that the page saying so still appears."""
    try:
        return caller()
    except StoreError:
        return None


def _known_board() -> Board:
    """The board, for the footer; an empty one where it cannot be read."""
    try:
        return board_of(service().store)
    except (StoreError, OSError):
        return Board()


def _mount(app: Flask, settings: Settings) -> None:
    """Proxy headers, if there is a proxy, then the sub-path, if there is one."""
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    if settings.base_path:
        sentence = f"这里没有网页。请打开 {settings.address}/\n"
        elsewhere = Response(sentence, 404, content_type="text/plain; charset=utf-8")
        app.wsgi_app = DispatcherMiddleware(elsewhere, {settings.base_path: app.wsgi_app})  # type: ignore[method-assign]
