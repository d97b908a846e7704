"""What commands that draw papers are asked for: content without errors, a programme and one of its tiers."""

from __future__ import annotations

import argparse
import hashlib
import json
import secrets
from argparse import ArgumentTypeError
from collections.abc import Iterable
from dataclasses import dataclass

from quizgen.cli.folder import checked, content_options
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.content import Content
from quizgen.diagnostics import has_errors, summary
from quizgen.model import TierId
from quizgen.programme import Blueprint, Programme, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Sound content and the tier whose papers are drawn; `seed` is the one given or a fresh one."""

    content: Content
    programme: Programme
    tier: Tier
    seed: str

    @property
    def blueprint(self) -> Blueprint:
        """The tier's table of specifications."""
        return self.programme.blueprints[self.tier.blueprint]

    @property
    def digest(self) -> str:
        """Names what papers are drawn from: SHA-256 over all texts read, shortened to 40 hex digits."""
        texts = json.dumps(sorted(self.content.sources.items()), ensure_ascii=False)
        return hashlib.sha256(texts.encode()).hexdigest()[:40]


def paper_options(parser: ChineseParser) -> None:
    """Which papers: `--programme`, `--tier`, `--seed` and where the content is; `--with-keys` and `--force`."""
    content_options(parser)
    parser.add_argument("--programme", metavar="方案", required=True, help="方案的标识，如 2026")
    parser.add_argument("--tier", metavar="层次", required=True, help="人员层次的标识，如 leading")
    parser.add_argument("--seed", metavar="种子", type=_seed, help="同样的内容和种子组出同样的试卷；不写则随机")
    parser.add_argument("--with-keys", action="store_true", help="附上正确答案（网页还附解析），请妥善保管")
    parser.add_argument("--force", action="store_true", help="文件已存在时覆盖")


def _seed(text: str) -> str:
    if not text.isprintable():  # bytes that are no text among them: the paper in JSON could not name its seed
        raise ArgumentTypeError("种子里有不能显示的字符，请用字母、数字或汉字")
    return text


def selected(options: argparse.Namespace) -> Selection:
    """What the options of `paper_options` name; refused where the content has errors or there is no such tier."""
    content, found = checked(options.content, options.laws)
    if has_errors(found):
        raise Refused(f"内容有错误，没有组卷（{summary(found)}）。请先运行 quizgen check 并改正。", status=1)
    programme = content.programme(options.programme)
    if not programme:
        raise Refused(f"没有方案“{options.programme}”，已有：{_listed(p.id for p in content.programmes)}。")
    tier = programme.tiers.get(TierId(options.tier))
    if not tier:
        raise Refused(f"方案“{programme.id}”里没有人员层次“{options.tier}”，已有：{_listed(programme.tiers)}。")
    seed = options.seed if options.seed is not None else secrets.token_hex(8)
    return Selection(content=content, programme=programme, tier=tier, seed=seed)


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or "（无）"
