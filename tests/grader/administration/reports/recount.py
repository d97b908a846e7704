"""Counts a county's year again from the raw documents, by rules written down afresh: no function of the reports."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

Person = dict[str, Any]


def measures(people: list[Person], *, at: datetime) -> dict[str, str]:
    """What each column of 单位统计报表 should say of these people, as text."""
    there = [one for one in people if one["unit"] is not None]
    off = [one for one in there if not one["active"]]
    spared = [one for one in there if one["active"] and one["exempt"]]
    due = [one for one in there if one["active"] and not one["exempt"]]

    def by(name: str, of: list[Person]) -> int:
        return sum(1 for one in of if name in one["reached"] and one["reached"][name] <= at)

    return {
        "名单人数": str(len(there)),
        "参学总人数": str(len(due)),
        "已完成学习任务人数": str(by("hours_met", due)),
        "未完成学习任务人数": str(len(due) - by("hours_met", due)),
        "参学率": share(by("started", due), len(due)),
        "参考率": share(by("examined", due), len(due)),
        "合格率": share(by("qualified", due), len(due)),
        "可不参加": str(len(spared)),
        "可不参加而合格": str(by("qualified", spared)),
        "失效": str(len(off)),
    }


def share(part: int, whole: int) -> str:
    """Such as 66.7%（2/3）, rounded half up."""
    if not whole:
        return f"—（{part}/{whole}）"
    tenths = int(Fraction(1000 * part, whole) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%（{part}/{whole}）"


def person_at(account: dict[str, Any], dossier: dict[str, Any] | None, *, at: datetime) -> Person:
    """Where somebody was at that time, from the account's and the dossier's JSON."""
    unit = tier = None
    for place in account["placements"]:
        if moment(place["at"]) <= at:
            unit, tier = place["unit"], place["tier"]
    active = True
    for switch in account["switches"]:
        if moment(switch["at"]) <= at:
            active = switch["active"]
    exempt = False
    for one in account["exemptions"]:
        ends = one.get("ends")
        if one["programme"] == "2026" and moment(one["at"]) <= at and (ends is None or at < moment(ends)):
            exempt = True
    rank = next((one["text"] for one in account["former_ranks"] if at < moment(one["until"])), account["rank"])
    reached = {name: moment(when) for name, when in (dossier or {}).get("milestones", {}).items()}
    return {
        "unit": unit,
        "tier": tier,
        "rank": rank,
        "active": active,
        "exempt": exempt,
        "reached": reached,
        "name": account["name"],
    }


def kind_at(unit: dict[str, Any], *, at: datetime) -> str:
    """What kind of unit it was at that time, from its JSON."""
    return next((one["text"] for one in unit["former_kinds"] if at < moment(one["until"])), unit["kind"]) or "未分类"


def moment(text: str) -> datetime:
    """A time as documents keep it."""
    return datetime.fromisoformat(text)
