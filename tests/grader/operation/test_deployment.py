from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from grader.accounts.passwords import is_password
from grader.accounts.signin import sign_in
from grader.accounts.slips import Slip
from grader.administration.publish import publish
from grader.domain.audit.acts import append_act
from grader.domain.errors import SignInRefusal
from grader.domain.people.account import Account, AccountId, Placement, Role, UnitId
from grader.domain.people.sign_ins import SignIn
from grader.domain.people.unit import Unit
from grader.operation.deployment import UnknownLogin, create_office, renew_slip, set_up
from grader.settings import FILE, SettingsError, read_settings
from grader.store import open_store
from grader.store.base import Store, Unusable
from grader.store.kinds import ACCOUNT, UNIT
from grader.store.memory import MemoryStore
from quizgen.model import TierId
from tests.grader_factories import NOON, Crash, WatchedStore, account, content, crash_at, door

LATER = NOON + timedelta(days=1)


def begin(data: Path, *, code: str = "900001", county: str = "示例县普法办", address: str = "http://localhost") -> Slip:
    return set_up(
        data,
        title="示例县学法考试",
        address=address,
        county=county,
        code=code,
        site=data / "site",
        content=data / "content",
        now=NOON,
    )


@contextmanager
def opened(data: Path, *, exclusive: bool = False) -> Iterator[Store]:
    store = open_store(f"tiny:{data / 'store'}", exclusive=exclusive)
    yield store
    store.close()


def folder_bytes(data: Path) -> dict[Path, bytes]:
    """Every file below the folder but the checkpoint and the lock."""
    files = (path for path in data.rglob("*.json") if path.name != "index.json")
    return {path: path.read_bytes() for path in files}


def office(store: Store, *, code: str = "900001", county: str = "示例县普法办") -> Slip:
    return create_office(store, county=county, code=code, now=NOON)


def test_office_is_the_top_unit_with_an_administrator_who_must_change_the_password() -> None:
    store = MemoryStore()

    slip = office(store)

    [row] = store.list(ACCOUNT)
    signed_in = sign_in(door(store), slip.number, slip.password)
    assert slip.number == "9000010000"
    assert signed_in == Account(
        id=AccountId(row.id),
        role=Role.COUNTY,
        name="示例县普法办管理员",
        number="9000010000",
        credential=replace(signed_in.credential, initial=True, expires=NOON + timedelta(days=14)),
        placements=(Placement(at=NOON, unit=UnitId("900001"), tier=TierId("")),),
        created=NOON,
        sign_ins=(SignIn(at=NOON, device=""),),
    )
    kept = store.load(UNIT, "900001")
    assert kept is not None
    assert kept.value == Unit(id=UnitId("900001"), code="900001", name="示例县普法办", created=NOON, kind="主管部门")


def test_first_password_is_drawn_by_chance_and_cannot_be_misread() -> None:
    passwords = {office(MemoryStore()).password for _ in range(5)}

    assert len(passwords) == 5
    assert not set("".join(passwords)) & set("0O1Il")
    assert all(re.fullmatch("[a-z2-9]{4}(-[a-z2-9]{4}){2}", password) for password in passwords)


def test_office_made_again_gives_the_same_administrator_a_new_password() -> None:
    store = MemoryStore()
    first = office(store)

    second = office(store, county="新名称")

    [row] = store.list(ACCOUNT)
    kept = store.load(ACCOUNT, row.id)
    assert kept is not None
    assert (second.number, kept.value.epoch) == (first.number, 1)
    tried = [is_password(kept.value.credential.hash, slip.password) for slip in (first, second)]
    assert tried == [False, True]
    assert [unit.summary.name for unit in store.list(UNIT)] == ["新名称"]


def test_office_with_letters_in_its_code_can_be_made_again_too() -> None:
    store = MemoryStore()

    slips = [office(store, code="GZ01") for _ in range(2)]

    assert [slip.number for slip in slips] == ["GZ010000", "GZ010000"]
    assert len(store.list(ACCOUNT)) == 1


def test_office_cut_short_before_its_administrator_is_made_again() -> None:
    store = WatchedStore(crash_at("account"))
    with pytest.raises(Crash):
        office(store)
    store.before_save = lambda _: None

    slip = office(store)

    assert sign_in(door(store, now=LATER), slip.number, slip.password).role is Role.COUNTY
    assert len(store.list(UNIT)) == 1


@pytest.mark.parametrize("name", ["9000010000", " ９０００010000"])
def test_slip_written_again_lets_the_administrator_in_who_must_change_the_password(name: str) -> None:
    store = MemoryStore()
    first = office(store)
    for _ in range(6):
        with suppress(SignInRefusal):
            sign_in(door(store), first.number, "wrong")

    second = renew_slip(store, name, by="command-line", now=LATER)

    signed_in = sign_in(door(store, now=LATER), second.number, second.password)
    assert (second.number, second.password != first.password) == (first.number, True)
    assert (signed_in.credential.initial, signed_in.epoch) == (True, 1)
    assert signed_in.acts == append_act((), "reset-password", by="command-line", at=LATER)


@pytest.mark.parametrize("name", ["9000010001", "", "示例县普法办"])
def test_slip_of_nobody_is_refused(name: str) -> None:
    store = MemoryStore()
    office(store)

    with pytest.raises(UnknownLogin, match=f"没有账号“{name}”，没有办理"):
        renew_slip(store, name, by="command-line", now=NOON)


def test_deployment_is_set_up_with_settings_and_an_administrator(tmp_path: Path) -> None:
    data = tmp_path / "var" / "data"

    slip = begin(data)

    assert read_settings(data).title == "示例县学法考试"
    with opened(data) as store:
        [row] = store.list(ACCOUNT)
        kept = store.load(ACCOUNT, row.id)
        assert kept is not None
        assert is_password(kept.value.credential.hash, slip.password)


def test_deployment_is_not_set_up_twice(tmp_path: Path) -> None:
    begin(tmp_path)
    before = (tmp_path / FILE).read_bytes()

    with pytest.raises(SettingsError, match="已经存在：这个数据文件夹已初始化过，没有改动任何内容"):
        begin(tmp_path, county="别的名称")

    assert (tmp_path / FILE).read_bytes() == before
    with opened(tmp_path) as store:
        assert [(row.version, row.summary.name) for row in store.list(UNIT)] == [(1, "示例县普法办")]


def test_set_up_that_was_cut_short_before_the_settings_is_simply_run_again(tmp_path: Path) -> None:
    first = begin(tmp_path)
    (tmp_path / FILE).unlink()

    second = begin(tmp_path)

    assert first.password != second.password
    with opened(tmp_path) as store:
        [row] = store.list(ACCOUNT)
        kept = store.load(ACCOUNT, row.id)
        assert kept is not None
        assert is_password(kept.value.credential.hash, second.password)
    assert read_settings(tmp_path).address == "http://localhost"


@pytest.mark.parametrize("left", ["roster", "programme", "other code"])
def test_living_deployment_that_lost_its_settings_is_left_alone(tmp_path: Path, left: str) -> None:
    begin(tmp_path)
    (tmp_path / FILE).unlink()
    with opened(tmp_path, exclusive=True) as store:
        if left == "roster":
            store.save(ACCOUNT, "a1", account("a1"), expected=0)
        if left == "programme":
            publish(store, content(), by="test", now=NOON)
    before = folder_bytes(tmp_path)

    with pytest.raises(SettingsError) as refused:
        begin(tmp_path, code="900002" if left == "other code" else "900001")

    assert str(refused.value) == (
        f"{tmp_path} 里已经有学法考试的数据，只是没有 settings.toml，没有改动任何内容。请从备份恢复 settings.toml；"
        "要新建一套，请用 --data 指定另一个文件夹。"
    )
    assert folder_bytes(tmp_path) == before


@pytest.mark.parametrize("code", ["", "示例县", "90 01", "900001/..", "9" * 21])
def test_code_that_no_unit_may_have_is_refused_before_anything_is_made(tmp_path: Path, code: str) -> None:
    data = tmp_path / "data"

    with pytest.raises(SettingsError, match="只能用字母和数字，最长 20 位"):
        begin(data, code=code)

    assert not data.exists()


def test_address_nobody_could_open_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    data = tmp_path / "data"

    with pytest.raises(SettingsError, match="address 应为以 http:// 或 https:// 开头的网址，现在是“localhost”"):
        begin(data, address="localhost")

    assert not data.exists()


@pytest.mark.parametrize("name", ["file/below", "file", "x" * 300])
def test_data_folder_that_cannot_be_made_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="无法建立数据文件夹"):
        begin(tmp_path / name)


def test_store_owned_by_a_running_service_is_left_alone(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / FILE).unlink()
    owner = open_store(f"tiny:{tmp_path / 'store'}", exclusive=True)

    with pytest.raises(Unusable):
        begin(tmp_path)

    owner.close()
    assert not (tmp_path / FILE).exists()
