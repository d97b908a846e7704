"""Changing the running year: in force at once, kept when a folder of before is published again, one writer wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from grader.administration.publish import CheckedContent, Published, publish_folder
from grader.administration.year.change import (
    ChangesInForce,
    LaidChanges,
    WantedChange,
    YearChanged,
    change_year,
    running_year,
)
from grader.administration.year.law import LawChange, law_changes
from grader.administration.year.typed import wanted_change, windows_shown
from grader.course import FOLLOW, Courses
from grader.domain.content import Active
from grader.domain.errors import NoProgramme
from grader.domain.learning.dossier import Milestone
from grader.domain.people.account import Placement, UnitId
from grader.domain.year_change import BadYearChange, Laid
from grader.exam import may_see_keys, save_responses, start_attempt, submit_attempt
from grader.milestones import date_moved
from grader.store.kinds import ACTIVE
from grader.store.memory import MemoryStore
from quizgen.content import Content
from quizgen.law.register import Upcoming
from quizgen.model import Bank, ItemId, Letter, Pool
from quizgen.programme import Programme, Window
from tests.grader_factories import (
    LEADING,
    NOON,
    account,
    attempt,
    content,
    dossier,
    exam_items,
    keep_dossier,
    kept_dossier,
    lesson,
    programme,
    window,
    year,
)
from tests.quizgen_factories import bank, item, register

DAY = timedelta(days=1)
LONGER = {"exam_closes": "2026-12-10 24:00", "makeup_opens": "2026-12-11", "makeup_closes": "2027-01-10"}
WHY = {"reason": "考生集中", "document": "某普法办〔2026〕5号"}
AFTER_EXAM = datetime.fromisoformat("2026-12-05T09:00+08:00")
"""The published exam is over and the make-up open; under LONGER the exam still is."""


def change(store: MemoryStore, courses: Courses, **typed: str) -> None:
    found = running_year(store, courses, "2026")
    change_year(store, courses, found, wanted_change(found, {**WHY, **typed}), by="office", now=NOON)


def active(store: MemoryStore) -> Active:
    stored = store.load(ACTIVE, "2026")
    assert stored
    return stored.value


def folder(*programmes: Programme) -> CheckedContent:
    found = Content(
        programmes=programmes or (programme(),),
        lessons=(lesson(), lesson("xuanxiu-01")),
        exam=Bank(pool=Pool.EXAM, items=exam_items()),
        practice=bank(item("xianfa-01-001"), pool=Pool.PRACTICE),
        register=register(),
    )
    return CheckedContent(source=found, diagnostics=())


def republish(store: MemoryStore, *programmes: Programme, **options: Any) -> list[Published]:
    return publish_folder(store, folder(*programmes), by="office", now=NOON + DAY, **options)


def test_change_is_in_force_at_once_and_everywhere_within_seconds() -> None:
    store, courses = year()
    elsewhere = Courses(store)
    before = elsewhere.current(NOON).content.programme.exam

    change(store, courses, **LONGER)

    longer = window("2026-10-01", "2026-12-11")
    assert courses.current(NOON).content.programme.exam == longer
    assert courses.of_programme("2026", NOON).content.programme.exam == longer
    assert [course.content.programme.exam for course in courses.programmes(NOON)] == [longer]
    assert elsewhere.current(NOON).content.programme.exam == before
    assert elsewhere.current(NOON + FOLLOW).content.programme.exam == longer


def test_changed_course_is_one_object_that_counts_its_papers_on() -> None:
    store, courses = year()
    published = courses.current(NOON)
    change(store, courses, **LONGER)

    changed = courses.current(NOON)

    assert changed is courses.current(NOON + DAY)
    assert changed.uses is published.uses
    assert (changed.states is published.states, changed.past is published.past) == (False, False)


def test_exam_can_be_begun_and_handed_in_in_the_time_that_was_added() -> None:
    store, courses = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))
    change(store, courses, **LONGER)

    begun = start_attempt(store, courses.current(AFTER_EXAM), account(), now=AFTER_EXAM, new_id=lambda: "t1")
    handed_in = submit_attempt(store, courses, account(), "t1", now=AFTER_EXAM + timedelta(minutes=5))

    assert (begun.window, handed_in.outcome is not None) == ("exam", True)


def test_attempt_that_runs_keeps_its_time_when_changes_are_dropped() -> None:
    store, courses = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))
    change(store, courses, **LONGER)
    begun = start_attempt(store, courses.current(AFTER_EXAM), account(), now=AFTER_EXAM, new_id=lambda: "t1")
    place = begun.paper.items[0]

    republish(store, changes=LaidChanges.DROP)
    later = AFTER_EXAM + timedelta(minutes=30)
    kept = save_responses(store, account(), "t1", {ItemId(place.item): {Letter("B")}}, sequence=1, now=later)

    assert (kept.deadline, len(kept.responses)) == (begun.deadline, 1)


def test_keys_stay_hidden_until_the_changed_year_is_over() -> None:
    store, courses = year()
    change(store, courses, **LONGER)
    rules, finished = courses.current(NOON).content.programme, attempt(submitted=NOON)
    published_end = programme().closes

    assert [may_see_keys(rules, finished, now=at) for at in (published_end, published_end + 10 * DAY)] == [False, True]


def test_act_says_before_and_after_with_reason_and_document() -> None:
    store, courses = year()

    change(store, courses, **LONGER)

    act = active(store).acts[-1]
    assert (act.action, act.by, dict(act.facts)) == (
        "change-year",
        "office",
        {
            "programme": "2026",
            "reason": "考生集中",
            "document": "某普法办〔2026〕5号",
            "exam:before": "2026年10月1日 00:00 至 2026年11月30日 24:00",
            "exam:after": "2026年10月1日 00:00 至 2026年12月10日 24:00",
            "makeup:before": "2026年12月1日 00:00 至 2026年12月31日 24:00",
            "makeup:after": "2026年12月11日 00:00 至 2027年1月10日 24:00",
        },
    )


def test_words_of_a_change_are_kept_without_what_nobody_sees() -> None:
    store, courses = year()
    change(store, courses, contacts="办公室\x00 0000-1234567\n\u200b二楼", reason="考生\x07集中")

    (kept,) = active(store).changes

    assert (kept.reason, kept.laid.contacts) == ("考生集中", "办公室 0000-1234567\n二楼")


@pytest.mark.parametrize(("field", "label"), [("reason", "修改原因"), ("document", "文号")])
def test_change_without_reason_or_document_is_refused(field: str, label: str) -> None:
    store, courses = year()

    with pytest.raises(BadYearChange, match=f"请填写{label}"):
        change(store, courses, contacts="电话", **{field: " "})

    assert active(store).changes == ()


def test_of_two_administrators_the_second_is_told() -> None:
    store, courses = year()
    shown = running_year(store, courses, "2026")
    change(store, courses, contacts="电话 1111")

    with pytest.raises(YearChanged):
        change_year(store, courses, shown, wanted_change(shown, {**WHY, "contacts": "电话 2222"}), by="b", now=NOON)

    assert courses.current(NOON).content.programme.contacts == "电话 1111"


def test_change_forestalled_in_the_last_moment_is_told() -> None:
    store, courses = year()
    shown = running_year(store, courses, "2026")

    def forestall(_kind: str) -> None:
        store.before_save = lambda _: None
        change(store, Courses(store), contacts="电话 1111")

    store.before_save = forestall
    with pytest.raises(YearChanged):
        change_year(store, courses, shown, wanted_change(shown, {**WHY, "contacts": "电话 2222"}), by="b", now=NOON)

    assert [one.laid.contacts for one in active(store).changes] == ["电话 1111"]


def test_folder_of_before_is_refused_with_the_difference_and_nothing_is_lost() -> None:
    store, courses = year()
    change(store, courses, **LONGER)
    before = active(store)

    with pytest.raises(ChangesInForce) as refused:
        republish(store)

    assert "exam: {opens: 2026-10-01 00:00, closes: 2026-12-11 00:00}" in str(refused.value)
    assert "文件夹里是“2026年10月1日 00:00 至 2026年11月30日 24:00”" in str(refused.value)
    assert len(refused.value.differences) == 2
    assert active(store) == before


def test_folder_that_has_the_changes_takes_them_over() -> None:
    store, courses = year()
    change(store, courses, **LONGER)
    in_force = courses.current(NOON).content.programme

    republish(store, in_force)

    assert active(store).changes == ()
    assert Courses(store).current(NOON).content.programme == in_force


def test_changes_are_kept_over_a_folder_that_changed_elsewhere() -> None:
    store, courses = year()
    change(store, courses, **LONGER)

    republish(store, programme(title="新的标题"), changes=LaidChanges.KEEP)

    rules = Courses(store).current(NOON).content.programme
    assert (rules.title, rules.exam) == ("新的标题", window("2026-10-01", "2026-12-11"))
    assert republish(store, programme(title="新的标题"), changes=LaidChanges.KEEP)[0].changed is False


def test_of_kept_changes_those_in_the_folder_lie_over_it_no_more() -> None:
    store, courses = year()
    change(store, courses, contacts="电话 0000")
    change(store, courses, study_closes="2027-01-31")

    republish(store, programme(contacts="电话 0000"), changes=LaidChanges.KEEP)

    assert [one.laid for one in active(store).changes] == [Laid(study=window("2026-03-01", "2027-02-01"))]


def test_kept_changes_that_do_not_go_with_the_folder_are_refused() -> None:
    store, courses = year()
    change(store, courses, makeup_closes="2027-01-10")

    with pytest.raises(BadYearChange, match="重叠"):
        republish(store, programme(exam=window("2026-10-01", "2026-12-20")), changes=LaidChanges.KEEP)

    assert len(active(store).changes) == 1


def test_dropped_changes_stand_in_the_acts() -> None:
    store, courses = year()
    change(store, courses, contacts="电话 0000")

    republish(store, changes=LaidChanges.DROP)

    act = active(store).acts[-1]
    assert (active(store).changes, act.action) == ((), "publish")
    assert (act.facts["contacts:before"], act.facts["contacts:after"]) == ("电话 0000", "没有")


def test_other_programmes_are_not_published_where_one_is_refused() -> None:
    store, courses = year()
    change(store, courses, **LONGER)

    with pytest.raises(ChangesInForce):
        republish(store, programme(id="2025"), programme())

    assert store.load(ACTIVE, "2025") is None


def test_extended_year_is_not_over_for_publishing_and_for_moved_people() -> None:
    moved = replace(account(), placements=(*account().placements, Placement(at=NOON, unit=UnitId("u1"), tier=LEADING)))
    store, courses = year(moved)
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))
    change(store, courses, makeup_closes="2027-01-10 24:00", contacts="电话")
    late = programme().closes + DAY

    with pytest.raises(ChangesInForce):
        publish_folder(store, folder(), by="office", now=late)
    date_moved(store, now=late)

    assert kept_dossier(store).milestones[Milestone.HOURS_MET] == late


def test_unknown_programme_is_told() -> None:
    store, courses = year()

    for unknown in ("2030", "../2026"):
        with pytest.raises(NoProgramme):
            running_year(store, courses, unknown)


@pytest.mark.parametrize(
    ("typed", "closes"),
    [
        ("2026-12-31", "2027-01-01T00:00"),
        ("2026-12-31 24:00", "2027-01-01T00:00"),
        ("2027-01-01 00:00", "2027-01-01T00:00"),
        ("２０２６年１２月３１日 １８：３０", "2026-12-31T18:30"),
        ("2026.12.31 18:30", "2026-12-31T18:30"),
        ("2026年12月31日18时30分", "2026-12-31T18:30"),
    ],
)
def test_moments_are_read_as_people_write_them(typed: str, closes: str) -> None:
    store, courses = year(programme=programme(makeup=None))
    shown = running_year(store, courses, "2026")

    wanted = wanted_change(shown, {"makeup_opens": "2026-12-05", "makeup_closes": typed})

    assert wanted.laid.makeup == Window(
        opens=datetime.fromisoformat("2026-12-05T00:00+08:00"), closes=datetime.fromisoformat(f"{closes}+08:00")
    )


@pytest.mark.parametrize(
    "typed", ["明天", "2026-02-30", "2026-12-31 25:00", "2026-12-31 24:30", "9999-12-31 24:00", "1"]
)
def test_no_moment_is_refused_with_what_was_typed(typed: str) -> None:
    store, courses = year()
    shown = running_year(store, courses, "2026")

    with pytest.raises(BadYearChange, match=f"考试时间的截止“{typed}”不是时间"):
        wanted_change(shown, {"exam_closes": typed})


def test_half_a_window_and_no_makeup_any_more_are_refused() -> None:
    store, courses = year()
    shown = running_year(store, courses, "2026")

    with pytest.raises(BadYearChange, match="开始和截止都填上"):
        wanted_change(shown, {"makeup_opens": "", "makeup_closes": "2027-01-10"})
    with pytest.raises(BadYearChange, match="补考时间不能取消"):
        wanted_change(shown, {"makeup_opens": "", "makeup_closes": ""})


def test_form_shows_what_is_in_force_and_which_openings_may_change() -> None:
    store, courses = year(programme=programme(makeup=None))

    shown = windows_shown(running_year(store, courses, "2026"), now=NOON)

    assert [(one.rule, one.may_open, one.opens, one.closes) for one in shown] == [
        ("study", False, "2026-03-01 00:00", "2026-12-31 24:00"),
        ("exam", False, "2026-10-01 00:00", "2026-11-30 24:00"),
        ("makeup", True, "", ""),
    ]


def test_form_sent_back_as_it_was_shown_changes_nothing() -> None:
    store, courses = year(programme=programme(contacts="电话 1\n地址 2"))
    shown = running_year(store, courses, "2026")
    fields = {
        f"{one.rule}_{end}": getattr(one, end) for one in windows_shown(shown, now=NOON) for end in ("opens", "closes")
    }

    wanted = wanted_change(shown, {**fields, **WHY, "contacts": "电话 1\r\n地址 2"})

    with pytest.raises(BadYearChange, match="没有改动"):
        change_year(store, courses, shown, WantedChange(laid=wanted.laid, **WHY), by="office", now=NOON)
    assert content().programme.contacts == ""


def test_extension_past_the_day_of_another_text_of_a_cited_law_is_told() -> None:
    known = register()
    coming = Upcoming(version=date(2026, 10, 1), effective=date(2027, 1, 5), articles=143)
    statutes = {**known.statutes, "xianfa": replace(known.statutes["xianfa"], upcoming=coming)}
    store, courses = year(register=replace(known, statutes=statutes))
    found = running_year(store, courses, "2026")

    shorter, longer = (
        law_changes(found, wanted_change(found, {**WHY, "makeup_closes": day})) for day in ("2027-01-04", "2027-01-05")
    )

    assert shorter == []
    assert longer == [LawChange(statute="《宪法》", effective=date(2027, 1, 5), items=9)]
