"""What the county says on every page: reading and changing the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from grader.domain.board import BOARD_ID, Announcement, Board, announce, change_board, put_picture, withdraw
from grader.store.base import Store
from grader.store.kinds import BOARD
from grader.store.update import update

MOST_SHOWN = 5
"""Notices that pages show; older ones stay with the county."""


def board_of(store: Store) -> Board:
    """The board; an empty one until the county says something."""
    stored = store.load(BOARD, BOARD_ID)
    return stored.value if stored else Board()


def save_lines(store: Store, fields: dict[str, str], *, by: str, now: datetime) -> Board:
    """Change the footer's lines and the contacts. Raises Malformed."""
    return _change(store, lambda board: change_board(board, fields, by=by, now=now))


def save_picture(store: Store, picture: bytes, *, by: str, now: datetime) -> Board:
    """Change the QR picture, or take it away with b"". Raises Malformed."""
    return _change(store, lambda board: put_picture(board, picture, by=by, now=now))


def save_announcement(store: Store, announcement: Announcement, *, by: str) -> Board:
    """Show one more notice. Raises Malformed."""
    return _change(store, lambda board: announce(board, announcement, by=by))


def withdraw_announcement(store: Store, id: str, *, by: str, now: datetime) -> Board:
    """Show a notice no more. Raises NotFound."""
    return _change(store, lambda board: withdraw(board, id, by=by, now=now))


def _change(store: Store, change: Callable[[Board], Board]) -> Board:
    return update(store, BOARD, BOARD_ID, lambda before: change(before or Board()))
