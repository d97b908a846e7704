"""账号发放单: whom to hand which account and first password, as a spreadsheet and as a text for one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grader.administration.roster.rows import ROLE_TITLES
from grader.domain.people.account import INITIAL_PASSWORD, Role
from quizgen.programme import Programme
from quizgen.words.days import day_text

COMMON = f"{INITIAL_PASSWORD}，再填手机号码后四位"
"""What opens an account for the first time that has no one-time password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOut:
    """One person's slip: `password` is the one-time one, "" where the published one and the telephone do.

    `expires` is when a one-time password does.
    """

    name: str
    unit: str
    number: str
    role: Role = Role.LEARNER
    password: str = ""
    expires: datetime | None = None

    @property
    def first(self) -> str:
        """What to type at the first sign-in."""
        return self.password or COMMON

    def until(self, programme: Programme) -> str:
        """The last day of the one-time password as people read it; "" where there is none."""
        return day_text(programme.local_day(self.expires)) if self.expires else ""


HEAD = {
    "单位": 30,
    "姓名": 12,
    "人员类别": 12,
    "账号": 18,
    "第一次登录的密码": 30,
    "密码有效期至": 16,
    "领取人签字": 16,
}
"""The columns of the spreadsheet with their widths in characters."""


def hand_out_book(slips: Sequence[HandOut], programme: Programme) -> bytes:
    """The slips as a spreadsheet, a row a person, with a column to sign in."""
    from quizgen.office.sheets_out import table_bytes  # noqa: PLC0415 - openpyxl takes a third of a second

    rows = [
        (one.unit, one.name, ROLE_TITLES[one.role], one.number, one.first, one.until(programme), "") for one in slips
    ]
    return table_bytes("账号发放单", HEAD, rows)


def hand_out_text(slip: HandOut, programme: Programme, *, address: str) -> str:
    """What to send to one person; it holds the password, so to nobody else."""
    until = f"（{slip.until(programme)}前有效）" if slip.password else ""
    return (
        f"{slip.name}：您的{programme.title}账号是 {slip.number}，第一次登录的密码是 {slip.first}{until}。"
        f"请打开 {address} 登录，按提示设置自己的密码。本消息请勿转发。"
    )
