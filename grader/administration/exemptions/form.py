"""可不参加学法考试审批表: what stands on the form, on the screen and in the archive alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.domain.people.account import Account, AccountSummary, Exemption
from quizgen.programme import Programme
from quizgen.words.days import day_text

TITLE = "可不参加学法考试审批表"
_SIGNED = "：　　　　　　　　　年　　月　　日"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCell:
    """A heading with what is known; `sign` is the line to fill in by hand, for which a `tall` cell has room."""

    label: str
    text: str
    sign: str = ""
    tall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionForm:
    """One person's form: a row has one cell or two."""

    facts: tuple[str, str]
    rows: tuple[tuple[FormCell, ...], ...]
    note: str


def exemption_form(
    person: Account | AccountSummary,
    exemption: Exemption | None,
    programme: Programme,
    *,
    unit: str,
    tier: str,
    now: datetime,
) -> ExemptionForm:
    """The form of a learner; `unit` and `tier` as they are called. Without an exemption, the one to begin with."""
    title = programme.title
    return ExemptionForm(
        facts=(title, f"填表日期：{programme.day_text(now)}"),
        rows=(
            (FormCell(label="姓名", text=person.name), FormCell(label="学法账号", text=person.number)),
            (FormCell(label="单位", text=unit),),
            (FormCell(label="人员层次", text=tier), FormCell(label="职务级别", text=person.rank)),
            (FormCell(label="情形", text=_kinds(programme, exemption)),),
            (FormCell(label="说明", text=exemption.note if exemption else "", tall=True),),
            (FormCell(label="本人意见", text="", sign=f"签名{_SIGNED}", tall=True),),
            (
                FormCell(
                    label="所在单位审批意见", text=_approval(exemption), sign=f"负责人签名（公章）{_SIGNED}", tall=True
                ),
            ),
            (FormCell(label="撤销", text=_withdrawal(programme, exemption), tall=True),),
        ),
        note=f"本表只在{title}有效，存入年度学法考试档案。可不参加的人员不计入应参加人数；"
        "本人愿意参加的，照样可以学习、考试和领取合格证书。",
    )


def _kinds(programme: Programme, exemption: Exemption | None) -> str:
    chosen = exemption.kind if exemption else ""
    return "　".join(f"{'☑' if id == chosen else '☐'}{kind}" for id, kind in programme.exemptions.items())


def _approval(exemption: Exemption | None) -> str:
    if not exemption or not exemption.approver:
        return ""
    told = [f"批准：{exemption.approver}"]
    if exemption.document:
        told.append(f"文号：{exemption.document}")
    if exemption.approved:
        told.append(f"日期：{day_text(exemption.approved)}")
    return "　".join(told)


def _withdrawal(programme: Programme, exemption: Exemption | None) -> str:
    if not exemption or not exemption.ends:
        return ""
    return f"{programme.day_text(exemption.ends)} 撤销。原因：{exemption.withdrawn or '—'}"
