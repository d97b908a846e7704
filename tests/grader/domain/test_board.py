from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.domain.audit.acts import is_chain
from grader.domain.board import (
    LARGEST_PICTURE,
    MOST_NOTICES,
    Announcement,
    Board,
    announce,
    change_board,
    picture_kind,
    picture_of,
    put_picture,
    summarise_board,
    withdraw,
)
from grader.domain.errors import Malformed, NotFound

NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def notice(id: str = "n1", title: str = "补考安排", text: str = "补考从12月1日开始。") -> Announcement:
    return Announcement(id=id, title=title, text=text, at=NOW)


def test_changed_lines_are_kept_with_what_they_were() -> None:
    board = change_board(Board(icp="旧备1号"), {"icp": "示备2号", "sponsor": ""}, by="county", now=NOW)

    assert (board.icp, board.acts[0].facts) == ("示备2号", {"icp:before": "旧备1号", "icp:after": "示备2号"})
    assert change_board(board, {"icp": "示备2号"}, by="county", now=NOW) is board


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"sponsor": "办" * 101}, "主办单位最多 100 字，现在是 101 字。"),
        ({"contacts": "话" * 4001}, "联系方式最多 4000 字，现在是 4001 字。"),
    ],
)
def test_line_that_is_too_long_is_refused_by_its_name(fields: dict[str, str], why: str) -> None:
    with pytest.raises(Malformed) as refused:
        change_board(Board(), fields, by="county", now=NOW)

    assert refused.value.fields["why"] == why


def test_police_number_is_the_digits() -> None:
    assert Board(police="示公网安备 90000102000001号").police_number == "90000102000001"
    assert Board(police="办理中").police_number == ""


def test_picture_comes_back_as_it_was_put() -> None:
    board = put_picture(Board(), PNG, by="county", now=NOW)

    assert (picture_of(board), picture_kind(picture_of(board))) == (PNG, "image/png")
    assert picture_of(put_picture(board, b"", by="county", now=NOW)) == b""
    assert picture_of(Board(picture="!")) == b""


@pytest.mark.parametrize("picture", [b"GIF89a", b"<svg/>", PNG + bytes(LARGEST_PICTURE)])
def test_what_is_no_small_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(Malformed):
        put_picture(Board(), picture, by="county", now=NOW)


def test_notices_show_newest_first_until_they_are_withdrawn() -> None:
    board = announce(announce(Board(), notice(), by="county"), notice("n2", title="开班通知"), by="county")

    after = withdraw(board, "n2", by="county", now=NOW + timedelta(days=1))

    assert [one.id for one in board.shown] == ["n2", "n1"]
    assert [one.id for one in after.shown] == ["n1"]
    assert withdraw(after, "n2", by="county", now=NOW) is after
    assert [act.action for act in after.acts] == ["announce", "announce", "withdraw-announcement"]
    assert is_chain(after.acts)


def test_oldest_notice_goes_when_there_are_too_many() -> None:
    full = replace(Board(), announcements=tuple(notice(f"n{number}") for number in range(MOST_NOTICES)))

    board = announce(full, notice("last"), by="county")

    assert (len(board.announcements), board.announcements[0].id) == (MOST_NOTICES, "n1")


@pytest.mark.parametrize(("title", "text"), [("", "文"), ("题" * 101, "文"), ("题", ""), ("题", "文" * 4001)])
def test_notice_without_a_title_or_text_or_with_too_much_is_refused(title: str, text: str) -> None:
    with pytest.raises(Malformed):
        announce(Board(), notice(title=title, text=text), by="county")


def test_unknown_notice_cannot_be_withdrawn() -> None:
    with pytest.raises(NotFound):
        withdraw(Board(), "none", by="county", now=NOW)


def test_summary_says_nothing() -> None:
    assert summarise_board(Board(sponsor="示例县普法办")) == summarise_board(Board())
