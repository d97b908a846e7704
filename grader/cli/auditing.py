"""`grader audit`: the log of administrators' acts, listed and verified; while the service runs too."""

from __future__ import annotations

import argparse
from datetime import date
from zoneinfo import ZoneInfo

from grader.administration.audit.log import ActRow, Asked, log_lines
from grader.administration.audit.verify import noted_head, verify_acts
from grader.cli.deployment import OPERATOR, data_option, now, opened
from grader.course import Courses
from grader.domain.audit.acts import ACTIONS
from grader.domain.audit.verification import AGREES, Finding, Verification
from grader.domain.errors import NoProgramme
from grader.settings import read_settings
from grader.store.base import Store
from quizgen.console.commandline import ChineseParser
from quizgen.console.progress import working

_ZONE = "Asia/Shanghai"


def _add_audit(parser: ChineseParser) -> None:
    actions = parser.commands("操作")
    verify = actions.add_parser(
        "verify",
        help="核对操作记录",
        description=(
            "把每个文档里的操作记录与登记的逐条核对，找出被改动、被删除的。只读，不改动任何内容，服务运行时也可以使用。"
            "最后给出核对码：请抄在系统之外；以后用 --noted 写上它，能看出在那以前的操作记录有没有变动，"
            "连同登记一起改动的也能看出。"
        ),
    )
    verify.add_argument("--noted", metavar="核对码", default="", help="以前抄下的核对码，看那以前的记录有没有变动")
    data_option(verify)
    verify.set_defaults(run=_verify)
    show = actions.add_parser("list", help="查看操作记录", description="查看操作记录，新的在前；可以按条件筛选。")
    show.add_argument("--person", metavar="账号", default="", help="被操作的人：学法账号、手机号或QQ号")
    show.add_argument("--by", metavar="账号", default="", help="操作的管理员的账号，或“命令行”")
    show.add_argument("--unit", metavar="单位", default="", help="单位名称或代码的一部分")
    show.add_argument("--action", metavar="操作", default="", choices=["", *ACTIONS.values()], help="如 重置密码")
    show.add_argument("--since", metavar="日期", type=date.fromisoformat, help="从哪一天起，如 2026-09-01")
    show.add_argument("--until", metavar="日期", type=date.fromisoformat, help="到哪一天止（含当天）")
    show.add_argument("--most", metavar="条数", type=int, default=100, help="最多列出多少条，默认 100")
    data_option(show)
    show.set_defaults(run=_list)


def _verify(options: argparse.Namespace) -> int:
    noted = noted_head(options.noted)
    with opened(read_settings(options.data), exclusive=False) as store, working("正在核对……"):
        result = verify_acts(store, by=OPERATOR, now=now(), noted=noted)
    for line in verification_lines(result):
        print(line)
    return 0 if result.is_sound else 1


def _place(finding: Finding) -> str:
    return f" 第 {finding.number} 条" if finding.number else ""


def verification_lines(result: Verification) -> list[str]:
    """What a verification came to, line by line."""
    if result.problem:
        return [f"没有核对完：{result.problem}"]
    lines = [f"{one.fault.label}：{one.kind}/{one.id}{_place(one)}" for one in result.findings]
    if result.found > len(result.findings):
        lines.append(f"……共 {result.found} 处，只列出前 {len(result.findings)} 处。")
    if result.noted:
        lines.append("与抄下的核对码一致。" if result.noted == AGREES else "与抄下的核对码不一致：那以前的记录变动过。")
    verdict = f"有 {result.found} 处不符" if result.found else "全部相符"
    late = f"，其中 {result.late} 条是启动、升级或搬迁数据时补登的" if result.late else ""
    return [*lines, f"核对了 {result.acts} 条操作记录{late}：{verdict}。", f"核对码：{result.head}"]


def _list(options: argparse.Namespace) -> int:
    action = next((id for id, label in ACTIONS.items() if label == options.action), "")
    asked = Asked(
        person=options.person,
        by=options.by,
        unit=options.unit,
        action=action,
        since=options.since,
        until=options.until,
    )
    with opened(read_settings(options.data), exclusive=False) as store:
        zone = _zone(store)
        rows = log_lines(store, asked, most=options.most, zone=zone)
    for row in rows.rows:
        print(_line(row, zone))
    print(f"共 {rows.found} 条" + (f"，列出最近的 {len(rows.rows)} 条。" if rows.found > len(rows.rows) else "。"))
    return 0


def _line(row: ActRow, zone: ZoneInfo) -> str:
    changes = "，".join(
        f"{change.label} {change.before}→{change.after}" if change.before else f"{change.label} {change.after}"
        for change in row.changes
    )
    parts = (f"{row.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", row.by, row.action, row.about, row.unit, changes)
    return "  ".join(filter(None, parts))


def _zone(store: Store) -> ZoneInfo:
    try:
        return Courses(store).current(now()).content.programme.zone
    except NoProgramme:
        return ZoneInfo(_ZONE)


OPTIONS = {"audit": _add_audit}
"""What completes the parser of each command."""
