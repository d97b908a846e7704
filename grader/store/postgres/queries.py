"""The named SQL of `sql/queries.sql`, and of the migrations beside it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grader.domain.learning.dossier import Milestone

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)
_MILESTONES = {
    "{milestones}": ", ".join(Milestone),
    "{milestones:given}": ", ".join(f"%({name})s" for name in Milestone),
    "{milestones:kept}": ", ".join(f"{name} = excluded.{name}" for name in Milestone),
    "{milestones:reached}": ", ".join(f"{name} <= %(at)s" for name in Milestone),
}
"""What stands in the file for all milestones, each a column of `progress`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of the schema, run in one transaction; never changed once it was released."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of its text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def queries() -> dict[str, str]:
    """Every query of the file by its name, without comments."""
    text = (files("grader.store.postgres") / "sql" / "queries.sql").read_text("utf-8")
    for place, sql in _MILESTONES.items():
        text = text.replace(place, sql)
    _, *parts = _NAME.split(text)
    return {name: _COMMENT.sub("", sql).strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}


def migrations() -> list[Migration]:
    """All steps in order; the last one's number is the schema's."""
    found = [
        Migration(number=int(file.name[:4]), name=file.name.removesuffix(".sql"), sql=file.read_text("utf-8"))
        for file in (files("grader.store.postgres") / "sql" / "migrations").iterdir()
        if file.name.endswith(".sql")
    ]
    return sorted(found, key=lambda migration: migration.number)
