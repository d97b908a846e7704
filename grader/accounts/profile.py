"""What a person changes of the own account: login names, and that what happened to it is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from grader.accounts.signin import change_account
from grader.domain.audit.acts import append_act, facts_of_change
from grader.domain.errors import NotNow
from grader.domain.people.account import Account, AccountId
from grader.sealing import act_key
from grader.store.base import NameTaken, Store


class LoginNameTaken(NotNow):
    """Somebody else signs in with this telephone, QQ number or name."""

    code = "login-name-taken"
    sentence = "“{text}”已由其他账号使用，没有保存。确属本人的手机号或QQ号，请联系本单位学法管理员解绑后再试。"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginNames:
    """What a person may sign in with beside the number; "" for none."""

    telephone: str
    qq: str
    pinyin: str


def login_names_of(account: Account) -> LoginNames:
    """Those that the account has."""
    return LoginNames(telephone=account.telephone, qq=account.qq, pinyin=account.pinyin)


def choose_login_names(store: Store, id: AccountId, names: LoginNames, *, now: datetime) -> Account:
    """Bind or unbind them. Raises LoginNameTaken, and UnknownLearner where the account is gone."""
    key = act_key(store)

    def chosen(before: Account) -> Account:
        after = replace(before, telephone=names.telephone, qq=names.qq, pinyin=names.pinyin)
        if after == before:
            return before
        facts = facts_of_change(_facts(before), _facts(after), key=key)
        return replace(after, acts=append_act(before.acts, "choose-names", by=before.id, at=now, facts=facts))

    try:
        return change_account(store, id, chosen)
    except NameTaken as taken:
        raise LoginNameTaken(text=taken.name.text) from None


def confirm_known(store: Store, id: AccountId, *, until: datetime) -> Account:
    """The owner knows what happened to the account up to that time."""

    def confirmed(before: Account) -> Account:
        known = max(before.confirmed, until) if before.confirmed else until
        return before if known == before.confirmed else replace(before, confirmed=known)

    return change_account(store, id, confirmed)


def _facts(account: Account) -> dict[str, str]:
    return {"telephone": account.telephone, "qq": account.qq, "pinyin": account.pinyin}
