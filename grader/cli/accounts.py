"""`grader account`, `security-log`: one account looked at and changed; who signed in and what was refused."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime

from grader.accounts.security import Entry, Happening, SecurityLog
from grader.accounts.signin import account_named, reset_password
from grader.administration.accounts.person import Doing, change_role, end_sign_ins, set_active, unlock
from grader.cli.deployment import OPERATOR, data_option, now, opened
from grader.cli.setting_up import print_slip
from grader.domain.audit.acts import ACTIONS
from grader.domain.people.account import LEAVING, Account, Role, summarise_account
from grader.operation.deployment import UnknownLogin
from grader.settings import Settings, read_settings
from grader.store.base import Store
from grader.units import unit_name
from quizgen.console.commandline import ChineseParser

_Run = Callable[[Store, Account, argparse.Namespace], Happening | None]


def _add_account(parser: ChineseParser) -> None:
    actions = parser.commands("操作")
    for name, help, run in (
        ("show", "查看账号", _show),
        ("reset", "发给一次性密码", _reset),
        ("unlock", "解除暂停登录", _unlock),
        ("disable", "设为失效", _disable),
        ("enable", "恢复有效", _enable),
        ("role", "变更管理账号的角色", _role),
        ("end-sign-ins", "在所有设备上退出", _end),
    ):
        command = actions.add_parser(name, help=help, description=f"{help}。")
        command.add_argument("account", metavar="账号", help="学法账号、手机号、QQ号或姓名全拼")
        if name == "disable":
            command.add_argument("--reason", choices=list(LEAVING), default="other", help=_choices(LEAVING))
        if name == "role":
            roles = {role.value: role.label for role in Role if role is not Role.LEARNER}
            command.add_argument("role", choices=list(roles), metavar="角色", help=_choices(roles))
        data_option(command)
        command.set_defaults(run=_command(run, reads=name == "show"))


def _choices(labels: dict[str, str]) -> str:
    return "、".join(f"{id} {label}" for id, label in labels.items())


def _command(run: _Run, *, reads: bool) -> Callable[[argparse.Namespace], int]:
    def command(options: argparse.Namespace) -> int:
        settings = read_settings(options.data)
        with opened(settings, exclusive=not reads) as store:
            account = account_named(store, options.account)
            if account is None:
                raise UnknownLogin(name=options.account)
            happening = run(store, account, options)
        if happening is not None:
            _log(settings).note(Entry(at=now(), happening=happening, account=account.number, by=OPERATOR))
            print(f"已办理：{happening.label}（{account.name}，学法账号 {account.number}）。")
        return 0

    return command


def _log(settings: Settings) -> SecurityLog:
    return SecurityLog(settings.data / "security")


def _show(store: Store, account: Account, _options: argparse.Namespace) -> None:
    summary = summarise_account(account)
    state = "失效" if not account.is_active else "未启用" if account.credential.initial else "已启用"
    waiting = f"，输错 {account.failures} 次" if account.failures else ""
    print(f"{account.name}  学法账号 {account.number}  {account.role.label}")
    print(f"单位：{unit_name(store, account.unit)}  职务级别：{account.rank or '—'}")
    print(f"账号：{state}{'，暂停登录' if summary.is_locked(now()) else ''}{waiting}")
    if account.credential.expires:
        print(f"一次性密码 {_clock(account.credential.expires)} 到期")
    for act in account.acts:
        print(f"  {_clock(act.at)}  {ACTIONS.get(act.action, act.action)}")


def _reset(store: Store, account: Account, _options: argparse.Namespace) -> Happening:
    print_slip("一次性密码", reset_password(store, account.id, by=OPERATOR, now=now()))
    return Happening.RESET


def _unlock(store: Store, account: Account, _options: argparse.Namespace) -> Happening:
    unlock(store, account.id, _doing())
    return Happening.UNLOCKED


def _disable(store: Store, account: Account, options: argparse.Namespace) -> Happening:
    set_active(store, account.id, _doing(), active=False, reason=options.reason)
    return Happening.DISABLED


def _enable(store: Store, account: Account, _options: argparse.Namespace) -> Happening:
    set_active(store, account.id, _doing(), active=True)
    return Happening.ENABLED


def _role(store: Store, account: Account, options: argparse.Namespace) -> Happening:
    change_role(store, account.id, Role(options.role), _doing())
    return Happening.ROLE


def _end(store: Store, account: Account, _options: argparse.Namespace) -> Happening:
    end_sign_ins(store, account.id, _doing())
    return Happening.ENDED


def _doing() -> Doing:
    return Doing(by=OPERATOR, now=now())


def _add_security_log(parser: ChineseParser) -> None:
    parser.add_argument("--account", metavar="账号", default="", help="只看这个学法账号")
    parser.add_argument("--day", metavar="日期", type=date.fromisoformat, help="只看这一天（北京时间），如 2026-11-28")
    kinds = {one.value: one.label for one in Happening}
    parser.add_argument("--kind", metavar="事项", choices=list(kinds), help=_choices(kinds))
    data_option(parser)
    parser.set_defaults(run=_security_log)


def _security_log(options: argparse.Namespace) -> int:
    kind = Happening(options.kind) if options.kind else None
    found = _log(read_settings(options.data)).found(account=options.account, happening=kind, day=options.day)
    for entry in found:
        told = (_clock(entry.at), entry.happening.label, entry.account or "—", entry.by, entry.source, entry.what)
        print("  ".join(filter(None, told)))
    print(f"共 {len(found)} 条。")
    return 0


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


OPTIONS = {"account": _add_account, "security-log": _add_security_log}
"""What completes the parser of each command."""
