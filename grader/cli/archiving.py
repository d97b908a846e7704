"""`grader archive`: the year of every unit as folders for the archives."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from grader.administration.archive.folder import file_name
from grader.administration.archive.making import Means, Scope, write_archive
from grader.administration.reports.making import pages_given, workbook_given
from grader.administration.reports.pages import pages_of
from grader.administration.reports.workbook import workbook_of
from grader.cli.deployment import data_option, now, opened
from grader.course import Courses
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary, in_order
from grader.settings import Settings, read_settings
from grader.store.base import Store
from grader.store.kinds import UNIT
from quizgen.console.commandline import ChineseParser
from quizgen.console.progress import counted


def _add_archive(parser: ChineseParser) -> None:
    data_option(parser)
    parser.add_argument("--programme", metavar="方案", required=True, help="方案的标识，如 2026")
    parser.add_argument("--out", metavar="目录", type=Path, required=True, help="写到哪个空的或新的文件夹")
    parser.set_defaults(run=_archive)


def _archive(options: argparse.Namespace) -> int:
    settings, out = read_settings(options.data), options.out
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        print(f"{out} 里已有文件，没有归档。请指定一个空的或新的文件夹。")
        return 1
    with opened(settings, exclusive=False) as store:
        course, at = Courses(store).of_programme(options.programme, now()), now()
        scopes = list(_scopes(store))
        for scope in counted(scopes, "正在归档……", total=len(scopes)):
            code = scope.name if scope.is_county else next(iter(scope.units.values())).code
            name = f"全县-{code}" if scope.is_county else f"{code}-{scope.name}"
            with (out / f"{file_name(name)}.zip").open("wb") as stream:
                write_archive(store, course, scope, stream, means=_means(settings), now=at)
    print(f"已归档 {len(scopes)} 个文件夹，在 {out}。")
    return 0


def _scopes(store: Store) -> Iterator[Scope]:
    """The county's own folder first, then one of each unit."""
    units: dict[UnitId, UnitSummary] = dict(in_order((UnitId(row.id), row.summary) for row in store.list(UNIT)))
    for unit in units.values():
        if unit.parent is None:
            yield Scope(units=units, name=unit.name, is_county=True)
            break
    for id, unit in units.items():
        yield Scope(units={id: unit}, name=unit.name)


def _means(settings: Settings) -> Means:
    """Everything is made in this process: nobody else waits for it."""
    return Means(
        workbook=lambda table: workbook_of(workbook_given(table)),
        printed=lambda table: pages_of(pages_given(table, settings.fonts)),
        verify_url=f"{settings.address}/verify",
        key=settings.signing_key,
        fonts=settings.fonts,
    )


OPTIONS = {"archive": _add_archive}
"""What completes the parser of each command."""
