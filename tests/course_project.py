"""A copy of the kit's course in a temporary folder, for tests that change content and build sites."""

from __future__ import annotations

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent


def copy_project(to: Path) -> Path:
    """Copies content and configuration into the folder `to` and returns the path of its mkdocs.yml."""
    shutil.copytree(REPOSITORY / "content", to / "content")
    (to / "quizgen").symlink_to(REPOSITORY / "quizgen")
    return Path(shutil.copy(REPOSITORY / "mkdocs.yml", to))
