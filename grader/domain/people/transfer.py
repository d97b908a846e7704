"""Transfers between units: 申请调入 by the new unit, 调出 by the old one, 接收; or withdrawn, or refused.

Every step is a dated fact of the account. The old unit counts the person until the new one has received them; the
dossier goes along, for it belongs to the account.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from grader.domain.errors import NotNow
from grader.domain.people.account import Account, Placement, Transfer, TransferEnd, UnitId

OVERDUE = timedelta(days=7)
"""After which the county sees that nobody has received the person."""


class TransferNotNow(NotNow):
    """Somebody else acted first, or there is no such transfer."""

    code = "transfer-not-now"
    sentence = "{why}没有办理，请刷新页面后再看。"


def ask_for(account: Account, to: UnitId, *, by: str, at: datetime) -> Account:
    """申请调入: the unit `to` asks for the person. Raises TransferNotNow where another move is under way."""
    return _opened(account, Transfer(at=at, by=by, origin=account.unit, to=to))


def release(account: Account, to: UnitId, *, by: str, at: datetime) -> Account:
    """调出 to that unit: from now on 待调入; it also answers the unit's request. Raises TransferNotNow."""
    under_way = account.transfer
    if under_way is None:
        return _opened(account, Transfer(at=at, by=by, origin=account.unit, to=to, released=at))
    if under_way.released is None and under_way.to == to:
        return _with_last(account, replace(under_way, released=at))
    raise TransferNotNow(why=f"{account.name}的另一次调动还没有办完。")


def receive(account: Account, *, at: datetime) -> Account:
    """接收: the person belongs to the new unit from now on, without an order number. Raises TransferNotNow."""
    under_way = _under_way(account)
    if under_way.released is None:
        raise TransferNotNow(why=f"{account.name}的原单位还没有办理调出。")
    placed = Placement(at=at, unit=under_way.to, tier=account.tier)
    moved = replace(account, placements=(*account.placements, placed), order_number=0)
    return _with_last(moved, replace(under_way, ends=at, end=TransferEnd.RECEIVED))


def end_transfer(account: Account, end: TransferEnd, *, at: datetime) -> Account:
    """Withdrawn or refused: the person stays where they are. Raises TransferNotNow."""
    return _with_last(account, replace(_under_way(account), ends=at, end=end))


def is_overdue(transfer: Transfer, now: datetime) -> bool:
    """Whether it has been open for so long that the county should ask."""
    return transfer.is_open and now - (transfer.released or transfer.at) > OVERDUE


def _opened(account: Account, transfer: Transfer) -> Account:
    if account.transfer is not None:
        raise TransferNotNow(why=f"{account.name}的另一次调动还没有办完。")
    if transfer.to == account.unit:
        raise TransferNotNow(why=f"{account.name}已经在这个单位。")
    return replace(account, transfers=(*account.transfers, transfer))


def _under_way(account: Account) -> Transfer:
    if account.transfer is None:
        raise TransferNotNow(why=f"{account.name}没有正在办理的调动，可能已由他人办完或撤回。")
    return account.transfer


def _with_last(account: Account, transfer: Transfer) -> Account:
    return replace(account, transfers=(*account.transfers[:-1], transfer))
