"""All pages of administrators: importing this module registers them with their blueprint."""

from __future__ import annotations

from grader.web.admin import audit, board, content, home, messages, security, settings, year
from grader.web.admin.frame import bp
from grader.web.admin.reporting import archive, facts, reports, snapshots, supervision
from grader.web.admin.roster import (
    corrections,
    exemptions,
    importing,
    new_person,
    people,
    slips,
    split,
    transfers,
    units,
)

__all__ = [
    "archive",
    "audit",
    "board",
    "bp",
    "content",
    "corrections",
    "exemptions",
    "facts",
    "home",
    "importing",
    "messages",
    "new_person",
    "people",
    "reports",
    "security",
    "settings",
    "slips",
    "snapshots",
    "split",
    "supervision",
    "transfers",
    "units",
    "year",
]
