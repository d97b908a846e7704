from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from grader.domain.audit.acts import append_act
from grader.domain.people.account import (
    LONGEST_SIGN_IN,
    MOST_ENDED,
    AccountSummary,
    Credential,
    EndedSignIn,
    Event,
    Exemption,
    Placement,
    Role,
    Switch,
    UnitId,
    accepts_sign_in,
    change_credential,
    clear_failures,
    end_sign_in,
    fail_sign_in,
    login_form,
    of_rank,
    summarise_account,
    unconfirmed,
    wait_after,
)
from grader.domain.people.former import text_at
from tests.grader_factories import AGENCY, HASH, LEADING, NOON, account

DAY = timedelta(days=1)


def test_rank_of_a_past_day_is_the_one_held_then() -> None:
    person = of_rank(of_rank(account(rank="科员"), "科长", at=NOON), "科长", at=NOON + DAY)
    days = (NOON - DAY, NOON, NOON + 2 * DAY)

    assert person.rank == "科长"
    assert [text_at(person.former_ranks, person.rank, day) for day in days] == ["科员", "科长", "科长"]


def test_account_belongs_where_its_last_placement_says() -> None:
    moved = account(
        placements=(
            Placement(at=NOON - DAY, unit=UnitId("u1"), tier=AGENCY),
            Placement(at=NOON, unit=UnitId("u2"), tier=LEADING),
        )
    )

    assert (moved.unit, moved.tier) == ("u2", "leading")


@pytest.mark.parametrize(("switches", "active"), [((), True), ((False,), False), ((False, True), True)])
def test_account_is_active_unless_last_switched_off(switches: tuple[bool, ...], active: bool) -> None:
    switched = account(switches=tuple(Switch(at=NOON + DAY * i, active=on) for i, on in enumerate(switches)))

    assert switched.is_active is active


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (NOON - timedelta(microseconds=1), False),
        (NOON, True),
        (NOON + DAY - timedelta(microseconds=1), True),
        (NOON + DAY, False),
    ],
)
def test_exemption_holds_from_its_time_until_just_before_its_withdrawal(at: datetime, holds: bool) -> None:
    exemption = Exemption(programme="2026", kind="near_retirement", at=NOON, ends=NOON + DAY)

    assert account(exemptions=(exemption,)).exemption("2026", at) == (exemption if holds else None)


def test_exemption_that_was_never_withdrawn_holds_for_its_own_programme_only() -> None:
    exemption = Exemption(programme="2026", kind="sick_leave", at=NOON)
    exempt = account(exemptions=(exemption,))

    assert (exempt.exemption("2026", NOON + 400 * DAY), exempt.exemption("2027", NOON)) == (exemption, None)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("900001001a1", "900001001a1"),
        (" ZhaoXueFa ", "zhaoxuefa"),
        ("１９９　００００００01", "19900000001"),
        ("ＺＨＡＯ", "zhao"),
        ("赵学法", "赵学法"),
        ("", ""),
    ],
)
def test_login_name_is_compared_without_width_case_and_spaces(typed: str, compared: str) -> None:
    assert login_form(typed) == compared


def test_login_names_are_all_that_are_there_each_once() -> None:
    person = account(number="A9", telephone="199 0000 0001", qq="19900000001", pinyin="")

    assert person.login_names == {"a9", "19900000001"}


def test_changed_credential_ends_sign_ins_and_forgets_failures() -> None:
    person = account(epoch=3, failures=5, failed_at=NOON)

    changed = change_credential(person, Credential(hash="another", initial=True))

    expected = replace(person, credential=Credential(hash="another", initial=True), epoch=4, failures=0, failed_at=None)
    assert changed == expected


def test_failures_add_up_until_a_right_password() -> None:
    failed = fail_sign_in(fail_sign_in(account(), NOON), NOON + DAY)

    assert failed == account(failures=2, failed_at=NOON + DAY)
    assert clear_failures(failed) == account()


def test_right_password_without_failures_leaves_the_account_as_it_is() -> None:
    person = account()

    assert clear_failures(person) is person


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, None), (4, None), (5, 1), (6, 2), (8, 8), (9, 15), (15, 15), (10**6, 15)]
)
def test_wait_doubles_from_a_minute_to_a_quarter_hour(failures: int, minutes: int | None) -> None:
    until = wait_after(failures, NOON)

    assert until == (None if minutes is None else NOON + timedelta(minutes=minutes))


def test_failures_without_a_time_do_not_wait() -> None:
    assert wait_after(9, None) is None


def test_account_summary_holds_what_lists_and_past_reports_need() -> None:
    switches = (Switch(at=NOON, active=False),)
    exemptions = (Exemption(programme="2026", kind="worker", at=NOON),)
    person = account(
        rank="科级",
        order_number=7,
        credential=Credential(hash=HASH, initial=True),
        switches=switches,
        exemptions=exemptions,
    )

    assert summarise_account(person) == AccountSummary(
        role=Role.LEARNER,
        name="赵学法",
        number="900001001a1",
        unit=UnitId("u1"),
        tier=AGENCY,
        rank="科级",
        order_number=7,
        active=False,
        initial=True,
        created=person.created,
        placements=person.placements,
        switches=switches,
        exemptions=exemptions,
        waiting=person.created,
    )


def test_summary_tells_since_when_a_slip_waits_and_what_happened_last() -> None:
    acts = append_act(append_act((), "reset-password", by="office", at=NOON), "edit", by="office", at=NOON + DAY)
    credential = Credential(hash=HASH, initial=True, expires=NOON + DAY)

    found = summarise_account(account(credential=credential, acts=acts))

    assert (found.waiting, found.expires) == (NOON, NOON + DAY)
    assert found.latest == Event(at=NOON, action="reset-password")


@pytest.mark.parametrize(("failures", "minutes", "locked"), [(4, 0, False), (5, 0, True), (5, 1, False)])
def test_summary_tells_whether_somebody_waits(failures: int, minutes: int, locked: bool) -> None:
    found = summarise_account(account(failures=failures, failed_at=NOON))

    assert found.is_locked(NOON + timedelta(minutes=minutes)) is locked


def test_owner_is_told_what_happened_since_the_last_confirmation() -> None:
    acts = append_act((), "claim", by="a1", at=NOON)
    acts = append_act(acts, "edit", by="office", at=NOON + DAY)
    acts = append_act(acts, "reset-password", by="office", at=NOON + DAY)

    assert [act.action for act in unconfirmed(account(acts=acts))] == ["claim", "reset-password"]
    assert [act.action for act in unconfirmed(account(acts=acts, confirmed=NOON))] == ["reset-password"]


@pytest.mark.parametrize(("expires", "past"), [(None, False), (NOON + DAY, False), (NOON, True)])
def test_slip_opens_nothing_from_its_time_on(expires: datetime | None, past: bool) -> None:
    assert Credential(hash=HASH, initial=True, expires=expires).is_past(NOON) is past


def test_ended_sign_in_holds_no_more_and_the_others_do() -> None:
    ended = end_sign_in(account(), "one", NOON)

    assert ended == account(ended=(EndedSignIn(nonce="one", at=NOON),))
    assert [accepts_sign_in(ended, nonce, 0) for nonce in ("one", "two")] == [False, True]
    assert end_sign_in(ended, "one", NOON + DAY) is ended


def test_sign_in_holds_for_its_epoch_and_an_active_account_only() -> None:
    off = account(switches=(Switch(at=NOON, active=False),))

    assert [accepts_sign_in(account(epoch=1), "one", epoch) for epoch in (0, 1, None, "1")] == [
        False,
        True,
        False,
        False,
    ]
    assert not accepts_sign_in(off, "one", 0)


def test_ended_sign_ins_are_forgotten_when_no_cookie_can_be_so_old() -> None:
    first = end_sign_in(account(), "one", NOON)

    still = end_sign_in(first, "two", NOON + LONGEST_SIGN_IN)
    later = end_sign_in(first, "two", NOON + LONGEST_SIGN_IN + timedelta(seconds=1))

    assert [[ended.nonce for ended in found.ended] for found in (still, later)] == [["one", "two"], ["two"]]


def test_one_ended_sign_in_too_many_ends_all_of_them() -> None:
    busy = account(epoch=3)
    for number in range(MOST_ENDED):
        busy = end_sign_in(busy, str(number), NOON)

    all_ended = end_sign_in(busy, "last", NOON)

    assert (busy.epoch, len(busy.ended)) == (3, MOST_ENDED)
    assert (all_ended.epoch, all_ended.ended) == (4, ())


def test_another_password_forgets_single_ends_for_it_ends_all() -> None:
    changed = change_credential(end_sign_in(account(), "one", NOON), Credential(hash=HASH, initial=False))

    assert (changed.epoch, changed.ended) == (1, ())


def test_exemption_is_approved_once_it_says_by_whom_and_when() -> None:
    bare = Exemption(programme="2026", kind="worker", at=NOON)

    assert [
        exemption.is_approved
        for exemption in (
            bare,
            replace(bare, approver="局党组"),
            replace(bare, approver="局党组", approved=date(2026, 10, 8)),
        )
    ] == [False, False, True]


def test_every_role_is_called_by_its_name_on_the_screen() -> None:
    assert [role.label for role in Role] == ["学员", "单位管理员", "县级管理员", "只读账号", "编辑"]
