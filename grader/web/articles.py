"""Where on the course site an article stands; the built pages themselves are the index."""

from __future__ import annotations

import re
from pathlib import Path

from quizgen.law.edition import SHELF, anchor
from quizgen.model import Cite

_PART = re.compile(r"t([1-9]\d*)(?:-([1-9]\d*))?")
"""A page of a long statute, by its first article: `t205`, `t17-1`; not `index.html`."""


def article_address(site: Path, cite: Cite) -> str:
    """Address below the site's root, `laws/xianfa/#t33`; "" for documents and where the site has no such page."""
    folder = site / SHELF / cite.source
    wanted = _place(f"t{cite.article}")
    if wanted is None or not re.fullmatch(r"[a-z0-9-]+", cite.source) or not (folder / "index.html").is_file():
        return ""
    parts = sorted((place, entry.name) for entry in folder.iterdir() if (place := _place(entry.name)))
    begun = [name for place, name in parts if place <= wanted]
    part = f"{begun[-1]}/" if begun else ""
    return f"{SHELF}{cite.source}/{part}#{anchor(cite.article)}"


def _place(name: str) -> tuple[int, int] | None:
    """Where an article stands among others: 17 before 17-1 before 18; None where the name is no article's."""
    found = _PART.fullmatch(name)
    return (int(found[1]), int(found[2] or 0)) if found else None
