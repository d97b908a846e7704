"""`grader serve`: the service, by one process or several."""

from __future__ import annotations

import argparse
import gc
import sys
from functools import partial

from flask import Flask

from grader.cli.deployment import address_options, data_option, opened
from grader.operation.serve import CannotListen, address_of, listen, serve
from grader.operation.workers import serve_by_workers
from grader.settings import Settings, read_settings
from grader.store import is_shared, open_store
from grader.store.base import Store
from grader.web.app import create_app
from quizgen.console.commandline import ChineseParser, Refused

_COLLECT_AFTER = (10_000, 5, 20)
"""New objects, then walks, before the collector of cycles walks through the youngest, the next, all.

Documents have no cycles, and a submit reads a thousand objects: by Python's own numbers (700, 10, 10) a fifth of its
time went into such walks.
"""


def _add_serve(parser: ChineseParser) -> None:
    data_option(parser)
    address_options(parser)
    parser.add_argument(
        "--workers", metavar="个数", type=int, default=1, help="用几个进程提供服务，默认 1；大于 1 须使用 PostgreSQL"
    )
    parser.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> int:
    settings = read_settings(options.data)
    if options.workers < 1 or (options.workers > 1 and not is_shared(settings.store)):
        raise Refused(
            "--workers 大于 1 时，数据须存放在 PostgreSQL 里（settings.toml 的 store）。"
            "请去掉 --workers，或先用 grader export-data、import-data 搬到 PostgreSQL。"
        )
    try:
        return _serve_from(settings, options)
    except CannotListen as fault:
        raise Refused(str(fault), status=1) from None


def _serve_from(settings: Settings, options: argparse.Namespace) -> int:
    listener = listen(options.host, options.port)
    announce = partial(_announce, settings.address, address_of(options.host, listener))

    gc.set_threshold(*_COLLECT_AFTER)
    with opened(settings, exclusive=True) as store:
        _report_damage(store)
        if options.workers == 1:
            gc.freeze()  # what is there now stays: a walk over all of a county's index would hold everybody up
            app = create_app(settings, store)
            serve(app, listener, on_ready=announce)
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


OPTIONS = {"serve": _add_serve}
"""What completes the parser of each command."""
