"""The report of a simulation: what it says, and that it stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from xml.etree import ElementTree

import pytest

from quizgen.draw.assemble import eligible
from quizgen.draw.simulation import Simulation, Tally, Use, drawn_papers
from quizgen.model import Difficulty, Item, ItemType, ModuleId
from quizgen.programme import Blueprint
from quizgen.render.charts import histogram, span
from quizgen.render.simulation import Finding, findings, render_simulation
from tests.quizgen_factories import MODULES, TIER, blueprint, quota, section, stratum, varied

TITLES = {ModuleId("xianfa"): "宪法"}
TWO = blueprint(section(quota(2)))


def simulated(items: Sequence[Item], plan: Blueprint = TWO, *, count: int = 6, attempts: int = 1) -> Simulation:
    index = eligible(items, tier=TIER, modules=MODULES)
    keys = {one.id: one.key for one in items}
    tally = Tally(index, plan, keys=keys, count=count, attempts=attempts, seed="s")
    for drawn in drawn_papers(index, plan, count=count, attempts=attempts, seed="s", content=""):
        tally.add(drawn)
    return tally.result()


def test_findings_of_sound_papers() -> None:
    judgements = stratum(2, type=ItemType.JUDGEMENT, first=301)
    plan = blueprint(section(quota(2, type=ItemType.JUDGEMENT), points=2.5))

    found = findings(simulated(judgements, plan), modules=TITLES)

    assert found == [
        Finding(name="试卷", value="6份"),
        Finding(name="题量", value="全部满足（每份2题，1项）"),
        Finding(name="互斥题同卷", value="没有"),
        Finding(name="期望得分的平均", value="4.25分", plain="4.25分"),
        Finding(name="期望得分的标准差", value="0.00分", plain="0.00分"),
        Finding(name="期望得分最低和最高", value="4.25～4.25分", plain="4.25～4.25分"),
        Finding(name="期望得分的依据", value="2题都按难度估计，还没有得分率"),
        Finding(name="使用次数最多与最少之比", value="最大1.00（判断题、宪法、容易）"),
        Finding(name="可以抽到而没有用过", value="没有"),
        Finding(name="两份试卷相同的题", value="平均2.00题", plain="平均2.00题"),
        Finding(name="没有题量、抽不到的题", value="没有"),
    ]


def test_findings_name_what_is_wrong() -> None:
    sound = simulated([*stratum(5), *stratum(2, difficulty=Difficulty.HARD, first=201)], count=6, attempts=3)
    use = Use(stratum=quota(1, difficulty=None).stratum, items=5, fewest=0, most=6, mean=2.4, unused=1)
    faulty = replace(sound, papers_short=2, enemies_together=1, uses=(use,))

    told = {finding.name: finding.value for finding in findings(faulty, modules={})}

    assert told["试卷"] == "6份（学员2名，每人最多3次）"
    assert told["题量"] == "2份没有满足（每份2题，1项）"
    assert told["互斥题同卷"] == "1对"
    assert told["同一学员重复做到"] == "2题，在2份试卷上"
    assert told["使用次数最多与最少之比"] == "最大无穷（单选题、xianfa、不限难度）"
    assert told["可以抽到而没有用过"] == "1题"
    assert told["没有题量、抽不到的题"] == "单选题、xianfa、较难2题"
    assert told["单选题正确答案的位置"].startswith("A ")


def test_findings_say_what_the_expected_scores_rest_on() -> None:
    known, guessed = varied(stratum(3)), stratum(2, difficulty=Difficulty.HARD, first=201)
    plan = blueprint(section(quota(1), quota(1, difficulty=Difficulty.HARD)))

    bases = [
        finding.value
        for simulation in (simulated(known, blueprint(section(quota(1)))), simulated([*known, *guessed], plan))
        for finding in findings(simulation, modules=TITLES)
        if finding.name == "期望得分的依据"
    ]

    assert bases == ["3题都有得分率", "3题有得分率，2题按难度估计"]


def test_report_stands_alone_and_works_without_a_script() -> None:
    page = render_simulation(simulated(varied(stratum(9)), count=20), title="<甲>", seed="种<子", modules=TITLES)

    assert "<h1>&lt;甲&gt;</h1>" in page
    assert "种&lt;子" in page
    assert not re.search(r"<script|<link|<img|https?:|url\(|@import", page)
    assert page.count("<svg") == 4 + 1


def test_report_lists_items_without_a_quota_and_leaves_out_keys_without_single_items() -> None:
    judgements = [*stratum(2, type=ItemType.JUDGEMENT), *stratum(3, difficulty=Difficulty.HARD, first=201)]

    page = render_simulation(
        simulated(judgements, blueprint(section(quota(1, type=ItemType.JUDGEMENT))), attempts=2),
        title="模拟",
        seed="s",
        modules=TITLES,
    )

    assert "<li>单选题、宪法、较难：3题</li>" in page
    assert "学员3名，每人最多考2次" in page
    assert "正确答案的位置" not in page


def test_histogram_draws_its_bars_ticks_and_mark() -> None:
    drawing = histogram([1, 0, 4], ticks={0.0: "0", 1.5: "<", 3.0: "3"}, label="图<", tone="ours", mark=(1.5, "中"))

    root = ElementTree.fromstring(drawing)  # noqa: S314 - our own drawing
    assert [float(box.attrib["height"]) for box in root.iter("rect")] == [21.5, 86.0]
    assert [(words.text, words.attrib["text-anchor"]) for words in root.iter("text")] == [
        ("0", "start"),
        ("<", "middle"),
        ("3", "end"),
        ("中", "middle"),
    ]
    assert root.attrib["aria-label"] == "图<"


def test_histogram_without_anything_is_an_axis() -> None:
    assert "rect" not in histogram([], ticks={}, label="", tone="ours")


@pytest.mark.parametrize(
    ("low", "high", "x", "width"),
    [(1.0, 1.0, 48.5, 3.0), (0.9, 1.1, 38.5, 23.0), (0.0, inf, -1.5, 103.0)],
)
def test_span_keeps_to_its_scale(low: float, high: float, x: float, width: float) -> None:
    box = next(ElementTree.fromstring(span(low, high, label="")).iter("rect"))  # noqa: S314 - our own drawing

    assert (float(box.attrib["x"]), float(box.attrib["width"])) == (x, width)
