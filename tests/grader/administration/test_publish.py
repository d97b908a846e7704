from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from grader.administration.publish import (
    CheckedContent,
    NothingToPublish,
    Published,
    RuleOfCredit,
    SampleBank,
    check_folder,
    content_of,
    digest_of,
    fingerprint,
    lowered_by,
    publish,
    publish_folder,
    sample_items,
)
from grader.domain.audit.acts import append_act
from grader.domain.content import Active, PublishedContent
from grader.domain.learning.dossier import Answered
from grader.milestones import date_reached
from grader.store.kinds import ACCOUNT, ACTIVE, CONTENT, DOSSIER
from grader.store.memory import MemoryStore
from quizgen.content import Content, read_content
from quizgen.diagnostics import Diagnostic, Severity, Span
from quizgen.model import Bank, Item, ItemId, ItemType, LessonId, Letter, Pool, Status
from quizgen.programme import CreditBy, Programme
from tests.grader_factories import (
    AGENCY,
    LEADING,
    NOON,
    account,
    content,
    dossier,
    exam_items,
    keep_dossier,
    kept_dossier,
    lesson,
    milestones,
    programme,
    sectioned,
    tier,
    window,
    year,
)
from tests.quizgen_factories import bank, item, register

ROOT = Path(__file__).parents[3]
DAY = timedelta(days=1)


def source(*exam: Item, **changes: object) -> Content:
    """What an editor's folder would hold: the factory's programme, lessons and items."""
    values: dict[str, object] = {
        "programmes": (programme(),),
        "lessons": (lesson(), lesson("xuanxiu-01")),
        "exam": Bank(pool=Pool.EXAM, items=exam or exam_items()),
        "practice": bank(item("xianfa-01-001"), pool=Pool.PRACTICE),
        "register": register(),
    }
    return Content(**(values | changes))  # type: ignore[arg-type]  # values of the right types, by name


def sound(found: Content) -> CheckedContent:
    return CheckedContent(source=found, diagnostics=())


def before_close() -> datetime:
    """A minute before the factory's programme closes."""
    return programme().closes - timedelta(minutes=1)


def active(store: MemoryStore) -> Active:
    stored = store.load(ACTIVE, "2026")
    assert stored is not None
    return stored.value


def test_content_is_kept_by_digest_and_put_in_force() -> None:
    store = MemoryStore()

    published = publish(store, content(), by="office", now=NOON)

    digest = digest_of(content())
    assert published == Published(programme="2026", title="2026年度学法考试", digest=digest, changed=True)
    assert active(store) == Active(
        programme="2026",
        digest=digest,
        published=NOON,
        acts=append_act((), "publish", by="office", at=NOON, facts={"digest": digest}),
    )
    kept = store.load(CONTENT, digest)
    assert kept is not None
    assert kept.value == content()


def test_same_content_published_again_changes_nothing() -> None:
    store = MemoryStore()
    first = publish(store, content(), by="office", now=NOON)
    before = active(store)

    again = publish(store, content(), by="somebody", now=NOON + DAY)

    assert (again, active(store)) == (replace(first, changed=False), before)
    versions = [row.version for row in store.list(CONTENT)], [row.version for row in store.list(ACTIVE)]
    assert versions == ([1], [1])


def test_earlier_content_can_be_put_in_force_again() -> None:
    store = MemoryStore()
    other = content(programme=programme(required_hours=2))

    digests = [publish(store, c, by="office", now=NOON).digest for c in (content(), other, content())]

    assert (digests[0], len(store.list(CONTENT))) == (digests[2], 2)
    assert [act.facts["digest"] for act in active(store).acts] == digests


def test_two_processes_may_publish_the_same_content_at_one_moment() -> None:
    store, barrier = MemoryStore(), Barrier(2)
    published: list[Published] = []

    def work() -> None:
        barrier.wait()
        published.append(publish(store, content(), by="office", now=NOON))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.changed for one in published) == [False, True]
    assert len(active(store).acts) == 1


def reordered_tiers() -> PublishedContent:
    return content(programme=programme(tiers={LEADING: tier("leading"), AGENCY: tier()}))


@pytest.mark.parametrize(
    "other",
    [
        content(practice=()),
        content(items=exam_items()[::-1]),
        reordered_tiers(),
        content(items=(replace(exam_items()[0], key=frozenset({Letter("C")})), *exam_items()[1:])),
    ],
    ids=["practice", "order of items", "order of tiers", "a key"],
)
def test_digest_changes_with_everything_that_counts(other: PublishedContent) -> None:
    assert digest_of(other) != digest_of(content())


def test_digest_does_not_depend_on_where_an_editor_wrote_it() -> None:
    moved = replace(lesson(), where=Span(path="course/lessons/elsewhere.md", line=9))

    assert digest_of(content(lessons=(moved, lesson("xuanxiu-01")))) == digest_of(content())


def test_content_holds_active_items_only() -> None:
    draft, retired = (item(f"xianfa-01-20{n}", status=s) for n, s in enumerate((Status.DRAFT, Status.RETIRED)))

    made = content_of(source(*exam_items(), draft, retired), programme())

    assert made == content()


def test_content_holds_every_lesson_of_its_modules_and_none_of_others() -> None:
    spare, named, foreign = lesson("xianfa-09"), lesson("minfadian-01"), lesson("xinfa-01")
    rules = programme(tiers={AGENCY: tier(required=(LessonId("xianfa-01"), LessonId("minfadian-01")))})
    items = tuple(item(f"{one.id}-101") for one in (spare, named, foreign))

    made = content_of(source(*items, lessons=(lesson(), spare, named, foreign)), rules)

    assert [one.id for one in made.lessons] == ["xianfa-01", "xianfa-09", "minfadian-01"]
    assert [one.id for one in made.items] == ["xianfa-09-101", "minfadian-01-101"]


def test_folder_publishes_every_programme_or_the_one_named() -> None:
    other = programme(id="2027", title="2027年度学法考试")
    both = sound(source(programmes=(programme(), other)))

    assert [one.programme for one in publish_folder(MemoryStore(), both, by="office", now=NOON)] == ["2026", "2027"]
    named = publish_folder(MemoryStore(), both, by="office", now=NOON, programme="2027")
    assert [one.programme for one in named] == ["2027"]


@pytest.mark.parametrize(
    ("programmes", "named", "words"),
    [
        ((), None, "内容文件夹里没有可以发布的方案"),
        ((programme(),), "2027", "内容文件夹里没有方案“2027”"),
        ((), "2027", "内容文件夹里没有方案“2027”"),
    ],
)
def test_publishing_nothing_is_refused(programmes: tuple[Programme, ...], named: str | None, words: str) -> None:
    store = MemoryStore()

    with pytest.raises(NothingToPublish, match=f"^{words}，没有发布。"):
        publish_folder(store, sound(source(programmes=programmes)), by="office", now=NOON, programme=named)
    assert store.list(ACTIVE) == []


def test_closed_programme_is_left_alone_and_others_are_published() -> None:
    store, _ = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 300}, milestones=milestones("started")))
    before, kept = active(store), kept_dossier(store)
    next_year = programme(id="2027", title="2027年度学法考试", study=window("2027-01-01", "2028-01-01"))
    changed = sound(source(programmes=(programme(required_hours=0.5), next_year)))

    found = publish_folder(store, changed, by="office", now=before_close() + DAY)

    closed = Published(programme="2026", title="2026年度学法考试", digest=before.digest, changed=False, closed=True)
    assert found[0] == closed
    assert [(one.programme, one.outcome) for one in found] == [("2026", "已结束，不再变动"), ("2027", "新内容已生效")]
    assert (active(store), kept_dossier(store)) == (before, kept)


def test_programme_can_be_prolonged_until_it_closes_and_not_after() -> None:
    store, _ = year()
    longer = sound(source(programmes=(programme(makeup=window("2026-12-01", "2027-02-01")),)))

    moments = [before_close(), before_close() + 31 * DAY, before_close() + 32 * DAY]
    published = [publish_folder(store, longer, by="office", now=now)[0] for now in moments]

    assert [one.outcome for one in published] == ["新内容已生效", "与正在使用的相同", "已结束，不再变动"]


def test_folder_with_an_error_is_not_sound_and_one_with_warnings_is() -> None:
    error = Diagnostic(code="Q201", message="", span=Span(path="x"))

    checked = [
        CheckedContent(source=source(), diagnostics=(d,)) for d in (error, replace(error, severity=Severity.WARNING))
    ]

    assert [one.is_sound for one in checked] == [False, True]


def test_missing_folder_is_a_diagnostic_not_a_crash(tmp_path: Path) -> None:
    checked = check_folder(tmp_path / "nowhere")

    assert [(one.code, one.severity) for one in checked.diagnostics] == [("Q012", Severity.ERROR)]
    assert not checked.is_sound


def test_contents_faults_of_meaning_are_found_too(tmp_path: Path) -> None:
    (tmp_path / "course" / "api").mkdir(parents=True)
    (tmp_path / "course" / "api" / "index.md").write_text("# 页面\n", encoding="utf-8")

    assert "Q311" in {one.code for one in check_folder(tmp_path).diagnostics}


def kit_items() -> tuple[Item, ...]:
    found, _ = read_content(ROOT / "content", pools=frozenset({Pool.EXAM}))
    return found.exam.items


def test_sample_list_is_of_the_kits_own_exam_bank(request: pytest.FixtureRequest) -> None:
    listed = ROOT / "grader" / "sample_items.txt"
    text = "".join(f"{mark}\n" for mark in sorted(map(fingerprint, kit_items())))

    if request.config.getoption("--update-goldens"):
        listed.write_text(text, encoding="utf-8")

    assert listed.read_text("utf-8") == text
    assert re.fullmatch(r"([0-9a-f]{16}\n)+", text)


def test_kits_own_items_are_recognised_and_others_are_not() -> None:
    own = kit_items()

    assert sample_items((*own, *exam_items())) == list(own)


def test_item_is_recognised_by_what_a_learner_reads_of_it() -> None:
    known = item(options={"A": "甲", "B": "乙", "C": "丙", "D": "丁"})
    same = replace(known, id=ItemId("x"), rationale="", key=frozenset({Letter("C")}), stem=f"  {known.stem}\n")
    turned = item(options={"A": "丁", "B": "丙", "C": "乙", "D": "甲"})
    others = [replace(known, stem="另一题"), replace(known, type=ItemType.MULTIPLE), item()]

    assert {fingerprint(same), fingerprint(turned)} == {fingerprint(known)}
    assert fingerprint(known) not in set(map(fingerprint, others))


def kits_own() -> Content:
    """The factory's programme with nine of the kit's own items as its bank."""
    own = [replace(one, lesson=LessonId("xianfa-01"), tiers=frozenset()) for one in kit_items() if one.is_active]
    return source(*own)


def test_public_sample_items_are_refused_before_anything_is_changed() -> None:
    store, found = MemoryStore(), kits_own()

    with pytest.raises(SampleBank, match=f"考试题库里有 {len(found.exam.items)} 道是本软件自带的公开示例题"):
        publish_folder(store, sound(found), by="office", now=NOON)

    assert (store.list(CONTENT), store.list(ACTIVE)) == ([], [])


def test_sample_items_of_a_closed_programme_hinder_nobody() -> None:
    store, _ = year()

    [found] = publish_folder(store, sound(kits_own()), by="office", now=before_close() + DAY)

    assert found.closed


def test_one_sample_item_among_own_ones_is_refused_too() -> None:
    mixed = source(*exam_items(), kits_own().exam.items[0])

    with pytest.raises(SampleBank) as refused:
        publish_folder(MemoryStore(), sound(mixed), by="office", now=NOON)
    assert refused.value.fields["count"] == 1


def test_sample_items_are_published_when_that_is_allowed() -> None:
    [published] = publish_folder(MemoryStore(), sound(kits_own()), by="office", now=NOON, allow_sample=True)

    assert published.changed


def test_nobody_is_lowered_by_a_first_publishing() -> None:
    assert lowered_by(MemoryStore(), content(), now=NOON) == []


STRICTER = {
    "more hours required": content(programme=programme(required_hours=2)),
    "shorter lesson": content(lessons=(lesson(minutes=5), lesson("xuanxiu-01"))),
    "lesson no longer required": content(
        programme=programme(tiers={AGENCY: tier(required=(LessonId("xuanxiu-01"),), electives=())})
    ),
}


@pytest.mark.parametrize("after", STRICTER.values(), ids=STRICTER.keys())
def test_learners_who_would_have_less_are_named(after: PublishedContent) -> None:
    store, _ = year(account("a1"), account("a2", name="钱学法"))
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))
    keep_dossier(store, dossier(account=account("a2").id))

    assert lowered_by(store, after, now=NOON) == ["赵学法"]


@pytest.mark.parametrize(
    "after",
    [content(), content(programme=programme(required_hours=0.5)), content(programme=programme(title="新名称"))],
    ids=["same", "fewer hours required", "title"],
)
def test_nobody_is_lowered_by_rules_that_are_no_stricter(after: PublishedContent) -> None:
    store, _ = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))

    assert lowered_by(store, after, now=NOON) == []


def test_erased_learner_is_not_named() -> None:
    store, _ = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}))
    store.delete(ACCOUNT, "a1", expected=1)

    assert lowered_by(store, STRICTER["shorter lesson"], now=NOON) == []


def test_publishing_a_folder_names_the_lowered_and_takes_nothing_from_them() -> None:
    store, courses = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 600}, milestones=milestones("started", "hours_met")))
    stricter = source(programmes=(programme(required_hours=2),))

    [published] = publish_folder(store, sound(stricter), by="office", now=NOON)

    assert published.lowered == ("赵学法",)
    courses.forget_pointers()
    assert courses.current(NOON).content.programme.required_hours == 2


def test_milder_rules_date_what_learners_have_reached_by_them() -> None:
    store, _ = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 300}, milestones=milestones("started")))
    milder = source(programmes=(programme(required_hours=0.5),))

    publish_folder(store, sound(milder), by="office", now=NOON)
    publish_folder(store, sound(milder), by="office", now=NOON + timedelta(days=1))

    assert kept_dossier(store).milestones == milestones("started", "hours_met")


def test_dossier_erased_meanwhile_is_not_dated() -> None:
    store, _ = year()
    keep_dossier(store, dossier(seconds={"xianfa-01": 300}))

    def erase_first(_kind: str) -> None:
        store.before_save = lambda _: None
        store.delete(DOSSIER, "2026.a1", expected=1)

    store.before_save = erase_first

    date_reached(store, content(programme=programme(required_hours=0.5)), now=NOON)

    assert store.list(DOSSIER) == []


def by_rule(rule: CreditBy) -> Content:
    """The factory's folder under this rule of credit."""
    return source(programmes=(programme(credit_by=rule),), lessons=(sectioned(), sectioned("xuanxiu-01")))


@pytest.mark.parametrize(
    "studied",
    [
        {"seconds": {"xianfa-01": 1}},
        {"answered": {LessonId("xianfa-01"): Answered(items=(ItemId("xianfa-01-001"),))}},
        {"completed": {LessonId("xianfa-01"): NOON.date()}},
    ],
)
def test_rule_of_credit_stays_once_anybody_has_studied(studied: dict[str, Any]) -> None:
    store = MemoryStore()
    publish_folder(store, sound(by_rule(CreditBy.SECTIONS)), by="office", now=NOON)
    before = active(store)
    store.save(DOSSIER, "2026.a1", dossier(**studied), expected=0)

    with pytest.raises(RuleOfCredit) as refused:
        publish_folder(store, sound(by_rule(CreditBy.TIME)), by="office", now=NOON)

    assert str(refused.value) == (
        "2026年度学法考试原来按小节计学时（credit_by: sections），现在写的是按学习时间计学时（credit_by: time）。"
        "已有 1 名学员有学习记录，年度中间不能改，没有发布。"
        "请把方案里的 credit_by 改回 sections 再发布；新的办法请写进下一份方案。"
    )
    assert active(store) == before
    [again] = publish_folder(store, sound(by_rule(CreditBy.SECTIONS)), by="office", now=NOON)
    assert not again.changed


def test_rule_of_credit_may_change_before_anybody_has_studied() -> None:
    store = MemoryStore()
    publish_folder(store, sound(by_rule(CreditBy.SECTIONS)), by="office", now=NOON)
    store.save(DOSSIER, "2026.a1", dossier(), expected=0)

    [published] = publish_folder(store, sound(by_rule(CreditBy.TIME)), by="office", now=NOON)

    assert published.changed


def test_section_that_asks_nothing_more_is_noted_at_publishing_for_good() -> None:
    store = MemoryStore()
    store.save(ACCOUNT, "a1", account(), expected=0)
    publish_folder(store, sound(by_rule(CreditBy.SECTIONS)), by="office", now=NOON)
    half = {LessonId("xianfa-01"): Answered(items=(ItemId("xianfa-01-001"),))}
    store.save(DOSSIER, "2026.a1", dossier(answered=half), expected=0)
    withdrawn = sectioned(items=(("001",), ("003", "004"), ("005",)))

    rules = programme(credit_by=CreditBy.SECTIONS)
    publish_folder(store, sound(source(programmes=(rules,), lessons=(withdrawn,))), by="office", now=NOON)

    kept = store.load(DOSSIER, "2026.a1")
    assert kept
    assert kept.value.answered == {LessonId("xianfa-01"): Answered(sections=(1,))}
