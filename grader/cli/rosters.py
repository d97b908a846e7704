"""`grader roster`: who takes part, from a workbook; and the blank workbook."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

from grader.administration.roster.importing import apply_import, check_roster
from grader.administration.roster.rows import Plan, RefusedRow
from grader.administration.roster.template import write_template
from grader.cli.deployment import OPERATOR, data_option, now, opened
from grader.course import Courses
from grader.settings import read_settings
from grader.store.base import Store
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.model import TierId
from quizgen.programme import Programme


def _add_roster(parser: ChineseParser) -> None:
    actions = parser.commands("操作")
    load = actions.add_parser("import", help="导入花名册", description="检查并导入填好的花名册；可以反复导入。")
    load.add_argument("file", metavar="文件", type=Path, help="填好的花名册（.xlsx）")
    load.add_argument("--dry-run", action="store_true", help="只看会有哪些变化，不导入")
    data_option(load)
    load.set_defaults(run=_import_roster)
    blank = actions.add_parser("template", help="生成导入模板", description="按已发布的方案生成空白的花名册模板。")
    blank.add_argument("file", metavar="文件", type=Path, help="写到哪个文件，如 花名册.xlsx")
    data_option(blank)
    blank.set_defaults(run=_write_template)


def _import_roster(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with opened(settings, exclusive=not options.dry_run) as store:
        checked = check_roster(store, options.file, programme=_current(store), now=now())
        for fault in checked.faults:
            print(f"{fault.sheet} {fault.cell}".rstrip() + f"：{fault.message}", file=sys.stderr)
        _print_plan(checked.plan)
        if not checked.is_sound:
            print("花名册有需要改正的地方，没有导入任何内容；请改正后再导入。", file=sys.stderr)
            return 1
        if not options.dry_run:
            result = apply_import(
                store,
                checked.plan,
                by=OPERATOR,
                now=now(),
                new_id=lambda: secrets.token_hex(8),
                first_password=_current(store).first_password,
            )
            print(f"已导入：新增 {result.created} 人，更新 {result.changed} 人，无变化 {result.unchanged} 人。")
            for new in result.new:
                slip = f"，一次性密码 {new.password}" if new.password else ""
                print(f"  {new.name}（单位 {new.unit}）：学法账号 {new.number}{slip}")
            _print_refused(result.refused)
    return 0


def _print_plan(plan: Plan) -> None:
    print(f"单位：变化 {len(plan.units)} 个。")
    print(
        f"人员：新增 {len(plan.created)} 人，更新 {len(plan.changed)} 人"
        f"（其中调动 {len(plan.transfers)} 人），无变化 {plan.unchanged} 人。"
    )
    for change in plan.changed:
        fields = "，".join(f"{field.label}“{field.before}”→“{field.after}”" for field in change.fields)
        print(f"  第{change.row.row}行 {change.row.name}：{fields}")
    _print_refused(plan.refused)


def _print_refused(rows: Iterable[RefusedRow]) -> None:
    for refused in rows:
        print(f"  {refused.sheet}第{refused.row}行 {refused.name}：{refused.why}", file=sys.stderr)


def _write_template(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with opened(settings, exclusive=False) as store:
        programme = _current(store)
    if options.file.exists():
        raise Refused(f"{options.file} 已经存在，没有覆盖。请换一个文件名。")
    with options.file.open("wb") as stream:
        write_template(stream, tiers=_titles(programme), exemptions=programme.exemptions)
    print(f"模板已写入 {options.file}。")
    return 0


def _current(store: Store) -> Programme:
    return Courses(store).current(now()).content.programme


def _titles(programme: Programme) -> dict[TierId, str]:
    return {id: tier.title for id, tier in programme.tiers.items()}


OPTIONS = {"roster": _add_roster}
"""What completes the parser of each command."""
