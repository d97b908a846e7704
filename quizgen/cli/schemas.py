"""`quizgen schema`: what an editor program needs to complete, explain and check the files."""

from __future__ import annotations

import argparse
import json
import sys
from argparse import _SubParsersAction
from collections.abc import Mapping
from pathlib import Path

from quizgen.console.commandline import ChineseParser, Refused
from quizgen.content import shown
from quizgen.parse.schema.files import SchemaKind, schema_of
from quizgen.words.files import replace_file

_FOLDER = Path(".vscode")
"""Where VS Code looks for the settings of a folder."""


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`schema`."""
    schema = commands.add_parser(
        "schema",
        help="生成编辑器用的格式说明",
        description="生成题库、方案和法律登记表的格式说明（JSON Schema），"
        "在VS Code里写文件时可以自动补全、悬停查看说明、当场指出写错的地方。",
    )
    schema.add_argument(
        "kind", nargs="?", choices=tuple(SchemaKind), help="只要哪一种：题库、方案或法律登记表；不写则三种都要"
    )
    schema.add_argument(
        "--out",
        metavar="目录",
        type=Path,
        help="写到哪个文件夹；默认 .vscode，只要一种又不写目录时输出到屏幕",
    )
    schema.add_argument("--force", action="store_true", help="文件已存在时覆盖（settings.json 从不覆盖）")
    schema.set_defaults(run=_schema)


def _schema(options: argparse.Namespace) -> int:
    kinds = [SchemaKind(options.kind)] if options.kind else list(SchemaKind)
    if options.kind and options.out is None:
        print(_json(schema_of(kinds[0])), end="")
        return 0
    folder = options.out or _FOLDER
    _write_all({folder / f"{kind}.schema.json": _json(schema_of(kind)) for kind in kinds}, force=options.force)
    _offer_settings(folder, _json(_settings(folder, kinds)))
    return 0


def _write_all(texts: Mapping[Path, str], *, force: bool) -> None:
    """Write the files, or none of them when one holds something else and may not be replaced."""
    changed = {path: text for path, text in texts.items() if not _holds(path, text)}
    there = [shown(path) for path in changed if path.exists()]
    if there and not force:
        raise Refused(
            f"文件{'、'.join(there)}已经存在，内容不同，没有覆盖。要覆盖请加 --force，或用 --out 换一个文件夹。"
        )
    for path, text in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode())
    for path in texts:
        print(f"已写入 {path}。" if path in changed else f"{path} 没有变化。", file=sys.stderr)


def _offer_settings(folder: Path, settings: str) -> None:
    """Write the settings where VS Code looks for them and there are none; otherwise show them to be pasted."""
    path = folder / "settings.json"
    if folder.name == _FOLDER.name and not path.exists():
        _write_all({path: settings}, force=False)
        print("请用VS Code打开这个项目的文件夹，并装上YAML扩展（redhat.vscode-yaml）。", file=sys.stderr)
    elif not _holds(path, settings):
        print("请把下面各行加进 .vscode/settings.json：", file=sys.stderr)
        print(settings, end="")


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _settings(folder: Path, kinds: list[SchemaKind]) -> dict[str, object]:
    """Settings of VS Code; the public collection of schemas is left out, as it would be fetched from another host."""
    place = shown(folder)
    place = place if Path(place).is_absolute() else f"./{place}"
    return {
        "files.encoding": "utf8",
        "yaml.schemaStore.enable": False,
        "yaml.schemas": {f"{place}/{kind}.schema.json": kind.files for kind in kinds},
    }


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
