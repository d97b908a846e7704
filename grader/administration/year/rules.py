"""Every rule of a programme in plain words, for a page that is printed and signed."""

from __future__ import annotations

from dataclasses import dataclass

from grader.domain.content import PublishedContent
from grader.domain.year_change import span_text
from quizgen.programme import Blueprint, CreditBy, Gate, KeysShown, Programme, ScoringRule, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A heading with lines of (what, how)."""

    title: str
    lines: tuple[tuple[str, str], ...]


def rules_of(content: PublishedContent) -> list[Rules]:
    """All of them, in the order in which a year goes."""
    programme = content.programme
    return [
        Rules(title="时间", lines=_windows(programme)),
        Rules(title="学时", lines=_hours(programme)),
        *(Rules(title=f"{tier.title}", lines=_tier(content, tier)) for tier in programme.tiers.values()),
        Rules(title="成绩和证书", lines=_results(programme)),
        Rules(title="人员", lines=_people(programme)),
    ]


def _windows(programme: Programme) -> tuple[tuple[str, str], ...]:
    windows = (("学习", programme.study), ("考试", programme.exam), ("补考", programme.makeup))
    return tuple((label, span_text(programme, window) if window else "没有") for label, window in windows)


def _hours(programme: Programme) -> tuple[tuple[str, str], ...]:
    how = {
        CreditBy.SECTIONS: "一课各小节的试题全部答对，计这一课的学时；不限时间，不统计在线时长",
        CreditBy.TIME: f"按学习时间，{programme.credit_hour_minutes} 分钟为 1 学时",
        CreditBy.COMPLETION: f"每课学满 {programme.completion_minutes} 分钟，按整课计学时",
    }[programme.credit_by]
    return (("合格所需学时", f"{programme.required_hours:g} 学时"), ("怎样计学时", how))


def _tier(content: PublishedContent, tier: Tier) -> tuple[tuple[str, str], ...]:
    blueprint = content.blueprint(tier)
    gate = "学时达到要求以后才能考试" if tier.gate is Gate.HOURS else "不要求先达到学时"
    return (
        ("课程", f"必修 {len(tier.required)} 课，选修 {len(tier.electives)} 课（选修不计入合格学时）"),
        ("考试条件", gate),
        ("试卷", _paper(blueprint)),
        ("考试时长", f"{tier.exam_minutes} 分钟"),
        ("考试次数", f"最多 {tier.attempts} 次，补考最多 {tier.makeup_attempts} 次，取最好成绩"),
        ("合格线", f"{tier.pass_mark:g} 分"),
    )


def _paper(blueprint: Blueprint) -> str:
    parts = "，".join(
        f"{section.type.label} {section.count} 题、每题 {section.points:g} 分" for section in blueprint.sections
    )
    partial = blueprint.scoring is not ScoringRule.ALL_OR_NOTHING
    multiple = "多选题少选按比例得分、选错不得分" if partial else "多选题全对才得分"
    return f"{parts}；共 {blueprint.count} 题、{blueprint.points:g} 分；{multiple}"


def _results(programme: Programme) -> tuple[tuple[str, str], ...]:
    shown = {
        KeysShown.NEVER: "不公布",
        KeysShown.SUBMITTED: "交卷以后",
        KeysShown.CLOSED: "考试全部结束以后",
    }[programme.keys_shown]
    bands = "、".join(f"{name} {least:g} 分以上" for name, least in programme.bands.items())
    return (
        ("成绩等次", bands or "只分合格、未合格"),
        ("何时公布答案和解析", shown),
        ("合格证书", f"学时达到要求并且考试合格；由{programme.certificate.issuer}签发"),
    )


def _people(programme: Programme) -> tuple[tuple[str, str], ...]:
    return (
        ("可不参加的情形", "、".join(programme.exemptions.values()) or "没有"),
        ("联系方式", programme.contacts or "没有填写"),
    )
