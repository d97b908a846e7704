"""The board: what the county says on every page, changed without building the site again.

Notices, contacts, the group's QR picture, and the footer's 主办单位, ICP备案号 and 公网安备号.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from grader.domain.audit.acts import Act, append_act
from grader.domain.errors import Malformed, NotFound

BOARD_ID: Final = "board"
"""The one document of its kind."""
LONGEST_LINE, LONGEST_TEXT, MOST_NOTICES = 100, 4000, 200
"""Characters of a line and of a text; notices that are kept, withdrawn ones too."""
LARGEST_PICTURE = 100 * 1024
"""Bytes of the QR picture; one that a phone saved takes 20 to 60 thousand."""
_LINES: Final[Mapping[str, str]] = {
    "sponsor": "主办单位",
    "icp": "ICP备案号",
    "police": "公网安备号",
    "picture_label": "二维码说明",
}
_SIGNATURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A notice of the county: plain text, a blank line between paragraphs; `withdrawn` is when it went."""

    id: str
    title: str
    text: str
    at: datetime
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What stands on every page; "" where nothing is said. `picture` is a PNG or JPEG in base 64."""

    sponsor: str = ""
    icp: str = ""
    police: str = ""
    contacts: str = ""
    picture: str = ""
    picture_label: str = ""
    announcements: tuple[Announcement, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def shown(self) -> tuple[Announcement, ...]:
        """The notices that are not withdrawn, newest first."""
        return tuple(one for one in reversed(self.announcements) if one.withdrawn is None)

    @property
    def police_number(self) -> str:
        """The digits of the 公网安备号, by which the public register finds it."""
        found = _NUMBER.search(self.police)
        return found.group() if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSummary:
    """Nothing: there is one board."""


def summarise_board(_board: Board) -> BoardSummary:
    """The summary kept beside the board."""
    return BoardSummary()


def change_board(board: Board, fields: Mapping[str, str], *, by: str, now: datetime) -> Board:
    """The board with these lines and contacts. Raises Malformed where one is too long; nothing changed, same board."""
    changed: dict[str, Any] = {name: text for name, text in fields.items() if getattr(board, name) != text}
    for name, text in changed.items():
        label, most = (_LINES[name], LONGEST_LINE) if name in _LINES else ("联系方式", LONGEST_TEXT)
        if len(text) > most:
            raise Malformed(why=f"{label}最多 {most} 字，现在是 {len(text)} 字。")
    if not changed:
        return board
    facts = {f"{name}:before": getattr(board, name) for name in changed}
    facts |= {f"{name}:after": text for name, text in changed.items()}
    return replace(board, **changed, acts=append_act(board.acts, "change-board", by=by, at=now, facts=facts))


def put_picture(board: Board, picture: bytes, *, by: str, now: datetime) -> Board:
    """The board with this QR picture, or without one for b"". Raises Malformed for what is no PNG or JPEG."""
    if picture and not picture_kind(picture):
        raise Malformed(why="二维码图片应为 PNG 或 JPG 文件。")
    if len(picture) > LARGEST_PICTURE:
        raise Malformed(why=f"二维码图片最大 {LARGEST_PICTURE // 1024} KB，请裁剪或缩小后再上传。")
    text = base64.b64encode(picture).decode()
    return replace(board, picture=text, acts=append_act(board.acts, "change-board", by=by, at=now))


def picture_kind(picture: bytes) -> str:
    """The media type of a picture by its first bytes; "" for any other file."""
    return next((kind for signature, kind in _SIGNATURES.items() if picture.startswith(signature)), "")


def picture_of(board: Board) -> bytes:
    """The QR picture; b"" where there is none."""
    try:
        return base64.b64decode(board.picture, validate=True)
    except binascii.Error:
        return b""


def announce(board: Board, announcement: Announcement, *, by: str) -> Board:
    """The board with one more notice. Raises Malformed where title or text is missing or too long."""
    title, text = announcement.title, announcement.text
    if not title or len(title) > LONGEST_LINE:
        raise Malformed(why=f"通知要有标题，最多 {LONGEST_LINE} 字。")
    if not text or len(text) > LONGEST_TEXT:
        raise Malformed(why=f"通知要有内容，最多 {LONGEST_TEXT} 字。")
    kept = (*board.announcements, announcement)[-MOST_NOTICES:]
    acts = append_act(board.acts, "announce", by=by, at=announcement.at, facts={"title": title})
    return replace(board, announcements=kept, acts=acts)


def withdraw(board: Board, id: str, *, by: str, now: datetime) -> Board:
    """The board without showing this notice any more. Raises NotFound."""
    found = next((one for one in board.announcements if one.id == id), None)
    if found is None:
        raise NotFound
    if found.withdrawn is not None:
        return board
    kept = tuple(replace(one, withdrawn=now) if one is found else one for one in board.announcements)
    acts = append_act(board.acts, "withdraw-announcement", by=by, at=now, facts={"title": found.title})
    return replace(board, announcements=kept, acts=acts)
