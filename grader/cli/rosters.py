"""`grader roster` and `units`: who takes part, from a workbook; templates, the roster taken out, slips."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.administration.exports import note_export
from grader.administration.lists import text_of_workbook
from grader.administration.roster.book.columns import clean, code_fault, text_fault
from grader.administration.roster.book.template import write_template, write_units_template
from grader.administration.roster.export import people_rows, reserved_rows, unit_labels, unit_rows
from grader.administration.roster.importing import apply_import, check_roster
from grader.administration.roster.rows import ImportResult, NewAccount, Plan, RefusedRow, UnitRow
from grader.administration.roster.slips.hand_out import HandOut, hand_out_book, hand_out_text
from grader.administration.roster.slips.pages import hand_out_pages
from grader.administration.roster.slips.unclaimed import renewed_slips
from grader.administration.units import SplitPerson, check_split, close_unit, merge_unit, split_unit
from grader.certificates.fonts import fonts_with
from grader.cli.deployment import OPERATOR, data_option, now, opened
from grader.course import Courses
from grader.domain.people.account import AccountId, UnitId
from grader.domain.people.unit import UnitSummary, units_below
from grader.settings import Settings, read_settings
from grader.store.base import Store
from grader.store.kinds import UNIT
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.programme import Programme


def _add_roster(parser: ChineseParser) -> None:
    actions = parser.commands("操作")
    load = actions.add_parser(
        "import", help="导入花名册", description="检查并导入填好的花名册或单位表；可以反复导入，没有变动的不受影响。"
    )
    load.add_argument("file", metavar="文件", type=Path, help="填好的花名册（.xlsx 或 .csv）")
    load.add_argument("--dry-run", action="store_true", help="只看会有哪些变化，不导入")
    slips_option(load)
    data_option(load)
    load.set_defaults(run=import_roster)
    blank = actions.add_parser(
        "template", help="生成导入模板", description="按已发布的方案生成带预留账号的花名册模板。"
    )
    blank.add_argument("file", metavar="文件", type=Path, help="写到哪个文件，如 花名册.xlsx")
    blank.add_argument("--unit", metavar="代码", help="只要这个单位和下级单位的预留账号；不写则为全部单位")
    blank.add_argument("--each", metavar="个数", type=int, default=20, help="每个单位的预留账号，默认 20 个")
    data_option(blank)
    blank.set_defaults(run=_write_template)
    out = actions.add_parser(
        "export", help="导出花名册", description="导出现有的花名册，含完整的手机号码和QQ号；导出会留下记录。"
    )
    out.add_argument("file", metavar="文件", type=Path, help="写到哪个文件，如 花名册.xlsx")
    out.add_argument("--unit", metavar="代码", help="只要这个单位和下级单位；不写则为全部单位")
    data_option(out)
    out.set_defaults(run=_export)
    again = actions.add_parser(
        "slips",
        help="重新生成账号发放单",
        description="为还没有登录过的人重新生成账号发放单；以前发的一次性密码不能再用。",
    )
    again.add_argument("file", metavar="文件", type=Path, help="写到哪个文件：.xlsx 表格，.pdf 发放条，.txt 文字")
    again.add_argument("--unit", metavar="代码", help="只要这个单位和下级单位；不写则为全部单位")
    data_option(again)
    again.set_defaults(run=_renew_slips)


def slips_option(parser: argparse.ArgumentParser) -> None:
    """Where the slips of new accounts are written."""
    parser.add_argument(
        "--slips",
        metavar="文件",
        type=Path,
        help="把新账号的发放单写到这个文件：.xlsx 表格，.pdf 发放条，.txt 发给本人的文字；一次性密码只给出这一次",
    )


def import_roster(options: argparse.Namespace) -> int:
    """Check the file, and import it unless only a dry run was asked for."""
    settings = read_settings(options.data)
    if options.slips:
        check_slips_file(options.slips)
    with opened(settings, exclusive=not options.dry_run) as store:
        programme = current_programme(store)
        missing = fonts_with(settings.fonts).missing
        checked = check_roster(store, options.file, programme=programme, now=now(), missing=missing)
        for fault in checked.faults:
            print(f"{fault.sheet} {fault.cell}".strip() + f"：{fault.message}", file=sys.stderr)
        _print_plan(checked.plan)
        if not checked.is_sound:
            print("有需要改正的地方，没有导入任何内容；请改正后再导入。", file=sys.stderr)
            return 1
        if not options.dry_run:
            result = apply_import(
                store,
                checked.plan,
                by=OPERATOR,
                now=now(),
                new_id=lambda: secrets.token_hex(8),
                first_password=programme.first_password,
            )
            _print_result(result)
            hand_out(store, settings, programme, result.new, options.slips)
            return 1 if result.refused else 0
    return 0


def _print_plan(plan: Plan) -> None:
    print(f"单位：变化 {len(plan.units)} 个。")
    print(
        f"人员：新增 {len(plan.created)} 人，更新 {len(plan.changed)} 人，申请调入 {len(plan.requests)} 人，"
        f"无变化 {plan.unchanged} 人。"
    )
    for change in (*plan.changed, *plan.requests):
        fields = "，".join(f"{field.label}“{field.before}”→“{field.after}”" for field in change.fields)
        print(f"  第{change.row.row}行 {change.row.name}：{'申请调入，' if change.is_request else ''}{fields}")
    _print_refused(plan.refused)


def _print_result(result: ImportResult) -> None:
    print(
        f"已导入：新增 {result.created} 人，更新 {result.changed} 人，申请调入 {result.requested} 人，"
        f"无变化 {result.unchanged} 人。"
    )
    _print_refused(result.refused)


def _print_refused(rows: Iterable[RefusedRow]) -> None:
    for refused in rows:
        label = f"“{refused.label}”列" if refused.label else ""
        print(f"  {refused.sheet}第{refused.row}行{label} {refused.name}：{refused.why}", file=sys.stderr)


def check_slips_file(path: Path) -> None:
    """Raises Refused for a file that is there already or whose kind is not known, before anything is imported."""
    refuse_overwriting(path)
    if path.suffix.lower() not in {".xlsx", ".pdf", ".txt"}:
        raise Refused(f"发放单可以写成 .xlsx、.pdf 或 .txt 文件，{path.name} 不是。什么都没有改动。")


def refuse_overwriting(path: Path) -> None:
    """Raises Refused where there is such a file."""
    if path.exists():
        raise Refused(f"{path} 已经存在，没有覆盖。请换一个文件名。")


def hand_out(
    store: Store, settings: Settings, programme: Programme, new: Sequence[NewAccount], file: Path | None
) -> None:
    """Write the slips of new accounts, or print them: the one-time passwords are told only now."""
    names = {row.summary.code: row.summary.name for row in store.list(UNIT)}
    slips = [
        HandOut(
            name=one.name,
            unit=names.get(one.unit, one.unit),
            number=one.number,
            role=one.role,
            password=one.password,
            expires=one.expires,
        )
        for one in new
    ]
    if file is None:
        for slip in slips:
            print(f"  {slip.name}（{slip.unit}）：账号 {slip.number}，第一次登录的密码 {slip.first}")
    elif slips:
        file.write_bytes(_slips_bytes(slips, programme, settings, file.suffix.lower()))
        print(f"{len(slips)} 人的账号发放单已写入 {file}，其中的一次性密码不会再给出，请妥善保管。")


def _slips_bytes(slips: Sequence[HandOut], programme: Programme, settings: Settings, kind: str) -> bytes:
    if kind == ".xlsx":
        return hand_out_book(slips, programme)
    if kind == ".txt":
        texts = [hand_out_text(slip, programme, address=settings.address) for slip in slips]
        return ("\n\n".join(texts) + "\n").encode()
    fonts = fonts_with(settings.fonts)
    return hand_out_pages(slips, programme, title=settings.title, address=settings.address, fonts=fonts)


def _write_template(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    refuse_overwriting(options.file)
    with opened(settings, exclusive=False) as store:
        units = units_called(store, options.unit)
        with options.file.open("wb") as stream:
            write_template(
                stream,
                programme=current_programme(store),
                units=list(unit_labels(store, units).values()),
                people=reserved_rows(store, units, each=options.each),
            )
    print(f"模板已写入 {options.file}。")
    return 0


def _export(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    refuse_overwriting(options.file)
    with opened(settings, exclusive=True) as store:
        units = units_called(store, options.unit)
        programme = current_programme(store)
        rows = people_rows(store, units, programme)
        _note_export(store, units, "export-roster", len(rows))
        with options.file.open("wb") as stream:
            write_template(stream, programme=programme, units=list(unit_labels(store, units).values()), people=rows)
    print(f"{len(rows)} 人的花名册已写入 {options.file}，含完整的手机号码和QQ号，请妥善保管。")
    return 0


def _note_export(store: Store, units: Mapping[UnitId, UnitSummary], action: str, people: int) -> None:
    """The act stands in the topmost of the units; where there is none, nobody's telephone went out."""
    top = next((id for id, unit in units.items() if unit.parent not in units), None)
    if top is not None:
        note_export(store, top, action, people, by=OPERATOR, now=now())


def _renew_slips(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    check_slips_file(options.file)
    with opened(settings, exclusive=True) as store:
        programme = current_programme(store)
        slips = renewed_slips(store, units_called(store, options.unit), by=OPERATOR, now=now())
    if not slips:
        print("没有等待启用的账号。")
        return 0
    options.file.write_bytes(_slips_bytes(slips, programme, settings, options.file.suffix.lower()))
    print(f"{len(slips)} 人的账号发放单已写入 {options.file}，其中的一次性密码不会再给出，请妥善保管。")
    return 0


def units_called(store: Store, code: str | None) -> dict[UnitId, UnitSummary]:
    """The unit with this code and those below it; all without one. Raises Refused."""
    units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
    if code is None:
        return units
    below = units_below(_unit(units, code), units)
    return {id: unit for id, unit in units.items() if id in below}


def current_programme(store: Store) -> Programme:
    """Whose ranks and tiers a roster names."""
    return Courses(store).current(now()).content.programme


def _add_units(parser: ChineseParser) -> None:
    actions = parser.commands("操作")
    load = actions.add_parser(
        "import", help="导入单位表", description="检查并导入填好的单位表；填了管理员姓名的，同时建立管理员账号。"
    )
    load.add_argument("file", metavar="文件", type=Path, help="填好的单位表（.xlsx 或 .csv）")
    load.add_argument("--dry-run", action="store_true", help="只看会有哪些变化，不导入")
    slips_option(load)
    data_option(load)
    load.set_defaults(run=import_roster)
    blank = actions.add_parser("template", help="生成单位表", description="生成含现有单位的单位表，可以修改、补充。")
    blank.add_argument("file", metavar="文件", type=Path, help="写到哪个文件，如 单位.xlsx")
    data_option(blank)
    blank.set_defaults(run=_write_units)
    shown = actions.add_parser("list", help="列出单位", description="列出单位的代码、名称和上级代码。")
    data_option(shown)
    shown.set_defaults(run=_list_units)
    close = actions.add_parser("close", help="撤销单位", description="撤销已经没有人的单位；以前的报表里仍然有它。")
    merge = actions.add_parser("merge", help="合并单位", description="把一个单位并入另一个；以前的报表仍按原单位统计。")
    split = actions.add_parser(
        "split", help="分设单位", description="从一个单位分出一个新单位，名单里的人随之转入；没有办完的，再运行一次。"
    )
    for command, run in ((close, _close), (merge, _merge), (split, _split)):
        command.add_argument("unit", metavar="代码", help="现有单位的代码")
        command.set_defaults(run=run)
    merge.add_argument("into", metavar="并入", help="并入哪个单位，写代码")
    split.add_argument("code", metavar="新代码", help="新单位的代码")
    split.add_argument("name", metavar="新名称", help="新单位的名称")
    split.add_argument("people", metavar="名单", type=Path, help="每行写学法账号和姓名的 .xlsx、.csv 或 .txt 文件")
    split.add_argument("--dry-run", action="store_true", help="只检查名单，不办理")
    for command in (close, merge, split):
        data_option(command)


def _write_units(options: argparse.Namespace) -> int:
    refuse_overwriting(options.file)
    with opened(read_settings(options.data), exclusive=True) as store:
        units = units_called(store, None)
        rows = unit_rows(store, units)
        _note_export(store, units, "export-units", sum(bool(row["手机号码"]) for row in rows))
        with options.file.open("wb") as stream:
            write_units_template(stream, rows)
    print(f"单位表已写入 {options.file}，含管理员的完整手机号码，请妥善保管。")
    return 0


def _list_units(options: argparse.Namespace) -> int:
    with opened(read_settings(options.data), exclusive=False) as store:
        for row in unit_rows(store, units_called(store, None)):
            print("\t".join((row["代码"], row["名称"], row["上级代码"], row["管理员姓名"])))
    return 0


def _close(options: argparse.Namespace) -> int:
    with opened(read_settings(options.data), exclusive=True) as store:
        units = units_called(store, None)
        close_unit(store, _unit(units, options.unit), units, by=OPERATOR, now=now())
    print(f"单位 {options.unit} 已撤销。")
    return 0


def _merge(options: argparse.Namespace) -> int:
    with opened(read_settings(options.data), exclusive=True) as store:
        units = units_called(store, None)
        one, other = _unit(units, options.unit), _unit(units, options.into)
        moved = merge_unit(store, one, other, units, by=OPERATOR, now=now())
    print(f"单位 {options.unit} 已并入 {options.into}，{moved} 人随之转入。")
    return 0


def _split(options: argparse.Namespace) -> int:
    new = UnitRow(row=1, code=options.code, name=clean("名称", options.name))
    if why := code_fault(new.code) or text_fault(new.name, label="名称", required=True):
        raise Refused(why)
    with opened(read_settings(options.data), exclusive=not options.dry_run) as store:
        units = units_called(store, None)
        id = _unit(units, options.unit)
        going = _going(check_split(store, id, text_of_workbook(options.people), units))
        if options.dry_run:
            print(f"名单有 {len(going)} 人，可以转入 {new.name}。")
            return 0
        made = UnitId(secrets.token_hex(8))
        moved = split_unit(store, id, new, going, units, by=OPERATOR, now=now(), made=made)
    print(f"已从单位 {options.unit} 分出 {new.code} {new.name}，转入 {moved} 人。请用 grader units import 设管理员。")
    return 0


def _going(people: Sequence[SplitPerson]) -> list[AccountId]:
    """Those of the list. Raises Refused where one of them can't go, after telling why."""
    for person in people:
        if person.why:
            print(f"名单第 {person.line} 行 {person.name}：{person.why}", file=sys.stderr)
    going = [person.id for person in people if person.id]
    if len(going) < len(people) or not going:
        raise Refused("名单里没有人，或者有需要改正的行，没有办理。")
    return going


def _unit(units: Mapping[UnitId, UnitSummary], code: str) -> UnitId:
    """The unit with this code. Raises Refused."""
    found = next((id for id, unit in units.items() if unit.code == code), None)
    if found is None:
        raise Refused(f"没有代码为“{code}”的单位。")
    return found


OPTIONS = {"roster": _add_roster, "units": _add_units}
"""What completes the parser of each command."""
