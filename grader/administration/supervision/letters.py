"""What supervision writes: 提醒函 to a unit, 进展通报 to all, a text for a group chat. Order is that of the units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from grader.administration.reports.units import UnitReport
from grader.administration.supervision.docx import Block, Grid, Paragraph, Style, docx_bytes, signature, text_width
from grader.administration.supervision.stragglers import Lack, Straggler
from grader.domain.figures import MEASURES, Figures, Measure
from quizgen.programme import Programme, Window

_BULLETIN = ("eligible", "hours_met", "started", "examined", "qualified")
"""The measures of the bulletin's table."""
_TITLE_LINE = 19
"""Characters of a title that fill a line."""
_OVER = "本年度的学习和考试已经截止。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes, under which programme, as of when."""

    issuer: str
    programme: Programme
    at: datetime

    @property
    def cut_off(self) -> str:
        """The cut-off as people read it."""
        return self.programme.cut_off_text(self.at)

    @property
    def asked(self) -> str:
        """What can still be done, each by its last day; "" once all is over."""
        exam, makeup = self._open(self.programme.exam), self._open(self.programme.makeup)
        study = self._open(self.programme.study)
        if study and study == exam and not makeup:
            return f"于{study}前完成学习和考试"
        parts = [f"于{study}前完成学习"] if study else []
        if exam:
            parts.append(f"于{exam}前参加考试" + (f"（补考至{makeup}）" if makeup else ""))
        elif makeup:
            parts.append(f"于{makeup}前参加补考")
        return "，".join(parts)

    def _open(self, window: Window | None) -> str:
        """The last day of a window that is not over; "" for any other."""
        if window is None or self.at >= window.closes:
            return ""
        return self.programme.day_text(window.closes - window.closes.resolution)


def reminder(head: Letterhead, unit: str, figures: Figures, people: Sequence[Straggler]) -> bytes:
    """提醒函 to one unit, as DOCX, with the names on each list."""
    title = head.programme.title
    blocks: list[Block] = [
        Paragraph(Style.ISSUER, head.issuer),
        *_title("关于抓紧完成", f"{title}的提醒函"),
        Paragraph(Style.BODY, ""),
        Paragraph(Style.ADDRESS, f"{unit}："),
        Paragraph(
            Style.BODY,
            f"截至{head.cut_off}，你单位{title}参学总人数 {figures.eligible} 人，"
            f"已完成学习任务 {figures.hours_met} 人，已参加考试 {figures.examined} 人，已合格 {figures.qualified} 人。"
            f"尚有 {len(people)} 人没有达到要求，名单如下。",
        ),
        *_lists(people),
        Paragraph(Style.BODY, f"请你单位及时告知以上人员，合理安排工作和学习，{head.asked}。" if head.asked else _OVER),
        Paragraph(Style.BODY, "名单如与实际不符（调动、退休、长期病假等），请先在系统中更正。"),
    ]
    if head.programme.contacts:
        blocks.append(Paragraph(Style.BODY, f"联系方式：{' '.join(head.programme.contacts.split())}"))
    return docx_bytes([*blocks, *_signed(head)])


def bulletin(head: Letterhead, report: UnitReport) -> bytes:
    """进展通报 of all units, as DOCX, in their order: no unit is put before another for its figures."""
    title, total = head.programme.title, report.total
    measures = [measure for measure in MEASURES if measure.count in _BULLETIN]
    rows = [["单位", *(measure.label for measure in measures)]]
    rows += [_figures(row.name, measures, row.figures) for row in report.rows if row.figures.enrolled]
    rows.append(_figures("合计", measures, total))
    blocks: list[Block] = [
        Paragraph(Style.ISSUER, head.issuer),
        *_title(title, "进展情况通报"),
        Paragraph(Style.BODY, ""),
        Paragraph(Style.ADDRESS, "各有关单位："),
        Paragraph(
            Style.BODY,
            f"现将截至{head.cut_off}的进展情况通报如下。参学总人数 {total.eligible} 人，"
            f"已完成学习任务 {total.hours_met} 人，已参加考试 {total.examined} 人，已合格 {total.qualified} 人。"
            "各单位情况见下表，按单位顺序号排列。",
        ),
        Grid(rows, [5, *(5 if measure.of else 3 for measure in measures)]),
        Paragraph(Style.BODY, f"请各单位督促尚未完成的人员{head.asked}。" if head.asked else _OVER),
    ]
    return docx_bytes([*blocks, *_signed(head)])


def _figures(name: str, measures: Sequence[Measure], figures: Figures) -> list[str]:
    """A row; a share stands above its parts."""
    return [name, *(str(measure.value(figures)).replace("（", "\n（") for measure in measures)]


def _title(first: str, second: str) -> list[Block]:
    """One line, or two that end where the words do."""
    if text_width(first + second) <= _TITLE_LINE:
        return [Paragraph(Style.TITLE, first + second)]
    return [Paragraph(Style.TITLE, first), Paragraph(Style.TITLE, second, is_next=True)]


def _lists(people: Sequence[Straggler]) -> Iterator[Block]:
    lists = {lack: [one.row.account.name for one in people if one.lack is lack] for lack in Lack}
    for number, (lack, names) in zip(
        "一二三四", ((lack, names) for lack, names in lists.items() if names), strict=False
    ):
        yield Paragraph(Style.HEADING, f"{number}、{lack.label}（{len(names)} 人）")
        yield Paragraph(Style.BODY, "、".join(names))


def _signed(head: Letterhead) -> list[Block]:
    day = head.programme.day_text(head.at)
    return [Paragraph(Style.BODY, ""), *signature(head.issuer, day)]


def group_text(head: Letterhead, people: Sequence[Straggler]) -> str:
    """A few lines to paste into a unit's group chat."""
    lines = [f"【{head.programme.title}提醒】截至{head.cut_off}，还有 {len(people)} 人没有达到要求："]
    for lack in Lack:
        names = [one.row.account.name for one in people if one.lack is lack]
        if names:
            lines.append(f"{lack.label}（{len(names)} 人）：{'、'.join(names)}")
    lines.append(f"{f'请{head.asked}。' if head.asked else _OVER}有疑问的请联系本单位学法管理员。")
    return "\n".join(lines)
