"""Exempting and withdrawing, by person and by list; what the list shows; other years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook

from grader.administration.exemptions.batch import apply_list, check_list
from grader.administration.exemptions.decide import (
    BadExemption,
    Decision,
    ExemptionChanged,
    YearClosed,
    exempt,
    seen_of,
    withdraw,
)
from grader.administration.exemptions.listing import Phase, WantedExemptions, exemptions_page
from grader.administration.lists import text_of_workbook
from grader.course import Course
from grader.domain.audit.acts import is_chain
from grader.domain.errors import BadFile, NotAllowed, UnknownLearner
from grader.domain.figures import Figures
from grader.domain.people.account import Account, AccountId, Exemption, Role
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from grader.units import units_of
from tests.grader_factories import NOON, WatchedStore, account, dossier, keep_dossier, milestones, placed, unit, year

BUREAU = account("bureau", role=Role.UNIT)
A1 = AccountId("a1")
OVER = datetime.fromisoformat("2027-01-01T00:00+08:00")
KINDS = {"near_retirement": "临近退休", "worker": "工勤人员"}
DECISION = Decision(kind="worker", approver=" 局党组  会议 ", approved=date(2026, 10, 8), document="水人〔2026〕8号")


def county(*people: Account) -> tuple[WatchedStore, Course]:
    """Unit u1 with its administrator and a1; u2 beside it."""
    store, courses = year(account(), BUREAU, *people)
    for id in ("u1", "u2"):
        store.save(UNIT, id, unit(id), expected=0)
    course = courses.current(NOON)
    ruled = replace(course.content.programme, exemptions=KINDS)
    return store, replace(course, content=replace(course.content, programme=ruled))


def kept(store: Store, id: str = "a1") -> Account:
    stored = store.load(ACCOUNT, id)
    assert stored
    return stored.value


def test_exempt_learner_leaves_the_denominator_from_then_on() -> None:
    store, course = county()

    exempt(store, course, BUREAU, A1, DECISION, now=NOON)

    before, after = (
        store.figures("2026", at=NOON + timedelta(seconds=seconds), units={kept(store).unit})[kept(store).unit]
        for seconds in (-1, 0)
    )
    assert (before.eligible, before.exempt) == (1, 0)
    assert after == Figures(enrolled=1, exempt=1)
    assert kept(store).exemptions == (
        Exemption(
            programme="2026",
            kind="worker",
            at=NOON,
            approver="局党组 会议",
            document="水人〔2026〕8号",
            approved=date(2026, 10, 8),
        ),
    )


def test_acts_say_what_was_decided_but_not_the_note() -> None:
    store, course = county()

    exempt(store, course, BUREAU, A1, replace(DECISION, note="住院"), now=NOON)
    exempt(store, course, BUREAU, A1, replace(DECISION, document="水人〔2026〕9号"), now=NOON + timedelta(hours=1))
    withdraw(store, course, BUREAU, A1, reason="已返岗", now=NOON + timedelta(hours=2))

    acts = kept(store).acts
    assert [act.action for act in acts] == ["exempt", "exempt", "withdraw-exemption"]
    assert acts[1].facts == {
        "programme": "2026",
        "document:before": "水人〔2026〕8号",
        "document:after": "水人〔2026〕9号",
    }
    assert acts[2].facts["reason"] == "已返岗"
    assert "住院" not in str(acts)
    assert is_chain(acts)


def test_same_decision_again_changes_nothing() -> None:
    store, course = county()
    exempt(store, course, BUREAU, A1, DECISION, now=NOON)

    exempt(store, course, BUREAU, A1, DECISION, now=NOON + timedelta(hours=1))

    assert len(kept(store).acts) == 1


def test_withdrawn_exemption_stays_as_a_fact_and_another_may_follow() -> None:
    store, course = county()
    exempt(store, course, BUREAU, A1, DECISION, now=NOON)
    withdraw(store, course, BUREAU, A1, reason="已返岗", now=NOON + timedelta(days=1))

    exempt(store, course, BUREAU, A1, replace(DECISION, kind="near_retirement"), now=NOON + timedelta(days=2))

    first, second = kept(store).exemptions
    assert (first.ends, first.withdrawn) == (NOON + timedelta(days=1), "已返岗")
    assert (second.kind, second.ends) == ("near_retirement", None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": ""}, "请选择可不参加的情形"),
        ({"kind": "<script>"}, "请选择可不参加的情形"),
        ({"approver": "  "}, "请填写批准人"),
        ({"approver": "字" * 61}, "批准人太长"),
        ({"approved": None}, "请填写批准日期"),
        ({"approved": date(2026, 10, 10)}, "还没有到"),
        ({"note": "字" * 201}, "说明太长"),
    ],
)
def test_incomplete_decision_is_refused(changes: dict[str, object], why: str) -> None:
    store, course = county()

    with pytest.raises(BadExemption, match=why):
        exempt(store, course, BUREAU, A1, replace(DECISION, **changes), now=NOON)  # type: ignore[arg-type]
    assert kept(store).exemptions == ()


def test_other_kind_needs_a_withdrawal_first_and_a_withdrawal_a_reason() -> None:
    store, course = county()
    with pytest.raises(BadExemption, match="没有可以撤销的"):
        withdraw(store, course, BUREAU, A1, reason="误", now=NOON)
    exempt(store, course, BUREAU, A1, DECISION, now=NOON)

    with pytest.raises(BadExemption, match="请先撤销"):
        exempt(store, course, BUREAU, A1, replace(DECISION, kind="near_retirement"), now=NOON)
    with pytest.raises(BadExemption, match="撤销原因"):
        withdraw(store, course, BUREAU, A1, reason=" ", now=NOON)


def test_nobody_of_another_unit_and_no_closed_year() -> None:
    store, course = county(placed(account("a2", number="n2"), (NOON, "u2")))

    with pytest.raises(UnknownLearner):
        exempt(store, course, BUREAU, AccountId("a2"), DECISION, now=NOON)
    with pytest.raises(UnknownLearner):
        exempt(store, course, BUREAU, BUREAU.id, DECISION, now=NOON)
    with pytest.raises(NotAllowed):
        exempt(store, course, account(), A1, DECISION, now=NOON)
    with pytest.raises(YearClosed):
        exempt(store, course, BUREAU, A1, DECISION, now=OVER)


def test_change_of_another_administrator_is_not_lost() -> None:
    store, course = county()
    seen = seen_of(kept(store), "2026")
    exempt(store, course, BUREAU, A1, DECISION, now=NOON, seen=seen)

    with pytest.raises(ExemptionChanged):
        exempt(store, course, BUREAU, A1, replace(DECISION, document="另一个文号"), now=NOON, seen=seen)
    assert kept(store).exemptions[0].document == DECISION.document


def test_exemption_does_not_carry_over_to_another_programme() -> None:
    store, course = county()
    exempt(store, course, BUREAU, A1, DECISION, now=NOON)

    assert kept(store).exemption("2027", NOON) is None
    assert kept(store).exemption("2026", NOON) is not None


def listed(store: Store, course: Course, **wanted: object) -> list[tuple[str, bool]]:
    found = exemptions_page(
        store,
        course,
        units_of(store, BUREAU),
        now=NOON + timedelta(days=9),
        wanted=WantedExemptions(**wanted),  # type: ignore[arg-type]  # fields by name
        page=1,
    )
    return [(row.id, row.qualified) for row in found.rows]


def test_list_shows_who_is_exempt_was_or_took_part() -> None:
    roster = (Exemption(programme="2026", kind="near_retirement", at=NOON),)
    earlier = (Exemption(programme="2025", kind="worker", at=NOON),)
    store, course = county(
        account("a2", number="n2", name="钱", exemptions=roster),
        account("a3", number="n3", exemptions=earlier),
        placed(account("a4", number="n4", exemptions=roster), (NOON, "u2")),
    )
    exempt(store, course, BUREAU, A1, DECISION, now=NOON)
    keep_dossier(store, dossier(milestones=milestones("started", "qualified")))

    assert listed(store, course) == [("a1", True), ("a2", False)]
    assert listed(store, course, kind="worker") == [("a1", True)]
    assert listed(store, course, name="N2") == [("a2", False)]
    assert listed(store, course, phase=Phase.UNAPPROVED) == [("a2", False)]
    assert listed(store, course, phase=Phase.TOOK_PART) == [("a1", True)]
    withdraw(store, course, BUREAU, AccountId("a2"), reason="误", now=NOON + timedelta(days=1))
    assert listed(store, course, phase=Phase.WITHDRAWN) == [("a2", False)]
    assert listed(store, course, phase=Phase.HOLDS) == [("a1", True)]
    assert len({phase.label for phase in Phase}) == len(Phase)


def test_list_of_people_is_checked_line_by_line_then_recorded() -> None:
    store, course = county(
        account("a2", number="n2", name="欧阳 学法"), placed(account("a3", number="n3"), (NOON, "u2"))
    )
    name = account().name
    lines = [
        "学法账号\t姓名\t情形",
        f"{account().number}\t{name}\t临近退休\t明年三月",
        "",
        "n2,欧阳学法",
        "n2\t欧阳 学法",
        f"n3\t{name}",
        "n2\t王",
        "n2",
        f"{account().number}\t{name}\t休假",
        "<b>\t<i>",
    ]

    people = check_list(store, course, BUREAU, "\n".join(lines), DECISION, now=NOON)
    done = apply_list(store, course, BUREAU, people, DECISION, now=NOON)

    assert [(person.line, person.why[:9]) for person in done] == [
        (2, ""),
        (4, ""),
        (5, "与第 4 行是同一"),
        (6, "您管理的范围内没有"),
        (7, "账号“n2”的姓名"),
        (8, "请写学法账号和姓名"),
        (9, "情形应为临近退休、"),
        (10, "您管理的范围内没有"),
    ]
    assert [(e.kind, e.note) for id in ("a1", "a2") for e in kept(store, id).exemptions] == [
        ("near_retirement", "明年三月"),
        ("worker", ""),
    ]


def test_person_who_was_exempted_meanwhile_is_told() -> None:
    store, course = county()
    text = f"{account().number}\t{account().name}"
    people = check_list(store, course, BUREAU, text, DECISION, now=NOON)
    exempt(store, course, BUREAU, A1, replace(DECISION, kind="near_retirement"), now=NOON)

    (done,) = apply_list(store, course, BUREAU, people, DECISION, now=NOON)
    (again,) = check_list(store, course, BUREAU, text, DECISION, now=NOON)

    assert "请先撤销" in done.why
    assert "请先撤销" in again.why


def test_too_long_a_list_is_refused() -> None:
    store, course = county()

    with pytest.raises(BadFile, match="一次最多 2000 行"):
        check_list(store, course, BUREAU, "a\tb\n" * 2001, DECISION, now=NOON)


def sheets_of(**sheets: list[list[str]]) -> BytesIO:
    """A workbook of these sheets, by title."""
    book, stream = Workbook(), BytesIO()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(stream)
    stream.seek(0)
    return stream


LIST = [["学法账号", "姓名"], ["0012", "张　三"]]


@pytest.mark.parametrize(
    "source",
    [
        sheets_of(名单=LIST),
        sheets_of(参学人员=LIST, Sheet2=[]),
        sheets_of(名单=LIST, 旧的=[["别的内容"]]),
        sheets_of(Sheet1=[["示例县司法局可不参加人员名单"], *(["1", *row] for row in LIST)]),
        BytesIO("学法账号,姓名\r\n0012,张　三\r\n".encode("gb18030")),
    ],
    ids=["sheet of that name", "only sheet", "sheet of that name of several", "title and numbers", "CSV"],
)
def test_workbook_becomes_a_list(source: BytesIO) -> None:
    assert text_of_workbook(source) == "学法账号\t姓名\n0012\t张 三"


def test_workbook_without_a_list_is_told() -> None:
    with pytest.raises(BadFile, match="文件里没有内容"):
        text_of_workbook(sheets_of(别的=[]))
    with pytest.raises(BadFile, match="请把名单所在的工作表改名为“名单”"):
        text_of_workbook(sheets_of(一科=LIST, 二科=LIST))
    with pytest.raises(BadFile, match="这是 PDF 文件"):
        text_of_workbook(BytesIO(b"%PDF-1.7"))
