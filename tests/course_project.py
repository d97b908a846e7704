"""A copy of the kit's course in a temporary folder, for tests that change content and build sites."""

from __future__ import annotations

import shutil
from pathlib import Path

from quizgen.content import read_content

REPOSITORY = Path(__file__).parent.parent


def copy_project(to: Path) -> Path:
    """Copies content and configuration into the folder `to` and returns the path of its mkdocs.yml."""
    shutil.copytree(REPOSITORY / "content", to / "content")
    (to / "quizgen").symlink_to(REPOSITORY / "quizgen")
    return Path(shutil.copy(REPOSITORY / "mkdocs.yml", to))


def last_lesson() -> str:
    """The id of the kit's last lesson that counts for anybody, as the site orders them."""
    content, _ = read_content(REPOSITORY / "content")
    programme = max(content.programmes, key=lambda programme: programme.study.opens)
    electives = {lesson for tier in programme.tiers.values() for lesson in tier.electives}
    order = list(programme.modules)
    counted = [lesson for lesson in content.lessons if lesson.id not in electives]
    return max(counted, key=lambda lesson: (order.index(lesson.module), lesson.id)).id
