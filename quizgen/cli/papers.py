"""`quizgen assemble` and `quizgen render`: papers drawn from the exam bank."""

from __future__ import annotations

import argparse
import hashlib
import json
import secrets
from argparse import _SubParsersAction
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from quizgen.assemble import CannotFill, assemble
from quizgen.cli.folder import checked, content_options, write_new
from quizgen.commandline import ChineseParser, Refused
from quizgen.content import Content
from quizgen.diagnostics import has_errors, summary
from quizgen.model import TierId
from quizgen.paper import Paper
from quizgen.programme import Programme
from quizgen.render import render_paper


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`assemble` and `render`."""
    draw = commands.add_parser("assemble", help="组一份试卷", description="按方案组一份试卷，写成JSON。")
    _paper_options(draw)
    draw.add_argument("--out", metavar="文件", type=Path, help="写到哪个文件；不写则输出到屏幕")
    draw.set_defaults(run=_assemble)

    render = commands.add_parser("render", help="生成可打印的试卷", description="按方案组一份试卷，生成可打印的网页。")
    _paper_options(render)
    render.add_argument("--out", metavar="文件", type=Path, required=True, help="写到哪个文件，如 试卷.html")
    render.set_defaults(run=_render)


def _paper_options(parser: ChineseParser) -> None:
    content_options(parser)
    parser.add_argument("--programme", metavar="方案", required=True, help="方案的标识，如 2026")
    parser.add_argument("--tier", metavar="层次", required=True, help="人员层次的标识，如 leading")
    parser.add_argument("--seed", metavar="种子", help="同样的内容和种子组出同样的试卷；不写则随机")
    parser.add_argument("--with-keys", action="store_true", help="附上正确答案（网页还附解析），请妥善保管")
    parser.add_argument("--force", action="store_true", help="文件已存在时覆盖")


def _assemble(options: argparse.Namespace) -> int:
    content, _, paper = _drawn(options)
    plain = asdict(paper)
    if options.with_keys:
        items = content.exam.by_id()
        plain["keys"] = {place.item: sorted(items[place.item].key) for place in paper.items}
    text = json.dumps(plain, ensure_ascii=False, indent=2) + "\n"
    if options.out is None:
        print(text, end="")
    else:
        write_new(options.out, text, force=options.force)
    return 0


def _render(options: argparse.Namespace) -> int:
    content, programme, paper = _drawn(options)
    title = f"{programme.title}试卷（{programme.tiers[TierId(options.tier)].title}）"
    page = render_paper(paper, content.exam.by_id(), title=title, with_keys=options.with_keys)
    write_new(options.out, page, force=options.force)
    return 0


def _drawn(options: argparse.Namespace) -> tuple[Content, Programme, Paper]:
    """The content, when it has no error, and a paper drawn from it."""
    content, found = checked(options.content, options.laws)
    if has_errors(found):
        raise Refused(f"内容有错误，没有组卷（{summary(found)}）。请先运行 quizgen check 并改正。", status=1)
    programme = content.programme(options.programme)
    if not programme:
        raise Refused(f"没有方案“{options.programme}”，已有：{_listed(p.id for p in content.programmes)}。")
    tier = programme.tiers.get(TierId(options.tier))
    if not tier:
        raise Refused(f"方案“{programme.id}”里没有人员层次“{options.tier}”，已有：{_listed(programme.tiers)}。")
    try:
        paper = assemble(
            content.exam.items,
            programme.blueprints[tier.blueprint],
            tier=tier.id,
            modules=content.modules,
            seed=options.seed if options.seed is not None else secrets.token_hex(8),
            content=_digest(content),
        )
    except CannotFill as refusal:
        raise Refused(str(refusal), status=1) from refusal
    return content, programme, paper


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or "（无）"


def _digest(content: Content) -> str:
    """Names what a paper was drawn from: SHA-256 over all texts read, shortened to 40 hex digits."""
    texts = json.dumps(sorted(content.sources.items()), ensure_ascii=False)
    return hashlib.sha256(texts.encode()).hexdigest()[:40]
