"""Names that the system gives: surnames read as surnames, numbers and pinyin names held by nobody else."""

from __future__ import annotations

import pytest

from grader.administration.roster.login_names import LoginNames, pinyin_name
from grader.domain.people.account import Role
from grader.store.kinds import ACCOUNT
from grader.store.memory import MemoryStore
from tests.grader_factories import account


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("张伟", "zhangwei"),
        ("吕布", "lvbu"),
        ("单雄信", "shanxiongxin"),
        ("单于飞", "chanyufei"),
        ("仇小仇", "qiuxiaochou"),
        ("解缙", "xiejin"),
        ("曾国藩", "zengguofan"),
        ("尉迟恭", "yuchigong"),
        ("区志强", "ouzhiqiang"),
        ("翟方进", "zhaifangjin"),
        ("欧阳修", "ouyangxiu"),
        ("长孙无忌", "zhangsunwuji"),
        ("张乐", "zhangle"),
        ("买买提·艾力", "maimaitiaili"),
        ("Anna Li", "annali"),
        ("张\ue000", ""),
    ],
)
def test_pinyin_name_reads_surnames_as_surnames(name: str, pinyin: str) -> None:
    assert pinyin_name(name) == pinyin


def test_pinyin_names_get_a_number_where_taken() -> None:
    store = MemoryStore()
    store.save(ACCOUNT, "a1", account("a1", pinyin="zhangwei"), expected=0)
    names = LoginNames(store)

    assert [names.pinyin("张伟"), names.pinyin("章伟"), names.pinyin("李伟")] == ["zhangwei2", "zhangwei3", "liwei"]


def test_numbers_of_learners_and_administrators_skip_what_is_taken() -> None:
    store = MemoryStore()
    store.save(ACCOUNT, "a1", account("a1", number="SL010002"), expected=0)
    names = LoginNames(store)

    learners = [names.number("SL01", Role.LEARNER) for _ in range(2)]
    administrators = [names.number("SL01", Role.UNIT) for _ in range(2)]

    assert (learners, administrators) == (["SL010001", "SL010003"], ["SL010000", "SL010004"])
