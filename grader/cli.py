"""The command line `grader`: set up, publish, roster, statistics, serve, demonstrate. May import all of grader.

Commands that write open the store as its only owner; while the service runs they are refused. Each has a page but
`init` and `reset-password`, for whom nobody is signed in yet.
"""

from __future__ import annotations

import argparse
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

from flask import Flask

from grader.config import Settings, SettingsError, read_settings
from grader.course import Courses
from grader.demo.run import run_demo
from grader.deployment import Slip, renew_slip, set_up
from grader.domain.errors import Refusal
from grader.publish import check_folder, publish_folder
from grader.roster.importing import apply_import, check_roster
from grader.roster.rows import Plan, RefusedRow
from grader.roster.template import write_template
from grader.serve import CannotListen, address_of, listen, serve
from grader.statistics import AttemptRow, Counted, count_attempts
from grader.store import is_shared, migrate_store, open_import, open_store
from grader.store.base import Store, StoreError
from grader.store.moving import check_file, take_in, write_documents
from grader.web.app import create_app
from grader.workers import serve_by_workers
from quizgen.cli.folder import check_output, write_new
from quizgen.cli.progress import counted, working
from quizgen.commandline import ChineseParser, Refused, run
from quizgen.diagnostics import render_text
from quizgen.model import TierId
from quizgen.programme import Programme
from quizgen.statistics import render_statistics

OPERATOR = "command-line"
"""Who did it, in acts, when it was done from the command line."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused or failed, 2 used wrongly."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("grader").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # warns at each request that waits for a thread
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    try:
        return run(_parser(), arguments)
    except (SettingsError, StoreError, CannotListen, Refusal) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _end(_signal: int, _frame: object) -> NoReturn:
    """A polite kill ends like Ctrl+C: the store is closed, a temporary folder goes."""
    raise SystemExit(0)


def _parser() -> ChineseParser:
    parser = ChineseParser(prog="grader", description="学法考试服务：学习时间、考试、证书和统计。")
    commands = parser.commands()
    _add_init(commands.add_parser("init", help="初始化", description="建立数据文件夹、密钥和第一个管理员账号。"))
    _add_publish(commands.add_parser("publish", help="发布", description="检查内容文件夹，通过后发布方案和题库。"))
    _add_migrate(commands.add_parser("migrate", help="更新数据表", description="把数据库的表更新到本版本。"))
    _add_serve(commands.add_parser("serve", help="启动服务", description="启动学法考试服务，按 Ctrl+C 停止。"))
    _add_demo(commands.add_parser("demo", help="演示", description="用虚构的示例县启动一套完整的演示。"))
    _add_reset(commands.add_parser("reset-password", help="重置密码", description="给忘记密码的账号一个一次性密码。"))
    _add_roster(commands.add_parser("roster", help="花名册", description="导入花名册，或生成导入模板。"))
    _add_statistics(
        commands.add_parser(
            "statistics",
            help="试题统计",
            description="统计一个方案的作答：每道题的得分率、区分度、各选项的人数和使用次数，供下一年改题、组卷用。"
            "每名学员只计第一次完成的考试；文件里没有个人信息。服务运行时也可以使用。",
        )
    )
    _add_export(commands.add_parser("export-data", help="导出数据", description="把全部数据导出成一个文件，用于搬迁。"))
    _add_import(commands.add_parser("import-data", help="导入数据", description="把导出的文件导入到空的数据位置。"))
    return parser


def _data_option(parser: ChineseParser) -> None:
    parser.add_argument("--data", metavar="目录", type=Path, default=Path("var/data"), help="数据文件夹，默认 var/data")


def _address_options(parser: ChineseParser) -> None:
    parser.add_argument("--host", metavar="地址", default="127.0.0.1", help="在哪个地址上服务，默认只限本机 127.0.0.1")
    parser.add_argument("--port", metavar="端口", type=int, default=8000, help="端口，默认 8000")


def _add_init(parser: ChineseParser) -> None:
    _data_option(parser)
    parser.add_argument("--title", metavar="名称", default="国家工作人员学法考试", help="显示在页面上的名称")
    parser.add_argument(
        "--address",
        metavar="网址",
        default="http://127.0.0.1:8000",
        help="学员在浏览器里输入的网址，证书上的核验地址也用它，如 https://example.org/xuefa",
    )
    parser.add_argument("--county", metavar="名称", default="学法考试主管部门", help="主管部门的名称")
    parser.add_argument("--code", metavar="代码", default="900001", help="主管部门的单位代码，默认 900001")
    parser.add_argument("--site", metavar="目录", type=Path, default=Path("var/site"), help="课程网页所在的文件夹")
    parser.add_argument("--content", metavar="目录", type=Path, default=Path("content"), help="内容文件夹")
    parser.add_argument(
        "--store",
        metavar="位置",
        default="tiny:store",
        help="数据存放处：默认在数据文件夹里；多个进程或多台主机共用时写 postgresql://用户名@主机/数据库",
    )
    parser.set_defaults(run=_init)


def _add_migrate(parser: ChineseParser) -> None:
    _data_option(parser)
    parser.set_defaults(run=_migrate)


def _add_publish(parser: ChineseParser) -> None:
    _data_option(parser)
    parser.add_argument("--content", metavar="目录", type=Path, help="内容文件夹；不写则用设置里的")
    parser.add_argument("--programme", metavar="方案", help="只发布这一个方案，如 2026；不写则全部发布")
    parser.add_argument("--allow-sample-bank", action="store_true", help="允许用本软件自带的公开示例题考试")
    parser.set_defaults(run=_publish)


def _add_export(parser: ChineseParser) -> None:
    parser.add_argument(
        "file", metavar="文件", type=Path, help="写到哪个文件，如 data.jsonl；其中有个人信息，请妥善保管"
    )
    _data_option(parser)
    parser.set_defaults(run=_export)


def _add_import(parser: ChineseParser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="grader export-data 导出的文件")
    _data_option(parser)
    parser.set_defaults(run=_import_data)


def _add_serve(parser: ChineseParser) -> None:
    _data_option(parser)
    _address_options(parser)
    parser.add_argument(
        "--workers", metavar="个数", type=int, default=1, help="用几个进程提供服务，默认 1；大于 1 须使用 PostgreSQL"
    )
    parser.set_defaults(run=_serve)


def _add_demo(parser: ChineseParser) -> None:
    _address_options(parser)
    parser.add_argument("--data", metavar="目录", type=Path, help="把演示数据保存在这里；不写则退出时删除")
    parser.set_defaults(run=_demo)


def _add_reset(parser: ChineseParser) -> None:
    parser.add_argument("account", metavar="账号", help="学法账号，如 9000010000")
    _data_option(parser)
    parser.set_defaults(run=_reset_password)


def _add_roster(parser: ChineseParser) -> None:
    actions = parser.commands("操作")
    load = actions.add_parser("import", help="导入花名册", description="检查并导入填好的花名册；可以反复导入。")
    load.add_argument("file", metavar="文件", type=Path, help="填好的花名册（.xlsx）")
    load.add_argument("--dry-run", action="store_true", help="只看会有哪些变化，不导入")
    _data_option(load)
    load.set_defaults(run=_import_roster)
    blank = actions.add_parser("template", help="生成导入模板", description="按已发布的方案生成空白的花名册模板。")
    blank.add_argument("file", metavar="文件", type=Path, help="写到哪个文件，如 花名册.xlsx")
    _data_option(blank)
    blank.set_defaults(run=_write_template)


def _add_statistics(parser: ChineseParser) -> None:
    _data_option(parser)
    parser.add_argument("--programme", metavar="方案", required=True, help="方案的标识，如 2026")
    parser.add_argument(
        "--out", metavar="文件", type=Path, help="写到哪个文件；不写则是内容文件夹里的 statistics/方案.json"
    )
    parser.add_argument("--force", action="store_true", help="文件已存在时覆盖")
    parser.set_defaults(run=_statistics)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _opened(settings: Settings, *, exclusive: bool) -> Iterator[Store]:
    store = open_store(settings.store, exclusive=exclusive)
    try:
        yield store
    finally:
        store.close()


def _init(options: argparse.Namespace) -> int:
    slip = set_up(
        options.data,
        title=options.title,
        address=options.address,
        county=options.county,
        code=options.code,
        site=options.site,
        content=options.content,
        now=_now(),
        store=options.store,
    )
    print(f"已初始化数据文件夹 {options.data}。请妥善备份其中的 settings.toml（含密钥）。")
    print()
    _print_slip("主管部门管理员", slip)
    print()
    print("下一步：quizgen site 生成课程网页；grader publish 发布方案和题库；grader serve 启动服务。")
    return 0


def _print_slip(title: str, slip: Slip) -> None:
    print(f"  {title}（只显示这一次，请立即抄下）")
    print(f"    账号  {slip.number}")
    print(f"    密码  {slip.password}")
    print("  首次登录后须修改密码。")


def _reset_password(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with _opened(settings, exclusive=True) as store:
        slip = renew_slip(store, options.account, by=OPERATOR, now=_now())
    print("已重置密码，原来的密码不能再用，已登录的设备会全部退出。")
    print()
    _print_slip("一次性密码", slip)
    return 0


def _publish(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with _opened(settings, exclusive=True) as store:
        checked = check_folder(options.content or settings.content)
        if checked.diagnostics:
            print(render_text(list(checked.diagnostics), checked.source.sources), end="", file=sys.stderr)
        if not checked.is_sound:
            print("内容有错误，没有发布；原来发布的内容继续有效。", file=sys.stderr)
            return 1
        published = publish_folder(
            store,
            checked,
            by=OPERATOR,
            now=_now(),
            programme=options.programme,
            allow_sample=options.allow_sample_bank,
        )
    for done in published:
        print(f"{done.title}（{done.programme}）：{done.outcome}（版本 {done.digest[:8]}）。")
        if done.lowered:
            print(f"  按新规则，以下 {len(done.lowered)} 人的学时会减少（已达到的不受影响）：{'、'.join(done.lowered)}")
    return 0


def _migrate(options: argparse.Namespace) -> int:
    done = migrate_store(read_settings(options.data).store)
    for name in done:
        print(f"已完成：{name}")
    print("数据表已更新到本版本。" if done else "数据表已经是本版本的，没有改动。")
    return 0


def _export(options: argparse.Namespace) -> int:
    if options.file.exists():
        raise Refused(f"{options.file} 已经存在，没有覆盖。请换一个文件名。")
    with _opened(read_settings(options.data), exclusive=True) as store, working("正在导出……"):
        moved = write_documents(store, options.file)
    print(f"已导出 {moved.documents} 个文档到 {options.file}，摘要 {moved.digest}。")
    print("密钥不在其中：请继续使用原来的 settings.toml，只改其中的 store。")
    return 0


def _import_data(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with working("正在检查文件……"):
        moved = check_file(options.file)
    target = open_import(settings.store, moved)
    try:
        if target.done:
            print(f"上次已导入 {target.done} 个文档，从那里继续。")
        take_in(target, options.file, moved, watch=lambda numbers, total: counted(numbers, "正在导入", total=total))
    finally:
        target.close()
    print(f"已导入 {moved.documents} 个文档，摘要 {moved.digest}，与文件一致。")
    return 0


def _serve(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    if options.workers < 1 or (options.workers > 1 and not is_shared(settings.store)):
        raise Refused(
            "--workers 大于 1 时，数据须存放在 PostgreSQL 里（settings.toml 的 store）。"
            "请去掉 --workers，或先用 grader export-data、import-data 搬到 PostgreSQL。"
        )
    listener = listen(options.host, options.port)
    announce = partial(_announce, settings.address, address_of(options.host, listener))

    with _opened(settings, exclusive=True) as store:
        _report_damage(store)
        if options.workers == 1:
            serve(create_app(settings, store), listener, on_ready=announce)
            return 0

    def make_app() -> Flask:
        return create_app(settings, open_store(settings.store, exclusive=True, check=False))

    serve_by_workers(make_app, listener, workers=options.workers, on_ready=announce)
    return 0


def _announce(address: str, here: str) -> None:
    """What people type, and where the service answers on this machine: behind a proxy these differ."""
    if here != address:
        print(f"在本机打开：{here}（学员使用 settings.toml 里的地址）")
    print(f"服务已启动：{address}（按 Ctrl+C 停止）", flush=True)


def _report_damage(store: Store) -> None:
    for sentence in getattr(store, "damaged", ()):
        print(f"注意：{sentence}", file=sys.stderr)


def _demo(options: argparse.Namespace) -> int:
    return run_demo(host=options.host, port=options.port, data=options.data)


def _import_roster(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with _opened(settings, exclusive=not options.dry_run) as store:
        checked = check_roster(store, options.file, programme=_current(store), now=_now())
        for fault in checked.faults:
            print(f"{fault.sheet} {fault.cell}".rstrip() + f"：{fault.message}", file=sys.stderr)
        _print_plan(checked.plan)
        if not checked.is_sound:
            print("花名册有需要改正的地方，没有导入任何内容；请改正后再导入。", file=sys.stderr)
            return 1
        if not options.dry_run:
            result = apply_import(store, checked.plan, by=OPERATOR, now=_now(), new_id=lambda: secrets.token_hex(8))
            print(f"已导入：新增 {result.created} 人，更新 {result.changed} 人，无变化 {result.unchanged} 人。")
            for new in result.new:
                print(f"  {new.name}（单位 {new.unit}）：学法账号 {new.number}")
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
    with _opened(settings, exclusive=False) as store:
        programme = _current(store)
    if options.file.exists():
        raise Refused(f"{options.file} 已经存在，没有覆盖。请换一个文件名。")
    with options.file.open("wb") as stream:
        write_template(stream, tiers=_titles(programme), exemptions=programme.exemptions)
    print(f"模板已写入 {options.file}。")
    return 0


def _statistics(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    out: Path = options.out or settings.content / "statistics" / f"{options.programme}.json"
    if options.out is None:
        out.parent.mkdir(exist_ok=True)
    check_output(out, force=options.force)
    with _opened(settings, exclusive=False) as store:
        done = count_attempts(store, options.programme, now=_now(), watched=_with_bar)
    write_new(out, render_statistics(done.statistics), force=options.force)
    _print_counted(done)
    return 0


def _with_bar(rows: Sequence[AttemptRow]) -> Iterator[AttemptRow]:
    return counted(rows, "正在统计作答……", total=len(rows))


def _print_counted(done: Counted) -> None:
    found = done.statistics
    print(f"试卷 {found.papers} 份，试题 {len(found.items)} 道；统计截止时间 {found.as_of}。")
    if exam := found.exam:
        reliability = "" if exam.reliability is None else f"，信度 {exam.reliability:.2f}"
        print(f"学员 {exam.learners} 人的第一次考试：平均得分率 {exam.mean:.1%}{reliability}。")
    if done.left_out:
        print(f"注意：有 {done.left_out} 份考试记录无法读取，没有计入。请检查数据，或从备份恢复。", file=sys.stderr)


def _current(store: Store) -> Programme:
    return Courses(store).current(_now()).content.programme


def _titles(programme: Programme) -> dict[TierId, str]:
    return {id: tier.title for id, tier in programme.tiers.items()}
