"""What a simulation found, as sentences and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, floor, isinf

from markupsafe import Markup

from quizgen.draw.simulation import Overlap, Scores, Simulation, Spread, Use
from quizgen.model import ModuleId
from quizgen.programme import Stratum
from quizgen.render.charts import histogram, span
from quizgen.render.templates import ENVIRONMENT

_TICKS = 6
"""The most steps between the labels of an axis."""

Modules = Mapping[ModuleId, str]
"""The titles of modules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: what was measured, its value, and the value of plain stratified sampling where there is one."""

    name: str
    value: str
    plain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of the table of use counts."""

    name: str
    use: Use
    ratio: str
    bar: Markup


def findings(simulation: Simulation, *, modules: Modules) -> list[Finding]:
    """The measures in short, in the order in which they matter."""
    return [
        *_fulfilment(simulation),
        *_scores(simulation.scores),
        Finding(name="期望得分的依据", value=_basis(simulation)),
        *_exposure(simulation, modules),
        *_overlap(simulation.overlap),
        *_keys(simulation),
        *_unreachable(simulation, modules),
    ]


def _fulfilment(simulation: Simulation) -> Iterator[Finding]:
    papers = f"{simulation.papers}份"
    if simulation.attempts > 1:
        papers += f"（学员{simulation.learners}名，每人最多{simulation.attempts}次）"
    yield Finding(name="试卷", value=papers)
    short = f"{simulation.papers_short}份没有满足" if simulation.papers_short else "全部满足"
    yield Finding(name="题量", value=f"{short}（每份{simulation.items}题，{simulation.quotas}项）")
    yield Finding(name="互斥题同卷", value=_count(simulation.enemies_together, "对"))
    if simulation.attempts > 1:
        repeats = (
            f"{simulation.repeats}题，在{simulation.papers_with_repeats}份试卷上" if simulation.repeats else "没有"
        )
        yield Finding(name="同一学员重复做到", value=repeats)


def _scores(scores: Scores) -> Iterator[Finding]:
    ours, plain = scores.balanced, scores.plain
    yield Finding(name="期望得分的平均", value=_points(ours.mean), plain=_points(plain.mean))
    yield Finding(name="期望得分的标准差", value=_points(ours.sd), plain=_points(plain.sd))
    yield Finding(name="期望得分最低和最高", value=_range(ours), plain=_range(plain))


def _basis(simulation: Simulation) -> str:
    if not simulation.measured:
        return f"{simulation.estimated}题都按难度估计，还没有得分率"
    if not simulation.estimated:
        return f"{simulation.measured}题都有得分率"
    return f"{simulation.measured}题有得分率，{simulation.estimated}题按难度估计"


def _exposure(simulation: Simulation, modules: Modules) -> Iterator[Finding]:
    worst = max(simulation.uses, key=lambda use: use.ratio)
    value = f"最大{_ratio(worst)}（{_name(worst.stratum, modules)}）"
    yield Finding(name="使用次数最多与最少之比", value=value)
    unused = sum(use.unused for use in simulation.uses)
    yield Finding(name="可以抽到而没有用过", value=_count(unused, "题"))


def _overlap(overlap: Overlap) -> Iterator[Finding]:
    yield Finding(name="两份试卷相同的题", value=f"平均{overlap.mean:.2f}题", plain=f"平均{overlap.plain:.2f}题")


def _keys(simulation: Simulation) -> Iterator[Finding]:
    if simulation.key_positions:
        shares = "，".join(f"{_letter(at)} {share:.1%}" for at, (share, _) in enumerate(simulation.key_positions))
        yield Finding(name="单选题正确答案的位置", value=shares)


def _unreachable(simulation: Simulation, modules: Modules) -> Iterator[Finding]:
    cells = [f"{_name(stratum, modules)}{count}题" for stratum, count in simulation.unreachable.items()]
    yield Finding(name="没有题量、抽不到的题", value="；".join(cells) or "没有")


def _count(count: int, unit: str) -> str:
    return f"{count}{unit}" if count else "没有"


def _points(value: float) -> str:
    return f"{value:.2f}分"


def _range(spread: Spread) -> str:
    return f"{spread.least:.2f}～{spread.most:.2f}分"


def _ratio(use: Use) -> str:
    return "无穷" if isinf(use.ratio) else f"{use.ratio:.2f}"


def _letter(at: int) -> str:
    return chr(ord("A") + at)


def _name(stratum: Stratum, modules: Modules) -> str:
    type, module, difficulty = stratum
    return f"{type.label}、{modules.get(module, module)}、{difficulty.label if difficulty else '不限难度'}"


def render_simulation(simulation: Simulation, *, title: str, seed: str, modules: Modules) -> str:
    """A whole HTML page without a script, for screens and for A4."""
    return ENVIRONMENT.get_template("simulation.html").render(
        title=title,
        seed=seed,
        simulation=simulation,
        ours=_score_chart(simulation.scores, simulation.scores.balanced, name="组卷结果", tone="ours"),
        plain=_score_chart(simulation.scores, simulation.scores.plain, name="普通分层抽题", tone="plain"),
        overlap=_overlap_chart(simulation.overlap),
        uses=_uses_chart(simulation),
        rows=[_row(use, modules) for use in simulation.uses],
        keys=[
            (_letter(at), f"{share:.1%}", f"{fair:.1%}") for at, (share, fair) in enumerate(simulation.key_positions)
        ],
        unreachable=[(_name(stratum, modules), count) for stratum, count in simulation.unreachable.items()],
        findings=findings(simulation, modules=modules),
    )


def _score_chart(scores: Scores, spread: Spread, *, name: str, tone: str) -> Markup:
    ticks = _ticks(len(spread.bars), start=scores.start, width=scores.width)
    label = f"{name}的期望得分：{_range(spread)}，标准差{_points(spread.sd)}"
    return histogram(spread.bars, ticks=ticks, label=label, tone=tone)


def _overlap_chart(overlap: Overlap) -> Markup:
    ticks = {at + 0.5: words for at, words in _ticks(overlap.most, start=0, width=1).items()}
    label = f"两份试卷相同的题：平均{overlap.mean:.2f}题，抽查的最多{overlap.most}题"
    mark = (overlap.mean + 0.5, f"平均{overlap.mean:.2f}题")
    return histogram(overlap.pairs, ticks=ticks, label=label, tone="ours", mark=mark)


def _uses_chart(simulation: Simulation) -> Markup:
    bars, width = simulation.uses_of_items, simulation.uses_width
    label = f"试题的使用次数，最多{max(use.most for use in simulation.uses)}次"
    return histogram(bars, ticks=_ticks(len(bars), start=0, width=width), label=label, tone="ours")


def _ticks(bars: int, *, start: float, width: float) -> dict[float, str]:
    """Six round numbers at most, by where they stand among bars of one width."""
    end = start + bars * width
    steps = (digit * 10.0**power for power in range(-2, 9) for digit in (1, 2, 5))
    step = next(step for step in steps if (end - start) / step <= _TICKS and step >= width)
    first, last = ceil(start / step - 1e-9), floor(end / step + 1e-9)
    return {(number * step - start) / width: f"{number * step:g}" for number in range(first, last + 1)}


def _row(use: Use, modules: Modules) -> _Row:
    usual = use.mean or 1
    label = f"最少{use.fewest}次，平均{use.mean:.1f}次，最多{use.most}次"
    bar = span(use.fewest / usual, use.most / usual, label=label)
    return _Row(name=_name(use.stratum, modules), use=use, ratio=_ratio(use), bar=bar)
