"""The roster's columns: their headers, other headers that clerks use for them, widths and examples."""

from __future__ import annotations

from dataclasses import dataclass

from grader.administration.roster.rows import ROLE_TITLES
from grader.domain.account import Role

GUIDE_SHEET = "填写说明"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its header, other headers that clerks use for it, its width in characters."""

    label: str
    aliases: tuple[str, ...] = ()
    width: int = 12
    is_text: bool = False
    """Formatted as text, so that leading zeros and long numbers survive."""
    example: str = ""


UNIT_COLUMNS = (
    Column(label="单位代码", aliases=("单位编码", "单位编号"), width=16, is_text=True, example="SL0101"),
    Column(label="单位名称", aliases=("单位全称",), width=36, example="示例县某某局"),
    Column(label="上级单位代码", aliases=("上级代码", "上级单位编码"), width=16, is_text=True, example="SL01"),
    Column(label="单位类别", aliases=("单位性质", "单位类型"), width=16, example="党政机关"),
    Column(label="序号", aliases=("排序", "排序号"), width=8, example="1"),
)
PEOPLE_COLUMNS = (
    Column(label="单位代码", aliases=("单位编码", "单位编号"), width=16, is_text=True, example="SL0101"),
    Column(label="姓名", aliases=("人员姓名",), width=14, example="示例甲"),
    Column(label="人员类别", aliases=("账号类别", "人员类型"), width=14, example=ROLE_TITLES[Role.LEARNER]),
    Column(label="人员层次", aliases=("层次", "人员层级"), width=24),
    Column(label="职务级别", aliases=("职级", "职务职级", "职务"), width=16, example="科员"),
    Column(
        label="手机号", aliases=("手机", "手机号码", "联系电话", "电话"), width=16, is_text=True, example="19900000001"
    ),
    Column(label="QQ号", aliases=("QQ", "QQ号码"), width=16, is_text=True),
    Column(label="学法账号", aliases=("账号", "学法帐号"), width=18, is_text=True),
    Column(label="序号", aliases=("排序", "排序号"), width=8, example="1"),
    Column(label="可不参加", aliases=("可不参加情形", "可不参加原因"), width=18),
)
