"""A draft's summary."""

from __future__ import annotations

from grader.domain.draft import Draft, summarise_draft
from tests.grader_factories import NOON


def test_draft_is_found_by_its_owner_and_its_end_without_the_text() -> None:
    summary = summarise_draft(Draft(by="clerk", text="sealed", ends=NOON))

    assert (summary.by, summary.ends, hasattr(summary, "text")) == ("clerk", NOON, False)
