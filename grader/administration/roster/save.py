"""Saving the people of a roster import, one account a save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby

from grader.accounts.passwords import hash_password
from grader.accounts.slips import issue_slip
from grader.administration.roster.facts import person_facts
from grader.administration.roster.login_names import LoginNames, pinyin_name
from grader.administration.roster.people import refusal, revised
from grader.administration.roster.rows import NewAccount, PersonChange, PersonRow, RefusedRow
from grader.domain.audit.acts import append_act, facts_of_change
from grader.domain.people.account import (
    INITIAL_PASSWORD,
    Account,
    AccountId,
    Credential,
    Placement,
    Role,
    UnitId,
    login_form,
)
from grader.domain.people.transfer import TransferNotNow, ask_for
from grader.milestones import date_moved
from grader.sealing import act_key
from grader.store.base import Name, NameTaken, Store
from grader.store.kinds import ACCOUNT, CODE, UNIT
from grader.store.update import update
from quizgen.programme import FirstPassword

AT_ONCE = 4
"""People saved at the same time: most of a save is waiting for the disk, which serves several at once."""

_Job = Callable[[], None]


class _Gone(Exception):
    """The account was deleted between planning and saving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What holds for every account that an import makes or changes; `by` is an account id or the name of a command."""

    programme: str
    by: str
    now: datetime
    new_id: Callable[[], str]
    first_password: FirstPassword


def save_people(
    store: Store, changes: Sequence[PersonChange], making: Making
) -> tuple[list[NewAccount], list[RefusedRow]]:
    """Create and change the accounts, each with its act; ask for those of other units.

    Returns the new accounts and the rows that somebody else forestalled, each in the order of the file. Milestones that
    people have reached by moving to another tier are dated.
    """
    saver = _Saver(store, making)
    attempts = [attempt for _, group in groupby(sorted(changes, key=_turn), key=_turn) for attempt in saver.save(group)]
    date_moved(store, now=making.now)
    refused = sorted((refusal(change.row, why) for change, why in attempts if why), key=lambda refused: refused.row)
    return [saver.new[change.row.sheet, change.row.row] for change in changes if _place(change) in saver.new], refused


def _place(change: PersonChange) -> tuple[str, int]:
    return change.row.sheet, change.row.row


def _turn(change: PersonChange) -> tuple[bool, bool]:
    """Given numbers first, so that no drawn one takes them; people without login names of their own last.

    So after a crash a namesake who has a telephone is not mistaken for one who has none.
    """
    return not change.row.number, not (change.row.telephone or change.row.qq)


class _Saver:
    """Saves the changes of one import: login names are drawn in the order of the file, then the disk is kept busy."""

    def __init__(self, store: Store, making: Making) -> None:
        self._store, self._making, self._now = store, making, making.now
        self._key = act_key(store)
        self._names = LoginNames(store)
        self._common: Credential | None = None
        self._slips: dict[AccountId, str] = {}
        self.new: dict[tuple[str, int], NewAccount] = {}
        """The accounts created, by sheet and row."""

    def save(self, changes: Iterable[PersonChange]) -> list[tuple[PersonChange, str]]:
        """Save these people, some at a time; each with the sentence why not, or "" when done."""
        jobs = [(change, self._job(change)) for change in changes]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(zip((change for change, _ in jobs), pool.map(_why_not, (job for _, job in jobs)), strict=True))

    def _job(self, change: PersonChange) -> _Job | str:
        """What is left to do for one person once the names are drawn, or the sentence why nothing is."""
        unit = self._store.find(UNIT, Name(CODE, change.row.unit))
        if unit is None:
            return f"单位“{change.row.unit}”没有导入，请再导入一次。"
        if change.id is None:
            first = self._new_account(change.row, AccountId(self._making.new_id()), UnitId(unit))
            return partial(self._create, change.row, first)
        if change.is_request:
            return partial(self._ask, change.id, UnitId(unit))
        is_renamed = any(field.label == "姓名" for field in change.fields)
        pinyin = self._names.pinyin(change.row.name) if is_renamed else ""
        return partial(self._change, change, change.id, pinyin=pinyin)

    def _new_account(self, row: PersonRow, id: AccountId, unit: UnitId) -> Account:
        """The account with names that nobody holds yet."""
        blank = Account(
            id=id,
            role=row.role,
            name=row.name,
            number=row.number or self._names.number(row.unit, row.role),
            pinyin=self._names.pinyin(row.name),
            credential=self._credential(row, id),
            placements=(Placement(at=self._now, unit=unit, tier=row.tier),),
            created=self._now,
            rank=row.rank,
            acts=append_act((), "import-create", by=self._making.by, at=self._now),
        )
        return revised(blank, row, programme=self._making.programme, now=self._now)

    def _create(self, row: PersonRow, account: Account) -> None:
        while True:
            try:
                self._store.save(ACCOUNT, account.id, account, expected=0)
            except NameTaken as taken:
                if taken.name.text in map(login_form, (row.number, row.telephone, row.qq)):
                    raise
                account = self._new_account(row, account.id, account.unit)
            else:
                self.new[row.sheet, row.row] = NewAccount(
                    name=row.name,
                    number=account.number,
                    unit=row.unit,
                    role=row.role,
                    password=self._slips.get(account.id, ""),
                    expires=account.credential.expires,
                )
                return

    def _ask(self, id: AccountId, to: UnitId) -> None:
        def asked(before: Account | None) -> Account:
            if before is None:
                raise _Gone
            after = ask_for(before, to, by=self._making.by, at=self._now)
            acts = append_act(before.acts, "transfer-ask", by=self._making.by, at=self._now, facts={"unit": to})
            return replace(after, acts=acts)

        update(self._store, ACCOUNT, id, asked)

    def _change(self, change: PersonChange, id: AccountId, *, pinyin: str) -> None:
        row = change.row

        def revise(before: Account | None) -> Account:
            if before is None:
                raise _Gone
            after = revised(before, row, programme=self._making.programme, now=self._now)
            if after == before:
                return before
            if pinyin_name(before.name) != pinyin_name(after.name):
                after = replace(after, pinyin=pinyin)
            facts = facts_of_change(person_facts(before), person_facts(after), key=self._key)
            acts = append_act(before.acts, "import-change", by=self._making.by, at=self._now, facts=facts)
            return replace(after, acts=acts)

        try:
            update(self._store, ACCOUNT, id, revise)
        except NameTaken as taken:
            if not pinyin or taken.name.text != pinyin:
                raise
            self._change(change, id, pinyin=self._names.pinyin(row.name))

    def _credential(self, row: PersonRow, id: AccountId) -> Credential:
        """A slip, or the published password for a learner whose telephone is known as a second fact."""
        is_common = self._making.first_password is FirstPassword.COMMON
        if not (is_common and row.role is Role.LEARNER and row.telephone):
            self._slips[id], credential = issue_slip(now=self._now)
            return credential
        # One hash for all: that password is published, so equal hashes tell nothing, while a hash each would take
        # minutes for a county.
        if self._common is None:
            self._common = Credential(hash=hash_password(INITIAL_PASSWORD), initial=True)
        return self._common


def _why_not(job: _Job | str) -> str:
    """Do it; the sentence why not, or "" when done."""
    if isinstance(job, str):
        return job
    try:
        job()
    except NameTaken as taken:
        return f"“{taken.name.text}”已被其他账号使用，请核对手机号码、QQ号和账号后再导入。"
    except TransferNotNow as refused:
        return str(refused)
    except _Gone:
        return "该账号刚刚被删除，请再导入一次。"
    return ""
