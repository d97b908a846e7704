"""Setting up a deployment: keys and settings, the data folder, the county office, its administrator's way in."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grader.accounts.signin import account_named, reset_password
from grader.accounts.slips import Slip, issue_slip, slip_of
from grader.domain.errors import NotFound
from grader.domain.people.account import Account, AccountId, Placement, Role, UnitId, change_credential, login_form
from grader.domain.people.unit import Unit
from grader.settings import FILE, SettingsError, check_new, create_settings, store_in
from grader.store import is_shared, migrate_store, open_store
from grader.store.base import Name, Store
from grader.store.kinds import ACCOUNT, ACTIVE, LOGIN, UNIT
from grader.store.update import update
from quizgen.model import TierId
from quizgen.words.system import os_reason


class UnknownLogin(NotFound):
    """No account has this login name."""

    code = "unknown-login"
    sentence = "没有账号“{name}”，没有办理。请核对学法账号（主管部门管理员一般是单位代码加 0000）。"


def set_up(
    data: Path,
    *,
    title: str,
    address: str,
    county: str,
    code: str,
    site: Path,
    content: Path,
    now: datetime,
    store: str = "tiny:store",
) -> Slip:
    """Make a deployment in `data`, its documents in `store`; nothing is overwritten. An empty database gets its tables.

    Raises SettingsError where there is one, for a wrong address or code, and Unusable for a store it can't open.
    The settings are written last: a set-up that was cut short is simply run again. A store in which more than that
    has happened lost its settings; new keys would end its certificates, so that is a SettingsError too.
    """
    if not re.fullmatch(r"[A-Za-z0-9]{1,20}", code):
        raise SettingsError(f"单位代码“{code}”不正确：只能用字母和数字，最长 20 位。没有初始化，请改正后再运行。")
    try:
        check_new(data, title=title, address=address)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise SettingsError(f"无法建立数据文件夹 {data}：{os_reason(fault)}。请检查路径和权限。") from None
    if is_shared(store):
        migrate_store(store)
    opened = open_store(store_in(data, store), exclusive=True)
    try:
        if _is_set_up(opened) if is_shared(store) else _is_living(opened, code):
            raise SettingsError(_living(data, store))
        slip = create_office(opened, county=county, code=code, now=now)
    finally:
        opened.close()
    create_settings(data, title=title, address=address, site=site, content=content, store=store)
    return slip


def _living(data: Path, store: str) -> str:
    if is_shared(store):
        return (
            f"这个数据库里已经有学法考试的数据，没有改动任何内容。要在另一台主机上一起提供服务，"
            f"请把那里的 {FILE} 复制到 {data}；要新建一套，请另用一个空的数据库。"
        )
    return (
        f"{data} 里已经有学法考试的数据，只是没有 {FILE}，没有改动任何内容。请从备份恢复 {FILE}；"
        "要新建一套，请用 --data 指定另一个文件夹。"
    )


def _is_living(store: Store, code: str) -> bool:
    """Whether the store holds more than the office that a set-up cut short leaves behind."""
    others = [row for row in store.list(ACCOUNT) if row.summary.number != f"{code}0000"]
    return bool(others or store.list(ACTIVE))


def _is_set_up(store: Store) -> bool:
    """Whether a database has its office: the keys that belong to it are another host's and must not be made anew."""
    return bool(store.list(UNIT))


def create_office(store: Store, *, county: str, code: str, now: datetime) -> Slip:
    """The county office as the top unit, and its administrator `<code>0000` with a password drawn by chance."""
    unit = UnitId(code)
    office = Unit(id=unit, code=code, name=county, created=now, kind="主管部门")
    update(store, UNIT, unit, lambda before: replace(before, name=county) if before else office)
    number = f"{code}0000"
    password, credential = issue_slip(now=now)
    id = store.find(ACCOUNT, Name(LOGIN, login_form(number))) or secrets.token_hex(8)
    account = Account(
        id=AccountId(id),
        role=Role.COUNTY,
        name=f"{county}管理员",
        number=number,
        credential=credential,
        placements=(Placement(at=now, unit=unit, tier=TierId("")),),
        created=now,
    )
    kept = update(store, ACCOUNT, id, lambda before: change_credential(before, credential) if before else account)
    return slip_of(kept, password)


def renew_slip(store: Store, name: str, *, by: str, now: datetime) -> Slip:
    """A new one-time password for the account with this login name. Raises UnknownLogin."""
    account = account_named(store, name)
    if account is None:
        raise UnknownLogin(name=name)
    return reset_password(store, account.id, by=by, now=now)
