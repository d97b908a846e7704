"""`grader init`, `reset-password`: a deployment, and the way in for whom nobody is signed in yet."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.accounts.slips import Slip
from grader.cli.deployment import OPERATOR, data_option, now, opened
from grader.operation.deployment import renew_slip, set_up
from grader.settings import read_settings
from quizgen.console.commandline import ChineseParser


def _add_init(parser: ChineseParser) -> None:
    data_option(parser)
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


def _add_reset(parser: ChineseParser) -> None:
    parser.add_argument("account", metavar="账号", help="学法账号，如 9000010000")
    data_option(parser)
    parser.set_defaults(run=_reset_password)


def _init(options: argparse.Namespace) -> int:
    slip = set_up(
        options.data,
        title=options.title,
        address=options.address,
        county=options.county,
        code=options.code,
        site=options.site,
        content=options.content,
        now=now(),
        store=options.store,
    )
    print(f"已初始化数据文件夹 {options.data}。请妥善备份其中的 settings.toml（含密钥）。")
    print()
    print_slip("主管部门管理员", slip)
    print()
    print("下一步：quizgen site 生成课程网页；grader publish 发布方案和题库；grader serve 启动服务。")
    return 0


def _reset_password(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    with opened(settings, exclusive=True) as store:
        slip = renew_slip(store, options.account, by=OPERATOR, now=now())
    print("已重置密码，原来的密码不能再用，已登录的设备会全部退出。")
    print()
    print_slip("一次性密码", slip)
    return 0


def print_slip(title: str, slip: Slip) -> None:
    """What is handed to the owner of an account; it is shown this once."""
    print(f"  {title}（只显示这一次，请立即抄下）")
    print(f"    账号  {slip.number}")
    print(f"    密码  {slip.password}")
    print(f"  {slip.expires.astimezone():%Y-%m-%d %H:%M} 前有效，首次登录后须修改密码。")


OPTIONS = {"init": _add_init, "reset-password": _add_reset}
"""What completes the parser of each command."""
