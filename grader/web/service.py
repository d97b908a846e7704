"""What a request needs: store, courses, settings, clock and randomness, kept in the application."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app

from grader.accounts.security import SecurityLog
from grader.accounts.sources import Sources
from grader.course import Courses
from grader.domain.errors import NoProgramme
from grader.settings import Settings
from grader.store.base import Store
from grader.web.health import Health
from quizgen.words.days import day_text

EXTENSION = "grader"


def utc_now() -> datetime:
    """The server's clock, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that `create_app` wires together."""

    settings: Settings
    store: Store
    courses: Courses
    health: Health
    now: Callable[[], datetime] = utc_now
    security: SecurityLog
    bits: Callable[[int], int] = secrets.randbits
    sources: Sources = field(default_factory=Sources)

    @staticmethod
    def new_id() -> str:
        """A fresh id that cannot be guessed."""
        return secrets.token_hex(10)


_CHINA = ZoneInfo("Asia/Shanghai")


def local_clock(moment: datetime) -> str:
    """Day and time as people read them, where the current programme runs; Beijing time before one is published."""
    try:
        zone = service().courses.current(service().now()).content.programme.zone
    except NoProgramme:
        zone = _CHINA
    local = moment.astimezone(zone)
    return f"{day_text(local.date())} {local:%H:%M}"


def service() -> Service:
    """The service of the application that answers this request."""
    return cast("Service", current_app.extensions[EXTENSION])
