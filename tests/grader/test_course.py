from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from grader.administration.publish import digest_of, publish
from grader.course import FOLLOW, Course, Courses
from grader.domain.content import PublishedContent
from grader.domain.errors import NoProgramme
from grader.store.base import Kind, S, Stored, T, Unusable
from grader.store.kinds import ATTEMPT
from grader.store.memory import MemoryStore
from quizgen.draw.assemble import eligible
from quizgen.model import TRUE, Letter
from tests.grader_factories import AGENCY, LEADING, NOON, attempt, content, exam_items, programme, tier, window, year

MOMENT = timedelta(microseconds=1)


def of_year(number: int) -> PublishedContent:
    """A programme that runs from March to the end of that year."""
    return content(
        programme=programme(
            id=str(number),
            study=window(f"{number}-03-01", f"{number + 1}-01-01"),
            exam=window(f"{number}-10-01", f"{number}-12-01"),
            makeup=None,
        )
    )


def having(*contents: PublishedContent) -> Courses:
    store = MemoryStore()
    for one in contents:
        publish(store, one, by="test", now=NOON)
    return Courses(store)


def test_course_holds_keys_and_pools_of_its_content() -> None:
    made = having(content()).current(NOON)

    items = exam_items()
    keys = {item.id: frozenset({TRUE if item.type == "judgement" else Letter("B")}) for item in items}
    pools = {id: eligible(items, tier=id, modules=content().modules) for id in content().programme.tiers}
    assert made == Course(
        digest=digest_of(content()),
        content=content(),
        items={item.id: item for item in items},
        keys=keys,
        pools=pools,
    )


def test_item_for_one_tier_is_in_the_pool_of_that_tier_only() -> None:
    [first, *others] = exam_items()
    leading_only = content(items=(*others, replace(first, tiers=frozenset({LEADING}))))

    pools = having(leading_only).current(NOON).pools

    assert {tier: first.id in pool.options for tier, pool in pools.items()} == {"agency": False, "leading": True}


def test_use_counts_begin_with_the_papers_already_drawn() -> None:
    store, courses = year()
    store.save(ATTEMPT, "t1", attempt(), expected=0)
    store.save(ATTEMPT, "t2", attempt("t2"), expected=0)
    store.save(ATTEMPT, "t3", attempt("t3", programme="2025"), expected=0)

    uses = courses.current(NOON).uses

    assert uses == Counter({"xianfa-01-101": 2, "xianfa-01-102": 2, "xianfa-01-107": 2})


class DamagedStore(MemoryStore):
    """A store in which the attempt `t2` cannot be read."""

    def load(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        """The document, unless it is the damaged one."""
        if id == "t2":
            raise Unusable("文件已损坏")
        return super().load(kind, id)


def test_use_counts_leave_out_a_damaged_paper() -> None:
    store = DamagedStore()
    publish(store, content(), by="test", now=NOON)
    for id in ("t1", "t2"):
        store.save(ATTEMPT, id, attempt(id), expected=0)

    uses = Courses(store).current(NOON).uses

    assert uses == Counter({"xianfa-01-101": 1, "xianfa-01-102": 1, "xianfa-01-107": 1})


@pytest.mark.parametrize(
    ("day", "current"),
    [
        ("2024-05-01", "2025"),
        ("2025-03-01", "2025"),
        ("2025-12-31", "2025"),
        ("2026-01-01", "2025"),
        ("2026-02-28", "2025"),
        ("2026-03-01", "2026"),
        ("2026-12-31", "2026"),
        ("2027-02-01", "2026"),
    ],
)
def test_current_programme_runs_now_or_ran_last_or_comes_next(day: str, current: str) -> None:
    courses = having(of_year(2026), of_year(2025))

    now = datetime.fromisoformat(f"{day}T00:00+08:00")

    assert courses.current(now).content.programme.id == current


@pytest.mark.parametrize(
    ("day", "current"), [("2027-02-28", "2026"), ("2027-03-01", "2026"), ("2027-03-31", "2026"), ("2027-04-01", "2027")]
)
def test_make_up_of_one_year_comes_before_the_study_of_the_next(day: str, current: str) -> None:
    late = content(programme=programme(makeup=window("2027-02-01", "2027-04-01")))
    courses = having(of_year(2027), late)

    now = datetime.fromisoformat(f"{day}T00:00+08:00")

    assert courses.current(now).content.programme.id == current


@pytest.mark.parametrize(
    ("day", "current"),
    [("2026-08-31", "2026"), ("2026-09-01", "special"), ("2026-12-01", "2026"), ("2027-01-01", "2026")],
)
def test_special_programme_within_a_year_is_current_while_it_runs(day: str, current: str) -> None:
    special = programme(id="special", study=window("2026-09-01", "2026-11-01"), makeup=None)
    courses = having(content(programme=special), content())

    now = datetime.fromisoformat(f"{day}T00:00+08:00")

    assert courses.current(now).content.programme.id == current


def test_programmes_are_listed_newest_first() -> None:
    courses = having(of_year(2025), of_year(2026))

    assert [course.content.programme.id for course in courses.programmes(NOON)] == ["2026", "2025"]


def test_nothing_is_found_before_any_publishing() -> None:
    courses = having()

    assert courses.programmes(NOON) == []
    with pytest.raises(NoProgramme):
        courses.current(NOON)
    with pytest.raises(NoProgramme):
        courses.of_programme("2026", NOON)
    with pytest.raises(NoProgramme):
        courses.by_digest("c0ffee")


def publish_stricter(store: MemoryStore) -> str:
    stricter = content(programme=programme(tiers={AGENCY: tier(pass_mark=80)}))
    return publish(store, stricter, by="another process", now=NOON).digest


@pytest.mark.parametrize(
    ("later", "follows"), [(FOLLOW - MOMENT, False), (FOLLOW, True), (timedelta(hours=-1), True), (FOLLOW * 99, True)]
)
def test_new_content_is_followed_within_five_seconds(later: timedelta, follows: bool) -> None:
    store, courses = year()
    before = courses.of_programme("2026", NOON).digest
    after = publish_stricter(store)

    assert courses.of_programme("2026", NOON + later).digest == (after if follows else before)
    assert timedelta(seconds=5) >= FOLLOW


def test_process_that_published_follows_at_once() -> None:
    store, courses = year()
    courses.current(NOON)
    after = publish_stricter(store)

    courses.forget_pointers()

    assert courses.current(NOON).digest == after


def test_older_content_stays_readable_for_its_attempts() -> None:
    store, courses = year()
    publish_stricter(store)

    before = courses.by_digest(digest_of(content()))

    assert before.content == content()
    assert courses.by_digest(before.digest) is before
