"""What a filled roster says: its sound rows, and every fault of the others.

Cells are read as a clerk means them: full-width digits, spaces, merged cells and other names of headers are understood;
whatever cannot be is a `Fault` with its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from grader.administration.roster.book.columns import (
    FURTHER_COLUMNS,
    GUIDE_SHEET,
    PEOPLE_COLUMNS,
    UNIT_COLUMNS,
    account_fault,
    by_title,
    choice_fault,
    code_fault,
    fold,
    is_chinese,
    name_fault,
    nearest_hint,
    office_fault,
    order_fault,
    qq_fault,
    telephone_fault,
    text_fault,
    unit_fault,
    unit_text_fault,
    with_zero,
)
from grader.administration.roster.book.notes import above_notes, is_unit, without_headings, without_notes
from grader.administration.roster.book.records import (
    Check,
    Fault,
    Record,
    checked,
    formula_fault,
    has_errors,
    header_fit,
    in_order,
    number_of,
    records,
    while_few,
)
from grader.administration.roster.rows import PEOPLE_SHEET, ROLE_TITLES, PersonRow, Roster, UnitRow
from grader.domain.people.account import Role, login_form
from quizgen.model import TierId
from quizgen.office.sheets_in import Sheets

_COLUMNS = (*PEOPLE_COLUMNS, *FURTHER_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the cells of a roster are held to.

    `tiers` and `exemptions` are the programme's titles by id, `ranks` its 职务级别. `units` are the names of the known
    units by code, None where units are not checked; `own` is the unit that a row without one means ("": none).
    `missing` tells the characters of a name that no font of the certificates has.
    """

    tiers: Mapping[TierId, str]
    exemptions: Mapping[str, str]
    ranks: Collection[str] = ()
    units: Mapping[str, str] | None = None
    own: str = ""
    missing: Callable[[str], Sequence[str]] = lambda _: ()


def read_roster(sheets: Sheets, rules: Rules) -> tuple[Roster, list[Fault]]:
    """The sound rows of the workbook, and every fault in it in the order of sheets and rows."""
    units_sheet, people_sheet, faults = _chosen(sheets)
    all_units, unit_faults = records(sheets, units_sheet, UNIT_COLUMNS, required=("代码", "名称"))
    units = without_headings(above_notes(all_units, is_unit, "代码", unit_faults), unit_faults, others={})
    fit = header_fit(sheets.found.get(people_sheet, ()), _COLUMNS)
    needed = ("姓名",) if rules.own or "单位代码" in fit else None
    people, people_faults = records(sheets, people_sheet, _COLUMNS, required=needed or ("姓名", "单位"))
    # Where the units could not be read, or are unknown here, no code can be called missing.
    known = None if rules.units is None or has_errors(unit_faults) else dict(rules.units)
    if known is not None:
        known |= {record["代码"]: record["名称"] for record in units}
    unit_rows = tuple(_unit_rows(units, known, unit_faults))
    others = {} if "单位" in fit or "单位代码" in fit else _codes_by_name(rules.units or {})
    others.pop(fold((rules.units or {}).get(rules.own, "")), None)
    listed = without_headings(without_notes(people, people_faults), people_faults, others=others)
    people_rows = tuple(_people_rows(listed, known, people_faults, rules))
    if not people and not has_errors([*faults, *people_faults]):
        people_faults += _nobody(people_sheet, has_units=bool(units))
    return Roster(units=unit_rows, people=people_rows), [*faults, *unit_faults, *people_faults]


def _chosen(sheets: Sheets) -> tuple[str, str, list[Fault]]:
    """The titles of the sheets of units and of people ("" for none), and what to say of the others."""
    titles = [title for title in sheets.found if title != GUIDE_SHEET]
    fits = {title: header_fit(sheets.found[title], _COLUMNS) for title in titles}
    units = [title for title in titles if _is_of_units(header_fit(sheets.found[title], UNIT_COLUMNS), fits[title])]
    people = [title for title in titles if title not in units and "姓名" in fits[title] and len(fits[title]) > 1]
    if not people:
        rest = [title for title in titles if title not in units and sheets.found[title]]
        people = [title for title in rest if title == PEOPLE_SHEET] or (rest if len(rest) == 1 else [])
    faults = []
    for kind, found in (("单位表", units), ("花名册", people)):
        if len(found) > 1:
            named = "、".join(f"“{title}”" for title in found)
            why = f"工作表{named}都像{kind}，不能确定用哪一张。请把内容合并到一张表里，或只保留一张，再重新上传。"
            faults.append(Fault(sheet=found[1], cell="", message=why))
    if not people and not units:
        hint = nearest_hint(PEOPLE_SHEET, sheets.others)
        why = f"文件中没有找到花名册：表头里应有“姓名”“单位”等列，写在前 10 行之内。{hint}也可以用下载的模板填写。"
        faults.append(Fault(sheet="", cell="", message=why))
    read = {*units, *people, GUIDE_SHEET}
    others = [title for title in (*sheets.found, *sheets.others) if title not in read]
    notes = [
        Fault(sheet=title, cell="", message=_unread(title, is_hidden=title in sheets.others), is_note=True)
        for title in others
        if sheets.found.get(title, True)
    ]
    if len(units) > 1 or len(people) > 1:
        return "", "", [*notes, *faults]
    return "".join(units), "".join(people), [*notes, *faults]


def _unread(title: str, *, is_hidden: bool) -> str:
    if is_hidden:
        return f"工作表“{title}”是隐藏的，没有读取。名单在里面的，请取消隐藏后再上传。"
    return f"工作表“{title}”不是花名册，没有读取。"


def _is_of_units(fit: Collection[str], people: Collection[str]) -> bool:
    return {"代码", "名称"} <= set(fit) and "姓名" not in people


def _nobody(sheet: str, *, has_units: bool) -> list[Fault]:
    if has_units:
        return []
    return [Fault(sheet=sheet or PEOPLE_SHEET, cell="", message="花名册里没有填写人员。请每行填写一人后再导入。")]


def _unit_rows(found: Sequence[Record], known: Mapping[str, str] | None, faults: list[Fault]) -> Iterator[UnitRow]:
    checks: dict[str, Check] = {
        "代码": code_fault,
        "名称": partial(text_fault, label="名称", required=True),
        "上级代码": lambda text: unit_fault(text, codes=known) if text else "",
        "类型": partial(text_fault, label="类型"),
        "序号": order_fault,
        "管理员姓名": lambda text: name_fault(text) if text else "",
        "职务": partial(text_fault, label="职务"),
        "手机号码": telephone_fault,
        "办公电话": office_fault,
    }
    seen: dict[str, int] = {}
    for record in while_few(found, faults):
        wrong = checked(record, checks)
        code = record["代码"]
        first = seen.setdefault(code, record.row)
        if code and first != record.row:
            wrong.append(record.fault("代码", f"单位代码“{code}”与第 {first} 行重复，请删去一行或改正。"))
        if code and record["上级代码"] == code:
            wrong.append(record.fault("上级代码", f"上级代码不能是本单位的代码“{code}”，请改正。"))
        if record["手机号码"] and not record["管理员姓名"]:
            wrong.append(record.fault("管理员姓名", "填写了手机号码，没有填写管理员姓名，请补上。"))
        faults += in_order(wrong)
        if not wrong:
            yield UnitRow(
                row=record.row,
                sheet=record.sheet,
                code=code,
                name=record["名称"],
                parent=record["上级代码"],
                kind=record["类型"],
                order_number=number_of(record["序号"]),
                administrator=record["管理员姓名"],
                post=record["职务"],
                telephone=record["手机号码"],
                office=record["办公电话"],
            )


def _people_rows(
    found: Sequence[Record], known: Mapping[str, str] | None, faults: list[Fault], rules: Rules
) -> Iterator[PersonRow]:
    roles = by_title(ROLE_TITLES)
    ranks = {fold(rank): rank for rank in rules.ranks}
    tier_ids, exemption_ids = by_title(rules.tiers), by_title(rules.exemptions)
    names = _codes_by_name(known or {})
    reader = _Cells(known=known, names=names, own=rules.own)
    checks: dict[str, Check] = {
        "账号": account_fault,
        "姓名": name_fault,
        "职务级别": partial(text_fault, label="职务级别"),
        "人员层次": partial(choice_fault, label="人员层次", titles=tuple(rules.tiers.values())),
        "序号": order_fault,
        "手机号码": telephone_fault,
        "QQ号": qq_fault,
        "人员类别": partial(choice_fault, label="人员类别", titles=tuple(ROLE_TITLES.values())),
        "可不参加": partial(choice_fault, label="可不参加情形", titles=tuple(rules.exemptions.values())),
    }
    seen: dict[str, tuple[int, str]] = {}
    strange: defaultdict[str, list[Record]] = defaultdict(list)
    for written in while_few(found, faults):
        record = reader.mended(written)
        name = with_zero(record["姓名"])
        wrong = [*checked(record.having("姓名", name), checks), *reader.unit_faults(record)]
        told = {fault.cell for fault in wrong}
        wrong += [double for double in _doubles(record, seen) if double.cell not in told]
        faults += in_order(wrong)
        if wrong:
            continue
        faults += _name_notes(record, name, rules.missing)
        rank = ranks.get(fold(record["职务级别"]), record["职务级别"])
        if rank and rules.ranks and rank not in rules.ranks:
            strange[rank].append(record)
        yield PersonRow(
            row=record.row,
            sheet=record.sheet,
            unit=reader.unit(record),
            name=name,
            tier=tier_ids.get(fold(record["人员层次"]), TierId("")),
            role=roles.get(fold(record["人员类别"]), Role.LEARNER),
            rank=rank,
            telephone=record["手机号码"],
            qq=record["QQ号"],
            number=record["账号"],
            order_number=number_of(record["序号"]),
            exemption=exemption_ids.get(fold(record["可不参加"]), "") if "可不参加" in record else None,
        )
    faults += reader.notes()
    faults += _rank_notes(strange, rules.ranks)


class _Cells:
    """Reads units and numbers whose leading zeros a spreadsheet took, and remembers where it put them back."""

    def __init__(self, *, known: Mapping[str, str] | None, names: Mapping[str, Sequence[str]], own: str) -> None:
        self._known, self._names, self._own = known, names, own
        self._with_zeros = {code.lstrip("0"): code for code in known or () if code.startswith("0") and code.isdigit()}
        self._restored: defaultdict[str, list[tuple[Record, str, str]]] = defaultdict(list)

    def mended(self, record: Record) -> Record:
        """The record with lost zeros in front of unit codes and account numbers put back."""
        for label in ("单位代码", "单位", "账号"):
            text = record[label]
            whole = self._with_zeros.get(text) if label != "账号" else self._whole_number(text)
            if whole and text not in (self._known or ()):
                self._restored[label].append((record, text, whole))
                record = record.having(label, whole)
        return record

    def _whole_number(self, text: str) -> str | None:
        code = self._with_zeros.get(text[:-4]) if text.isdigit() else None
        return f"{code}{text[-4:]}" if code else None

    def unit_faults(self, record: Record) -> list[Fault]:
        """What is wrong with the unit, by code or by name."""
        label = "单位代码" if record["单位代码"] else "单位"
        text = record[label]
        if why := formula_fault(text):
            return [record.fault(label, why)]
        if not text and self._own:
            return []
        if label == "单位代码" or self._known is None:
            why = unit_fault(text, codes=self._known)
        else:
            why = unit_text_fault(text, names=self._names, codes=self._known)
        return [record.fault(label, why)] if why else []

    def unit(self, record: Record) -> str:
        """The code of a sound row's unit."""
        text = record["单位代码"] or record["单位"]
        if not text:
            return self._own
        return text if self._known is None or text in self._known else self._names[fold(text)][0]

    def notes(self) -> Iterator[Fault]:
        """Where zeros were put back, one note a column."""
        for label, cells in self._restored.items():
            record, text, whole = cells[0]
            why = f"“{label}”列有 {len(cells)} 格前面的 0 丢了，已经补上（如“{text}”读作“{whole}”），请核对。"
            yield record.fault(label, why, is_note=True)


def _codes_by_name(units: Mapping[str, str]) -> dict[str, list[str]]:
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for code, name in units.items():
        codes[fold(name)].append(code)
    return dict(codes)


def _name_notes(record: Record, name: str, missing: Callable[[str], Sequence[str]]) -> Iterator[Fault]:
    """Notes on what was read otherwise, and on what no certificate can show yet: the person can learn all the same."""
    if len(words := name.split()) > 1 and is_chinese(name):
        why = f"姓名“{name}”读作一个人。是{len(words)}个人的，请分成几行；少数民族姓名的间隔请写成“·”。"
        yield record.fault("姓名", why, is_note=True)
    if name != record["姓名"]:
        why = f"姓名“{record['姓名']}”中的圆圈已读作“〇”（{name}），请核对。"
        yield record.fault("姓名", why, is_note=True)
    if lacking := missing(name):
        named = "、".join(f"“{c}”（U+{ord(c):04X}）" for c in lacking)
        why = f"姓名中的{named}在证书字库里没有，打印证书前须由系统管理员加装字体；请核对写法。"
        yield record.fault("姓名", why, is_note=True)


def _rank_notes(strange: Mapping[str, Sequence[Record]], ranks: Collection[str]) -> Iterator[Fault]:
    for rank, found in strange.items():
        where = f"（共 {len(found)} 行）" if len(found) > 1 else ""
        why = f"职务级别“{rank}”不在下拉列表里{where}，照原样读取。{nearest_hint(rank, ranks)}"
        yield found[0].fault("职务级别", why, is_note=True)


def _doubles(record: Record, seen: dict[str, tuple[int, str]]) -> Iterable[Fault]:
    """Login names that another row has; telephone, QQ number and account number share one space."""
    for label in ("账号", "手机号码", "QQ号"):
        text = record[label]
        if not text or formula_fault(text):
            continue
        row, other = seen.setdefault(login_form(text), (record.row, label))
        if row != record.row:
            why = f"{label}“{text}”与第 {row} 行的{other}重复，每人的必须不同，请改正。"
            yield record.fault(label, why)
