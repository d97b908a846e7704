"""The demonstration's county, lived through: roster, study, attempts, certificates, by the real use cases.

Only the clock is moved back while the weeks that have passed are lived.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from grader.accounts.passwords import hash_password
from grader.accounts.signin import account_by_id
from grader.administration.publish import publish
from grader.administration.roster.importing import apply_import, plan_import
from grader.administration.roster.rows import PersonRow, Roster, UnitRow
from grader.administration.year.change import LaidChanges
from grader.certificates.certify import award_certificate
from grader.course import Course, Courses
from grader.domain.content import PublishedContent
from grader.domain.learning.credit import record_answers
from grader.domain.learning.dossier import Dossier
from grader.domain.learning.standing import mark_milestones
from grader.domain.people.account import Account, AccountId, Credential, Role, Switch, change_credential
from grader.exam import save_responses, start_attempt, submit_attempt
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, DOSSIER, dossier_id
from grader.store.update import update
from quizgen.credit import full_hours, length, meets
from quizgen.lesson import SECTIONS, Lesson
from quizgen.model import ItemId, Letter, TierId
from quizgen.programme import CreditBy, Programme, Window

PASSWORD = "xuefa2026"  # noqa: S105 - printed on the demonstration's first screen
COUNTY, CODE = "示例县普法工作办公室", "900001"
STARTED = timedelta(days=45)
"""How long ago the demonstration's year began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the demonstration: who, where, and how far the year has come."""

    name: str
    unit: int
    tier: str
    rank: str
    note: str
    done: int | None = 0
    """Where in the sections that reach the hours owed, in order, study has come: the end of a slice; None: all done."""
    scores: tuple[int, ...] = ()
    """How many items of each attempt's paper were answered right."""
    is_certified: bool = False
    is_sitting: bool = False
    exemption: str = ""
    is_active: bool = True
    has_initial: bool = False


UNITS = ("示例县司法局", "示例县卫生健康局", "示例县城市建设投资公司")
PEOPLE = (
    Person(
        name="赵学法",
        unit=0,
        tier="agency",
        rank="科员",
        note="未开始：再输手机号后四位 0001",
        has_initial=True,
    ),
    Person(name="钱知法", unit=0, tier="agency", rank="科员", note="学习中：已学三课", done=9),
    Person(name="孙守法", unit=0, tier="agency", rank="副科长", note="还差最后一个小节，学完即可考试", done=-1),
    Person(name="李用法", unit=0, tier="leading", rank="局长", note="待考试：学时已达到", done=None),
    Person(
        name="周尊法",
        unit=0,
        tier="leading",
        rank="副局长",
        note="已合格：证书已打印",
        done=None,
        scores=(46,),
        is_certified=True,
    ),
    Person(name="吴崇法", unit=1, tier="agency", rank="科长", note="考试未合格：可以再考", done=None, scores=(24,)),
    Person(name="郑明法", unit=1, tier="leading", rank="主任", note="已合格：证书待打印", done=None, scores=(28, 42)),
    Person(name="冯普法", unit=1, tier="agency", rank="主任科员", note="可不参加", exemption="near_retirement"),
    Person(name="陈遵法", unit=1, tier="agency", rank="科员", note="账号失效", is_active=False),
    Person(
        name="褚依法",
        unit=2,
        tier="enterprise",
        rank="总经理",
        note="已合格：证书已打印",
        done=None,
        scores=(39,),
        is_certified=True,
    ),
    Person(name="卫敬法", unit=2, tier="enterprise", rank="部门经理", note="正在考试", done=None, is_sitting=True),
    Person(name="蒋懂法", unit=2, tier="enterprise", rank="部门经理", note="学习中：已学一课又一个小节", done=4),
)
ADMINISTRATORS = ("司法局管理员", "卫健局管理员", "城投公司管理员")


def open_now(programme: Programme, now: datetime) -> Programme:
    """The programme with its windows laid around `now`, so that the demonstration is open whatever the date."""

    def window(start: int, end: int) -> Window:
        midnight = datetime.combine(programme.local_day(now), time(), programme.zone)
        return Window(opens=midnight + timedelta(days=start), closes=midnight + timedelta(days=end))

    return replace(programme, study=window(-45, 90), exam=window(-30, 60), makeup=window(60, 90))


def publish_open(store: Store, content: PublishedContent, *, now: datetime) -> None:
    """Publish the content with its windows laid around `now`, whatever was changed when they lay around another day."""
    shown = replace(content, programme=open_now(content.programme, now))
    publish(store, shown, by="demo", now=now, changes=LaidChanges.DROP)


def populate(store: Store, content: PublishedContent, *, now: datetime) -> None:
    """Publish the content, import the roster and let everybody live through the weeks up to `now`."""
    begun = now - STARTED + timedelta(days=1)
    publish_open(store, content, now=now)
    courses = Courses(store)
    course = courses.of_programme(content.programme.id, now)
    plan = plan_import(store, _roster(), programme=content.programme.id, now=begun)
    apply_import(store, plan, by="demo", now=begun, new_id=lambda: secrets.token_hex(8))
    own = Credential(hash=hash_password(PASSWORD), initial=False)
    accounts = {row.summary.name: AccountId(row.id) for row in store.list(ACCOUNT)}
    fresh = {person.name for person in PEOPLE if person.has_initial}
    for name in accounts.keys() - fresh:
        update(store, ACCOUNT, accounts[name], lambda before: change_credential(_found(before), own))
    for number, person in enumerate(PEOPLE):
        _live(store, courses, course, accounts[person.name], person=person, begun=begun, now=now, number=number)


def _roster() -> Roster:
    units = tuple(
        UnitRow(
            row=number,
            code=f"{CODE}{number:03d}",
            name=name,
            kind="企业" if number == 3 else "机关",
            order_number=number,
        )
        for number, name in enumerate(UNITS, 1)
    )
    heads = tuple(
        PersonRow(row=number, unit=units[number - 1].code, name=name, tier=TierId(""), role=Role.UNIT)
        for number, name in enumerate(ADMINISTRATORS, 1)
    )
    people = tuple(
        PersonRow(
            row=10 + number,
            unit=units[person.unit].code,
            name=person.name,
            tier=TierId(person.tier),
            rank=person.rank,
            telephone=f"1000000{number:04d}",
            order_number=number,
            exemption=person.exemption,
        )
        for number, person in enumerate(PEOPLE, 1)
    )
    return Roster(units=units, people=heads + people)


def _found(account: Account | None) -> Account:
    if account is None:
        raise AssertionError
    return account


def _live(
    store: Store,
    courses: Courses,
    course: Course,
    id: AccountId,
    *,
    person: Person,
    begun: datetime,
    now: datetime,
    number: int,
) -> None:
    """One person's weeks: study in the evenings, then attempts, then the certificate."""
    account = _found(account_by_id(store, id))
    if not person.is_active:
        switch = Switch(at=begun + timedelta(days=5), active=False)
        update(store, ACCOUNT, id, lambda before: replace(_found(before), switches=(switch,)))
    if person.done != 0:
        dossier = _studied(course, account, done=person.done, begun=begun + timedelta(days=number % 4))
        update(store, DOSSIER, dossier_id(course.content.programme.id, id), lambda _: dossier)
    exam_day = now - timedelta(days=6 + number)
    for attempt, right in enumerate(person.scores):
        _sit(store, courses, course, account, right=right, at=exam_day + timedelta(days=attempt))
    if person.is_certified:
        award_certificate(store, course, account, now=exam_day + timedelta(days=2), bits=secrets.randbits)
    if person.is_sitting:
        start_attempt(store, course, account, now=now - timedelta(minutes=20), new_id=lambda: secrets.token_hex(10))


def _studied(course: Course, account: Account, *, done: int | None, begun: datetime) -> Dossier:
    """A dossier as so many evenings would have left it, three sections an evening."""
    content = course.content
    dossier = Dossier(programme=content.programme.id, account=account.id)
    sections = [(lesson, number) for lesson in _owed(content, account) for number in range(SECTIONS)]
    for evening, (lesson, number) in enumerate(sections[:done]):
        at = begun + timedelta(days=evening // SECTIONS, minutes=15 * (evening % SECTIONS))
        dossier = _learnt(dossier, content.programme, lesson, number, day=content.programme.local_day(at))
        dossier = mark_milestones(dossier, content, account.tier, now=at)
    return dossier


def _owed(content: PublishedContent, account: Account) -> Iterator[Lesson]:
    """The first required lessons, as many as it takes to reach the hours."""
    hours = 0.0
    for id in content.tier(account.tier).required:
        lesson = content.lesson(id)
        if lesson and not meets(hours, content.programme.required_hours):
            hours += full_hours(content.programme, lesson)
            yield lesson


def _learnt(dossier: Dossier, programme: Programme, lesson: Lesson, number: int, *, day: date) -> Dossier:
    """A section of a lesson answered, or read where the programme credits time."""
    if programme.credit_by is CreditBy.SECTIONS:
        return record_answers(dossier, lesson, lesson.sections[number].items, day=day)
    seconds = length(programme, lesson) * (number + 1) // SECTIONS
    return replace(dossier, study={**dossier.study, lesson.id: {day: seconds}})


def _sit(store: Store, courses: Courses, course: Course, account: Account, *, right: int, at: datetime) -> None:
    """One attempt of an hour in which the first `right` items are answered rightly and the others wrongly."""
    attempt = start_attempt(store, course, account, now=at, new_id=lambda: secrets.token_hex(10))
    responses: dict[ItemId, frozenset[Letter]] = {}
    for number, place in enumerate(attempt.paper.items):
        key = course.keys[place.item]
        wrong = next(frozenset({letter}) for letter in place.options if frozenset({letter}) != key)
        responses[place.item] = key if number < right else wrong
    end = at + timedelta(minutes=52)
    save_responses(store, account, attempt.id, responses, sequence=1, now=end)
    submit_attempt(store, courses, account, attempt.id, now=end)
