"""`quizgen law add`: official files into the folder of statute texts."""

from __future__ import annotations

import argparse
import re
from argparse import _SubParsersAction
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from quizgen.cli.folder import STATUTE_TEXTS
from quizgen.cli.laws.files import LawFile, day, known_laws, read_law_file, statute_id
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.progress import counted
from quizgen.content import Content, shown
from quizgen.law.official import OfficialText
from quizgen.law.register import Statute, Upcoming, usual_title
from quizgen.law.text import LEVELS, StatuteText, dated, differences
from quizgen.parse.fields import is_slug
from quizgen.parse.statute_text import statute_json
from quizgen.render.register import entry, upcoming_entry
from quizgen.words.files import replace_file


def add_command(commands: _SubParsersAction[ChineseParser]) -> None:
    """`add`."""
    add = commands.add_parser(
        "add",
        help="导入法律的官方文本",
        description="从国家法律法规数据库下载的.docx或.txt导入法律原文，一个版本一个文件，并说明与法律登记表有何不同。",
    )
    add.add_argument("files", metavar="文件", type=Path, nargs="+", help="官方文本（.docx或.txt），可以写几个")
    add.add_argument(
        "--content", metavar="目录", type=Path, default=Path("content"), help="内容文件夹，默认 content，读其中的登记表"
    )
    add.add_argument("--laws", metavar="目录", type=Path, help="保存法律原文的文件夹，默认 var/laws，没有就新建")
    add.add_argument("--id", metavar="标识", help="法律的标识，如 xianfa；登记表里有这部法律时不用写")
    add.add_argument("--effective", metavar="日期", type=day, help="施行日期，如 2026-01-01；文件里没有写明时用")
    add.add_argument("--force", action="store_true", help="同一版本已有不同的原文时覆盖")
    add.set_defaults(run=_add)


def _add(options: argparse.Namespace) -> int:
    if len(options.files) > 1 and (options.id or options.effective):
        raise Refused("--id 和 --effective 只用于一个文件，这里给了几个。请一个一个地导入。")
    if options.id is not None and not is_slug(options.id):
        raise Refused(f"标识“{options.id}”的写法不对，只用小写英文字母和数字，中间可用连字符，如 ceshi-fa。")
    folder = _folder(options.laws)
    content = known_laws(options.content, folder if folder.is_dir() else None)
    paths = counted(options.files, "正在读取法律原文", total=len(options.files))
    files = [read_law_file(path) for path in paths]  # all before the first report: the bar would swallow it
    added = [_add_file(file, content, folder, options) for file in files]
    return 0 if all(added) else 1


def _folder(given: Path | None) -> Path:
    folder = given or STATUTE_TEXTS
    if folder.exists() and not folder.is_dir():
        raise Refused(f"“{shown(folder)}”不是文件夹。请用 --laws 指出存放法律原文的文件夹。")
    return folder


def _add_file(file: LawFile, content: Content, folder: Path, options: argparse.Namespace) -> bool:
    """Keep the text of one file and print what was read; whether it is kept now."""
    print(file.report, end="")
    if not file.text:
        print(f"没有导入 {shown(file.path)}。\n")
        return False
    try:
        text = _identified(file, file.text, content, options)
        outcome = _keep(text, file.path, content, folder, force=options.force)
    except Refused as refusal:
        print(f"{shown(file.path)}：《{file.text.title}》{_size(file.text)}，版本{file.text.version}。\n{refusal}\n")
        return False
    statute = content.register.statutes.get(text.id)
    register = shown(options.content / "laws" / "register.yml")
    print("\n".join([*_summary(text, file), outcome, *_register_notes(text, file.text, statute, register)]) + "\n")
    return True


def _identified(file: LawFile, official: OfficialText, content: Content, options: argparse.Namespace) -> StatuteText:
    id = options.id or statute_id(official.title, content) or file.id
    if not id:
        raise Refused(
            f"登记表和已有的原文里没有这部法律，没有导入。请用 --id 给它一个标识，如 --id {_proposal(official.title)}。"
        )
    statute = content.register.statutes.get(id)
    titles = {text.title for text in content.texts.get(id, ())} | ({statute.title} if statute else set())
    if titles and official.title not in titles:
        raise Refused(f"标识“{id}”已经用于《{min(titles)}》，没有导入。请检查文件，或换一个标识。")
    short = statute.short if statute else file.short or usual_title(official.title)
    return dated(official.as_statute_text(id, short=short, effective=options.effective), statute)


def _proposal(title: str) -> str:
    """An id in pinyin: 中华人民共和国测试法 → ceshi-fa."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables take a quarter of a second; only this needs them

    name = usual_title(title)
    kind = re.search("(?:法典|实施条例|暂行条例|条例|规定|办法|法)$", name)
    parts = [name[: kind.start()], kind[0]] if kind and kind.start() else [name]
    words = ("".join(re.findall("[a-z0-9]+", "".join(lazy_pinyin(part)).lower())) for part in parts)
    return "-".join(word for word in words if word)[:60] or "falv"


def _keep(text: StatuteText, path: Path, content: Content, folder: Path, *, force: bool) -> str:
    """Write the text unless it is there already, and say which."""
    kept = next((each for each in content.texts.get(text.id, ()) if each.version == text.version), None)
    target = Path(kept.path) if kept else folder / f"{text.id}@{text.version}.json"
    if kept == text:
        return f"  {shown(target)} 已有，没有变化。"
    if not force and (kept or target.exists()):
        raise Refused(f"{shown(target)} 已有这个版本，内容不同，没有覆盖。要覆盖请加 --force。")
    folder.mkdir(parents=True, exist_ok=True)
    source = path.name.encode(errors="replace").decode()
    replace_file(target, statute_json(text, source=source).encode())
    return f"  已写入 {shown(target)}。"


def _summary(text: StatuteText, file: LawFile) -> Iterator[str]:
    yield f"{shown(file.path)}：《{text.title}》（{text.id}）"
    if text.effective:
        yield f"  版本{text.version}，自{text.effective}起施行；{_size(text)}。"
    else:
        yield f"  版本{text.version}；{_size(text)}。"
        yield "  施行日期没有写明（修正过的法律，最后一条多是最初的施行日期）。请查修改决定，用 --effective 补上。"


def _size(text: StatuteText | OfficialText) -> str:
    levels = Counter(heading.level for heading in text.headings)
    parts = "".join(f"{levels[level]}{level}" for level in LEVELS if levels[level])
    return f"{len(text.articles)}条" + (f"，{parts}" if parts else "，不分章")


def _register_notes(text: StatuteText, official: OfficialText, statute: Statute | None, path: str) -> Iterator[str]:
    """What differs from the register, and what to paste into it."""
    if statute is None:
        yield f"  登记表里没有这部法律。请在 {path} 的 statutes 下面加上："
        yield entry(text, official.amendments)
    elif text.version < statute.version:
        yield f"  这是旧版本：登记表里是{statute.version}的版本。可以用来比较（quizgen law diff {text.id}）。"
    elif registered := _registered(text, statute):
        found = list(differences(text, registered))
        yield from (f"  与登记表不同：{each.name}登记为{each.registered}，原文是{each.official}。" for each in found)
        yield from () if found else ("  与登记表一致。",)
    elif text.effective and text.effective > _today():
        yield f"  这是还没有施行的新版本。施行以前，请在 {path} 里这样登记："
        yield upcoming_entry(text)
    else:
        yield f"  登记表里是{statute.version}的旧版本。{'' if text.effective else '已经施行的，'}请在 {path} 里换成："
        yield entry(text, official.amendments)
        if not text.effective:
            yield "  还没有施行的，请这样登记："
            yield upcoming_entry(text)


def _registered(text: StatuteText, statute: Statute) -> Statute | Upcoming | None:
    """The text's version as the register has it; a coming one only until it takes effect, when it has to move up."""
    if text.version == statute.version:
        return statute
    coming = statute.upcoming
    return coming if coming and coming.version == text.version and (text.effective or _today()) > _today() else None


def _today() -> date:
    """Statutes take effect by Beijing time."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()
