"""The command line `quizgen`: check content, draw and print a paper, build the site. May import all of quizgen."""

from __future__ import annotations

import argparse
import hashlib
import json
import secrets
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from quizgen.assemble import CannotFill, assemble
from quizgen.check import check_content
from quizgen.codes import EXPLANATIONS
from quizgen.commandline import ChineseParser, Refused, run
from quizgen.content import Content, read_content, shown
from quizgen.diagnostics import Diagnostic, has_errors, in_order, render_github, render_json, render_text, summary
from quizgen.model import TierId
from quizgen.paper import Paper
from quizgen.parse.fields import did_you_mean
from quizgen.programme import Programme
from quizgen.render import render_paper


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 the content has errors or work failed, 2 used wrongly."""
    return run(_parser(), arguments)


def _parser() -> ChineseParser:
    parser = ChineseParser(prog="quizgen", description="检查学法考试的课程、题库和方案，组卷，生成课程网站。")
    commands = parser.commands()

    check = commands.add_parser(
        "check", help="检查内容", description="检查课程、题库、方案和法律登记表，一次列出所有问题。"
    )
    _content_option(check)
    check.add_argument("--format", choices=tuple(_FORMATS), default="text", help="输出格式：文字、JSON或GitHub注释")
    check.add_argument("--explain", metavar="代码", help="说明一个诊断代码的含义，如 Q104")
    check.set_defaults(run=_check)

    draw = commands.add_parser("assemble", help="组一份试卷", description="按方案组一份试卷，写成JSON。")
    _paper_options(draw)
    draw.add_argument("--out", metavar="文件", type=Path, help="写到哪个文件；不写则输出到屏幕")
    draw.set_defaults(run=_assemble)

    render = commands.add_parser("render", help="生成可打印的试卷", description="按方案组一份试卷，生成可打印的网页。")
    _paper_options(render)
    render.add_argument("--out", metavar="文件", type=Path, required=True, help="写到哪个文件，如 试卷.html")
    render.set_defaults(run=_render)

    site = commands.add_parser("site", help="生成课程网站", description="生成课程网站；完整生成后才替换旧网站。")
    site.add_argument(
        "--config", metavar="文件", type=Path, default=Path("mkdocs.yml"), help="网站配置，默认 mkdocs.yml"
    )
    site.add_argument("--out", metavar="目录", type=Path, default=Path("var/site"), help="写到哪里，默认 var/site")
    site.add_argument("--no-strict", dest="strict", action="store_false", help="有警告时也生成")
    site.set_defaults(run=_site)
    return parser


def _content_option(parser: ChineseParser) -> None:
    parser.add_argument(
        "--content", metavar="目录", type=Path, default=Path("content"), help="内容文件夹，默认 content"
    )


def _paper_options(parser: ChineseParser) -> None:
    _content_option(parser)
    parser.add_argument("--programme", metavar="方案", required=True, help="方案的标识，如 2026")
    parser.add_argument("--tier", metavar="层次", required=True, help="人员层次的标识，如 leading")
    parser.add_argument("--seed", metavar="种子", help="同样的内容和种子组出同样的试卷；不写则随机")
    parser.add_argument("--with-keys", action="store_true", help="附上正确答案（网页还附解析），请妥善保管")
    parser.add_argument("--force", action="store_true", help="文件已存在时覆盖")


def _check(options: argparse.Namespace) -> int:
    if options.explain is not None:
        print(_explanation(options.explain))
        return 0
    content, found = _checked(options.content)
    print(_FORMATS[options.format](found, content), end="")
    return 1 if has_errors(found) else 0


def _explanation(code: str) -> str:
    name = code.strip().upper()
    if name not in EXPLANATIONS:
        raise Refused(f"没有诊断代码“{code}”。{did_you_mean(name.lower(), map(str.lower, EXPLANATIONS)).upper()}")
    return f"{name}：{EXPLANATIONS[name]}"


def _checked(folder: Path) -> tuple[Content, list[Diagnostic]]:
    if not folder.is_dir():
        raise Refused(f"没有内容文件夹“{shown(folder)}”。请在项目的文件夹里运行，或用 --content 指出它的位置。")
    content, faults = read_content(folder)
    return content, in_order([*faults, *check_content(content)])


def _text(found: list[Diagnostic], content: Content) -> str:
    return render_text(found, content.sources) or f"检查通过：{_size(content)}，没有发现问题。\n"


def _size(content: Content) -> str:
    practice, exam = len(content.practice.items), len(content.exam.items)
    return f"{len(content.programmes)}个方案、{len(content.lessons)}门课程、练习题{practice}道、考试题{exam}道"


_FORMATS: dict[str, Callable[[list[Diagnostic], Content], str]] = {
    "text": _text,
    "json": lambda found, _: render_json(found),
    "github": lambda found, _: render_github(found),
}


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
        _write(options.out, text, force=options.force)
    return 0


def _render(options: argparse.Namespace) -> int:
    content, programme, paper = _drawn(options)
    title = f"{programme.title}试卷（{programme.tiers[TierId(options.tier)].title}）"
    page = render_paper(paper, content.exam.by_id(), title=title, with_keys=options.with_keys)
    _write(options.out, page, force=options.force)
    return 0


def _drawn(options: argparse.Namespace) -> tuple[Content, Programme, Paper]:
    """The content, when it has no error, and a paper drawn from it."""
    content, found = _checked(options.content)
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


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(f"文件“{path}”已经存在，没有覆盖。要覆盖请加 --force，或换一个文件名。") from None
    print(f"已写入 {path}。", file=sys.stderr)


def _site(options: argparse.Namespace) -> int:
    from quizgen.site import build_site  # noqa: PLC0415 - mkdocs takes most of a second to import; only this command needs it

    if not options.config.is_file():
        raise Refused(f"没有网站配置“{options.config}”。请在项目的文件夹里运行，或用 --config 指出它的位置。")
    with Console(stderr=True).status("正在生成课程网站……"):
        problems = build_site(options.config, options.out, strict=options.strict)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"网站没有生成：有{len(problems)}个问题。原来的网站保持不变。", file=sys.stderr)
        return 1
    print(f"网站已生成到 {options.out}。", file=sys.stderr)
    return 0
