"""`grader year`: the rules of a running year, shown and changed."""

from __future__ import annotations

import argparse

from grader.administration.year.change import RunningYear, change_year, plan_change, running_year
from grader.administration.year.law import law_changes
from grader.administration.year.rules import rules_of
from grader.administration.year.typed import wanted_change
from grader.cli.deployment import OPERATOR, data_option, now, opened
from grader.course import Courses
from grader.domain.year_change import WINDOWS
from grader.settings import read_settings
from grader.store.base import Store
from quizgen.console.commandline import ChineseParser


def _add_year(parser: ChineseParser) -> None:
    actions = parser.commands("操作")
    show = actions.add_parser("show", help="查看年度设置", description="列出正在执行的全部规则和年度中间的修改。")
    show.set_defaults(run=_show)
    change = actions.add_parser(
        "change",
        help="修改时间、联系方式",
        description=(
            "延长学习、考试、补考的时间，增加补考，修改联系方式；写明原因和文号，立即生效，重新发布内容文件夹时不会丢失。"
            "时间写成 2026-12-31 24:00；只写日期，开始从 0 时算，截止到 24 时。"
        ),
    )
    for rule in WINDOWS:
        change.add_argument(f"--{rule}-opens", metavar="时间", help=f"{rule.label}从什么时候开始")
        change.add_argument(f"--{rule}-closes", metavar="时间", help=f"{rule.label}到什么时候截止")
    change.add_argument("--contacts", metavar="文字", help="联系方式")
    change.add_argument("--reason", metavar="文字", required=True, help="修改原因")
    change.add_argument("--document", metavar="文号", required=True, help="依据的文件的文号")
    change.add_argument("--dry-run", action="store_true", help="只看修改前后，不修改")
    change.set_defaults(run=_change)
    for command in (show, change):
        command.add_argument("--programme", metavar="方案", default="", help="哪一份方案，如 2026；不写则是现在的")
        data_option(command)


def _show(options: argparse.Namespace) -> int:
    with opened(read_settings(options.data), exclusive=False) as store:
        courses = Courses(store)
        year = _year(store, courses, options.programme)
        rules = rules_of(courses.of_programme(year.programme.id, now()).content)
    print(year.programme.title)
    for part in rules:
        print(part.title)
        for what, how in part.lines:
            print(f"  {what}：{how}")
    for one in year.changes:
        labels = "、".join(rule.label for rule in one.laid.rules)
        print(f"{year.programme.clock_text(one.at)} 修改{labels}，原因：{one.reason}，文号：{one.document}。")
    return 0


def _change(options: argparse.Namespace) -> int:
    fields = [f"{rule}_{end}" for rule in WINDOWS for end in ("opens", "closes")]
    given = {name: getattr(options, name) for name in (*fields, "contacts", "reason", "document")}
    with opened(read_settings(options.data), exclusive=not options.dry_run) as store:
        courses, at = Courses(store), now()
        year = _year(store, courses, options.programme)
        wanted = wanted_change(year, {name: text for name, text in given.items() if text is not None})
        if options.dry_run:
            differences = plan_change(year, wanted, now=at)
        else:
            differences = change_year(store, courses, year, wanted, by=OPERATOR, now=at)
    for law in law_changes(year, wanted):
        print(f"请注意法律变化。{law}")
    for one in differences:
        print(f"{one.rule.label}：{one.before} → {one.after}")
    print("还没有修改。" if options.dry_run else "已经修改，现在起生效。")
    return 0


def _year(store: Store, courses: Courses, programme: str) -> RunningYear:
    return running_year(store, courses, programme or courses.current(now()).content.programme.id)


OPTIONS = {"year": _add_year}
"""What completes the parser of each command."""
