"""`grader serve` and `demo`: the service, by one process or several."""

from __future__ import annotations

import argparse
import sys
from argparse import _SubParsersAction
from functools import partial
from pathlib import Path

from flask import Flask

from grader.cli.deployment import data_option, opened
from grader.config import read_settings
from grader.demo.run import run_demo
from grader.serve import address_of, listen, serve
from grader.store import is_shared, open_store
from grader.store.base import Store
from grader.web.app import create_app
from grader.workers import serve_by_workers
from quizgen.commandline import ChineseParser, Refused


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`serve`, `demo`."""
    _add_serve(commands.add_parser("serve", help="启动服务", description="启动学法考试服务，按 Ctrl+C 停止。"))
    _add_demo(commands.add_parser("demo", help="演示", description="用虚构的示例县启动一套完整的演示。"))


def _add_serve(parser: ChineseParser) -> None:
    data_option(parser)
    _address_options(parser)
    parser.add_argument(
        "--workers", metavar="个数", type=int, default=1, help="用几个进程提供服务，默认 1；大于 1 须使用 PostgreSQL"
    )
    parser.set_defaults(run=_serve)


def _add_demo(parser: ChineseParser) -> None:
    _address_options(parser)
    parser.add_argument("--data", metavar="目录", type=Path, help="把演示数据保存在这里；不写则退出时删除")
    parser.set_defaults(run=_demo)


def _serve(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    if options.workers < 1 or (options.workers > 1 and not is_shared(settings.store)):
        raise Refused(
            "--workers 大于 1 时，数据须存放在 PostgreSQL 里（settings.toml 的 store）。"
            "请去掉 --workers，或先用 grader export-data、import-data 搬到 PostgreSQL。"
        )
    listener = listen(options.host, options.port)
    announce = partial(_announce, settings.address, address_of(options.host, listener))

    with opened(settings, exclusive=True) as store:
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


def _address_options(parser: ChineseParser) -> None:
    parser.add_argument("--host", metavar="地址", default="127.0.0.1", help="在哪个地址上服务，默认只限本机 127.0.0.1")
    parser.add_argument("--port", metavar="端口", type=int, default=8000, help="端口，默认 8000")
