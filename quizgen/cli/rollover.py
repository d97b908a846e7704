"""`quizgen rollover`: next year's programme, and the editor's to-do list for it."""

from __future__ import annotations

import argparse
import re
from argparse import _SubParsersAction
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from quizgen.cli.folder import checked, content_folder, content_options
from quizgen.console.commandline import ChineseParser, Refused
from quizgen.console.progress import working
from quizgen.content import Content, read_content, shown
from quizgen.diagnostics import columns, has_errors, render_text
from quizgen.parse.fields import is_slug
from quizgen.parse.source.text import decode
from quizgen.programme import Programme
from quizgen.rollover.progress import TodoEntry, carry
from quizgen.rollover.renewal import CannotRenew, Renewal, renew, year_of
from quizgen.rollover.todo_file import RENDERERS, TodoList, render_todo, suffix_of
from quizgen.rollover.todo_reader import MAX_BYTES, UnreadableTodo, read_todo
from quizgen.rollover.work import work_of
from quizgen.words.files import replace_file

_REVIEW_YEARS = 2


def add_commands(commands: _SubParsersAction[ChineseParser]) -> None:
    """`rollover`."""
    rollover = commands.add_parser(
        "rollover",
        help="准备下一年度",
        description="由上一年度的方案生成下一年度的方案（保留注释和排版，标识、名称、起止时间顺延），"
        "并列出编辑要做的事：法律已修改的、统计异常的、用得过多或从未使用的、审核过久的试题和课程。",
    )
    rollover.add_argument("programme", metavar="新方案", help="新方案的标识，如 2027")
    rollover.add_argument("--from", dest="source", metavar="方案", help="由哪份方案生成；不写则是上一年度的")
    rollover.add_argument("--years", metavar="年数", type=_years, help="时间顺延几年；标识写的是年度时不用写")
    content_options(rollover)
    rollover.add_argument("--todo", metavar="文件", type=Path, help="待办写到哪个文件；默认 var/待办-新方案.xlsx")
    rollover.add_argument(
        "--previous",
        metavar="文件",
        type=Path,
        help="沿用哪份待办里填写的完成、负责人、期限和备注；不写则是同一方案最近的一份",
    )
    rollover.add_argument("--todo-only", action="store_true", help="方案已经有了，只重新列出待办")
    rollover.add_argument(
        "--review-years",
        metavar="年数",
        type=_years,
        default=_REVIEW_YEARS,
        help=f"到考试开始时，几年没有审核的算审核过久，默认{_REVIEW_YEARS}年",
    )
    rollover.add_argument("--force", action="store_true", help="方案或待办文件已存在时覆盖")
    rollover.set_defaults(run=_rollover)


def _years(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]?", text):
        raise argparse.ArgumentTypeError(f"应当是1到99的整数，这里是“{text}”")
    return int(text)


def _rollover(options: argparse.Namespace) -> int:
    if not is_slug(options.programme):
        raise Refused(f"标识“{options.programme}”写法不对：只用小写英文字母和数字，中间可用连字符或下划线，如 2027。")
    todo_file = _todo_file(options)
    previous = _previous(options, todo_file)
    new = None if options.todo_only else _new_programme(options)
    todo_file.parent.mkdir(parents=True, exist_ok=True)
    if new:
        replace_file(_path(options), new.data)
        print(f"已由方案“{new.source}”生成 {shown(_path(options))}。")
    content, found = checked(options.content, options.laws)
    with working("正在列出待办……"):
        programme = _programme(content, options.programme, hint="请先不加 --todo-only 运行一次")
        renewal = new.renewal if new else None
        works = work_of(content, found, renewal, programme=programme, review_years=options.review_years)
        today = date.today()  # noqa: DTZ011 - the editor's own day
        carried = carry(works, previous.entries)
        todo = TodoList(title=f"{programme.title}待办", day=today, entries=carried.entries)
        replace_file(todo_file, render_todo(todo, suffix_of(todo_file)))
    _report(todo, todo_file, content)
    if previous.path:
        settled = f"；{carried.settled}件已不再出现，没有列出" if carried.settled else ""
        print(f"沿用了 {shown(previous.path)} 里{carried.noted + carried.kept}件的完成、负责人、期限和备注{settled}。")
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Previous:
    """The list that this one goes on from, and where it was; none at first."""

    path: Path | None = None
    entries: Sequence[TodoEntry] = ()


def _previous(options: argparse.Namespace, todo_file: Path) -> _Previous:
    """The list named, otherwise the newest one of the programme beside the new one and in `var`."""
    path = options.previous or _newest(options.programme, {todo_file.parent, Path("var")})
    if not path:
        return _Previous()
    if not suffix_of(path):
        raise Refused(f"上一份待办“{shown(path)}”的扩展名不对，可以是：{'、'.join(RENDERERS)}。")
    try:
        with path.open("rb") as file:
            return _Previous(path=path, entries=read_todo(file.read(MAX_BYTES + 1), suffix_of(path)))
    except UnreadableTodo as reason:
        way_out = "请用 --previous 指出另一份" + ("" if options.previous else "，或移走这一份")
        raise Refused(f"上一份待办“{shown(path)}”读不了：{reason}。{way_out}。", status=1) from reason


def _newest(programme: str, folders: Iterable[Path]) -> Path | None:
    """`待办-2027.xlsx`, `待办-2027-5月.md` and the like, the one changed last."""
    name = re.compile(rf"待办-{re.escape(programme)}(?:-[^a-z].*)?")
    found = [
        path
        for folder in folders
        for path in (folder.iterdir() if folder.is_dir() else ())
        if suffix_of(path) and name.fullmatch(path.stem) and path.is_file()
    ]
    return max(found, key=lambda path: (path.stat().st_mtime, path.name), default=None)


def _todo_file(options: argparse.Namespace) -> Path:
    """Where the list goes, once it is sure that it may be written there."""
    path: Path = options.todo or Path("var") / f"待办-{options.programme}.xlsx"
    if not suffix_of(path):
        raise Refused(f"待办文件“{shown(path)}”的扩展名不对，可以是：{'、'.join(RENDERERS)}。")
    if path.exists() and not options.force:
        raise Refused(f"待办文件“{shown(path)}”已经存在，没有覆盖。要覆盖请加 --force，或用 --todo 换一个文件名。")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewProgramme:
    """A new programme as it will be written, and the id of the one it is made from."""

    source: str
    renewal: Renewal
    data: bytes


def _path(options: argparse.Namespace) -> Path:
    folder: Path = options.content
    return folder / "programmes" / f"{options.programme}.yml"


def _new_programme(options: argparse.Namespace) -> _NewProgramme:
    old, years = _source(options)
    path = shown(_path(options))
    if _path(options).exists() and not options.force:
        raise Refused(f"方案“{path}”已经存在，没有覆盖。只要重新列出待办，请加 --todo-only；要覆盖请加 --force。")
    data = Path(old.where.path).read_bytes()
    text, _ = decode(data, old.where.path)
    try:
        renewal = renew(text, path, id=options.programme, years=years)
    except CannotRenew as reason:
        raise Refused(str(reason), status=1) from reason
    return _NewProgramme(source=old.id, renewal=renewal, data=_as_before(renewal.text, data))


def _as_before(text: str, data: bytes) -> bytes:
    """The text with the line ends and the byte order mark of the file that it came from."""
    ends = text.replace("\n", "\r\n") if b"\r\n" in data else text
    return ends.encode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")


def _source(options: argparse.Namespace) -> tuple[Programme, int]:
    """The sound programme that the new one is made from, and how many years later that is."""
    content, found = read_content(content_folder(options.content), pools=frozenset())
    id = options.source or _year_before(options)
    known = content.programme(id)
    path = known.where.path if known else shown(options.content / "programmes" / f"{id}.yml")
    faults = [fault for fault in found if fault.span.path == path]
    if has_errors(faults):
        raise Refused(f"方案“{id}”有错误，请先改正：\n{render_text(faults, content.sources)}".rstrip(), status=1)
    old = _programme(content, id, hint="请用 --from 指出由哪份方案生成")
    others = [p for p in content.programmes if p.id == options.programme and Path(p.where.path).stem != p.id]
    if others:
        raise Refused(f"标识“{options.programme}”已经用在{others[0].where.path}里，请换一个。")
    return old, options.years or _years_between(old, options.programme)


def _year_before(options: argparse.Namespace) -> str:
    if not re.fullmatch(r"[0-9]{4}", options.programme):
        raise Refused(f"标识“{options.programme}”不是年度，请用 --from 指出由哪份方案生成。")
    return f"{int(options.programme) - (options.years or 1):04}"


def _years_between(old: Programme, new: str) -> int:
    years = re.findall(r"[0-9]{4}", new)
    if len(years) != 1:
        raise Refused(f"从标识“{new}”看不出年度，请用 --years 写明时间顺延几年。")
    later = int(years[0]) - year_of(old)
    if later < 1:
        raise Refused(f"新方案的年度{years[0]}应当晚于方案“{old.id}”的年度{year_of(old)}。")
    return later


def _programme(content: Content, id: str, *, hint: str) -> Programme:
    programme = content.programme(id)
    if not programme:
        names = "、".join(p.id for p in content.programmes) or "（无）"
        raise Refused(f"没有方案“{id}”，已有：{names}。{hint}。")
    return programme


def _report(todo: TodoList, path: Path, content: Content) -> None:
    width = max((columns(kind.label) for kind in todo.counts), default=0)
    print(f"\n{todo.title}：共{len(todo.entries)}件" + ("" if todo.entries else "，没有要做的事") + "。")
    for kind, count in todo.counts.items():
        print(f"  {kind.label}{' ' * (width - columns(kind.label))}  {count:>6}")
    if not content.statistics:
        print("没有试题统计（statistics 文件夹），所以没有列出统计异常和使用情况；用 grader statistics 可以导出。")
    print(f"待办已写入 {shown(path)}。")
