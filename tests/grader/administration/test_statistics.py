"""Which attempts make the statistics; and the way round: attempts, file, content folder, the next year's papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.administration.publish import check_folder, content_of, publish, publish_folder
from grader.administration.statistics import AttemptRow, NothingToCount, UnknownProgramme, count_attempts
from grader.domain.exam.attempt import Attempt, Given
from grader.domain.people.account import AccountId
from grader.exam import save_responses, start_attempt, submit_attempt
from grader.store.base import Kind, S, Stored, T, Unusable
from grader.store.kinds import ACCOUNT, ATTEMPT, CONTENT
from grader.store.memory import MemoryStore
from quizgen.cli import main as quizgen
from quizgen.evidence.statistics import ExamStatistics, render_statistics
from quizgen.model import Difficulty, ItemId, Letter
from tests.grader_factories import NOON, account, attempt, content, exam_items, programme, year
from tests.quizgen_content import FILES, PROGRAMME, write_content

FIRST, SECOND = ItemId("xianfa-01-101"), ItemId("xianfa-01-102")
LATER = NOON + timedelta(hours=3)


def published(**changes: object) -> tuple[MemoryStore, str]:
    """A store with the factory's content in force, and its digest."""
    store = MemoryStore()
    return store, publish(store, content(**changes), by="test", now=NOON).digest


def keep(
    store: MemoryStore, digest: str, id: str, who: str, ticked: str = "", *, hours: float = 0, **changes: object
) -> Attempt:
    """A sitting of items 101 and 102, the letters ticked in them ("-": blank), begun `hours` after noon."""
    begun = NOON + timedelta(hours=hours)
    sat = attempt(id, account=AccountId(who), started=begun, deadline=begun + timedelta(hours=1))
    paper = replace(sat.paper, content=digest, items=sat.paper.items[:2])
    responses = {
        item: Given(options=frozenset({Letter(letter)}), sequence=1, at=begun)
        for item, letter in zip((FIRST, SECOND), ticked, strict=False)
        if letter != "-"
    }
    sat = replace(sat, paper=paper, responses=responses, submitted=begun + timedelta(minutes=20))
    sat = replace(sat, **changes)  # type: ignore[arg-type]  # fields of an attempt, by name
    store.save(ATTEMPT, id, sat, expected=0)
    return sat


def counted(store: MemoryStore) -> ExamStatistics:
    return count_attempts(store, "2026", now=LATER).statistics


def test_first_finished_attempt_of_each_learner_counts_and_every_paper_is_exposure() -> None:
    store, digest = published()
    keep(store, digest, "t9", "a1", "BA")
    keep(store, digest, "t1", "a1", "BB", hours=1)
    keep(store, digest, "t2", "a2", "-C")

    found = counted(store)

    assert (found.programme, found.papers, found.exam and found.exam.learners) == ("2026", 3, 2)
    assert {id: (one.papers, one.responses, dict(one.options)) for id, one in found.items.items()} == {
        FIRST: (3, 2, {"A": 0, "B": 1, "C": 0, "D": 0}),
        SECOND: (3, 2, {"A": 1, "B": 0, "C": 1, "D": 0}),
    }


def test_attempt_in_progress_leaves_the_next_finished_one_to_count() -> None:
    store, digest = published()
    keep(store, digest, "t1", "a1", "A", submitted=None, deadline=LATER + timedelta(hours=1))
    keep(store, digest, "t2", "a1", "B", hours=1)

    found = counted(store)

    assert (found.papers, found.items[FIRST].options) == (2, {"A": 0, "B": 1, "C": 0, "D": 0})


def test_attempt_past_its_deadline_counts_though_nobody_submitted_it() -> None:
    store, digest = published()
    keep(store, digest, "t1", "a1", "A", submitted=None)

    assert counted(store).items[FIRST].responses == 1


def test_statistics_are_of_the_last_day_of_sitting_in_the_programmes_time() -> None:
    store, digest = published()
    keep(store, digest, "t1", "a1", "A")
    keep(store, digest, "t2", "a2", "A", hours=-9.5)

    assert counted(store).as_of == date(2026, 10, 9)


def test_other_programmes_do_not_count() -> None:
    store, digest = published()
    keep(store, digest, "t1", "a1", "A")
    keep(store, digest, "t2", "a2", "A", programme="2025")

    assert counted(store).papers == 1


def test_responses_to_an_item_that_was_changed_since_are_left_out() -> None:
    store, digest = published()
    keep(store, digest, "t1", "a1", "BB")
    first, *others = exam_items()
    regraded = replace(others[0], difficulty=Difficulty.HARD)
    mended = (replace(first, stem="改正后的题干（　　）。"), regraded, *others[1:])
    newer = publish(store, content(items=mended), by="test", now=NOON).digest
    keep(store, newer, "t2", "a2", "BB")

    found = counted(store)

    assert {id: (one.papers, one.responses) for id, one in found.items.items()} == {FIRST: (2, 1), SECOND: (2, 2)}


class DamagedStore(MemoryStore):
    """A store in which some documents cannot be read."""

    damaged: frozenset[str] = frozenset()

    def load(self, kind: Kind[T, S], id: str) -> Stored[T] | None:
        if id in self.damaged:
            raise Unusable(f"{id} 无法读取")
        return super().load(kind, id)


def test_damaged_attempts_are_counted_and_their_learners_left_out() -> None:
    store = DamagedStore()
    digest = publish(store, content(), by="test", now=NOON).digest
    keep(store, digest, "t1", "a1", "A")
    keep(store, digest, "t2", "a1", "B", hours=1)
    keep(store, digest, "t3", "a2", "C")
    store.damaged = frozenset({"t1"})

    found = count_attempts(store, "2026", now=LATER)

    assert found.left_out == 1
    assert (found.statistics.papers, found.statistics.items[FIRST].responses) == (2, 1)


def test_attempts_whose_content_is_damaged_or_gone_are_left_out() -> None:
    store = DamagedStore()
    old = publish(store, content(programme=programme(title="旧")), by="test", now=NOON).digest
    digest = publish(store, content(), by="test", now=NOON).digest
    for number, drawn_from in enumerate((old, old, "gone", digest)):
        keep(store, drawn_from, f"t{number}", f"a{number}", "A")
    store.damaged = frozenset({old})

    found = count_attempts(store, "2026", now=LATER)

    assert (found.left_out, found.statistics.papers) == (3, 1)


def test_attempt_that_is_gone_by_the_time_it_is_opened_is_passed_over() -> None:
    store, digest = published()
    keep(store, digest, "t1", "a1", "A")
    keep(store, digest, "t2", "a2", "A")

    def forget(rows: Sequence[AttemptRow]) -> Iterator[AttemptRow]:
        store.delete(ATTEMPT, "t1", expected=1)
        yield from rows

    found = count_attempts(store, "2026", now=LATER, watched=forget)

    assert (found.left_out, found.statistics.papers) == (0, 1)


def test_programme_without_finished_attempts_is_refused() -> None:
    store, digest = published()
    keep(store, digest, "t1", "a1", submitted=None, deadline=LATER + timedelta(hours=1))

    with pytest.raises(NothingToCount) as refused:
        count_attempts(store, "2026", now=LATER)

    assert str(refused.value) == "方案“2026”还没有完成的考试，没有可以统计的作答。"


@pytest.mark.parametrize("name", ["2025", "../2026", ""])
def test_programme_that_was_never_published_is_refused(name: str) -> None:
    store, _ = published()

    with pytest.raises(UnknownProgramme, match="没有发布过方案"):
        count_attempts(store, name, now=LATER)


def test_content_in_force_that_is_gone_is_told() -> None:
    store, digest = published()
    store.delete(CONTENT, digest, expected=1)

    with pytest.raises(Unusable, match="找不到试卷所用的题库"):
        count_attempts(store, "2026", now=LATER)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("AB-"), st.booleans()), min_size=1, max_size=12))
def test_each_learner_who_finished_an_attempt_responds_once(sat: list[tuple[str, str, bool]]) -> None:
    store, digest = published()
    for number, (who, letter, is_over) in enumerate(sat):
        over = {} if is_over else {"submitted": None, "deadline": LATER + timedelta(hours=1)}
        keep(store, digest, f"t{number}", who, letter, hours=number / 10, **over)

    learners = {who for who, _, is_over in sat if is_over}
    if learners:
        one = counted(store).items[FIRST]
        assert (one.papers, one.responses) == (len(sat), len(learners))
    else:
        with pytest.raises(NothingToCount):
            counted(store)


def test_file_names_no_person() -> None:
    store, digest = published()
    store.save(ACCOUNT, "a1", account("a1", name="赵学法"), expected=0)
    keep(store, digest, "attempt-of-zhao", "a1", "A")

    text = render_statistics(counted(store))

    assert [secret for secret in ("a1", "赵学法", "attempt-of-zhao", "900001001") if secret in text] == []


def test_what_learners_did_this_year_gives_the_next_years_papers_their_facility(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank = FILES["banks/exam/xianfa-01.yml"].replace("2026-11-23", "2026-03-01")
    plan = PROGRAMME.replace("    pass_mark: 1\n", "    pass_mark: 1\n    gate: none\n")
    root = write_content(tmp_path / "content", {"banks/exam/xianfa-01.yml": bank, "programmes/2026.yml": plan})
    before = check_folder(root)
    store, courses = year(*(account(f"a{number:02}") for number in range(40)))
    publish_folder(store, before, by="test", now=NOON)
    courses.forget_pointers()
    course, ids = courses.current(NOON), iter(f"t{number}" for number in range(40))
    for number in range(40):
        learner = account(f"a{number:02}")
        sat = start_attempt(store, course, learner, now=NOON, new_id=ids.__next__)
        ticked = {ItemId("xianfa-01-101"): {Letter("B" if number % 4 == 0 else "A")}}
        save_responses(store, learner, sat.id, ticked, sequence=1, now=NOON)
        submit_attempt(store, courses, learner, sat.id, now=NOON)
    (root / "statistics").mkdir()
    (root / "statistics" / "2026.json").write_text(render_statistics(counted(store)), encoding="utf-8")

    after = check_folder(root)

    assert (before.diagnostics, after.diagnostics) == ((), ())
    assert [checked.source.exam.items[0].expected for checked in (before, after)] == [0.85, 0.25]
    assert [item.facility for item in content_of(after.source, after.source.programmes[0]).items] == [0.25]
    assert quizgen(["assemble", "--content", str(root), "--programme", "2026", "--tier", "agency"]) == 0
    assert '"item": "xianfa-01-101"' in capsys.readouterr().out
