"""All pages of administrators: importing this module registers them with their blueprint."""

from __future__ import annotations

from grader.web.admin import (
    archive,
    audit,
    board,
    content,
    corrections,
    exemptions,
    facts,
    home,
    messages,
    new_person,
    people,
    reports,
    roster,
    security,
    settings,
    snapshots,
    supervision,
    transfers,
    units,
)
from grader.web.admin.frame import bp

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
    "messages",
    "new_person",
    "people",
    "reports",
    "roster",
    "security",
    "settings",
    "snapshots",
    "supervision",
    "transfers",
    "units",
]
