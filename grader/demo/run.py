"""`grader demo`: build what is missing, make the county, serve it, say how to get in."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.administration.publish import check_folder, content_of
from grader.demo.county import ADMINISTRATORS, CODE, COUNTY, PASSWORD, PEOPLE, UNITS, populate, publish_open
from grader.domain.content import PublishedContent
from grader.domain.people.account import INITIAL_PASSWORD
from grader.operation.deployment import create_office
from grader.operation.serve import address_of, listen, serve
from grader.settings import FILE, create_settings, read_settings
from grader.store import open_store
from grader.store.base import Store, Unusable
from grader.store.kinds import ACCOUNT
from grader.web.app import create_app
from quizgen.console.commandline import Refused
from quizgen.diagnostics import render_text

_WIDTH = 110
"""Columns of the list of people; a narrower terminal breaks its lines."""
_OWN_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})
_CONFIG, _SITE, _CONTENT = Path("mkdocs.yml"), Path("var/site"), Path("content")


def run_demo(*, host: str, port: int, data: Path | None) -> int:
    """Serve the demonstration until interrupted; without `data` its folder is deleted at the end.

    Raises Refused, CannotListen, SettingsError or Unusable with the way out.
    """
    if not _CONFIG.is_file():
        raise Refused("这里没有 mkdocs.yml。请在本项目的文件夹里运行 grader demo。")
    listener = listen(host, port)
    build_site_if_changed()
    address = address_of(host, listener)
    content = _content()
    with _folder(data) as folder:
        if not (folder / FILE).exists():
            _make(folder, content, address=address)
        # Whoever lets other machines look at a demonstration does so under names that nobody configured.
        hosts = () if host in _OWN_NAMES else ("*",)
        settings = replace(read_settings(folder), address=address, hosts=hosts)
        store = open_store(settings.store, exclusive=True)
        try:
            publish_open(store, content, now=datetime.now(UTC))
            app = create_app(settings, store)
            serve(app, listener, on_ready=lambda: _announce(address, store, data))
        finally:
            store.close()
    return 0


def build_site_if_changed() -> None:
    """The course's pages, built again only when what they are made of has changed. Raises Refused."""
    from quizgen.site.inputs import site_digest

    built = _built(_SITE)
    if built and site_digest(_CONFIG).startswith(built):
        return
    from quizgen.site.build import build_site

    print("正在生成课程网页……", file=sys.stderr)
    if problems := build_site(_CONFIG, _SITE):
        raise Refused("\n".join([*problems, "课程网页没有生成，请改正后再试。"]), status=1)


def _built(site: Path) -> str:
    try:
        return str(json.loads((site / "site.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    folder = Path(tempfile.mkdtemp(prefix="xuefa-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _content() -> PublishedContent:
    """The newest programme of the content folder. Raises Refused with every fault that it has."""
    checked = check_folder(_CONTENT)
    if not checked.is_sound:
        found = render_text(list(checked.diagnostics), checked.source.sources)
        raise Refused(f"{found}内容有错误，请改正后再启动演示。", status=1)
    programme = max(checked.source.programmes, key=lambda programme: programme.study.opens, default=None)
    if programme is None:
        raise Refused("content/programmes 里没有方案，无法启动演示。")
    return content_of(checked.source, programme)


def _make(folder: Path, content: PublishedContent, *, address: str) -> None:
    """The deployment with its county; the settings come last, so that one cut short is never taken for a whole one."""
    if (folder / "store").exists():
        raise Unusable(f"{folder} 里有一份没有准备完的演示数据。请删除这个文件夹，或用 --data 换一个。")
    now = datetime.now(UTC)
    store = open_store(f"tiny:{folder / 'store'}", exclusive=True)
    try:
        create_office(store, county=COUNTY, code=CODE, now=now)
        populate(store, content, now=now)
    finally:
        store.close()
    create_settings(folder, title="示例县国家工作人员学法考试", address=address, site=_SITE, content=_CONTENT)


def _announce(address: str, store: Store, data: Path | None) -> None:
    numbers = {row.summary.name: row.summary.number for row in store.list(ACCOUNT)}
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("单位", "姓名", "学法账号", "密码", "状态"):
        table.add_column(title, no_wrap=True)
    table.add_row(COUNTY, "主管部门管理员", f"{CODE}0000", PASSWORD, "查看全县、发布题库、导入花名册")
    for unit, administrator in zip(UNITS, ADMINISTRATORS, strict=True):
        table.add_row(unit, administrator, numbers.get(administrator, ""), PASSWORD, "查看本单位、导入花名册")
    for person in PEOPLE:
        password = INITIAL_PASSWORD if person.has_initial else PASSWORD
        table.add_row(UNITS[person.unit], person.name, numbers.get(person.name, ""), password, person.note)
    console.print(f"\n演示已启动：{address}")
    console.print("以下单位和人员全部为虚构；也可以用姓名全拼（如 sunshoufa）登录。")
    console.print("学习和考试时间已调到现在开放，与课程首页所列的年度安排不同。\n")
    console.print(table)
    kept = f"演示数据保存在 {data}。" if data else "退出后演示数据自动删除；要保留请加 --data 目录。"
    console.print(f"\n按 Ctrl+C 停止。{kept}\n")
