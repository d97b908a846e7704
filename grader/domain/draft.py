"""What a page puts aside for its next step: sealed text that nobody but the page can open, and that ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Sealed text of the account `by`, until `ends`; the store holds no key for it."""

    by: str
    text: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSummary:
    """Whose it is and until when."""

    by: str
    ends: datetime


def summarise_draft(draft: Draft) -> DraftSummary:
    """The summary kept beside a draft."""
    return DraftSummary(by=draft.by, ends=draft.ends)
