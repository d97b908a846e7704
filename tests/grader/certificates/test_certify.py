from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader.certificates.certify import (
    Verification,
    award_certificate,
    certificate_pdf,
    revoke_certificate,
    verify_serial,
)
from grader.certificates.fonts import MissingGlyph
from grader.certificates.page import TextTooLong
from grader.course import Courses
from grader.domain.audit.acts import append_act, is_chain
from grader.domain.errors import CertificateRevoked, NotNow, NotQualified, UnknownSerial
from grader.domain.learning.dossier import Award, Revocation
from grader.domain.people.account import Placement, UnitId
from grader.domain.serial import RANDOM_BITS, format_serial, new_serial
from grader.store.base import Name
from grader.store.kinds import DOSSIER, SERIAL, UNIT
from quizgen.programme import CertificateText
from tests.grader_factories import (
    LEADING,
    NOON,
    WatchedStore,
    account,
    award,
    dossier,
    keep_dossier,
    kept_dossier,
    milestones,
    outcome,
    programme,
    unit,
    year,
)

SERIALS = tuple(serial for bits in range(1000, 1020) if (serial := new_serial(bits)))
"""Real serials, in the order in which `bits_from(1000)` gives them."""
FIRST, SECOND = SERIALS[:2]
LATER = NOON + timedelta(days=30)
QUALIFIED = dossier(
    seconds={"xianfa-01": 600},
    outcomes=(outcome("t1", 70), outcome("t2", 40)),
    milestones=milestones("started", "hours_met", "examined", "passed", "qualified"),
)


def bits_from(first: int = 1000) -> Callable[[int], int]:
    numbers: Iterator[int] = iter(range(first, first + 1000))

    def bits(count: int) -> int:
        assert count == RANDOM_BITS
        return next(numbers)

    return bits


def ready(kept: object = QUALIFIED) -> tuple[WatchedStore, Courses]:
    store, courses = year()
    store.save(UNIT, "u1", unit(), expected=0)
    if kept is QUALIFIED:
        keep_dossier(store, QUALIFIED)
    return store, courses


def give(world: tuple[WatchedStore, Courses], *, first: int = 1000, reissue: bool = False) -> Award:
    store, courses = world
    course, bits = courses.current(NOON), bits_from(first)
    return award_certificate(store, course, account(), now=NOON, bits=bits, reissue=reissue)


def test_certificate_says_what_was_true_on_the_day_of_issue() -> None:
    world = ready()

    given = give(world)

    assert given == award(FIRST)
    assert kept_dossier(world[0]) == replace(QUALIFIED, awards=(given,))


def test_certificate_is_issued_once() -> None:
    world = ready()
    given = give(world)

    assert give(world, first=1500) == given
    assert kept_dossier(world[0]).awards == (given,)


def test_two_requests_at_one_moment_get_one_certificate() -> None:
    store, courses = ready()
    course, barrier = courses.current(NOON), Barrier(2)
    given: list[Award] = []

    def work(first: int) -> None:
        draw = bits_from(first)
        drawn: list[int] = []

        def bits(count: int) -> int:
            if not drawn:
                barrier.wait()
            drawn.append(draw(count))
            return drawn[-1]

        given.append(award_certificate(store, course, account(), now=NOON, bits=bits))

    threads = [Thread(target=work, args=(first,)) for first in (1000, 1500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert given[0] == given[1]
    assert kept_dossier(store).awards == (given[0],)


def test_certificate_is_refused_with_everything_that_is_missing() -> None:
    world = ready(None)

    with pytest.raises(NotQualified, match="还差 10 分钟学习时间（需要 1 学时）；还没有参加考试"):
        give(world)
    assert world[0].list(DOSSIER) == []


def test_certificate_names_the_present_unit_and_tier_and_survives_a_missing_unit() -> None:
    store, courses = ready()
    moved = account(placements=(Placement(at=NOON, unit=UnitId("u9"), tier=LEADING),))

    given = award_certificate(store, courses.current(NOON), moved, now=NOON, bits=bits_from())

    assert (given.unit, given.tier) == ("", "领导干部")


def test_certificate_issued_under_milder_rules_dates_what_nothing_else_had_dated() -> None:
    world = ready()
    keep_dossier(world[0], replace(QUALIFIED, milestones=milestones("examined", "passed")))

    give(world)

    assert kept_dossier(world[0]).milestones == QUALIFIED.milestones


@pytest.mark.parametrize("typed", [FIRST, format_serial(FIRST), FIRST.lower(), f" {format_serial(FIRST)}　"])
def test_serial_is_verified_however_it_is_typed(typed: str) -> None:
    world = ready()
    given = give(world)

    assert verify_serial(world[0], typed) == Verification(award=given, revocation=None)


@pytest.mark.parametrize("typed", ["", "0000", SECOND, FIRST[:-1] + "X", "编号{serial}" * 30])
def test_serial_that_no_certificate_has_is_not_found(typed: str) -> None:
    world = ready()
    give(world)

    with pytest.raises(UnknownSerial) as refused:
        verify_serial(world[0], typed)
    with pytest.raises(UnknownSerial):
        revoke_certificate(world[0], typed, by="office", reason="姓名有误", now=NOON)
    assert refused.value.fields == {"serial": typed[:40]}


def test_revocation_is_recorded_with_its_act_and_shown_to_whoever_verifies() -> None:
    world = ready()
    given = give(world)

    revoke_certificate(world[0], format_serial(FIRST), by="office", reason="姓名有误", now=LATER)

    revocation = Revocation(serial=FIRST, at=LATER, by="office", reason="姓名有误")
    acts = append_act((), "revoke-certificate", by="office", at=LATER, facts={"serial": FIRST})
    assert kept_dossier(world[0]) == replace(QUALIFIED, awards=(given,), revocations=(revocation,), acts=acts)
    assert verify_serial(world[0], FIRST) == Verification(award=given, revocation=revocation)


def test_second_revocation_changes_nothing() -> None:
    world = ready()
    give(world)
    revoke_certificate(world[0], FIRST, by="office", reason="姓名有误", now=LATER)
    before = kept_dossier(world[0])

    revoke_certificate(world[0], FIRST, by="office", reason="再次作废", now=LATER + timedelta(days=1))

    assert kept_dossier(world[0]) == before


def test_certificate_after_a_revocation_is_reissued_only_by_decision_and_has_a_new_serial() -> None:
    world = ready()
    give(world)
    revoke_certificate(world[0], FIRST, by="office", reason="姓名有误", now=LATER)

    with pytest.raises(CertificateRevoked) as refused:
        give(world, first=1001)
    reissued = give(world, first=1001, reissue=True)

    assert refused.value.fields == {"serial": format_serial(FIRST)}
    assert reissued == award(SECOND)
    assert [verify_serial(world[0], serial).revocation is None for serial in (FIRST, SECOND)] == [False, True]
    assert world[0].find(DOSSIER, Name(SERIAL, FIRST)) == "2026.a1"
    assert is_chain(kept_dossier(world[0]).acts)


def test_dossier_erased_meanwhile_is_not_brought_back_by_a_revocation() -> None:
    store, courses = ready()
    give((store, courses))

    def erase_first(_kind: str) -> None:
        store.before_save = lambda _: None
        store.delete(DOSSIER, "2026.a1", expected=2)

    store.before_save = erase_first

    with pytest.raises(UnknownSerial):
        revoke_certificate(store, FIRST, by="office", reason="姓名有误", now=LATER)
    assert store.list(DOSSIER) == []


def test_certificate_keeps_its_words_when_others_are_published() -> None:
    data = {"unit": "示例单位u1", "tier": "国家机关工作人员", "hours": 1, "score": 70, "year": 2026}
    text = CertificateText(title="证书", body=" ".join(f"{{{name}}}" for name in ("name", *data)), issuer="某县")
    store, courses = year(programme=programme(certificate=text))
    store.save(UNIT, "u1", unit(), expected=0)
    keep_dossier(store, QUALIFIED)
    given = give((store, courses))
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))

    pages = [
        certificate_pdf(given, rules, verify_url="https://example.org/verify", key=key)
        for rules in (courses.current(NOON).content.programme, programme())
    ]

    body = "赵学法 示例单位u1 国家机关工作人员 1 70 2026"
    assert given == award(FIRST, title="证书", body=body, issuer="某县")
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("name", "body", "refusal"),
    [("赵学法", "{name}" + "考核合格" * 400, TextTooLong), ("赵\U000e0100", "{name}考核合格", MissingGlyph)],
)
def test_certificate_that_cannot_be_printed_is_not_issued(name: str, body: str, refusal: type[NotNow]) -> None:
    text = replace(programme().certificate, body=body)
    store, courses = year(programme=programme(certificate=text))
    keep_dossier(store, QUALIFIED)

    with pytest.raises(refusal):
        award_certificate(store, courses.current(NOON), account(name=name), now=NOON, bits=bits_from())
    assert kept_dossier(store) == QUALIFIED


def test_printed_certificate_is_the_same_file_each_time() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))

    pages = [certificate_pdf(award(FIRST), programme(), verify_url="https://example.org/verify", key=key) for _ in "ab"]

    assert pages[0] == pages[1]
    assert pages[0].startswith(b"%PDF-")
