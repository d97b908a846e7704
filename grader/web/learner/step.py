"""下一步: what a learner does next, as one sentence with one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from grader.domain.exam.gate import next_window
from grader.domain.learning.dossier import WindowName
from grader.exam import Situation
from quizgen.lesson import Lesson
from quizgen.programme import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One sentence and the button below it."""

    sentence: str
    label: str
    address: str


def next_step(here: Situation, *, now: datetime) -> Step:
    """The step that brings the learner on, whatever the year has come to."""
    standing, dossier = here.standing, here.dossier
    if dossier.open_start:
        address = url_for("exam.paper", id=dossier.open_start.attempt)
        return Step(sentence="您有一场考试正在进行，时间还在走。", label="继续考试", address=address)
    if standing.qualified:
        return _certificate(here)
    lesson = standing.next_lesson
    if lesson and not standing.hours_met and now < here.programme.study.closes:
        return _study(here, lesson, now=now)
    if not standing.hours_met and (standing.passed or here.tier.gate is Gate.HOURS):
        return _over(f"学习期已经结束，{standing.missing[0]}。")
    return _blocked(here, now=now) if here.obstacle else _exam(here, now=now)


def _certificate(here: Situation) -> Step:
    if here.dossier.revocations and not here.dossier.award:
        words, label = "您的证书已经作废，需要换发的，请联系本单位学法管理员。", "查看作废原因"
    else:
        words, label = "学时和考试都已达到要求。", "打印证书"
    return Step(sentence=words, label=label, address="#certificate")


def _study(here: Situation, lesson: Lesson, *, now: datetime) -> Step:
    programme, standing = here.programme, here.standing
    address = url_for("site.page", path=lesson.path)
    if now < programme.study.opens:
        words = f"学习期将于 {programme.clock_text(programme.study.opens)} 开始，现在可以先读课文，不计学时。"
        return Step(sentence=words, label="先读课文", address=address)
    label = "继续学习" if any(entry.is_begun for entry in standing.lessons) else "开始学习"
    return Step(sentence=f"{standing.missing[0]}，接着学《{lesson.title}》。", label=label, address=address)


def _exam(here: Situation, *, now: datetime) -> Step:
    standing, address = here.standing, url_for("exam.home")
    left = f"还可以考 {standing.attempts_allowed - standing.attempts_used} 次"
    is_makeup = here.programme.exam_window(now) == WindowName.MAKEUP
    if here.dossier.outcomes:
        words = f"考试还没有合格，可以参加补考，{left}。" if is_makeup else f"考试还没有合格，{left}，取最好成绩。"
        return Step(sentence=words, label="再考一次", address=address)
    met = "学时已达到要求，" if standing.hours_met else ""
    return Step(sentence=f"{met}可以{'参加补考' if is_makeup else '考试'}了。", label="去考试", address=address)


def _blocked(here: Situation, *, now: datetime) -> Step:
    """No attempt may be begun now; there may be another window."""
    following = next_window(here.programme, now)
    if following is None and here.programme.exam_window(now) is None:
        return _over("本年度考试已经全部结束，您没有合格的成绩。")
    words = here.obstacle
    if following and here.programme.exam_window(now):
        words += f"{following[0].label}将于 {here.programme.clock_text(following[1])} 开始。"
    return Step(sentence=words, label="查看考试规则", address=url_for("exam.home"))


def _over(words: str) -> Step:
    return Step(sentence=words, label="查看学习记录", address=url_for("my.record"))
