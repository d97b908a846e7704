"""Programmes: the kit's own in full, and each fault at its place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizgen.model import Difficulty, ItemType, LessonId, ModuleId, TierId
from quizgen.parse.programme import parse_programme
from quizgen.programme import (
    Blueprint,
    CertificateText,
    CreditBy,
    Gate,
    KeysShown,
    PaperSection,
    Programme,
    Quota,
    ScoringRule,
    Tier,
    Window,
)
from tests.quizgen_content import PROGRAMME, places

BEIJING = ZoneInfo("Asia/Shanghai")
QUOTA = Quota(type=ItemType.SINGLE, module=ModuleId("xianfa"), difficulty=Difficulty.EASY, count=1)
SOUND = Programme(
    id="2026",
    title="2026年度学法考试",
    time_zone="Asia/Shanghai",
    study=Window(opens=datetime(2026, 3, 1, tzinfo=BEIJING), closes=datetime(2027, 1, 1, tzinfo=BEIJING)),
    exam=Window(opens=datetime(2026, 9, 1, 8, tzinfo=BEIJING), closes=datetime(2026, 12, 21, tzinfo=BEIJING)),
    makeup=None,
    credit_hour_minutes=45,
    required_hours=1,
    credit_by=CreditBy.SECTIONS,
    completion_minutes=10,
    keys_shown=KeysShown.CLOSED,
    modules={ModuleId("xianfa"): "宪法"},
    blueprints={
        "standard": Blueprint(id="standard", sections=(PaperSection(type=ItemType.SINGLE, points=2, quotas=(QUOTA,)),))
    },
    tiers={
        TierId("agency"): Tier(
            id=TierId("agency"),
            title="国家机关工作人员",
            required=(LessonId("xianfa-01"),),
            electives=(),
            blueprint="standard",
            gate=Gate.HOURS,
            exam_minutes=120,
            attempts=5,
            makeup_attempts=3,
            pass_mark=1,
        )
    },
    exemptions={},
    certificate=CertificateText(title="合格证书", body="{name}完成{hours}学时，考试成绩{score}分。", issuer="示例单位"),
)


def test_programme_is_read_in_full() -> None:
    programme, found = parse_programme(PROGRAMME, "a.yml")

    assert found == []
    assert programme == SOUND


def test_programme_of_the_kit_is_sound() -> None:
    text = Path("content/programmes/2026.yml").read_text(encoding="utf-8")

    programme, found = parse_programme(text, "a.yml")

    assert found == []
    assert programme is not None
    assert list(programme.blueprints) == list(programme.tiers) == ["leading", "agency", "enterprise"]
    for blueprint in programme.blueprints.values():
        sections = [(section.type, section.count, section.points) for section in blueprint.sections]
        assert sections == [("single", 25, 2), ("multiple", 10, 2), ("judgement", 15, 2)]


def test_quotas_may_leave_the_difficulty_open() -> None:
    text = PROGRAMME.replace("{xianfa: {easy: 1}}", "{xianfa: 3}") + "notice: ''\n"
    mixed = PROGRAMME.replace("{xianfa: {easy: 1}}", "{xianfa: {any: 2, hard: 0, easy: 1}}")

    open_ones = [parse_programme(each, "a.yml")[0] for each in (text, mixed)]

    quotas = [p.blueprints["standard"].sections[0].quotas for p in open_ones if p]
    assert [[(q.difficulty, q.count) for q in each] for each in quotas] == [[(None, 3)], [("easy", 1), (None, 2)]]


def test_optional_fields_are_read() -> None:
    text = (
        PROGRAMME.replace("pass_mark: 1", "pass_mark: 1.5\n    gate: none\n    attempts: 2\n    makeup_attempts: 0")
        .replace("    sections", "    scoring: partial\n    sections")
        .replace("exam:", "makeup: {opens: 2026-12-21, closes: 2026-12-31}\nexam:")
    ) + "exemptions: {sick_leave: 长期病假}\ncontacts: 请联系管理员\n"

    programme, found = parse_programme(text, "a.yml")

    assert found == []
    assert programme is not None
    tier = programme.tiers[TierId("agency")]
    assert (tier.pass_mark, tier.gate, tier.attempts, tier.makeup_attempts) == (1.5, Gate.NONE, 2, 0)
    assert programme.blueprints["standard"].scoring is ScoringRule.PARTIAL
    assert programme.makeup == Window(
        opens=datetime(2026, 12, 21, tzinfo=BEIJING), closes=datetime(2026, 12, 31, tzinfo=BEIJING)
    )
    assert (programme.exemptions, programme.contacts) == ({"sick_leave": "长期病假"}, "请联系管理员")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id: "2026"\n', "", [("Q021", 1, 1)]),
        ("Asia/Shanghai", "Beijing", [("Q403", 3, 12)]),
        ("Asia/Shanghai", "../../etc/passwd", [("Q403", 3, 12)]),
        ("Asia/Shanghai", "''", [("Q023", 3, 12)]),
        ("{opens: 2026-03-01 00:00, closes: 2027-01-01 00:00}", "全年", [("Q022", 4, 8)]),
        ("closes: 2027-01-01 00:00", "closes: 2026-03-01", [("Q401", 4, 42)]),
        ("closes: 2027-01-01 00:00", "closes: 2026-12-31 24:00", [("Q402", 4, 42)]),
        ("closes: 2027-01-01 00:00", "closes: ''", [("Q023", 4, 42)]),
        ("closes: 2027-01-01 00:00", "close: 2027-01-01", [("Q020", 4, 34)]),
        ("credit_hour_minutes: 45", "credit_hour_minutes: 四十五", [("Q025", 6, 22)]),
        ("credit_hour_minutes: 45", "credit_hour_minutes: 0", [("Q025", 6, 22)]),
        ("required_hours: 1", "required_hours: -6", [("Q025", 7, 17)]),
        ("required_hours: 1", "required_hours: 1e3", [("Q025", 7, 17)]),
        ("required_hours: 1", "required_hours: " + "9" * 5000, [("Q025", 7, 17)]),
        ("credit_by: sections", "credit_by: section", [("Q026", 8, 12)]),
        ("keys_shown: closed\n", "", [("Q021", 1, 1)]),
        ("{xianfa: 宪法}", "宪法", [("Q022", 10, 10)]),
        ("{xianfa: 宪法}", "{宪法: 宪法}", [("Q028", 10, 11)]),
        ("points: 2", "points: 0", [("Q025", 15, 17)]),
        ("{xianfa: {easy: 1}}", "{xianfa: {easy: 1, hard: 999999999}}", [("Q025", 16, 42)]),
        ("    pass_mark: 1", "    pass_mark: 1\n    exam_minutes: 1441", [("Q025", 23, 19)]),
        ("    pass_mark: 1", "    pass_mark: 1\n    attempts: 1001", [("Q025", 23, 15)]),
        ("{xianfa: {easy: 1}}", "{xianfa: {easy: 0}}", [("Q025", 16, 17)]),
        ("{xianfa: {easy: 1}}", "{xianfa: {easi: 1}}", [("Q020", 16, 27)]),
        ("{xianfa: {easy: 1}}", "{xianfa: [1]}", [("Q022", 16, 26), ("Q025", 16, 17)]),
        ("      - type: single\n        points: 2\n        quotas: {xianfa: {easy: 1}}\n", "      []\n",
         [("Q022", 14, 7)]),
        ("      - type: single\n        points: 2\n        quotas: {xianfa: {easy: 1}}\n", "      - 单选题\n",
         [("Q022", 14, 9)]),
        ("required: [xianfa-01]", "required: [xianfa-01, xianfa-01]", [("Q027", 20, 27)]),
        ("required: [xianfa-01]", "required: [xianfa-01]\n    electives: [xianfa-01]", [("Q405", 21, 17)]),
        ("blueprint: standard", "blueprint: standart", [("Q404", 21, 16)]),
        ("pass_mark: 1", "pass_mark: 3", [("Q406", 22, 16)]),
        ("{score}", "{scores}", [("Q407", 25, 9)]),
        ("{score}", "{score:>9}", [("Q407", 25, 9)]),
        ("{score}", "{score!r}", [("Q407", 25, 9)]),
        ("{score}", "{}", [("Q407", 25, 9)]),
        ("{score}", "{score", [("Q407", 25, 9)]),
        ("certificate:\n  title: 合格证书\n", "certificate:\n", [("Q021", 24, 3)]),
    ],
)  # fmt: skip
def test_fault_is_placed(old: str, new: str, expected: list[tuple[str, int, int]]) -> None:
    assert old in PROGRAMME

    _, found = parse_programme(PROGRAMME.replace(old, new), "a.yml")

    assert places(found) == expected


@pytest.mark.parametrize(
    ("bands", "codes"),
    [
        ("{优秀: 2, 良好: 1.5}", []),
        ("{优秀: 2.5}", ["Q417"]),
        ("{及格: 0.5}", ["Q417"]),
        ("{优秀: 很高}", ["Q025", "Q417"]),
        ("[优秀, 良好]", ["Q022"]),
    ],
)
def test_bands_lie_between_pass_mark_and_full_score(bands: str, codes: list[str]) -> None:
    programme, found = parse_programme(f"{PROGRAMME}bands: {bands}\n", "a.yml")

    assert programme is not None
    assert [d.code for d in found] == codes
    if not codes:
        assert programme.bands == {"优秀": 2, "良好": 1.5}


@pytest.mark.parametrize(
    ("ranks", "codes"),
    [
        ("{科员: agency, 局长: agency}", []),
        ("{科员: agensy}", ["Q418"]),
        ("{科员: }", ["Q023"]),
        ("[科员]", ["Q022"]),
    ],
)
def test_ranks_name_a_tier_of_the_programme(ranks: str, codes: list[str]) -> None:
    programme, found = parse_programme(f"{PROGRAMME}ranks: {ranks}\n", "a.yml")

    assert programme is not None
    assert [d.code for d in found] == codes
    if not codes:
        assert list(programme.ranks.items()) == [("科员", "agency"), ("局长", "agency")]


@pytest.mark.parametrize(("name", "code"), [("blueprints", "Q023"), ("tiers", "Q023"), ("certificate", "Q021")])
def test_empty_part_is_a_fault(name: str, code: str) -> None:
    start = PROGRAMME.index(f"{name}:\n")
    end = next((at for n in ("tiers:\n", "certificate:\n") if (at := PROGRAMME.find(n)) > start), len(PROGRAMME))

    programme, found = parse_programme(PROGRAMME[:start] + f"{name}: {{}}\n" + PROGRAMME[end:], "a.yml")

    assert programme is not None
    assert code in {d.code for d in found}


def test_faulty_programme_still_answers_with_stand_ins() -> None:
    programme, found = parse_programme('id: "2026"\ntiers: {agency: 甲}\nblueprints: [乙]\n', "a.yml")

    assert programme is not None
    assert (programme.title, programme.tiers, programme.blueprints) == ("", {}, {})
    assert {d.code for d in found} == {"Q021", "Q022"}


@given(st.builds(lambda a, b, c: PROGRAMME[:a] + b + PROGRAMME[a + c :], st.integers(0, len(PROGRAMME)),
       st.text(alphabet="[]{}*&:'\"\n -A#|甲9", max_size=8), st.integers(0, 30)))  # fmt: skip
def test_any_text_gives_a_programme_or_diagnostics(text: str) -> None:
    programme, found = parse_programme(text, "a.yml")

    assert programme or found


def test_certificate_body_may_be_folded_between_chinese_characters() -> None:
    body = '"{name}完成{hours}学时，考试成绩{score}分。"'
    folded = PROGRAMME.replace(body, ">-\n    {name}完成{hours}学时，\n    考试成绩{score}分。", 1)

    read, faults = parse_programme(folded, "2026.yml")

    assert folded != PROGRAMME
    assert faults == []
    assert read is not None
    assert read.certificate.body == "{name}完成{hours}学时，考试成绩{score}分。"
