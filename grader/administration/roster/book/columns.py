"""The roster's columns: their headers, widths and examples, and what a cell of each may hold.

A function that ends in `_fault` gives the sentence what is wrong with a cell's text, empty where nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from grader.administration.roster.rows import UNITS_SHEET
from grader.domain.people.account import login_form
from quizgen.office.sheets_in import tidy

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
    Column(
        label="代码", aliases=("单位代码", "单位编码", "单位编号", "编码"), width=16, is_text=True, example="SL0101"
    ),
    Column(label="名称", aliases=("单位名称", "单位全称"), width=36, example="示例县某某局"),
    Column(
        label="上级代码", aliases=("上级单位代码", "上级单位编码", "上级编码"), width=16, is_text=True, example="SL01"
    ),
    Column(label="类型", aliases=("单位类别", "单位性质", "单位类型", "类别"), width=16, example="党政机关"),
    Column(label="序号", aliases=("排序", "排序号"), width=8, example="1"),
    Column(label="管理员姓名", aliases=("管理员", "学法管理员", "管理员名称"), width=14, example="示例乙"),
    Column(label="职务", aliases=("管理员职务", "职务级别"), width=16, example="办公室主任"),
    Column(
        label="手机号码",
        aliases=("手机", "手机号", "管理员手机", "管理员手机号码", "管理员电话", "联系电话", "电话号码", "移动电话"),
        width=16,
        is_text=True,
        example="19900000002",
    ),
    Column(
        label="办公电话", aliases=("办公室电话", "座机", "固定电话"), width=18, is_text=True, example="0000-1234567"
    ),
)
"""Of a sheet of units."""
PEOPLE_COLUMNS = (
    Column(label="账号", aliases=("学法账号", "学法帐号", "帐号", "学员账号"), width=18, is_text=True),
    Column(
        label="姓名",
        aliases=("人员姓名", "学员姓名", "参学人员姓名", "参学人员", "职工姓名", "员工姓名", "干部姓名", "名字"),
        width=14,
        example="示例甲",
    ),
    Column(
        label="职务级别",
        aliases=("职级", "职务职级", "级别", "行政级别", "职务/职级", "职务或职级", "职务、职级", "职务", "现任职务"),
        width=18,
    ),
    Column(label="人员层次", aliases=("层次", "人员层级"), width=24),
    Column(
        label="单位",
        aliases=("单位名称", "所在单位", "工作单位", "单位全称", "所属单位", "参学单位", "所在单位名称"),
        width=30,
        is_text=True,
        example="示例县某某局",
    ),
    Column(label="序号", aliases=("排序", "排序号"), width=8, example="1"),
    Column(
        label="手机号码",
        aliases=(
            *("手机", "手机号", "本人手机", "本人手机号", "本人手机号码", "联系手机", "移动电话"),
            *("电话", "电话号码", "联系电话", "联系方式"),
        ),
        width=16,
        is_text=True,
        example="19900000001",
    ),
    Column(label="QQ号", aliases=("QQ", "QQ号码"), width=16, is_text=True),
)
"""Of a roster, in the order of the template."""
FURTHER_COLUMNS = (
    Column(label="单位代码", aliases=("单位编码", "单位编号"), is_text=True),
    Column(label="人员类别", aliases=("账号类别", "人员类型")),
    Column(label="可不参加", aliases=("可不参加情形", "可不参加原因")),
)
"""Read where a roster has them, though the template does not."""

LONGEST_NAME = 30
LONGEST_TEXT = 60
LONGEST_CODE = 20
MOST_CHOICES_SHOWN = 8
_HAN = "\u3007\u3400-\u9fff\ue000-\ufaff\U00020000-\U0003ffff"
_DOT = re.compile(f"(?<=[{_HAN}])\\s*[·•‧∙・．.]\\s*(?=[{_HAN}])")
_ALL_HAN = re.compile(f"[{_HAN} ]+")
_CODE = re.compile(r"[A-Za-z0-9]+")
_BETWEEN = " ·-.'’"
"""What may stand between the letters of a name."""
_NARROW = {code: code - 0xFEE0 for code in range(ord("！"), ord("～") + 1)}

Id = TypeVar("Id", bound=str)


def unit_fault(text: str, *, codes: Collection[str] | None) -> str:
    """A known unit's code."""
    if not (why := code_fault(text)) and codes is not None and text not in codes:
        return f"没有代码为“{text}”的单位。请核对单位代码，或在“{UNITS_SHEET}”表中加上该单位。"
    return why


def unit_text_fault(text: str, *, names: Mapping[str, Sequence[str]], codes: Collection[str]) -> str:
    """A known unit by code or name; `names` are the codes by folded name."""
    if not text:
        return "单位空着，请填写单位的名称或代码。"
    if text in codes or len(found := names.get(fold(text), ())) == 1:
        return ""
    if found:
        return f"名称为“{text}”的单位有 {len(found)} 个，请改填单位代码（{'、'.join(found[:4])}）。"
    return f"没有名称或代码为“{text}”的单位。{nearest_hint(text, names)}请核对，或先建好该单位。"


def code_fault(text: str) -> str:
    """A unit code: letters and digits."""
    if not text:
        return "单位代码空着，请填写。"
    if not _CODE.fullmatch(text) or len(text) > LONGEST_CODE:
        return (
            f"单位代码“{text}”不正确：只能用字母和数字，最长 {LONGEST_CODE} 位。"
            "如果显示成了小数或科学计数法，请把单元格设为文本格式后重填。"
        )
    return ""


def name_fault(text: str) -> str:
    """A person's name."""
    if not text:
        return "姓名空着，请填写。"
    if len(text) > LONGEST_NAME:
        return f"姓名“{text[:LONGEST_NAME]}…”超过 {LONGEST_NAME} 个字，请核对；一行只能填写一人。"
    if any(c.isdigit() for c in text):
        return f"姓名“{text}”中有数字，请改正；同名的人员不必编号，填写手机号即可区分。"
    other = next((c for c in text if not (c.isalpha() or c in _BETWEEN or c == "〇")), "")
    return f"姓名“{text}”中有“{other}”，请改正；姓名里只写文字。" if other else ""


def telephone_fault(text: str) -> str:
    """A telephone number, or nothing."""
    if re.fullmatch(r"1(\.[0-9]+)?[Ee]\+?10", text):
        return f"手机号“{text}”显示成了科学计数法，后几位已经丢失。请把这一列设为文本格式，重新填写 11 位号码。"
    if len(re.findall(r"1[0-9]{10}", text)) > 1:
        return f"手机号“{text}”是两个号码，请只保留一个。"
    if text and not re.fullmatch(r"1[0-9]{10}", text):
        return f"手机号“{text}”不正确：应为 11 位数字，以 1 开头。请改正；没有的可以空着。"
    return ""


def office_fault(text: str) -> str:
    """The telephone of an office, or nothing."""
    if text and not re.fullmatch(r"[0-9][0-9\-－—() （）转,，、/ ]{4,39}", text):
        return f"办公电话“{text[:40]}”不正确：应为区号和号码，如 0000-1234567。请改正；没有的可以空着。"
    return ""


def qq_fault(text: str) -> str:
    """A QQ number, or nothing."""
    if text and not re.fullmatch(r"[0-9]{5,12}", text):
        return f"QQ号“{text}”不正确：应为 5 至 12 位数字。请改正；没有的可以空着。"
    return ""


def account_fault(text: str) -> str:
    """An account number, or nothing."""
    if re.fullmatch(r"[0-9]\.[0-9]+[Ee]\+?[0-9]+", text):
        return f"账号“{text}”显示成了科学计数法，后几位已经丢失。请把这一列设为文本格式，重新填写账号。"
    if text and (not _CODE.fullmatch(text) or len(text) > LONGEST_NAME):
        return f"账号“{text}”不正确：只能用字母和数字，最长 {LONGEST_NAME} 位。请改正；新增人员可以空着。"
    return ""


def order_fault(text: str) -> str:
    """An order number, or nothing."""
    if text and not re.fullmatch(r"[0-9]{1,6}", text):
        return f"序号“{text}”不正确：应为不超过 6 位的整数。请改正；不需要排序的可以空着。"
    return ""


def text_fault(text: str, *, label: str, required: bool = False) -> str:
    """Any text, not too long."""
    if required and not text:
        return f"{label}空着，请填写。"
    return f"{label}超过 {LONGEST_TEXT} 个字，请缩短。" if len(text) > LONGEST_TEXT else ""


def choice_fault(text: str, *, label: str, titles: Sequence[str]) -> str:
    """One of the titles, or nothing."""
    if not text or fold(text) in map(fold, titles):
        return ""
    if not titles:
        return f"本年度方案没有规定“{label}”的内容，请清空这一格。"
    return f"没有“{text}”这一{label}。{nearest_hint(text, titles)}{choices(titles)}"


def choices(titles: Sequence[str]) -> str:
    """What may be written: the titles, or the list of the cell where they are many."""
    if len(titles) > MOST_CHOICES_SHOWN:
        return "请从下拉列表中选择。"
    return f"请填写{'、'.join(f'“{title}”' for title in titles)}之一。" if len(titles) > 1 else f"请填写“{titles[0]}”。"


def nearest_hint(text: str, choices: Collection[str]) -> str:
    """是不是“…”？ with the nearest of the choices; empty where none is near."""
    nearest = get_close_matches(text, list(choices), n=1, cutoff=0.4)
    return f"是不是“{nearest[0]}”？" if nearest else ""


def by_title(titles: Mapping[Id, str]) -> dict[str, Id]:
    """The ids by their titles, as `fold` compares them."""
    return {fold(title): id for id, title in titles.items()}


def fold(text: str) -> str:
    """How titles and headers are compared: narrow, without spaces, lower case."""
    return login_form(text)


def _clean_code(text: str) -> str:
    return "".join(text.translate(_NARROW).split())


def _clean_name(text: str) -> str:
    """`张 三` is 张三, `买买提 . 艾力` is 买买提·艾力; two words of several characters stay apart."""
    name = _DOT.sub("·", text)
    words = name.split()
    spaced = _ALL_HAN.fullmatch(name) and sum(len(word) > 1 for word in words) <= 1
    return "".join(words) if spaced else name


def _clean_order(text: str) -> str:
    """1.0, as it is where a number became text, is 1."""
    return re.sub(r"\.0+$", "", _clean_code(text))


def is_chinese(name: str) -> bool:
    """Whether it is of Chinese characters only, and spaces."""
    return bool(_ALL_HAN.fullmatch(name))


_SCIENTIFIC = re.compile(r"(1)\.([0-9]{10})[Ee]\+?10")
_BETWEEN_DIGITS = re.compile(r"[\s\-‐‑–—－_.·()（）]+")


def _clean_telephone(text: str) -> str:
    """`+86 138-0000-0000` is 13800000000; a number in scientific notation only where no digit is lost."""
    narrow = _clean_code(text)
    if whole := _SCIENTIFIC.fullmatch(narrow):
        return whole[1] + whole[2]
    if "E" in narrow.upper():
        return narrow
    digits = _BETWEEN_DIGITS.sub("", narrow)
    return re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", digits)


def with_zero(name: str) -> str:
    """刘○ as it is meant, 刘〇: a circle is no character of a name."""
    return re.sub(f"(?<=[{_HAN}])[○◯]|[○◯](?=[{_HAN}])", "〇", name)


_CLEANERS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("代码", "单位代码", "上级代码", "QQ号", "账号"), _clean_code),
    "序号": _clean_order,
    **dict.fromkeys(("姓名", "管理员姓名"), _clean_name),
    **dict.fromkeys(("手机号码", "手机号"), _clean_telephone),
}


_NOTHING = frozenset({"无", "暂无", "没有", "否", "—", "——", "-", "--", "/", "／", "\\"})
"""What clerks write where there is nothing to say; no name and no unit is called so."""
_MAY_LACK = frozenset(
    {"账号", "职务级别", "人员层次", "序号", "手机号码", "手机号", "QQ号", "职务", "办公电话", "可不参加"}
)


def clean(label: str, text: str) -> str:
    """The text of a cell or a field tidied for its column, cut where every check calls it too long.

    Control characters are left out; files and forms take every such text here. 无 and strokes are nothing, where
    there may be nothing.
    """
    tidied = tidy(text[: 2 * LONGEST_TEXT]).removeprefix("'")
    if label in _MAY_LACK and tidied in _NOTHING:
        return ""
    return _CLEANERS.get(label, str)(tidied)[: LONGEST_TEXT + 1]
