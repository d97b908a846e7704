"""What the administrators' pages share: their blueprint, their menu, what the address asks for, uploads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby

from flask import Blueprint, current_app, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from grader.administration.paging import page_asked
from grader.course import Course
from grader.web.access import access_of, may
from grader.web.problems import http_problem
from grader.web.service import service
from grader.web.session import caller
from quizgen.programme import Programme

bp = Blueprint("admin", __name__, url_prefix="/admin")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_UPLOAD = 8 * 1024 * 1024
"""Bytes of a workbook."""
LONGEST_WORD = 100
"""Letters of what a filter is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the menu; who may call its page sees it."""

    group: str
    label: str
    endpoint: str


MENU = (
    Entry(group="报表管理", label="完成情况", endpoint="admin.home"),
    Entry(group="报表管理", label="学员统计报表", endpoint="admin.learner_report"),
    Entry(group="报表管理", label="单位统计报表", endpoint="admin.unit_figures"),
    Entry(group="报表管理", label="进度图", endpoint="admin.year_progress"),
    Entry(group="报表管理", label="按名单查询", endpoint="admin.names"),
    Entry(group="报表管理", label="督促", endpoint="admin.supervision"),
    Entry(group="报表管理", label="年终存档", endpoint="admin.snapshots"),
    Entry(group="报表管理", label="归档", endpoint="admin.archive"),
    Entry(group="系统管理", label="单位会员管理", endpoint="admin.members"),
    Entry(group="系统管理", label="参学名单确认", endpoint="admin.confirmations"),
    Entry(group="系统管理", label="单位管理", endpoint="admin.units"),
    Entry(group="系统管理", label="花名册导入", endpoint="admin.roster"),
    Entry(group="系统管理", label="可不参加", endpoint="admin.exemptions"),
    Entry(group="系统管理", label="学时补录", endpoint="admin.corrections"),
    Entry(group="系统管理", label="调入调出", endpoint="admin.transfers"),
    Entry(group="系统管理", label="年度设置", endpoint="admin.settings"),
    Entry(group="系统管理", label="我的学员账号", endpoint="linked.page"),
    Entry(group="系统管理", label="网站信息", endpoint="admin.board"),
    Entry(group="系统管理", label="题库与方案", endpoint="admin.content"),
    Entry(group="系统管理", label="意见反馈", endpoint="admin.messages"),
    Entry(group="系统管理", label="操作记录", endpoint="admin.audit"),
    Entry(group="系统管理", label="安全记录", endpoint="admin.security"),
)
"""In the order of the page, the lines of a group together."""


@bp.app_context_processor
def furnish() -> dict[str, object]:
    """The menu, for the templates in `admin/`."""
    return {"admin_menu": menu}


def menu() -> list[tuple[str, list[Entry]]]:
    """The lines that the caller may follow, by group."""
    account = caller()
    views = current_app.view_functions
    lines = [entry for entry in MENU if account and may(account.role, access_of(views[entry.endpoint]))]
    return [(group, list(entries)) for group, entries in groupby(lines, key=lambda entry: entry.group)]


def page_number(field: str) -> int:
    """The page that the address asks for; the first one for nonsense."""
    return page_asked(request.args.get(field, ""))


def course_asked(now: datetime) -> Course:
    """The programme that the page or form names, an earlier year's too; otherwise the current one."""
    wanted, courses = request.values.get("programme", ""), service().courses
    return courses.of_programme(wanted, now) if wanted else courses.current(now)


def current_programme() -> Programme:
    """Whose ranks and tiers a roster names."""
    return service().courses.current(service().now()).content.programme


def chosen_file() -> FileStorage | None:
    """The file of the form; None where none was chosen."""
    return request.files.get("file") or None  # a field without a file counts as false


def file_sent(stream: BytesIO, name: str, kind: str = XLSX) -> ResponseReturnValue:
    """A file to keep, made for this caller now."""
    stream.seek(0)
    return send_file(stream, kind, as_attachment=True, download_name=name, max_age=0)


UploadPage = Callable[[str], str]
_UPLOADS: dict[str, UploadPage] = {}


def refuses_uploads_with(endpoint: str) -> Callable[[UploadPage], UploadPage]:
    """Mark the function that makes an upload's page with a sentence saying why the file was not read."""

    def mark(page: UploadPage) -> UploadPage:
        _UPLOADS[f"{bp.name}.{endpoint}"] = page
        return page

    return mark


@bp.errorhandler(RequestEntityTooLarge)
def too_large(fault: RequestEntityTooLarge) -> ResponseReturnValue:
    """The page of the upload says the limit."""
    most, page = request.max_content_length or 0, _UPLOADS.get(request.endpoint or "")
    if page is None or request.mimetype != "multipart/form-data":
        return http_problem(fault)
    limit = f"{most // 2**20} MB" if most >= 2**20 else f"{most // 2**10} KB"
    return page(f"文件超过 {limit}。请删去图片等无关内容，或分成几个文件导入。"), 413
