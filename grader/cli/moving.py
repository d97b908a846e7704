"""`grader migrate`, `export-data`, `import-data`: the tables of a database, and all data from store to store."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli.deployment import data_option, opened
from grader.settings import read_settings
from grader.store import migrate_store, open_import
from grader.store.moving import check_file, take_in, write_documents
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.progress import counted, working


def _add_migrate(parser: ChineseParser) -> None:
    data_option(parser)
    parser.set_defaults(run=_migrate)


def _add_export(parser: ChineseParser) -> None:
    parser.add_argument(
        "file", metavar="文件", type=Path, help="写到哪个文件，如 data.jsonl；其中有个人信息，请妥善保管"
    )
    data_option(parser)
    parser.set_defaults(run=_export)


def _add_import(parser: ChineseParser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="grader export-data 导出的文件")
    data_option(parser)
    parser.set_defaults(run=_import_data)


def _migrate(options: argparse.Namespace) -> int:
    done = migrate_store(read_settings(options.data).store)
    for name in done:
        print(f"已完成：{name}")
    print("数据表已更新到本版本。" if done else "数据表已经是本版本的，没有改动。")
    return 0


def _export(options: argparse.Namespace) -> int:
    if options.file.exists():
        raise Refused(f"{options.file} 已经存在，没有覆盖。请换一个文件名。")
    with opened(read_settings(options.data), exclusive=True) as store, working("正在导出……"):
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


OPTIONS = {"migrate": _add_migrate, "export-data": _add_export, "import-data": _add_import}
"""What completes the parser of each command."""
