"""Makes the archive folder of a year for some units."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader.administration.archive.folder import Folder, file_name
from grader.administration.archive.forms import form_page
from grader.administration.archive.tables import Lists, Person
from grader.administration.exemptions.form import TITLE, exemption_form
from grader.administration.reports.learners import Learners, find_learners, learner_table
from grader.administration.reports.making import MOST_PRINTED, comma_separated
from grader.administration.reports.snapshots import snapshot_table, snapshots_of
from grader.administration.reports.table import Table
from grader.administration.reports.units import UnitReport, unit_report, unit_table
from grader.certificates.certify import certificate_pdf
from grader.course import Course
from grader.domain.errors import NotNow
from grader.domain.figures import LearnerEntry
from grader.domain.people.account import UnitId
from grader.domain.people.unit import UnitSummary
from grader.domain.serial import format_serial
from grader.dossiers import dossier_of
from grader.store.base import Store
from quizgen.programme import Programme


class TooManyCertificates(NotNow):
    """More certificates than a page makes one after the other."""

    code = "too-many-certificates"
    sentence = "共有 {found} 份证书，超过网页上一次归档的上限 {most} 份。请系统管理员在服务器上运行 grader archive。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What files are made with: workbooks, printed pages, and the certificates' address, key and fonts."""

    workbook: Callable[[Table], bytes]
    printed: Callable[[Table], bytes]
    verify_url: str
    key: Ed25519PrivateKey
    fonts: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose year it is: these units, called `name`; the county's own folder has papers and banks instead of PDFs."""

    units: Mapping[UnitId, UnitSummary]
    name: str
    is_county: bool = False


def write_archive(
    store: Store,
    course: Course,
    scope: Scope,
    stream: IO[bytes],
    *,
    means: Means,
    now: datetime,
    most_certificates: int | None = None,
) -> int:
    """Write the ZIP; gives how many certificates are in it. Raises TooManyCertificates before anything is written."""
    programme = course.content.programme
    found = find_learners(store, course, scope.units, now=now)
    people = tuple(_person(store, found, entry) for entry in found.entries)
    awards = [] if scope.is_county else [award for one in people if (award := one.dossier.award)]
    if most_certificates is not None and len(awards) > most_certificates:
        raise TooManyCertificates(found=len(awards), most=most_certificates)
    facts = (programme.title, f"统计截止时间 {programme.cut_off_text(now)}")
    lists = Lists(programme=programme, people=people, facts=facts, unit=scope.name)
    folder = _folder(stream, programme, scope, now)
    _add_reports(folder, found, unit_report(store, course, scope.units, at=now), lists, means=means)
    _add_lists(folder, lists, means=means)
    if not scope.is_county:
        _add_forms(folder, lists, now)
    for snapshot in snapshots_of(store, programme.id):
        units = None if scope.is_county else scope.units
        table = snapshot_table(snapshot, programme, units=units, unit=scope.name)
        folder.add(f"存档报表/{table.title}.xlsx", means.workbook(table), title=table.title)
    for award in awards:
        pdf = certificate_pdf(award, programme, verify_url=means.verify_url, key=means.key, fonts=means.fonts)
        name = f"{file_name(award.name)}-{format_serial(award.serial)}"
        folder.add(f"合格证书/{name}.pdf", pdf, title=f"合格证书（{award.name}）")
    if scope.is_county:
        _add_papers(folder, store, programme)
    folder.close()
    return len(awards)


def _folder(stream: IO[bytes], programme: Programme, scope: Scope, now: datetime) -> Folder:
    made = programme.clock_text(now)
    return Folder(
        stream=stream,
        title=programme.title,
        year=str(programme.exam_year),
        unit=scope.name,
        made=now.astimezone(programme.zone),
        made_text=made,
        notes=(f"统计截止时间 {made}。点题名即可打开文件，不需要网络，也不需要本系统。",),
    )


def _add_lists(folder: Folder, lists: Lists, *, means: Means) -> None:
    for table in (lists.register(), lists.exemptions(), lists.study(), lists.attempts()):
        path = f"{table.title}/{table.title}.xlsx"
        folder.add(path, means.workbook(table), title=table.title, copies=len(table.rows))


def _add_forms(folder: Folder, lists: Lists, now: datetime) -> None:
    """The form of everybody with an exemption, the latest of each."""
    for one in lists.people:
        if one.exemptions:
            row, account = one.row, one.row.account
            form = exemption_form(account, one.exemptions[-1], lists.programme, unit=row.unit, tier=row.tier, now=now)
            path = f"可不参加审批表/{file_name(account.name)}-{account.number}.html"
            folder.add(path, form_page(form, name=account.name), title=f"{TITLE}（{account.name}）")


def _person(store: Store, found: Learners, entry: LearnerEntry) -> Person:
    programme = found.view.programme.id
    exemptions = tuple(one for one in entry.account.exemptions if one.programme == programme)
    dossier = dossier_of(store, programme, entry.id)
    return Person(row=found.view.row(entry, found.units), dossier=dossier, exemptions=exemptions)


def _add_reports(folder: Folder, found: Learners, report: UnitReport, lists: Lists, *, means: Means) -> None:
    facts, unit = lists.facts, lists.unit
    for table in (learner_table(found, facts=facts, unit=unit), unit_table(report, facts=facts, unit=unit)):
        path = f"统计报表/{table.title}"
        folder.add(f"{path}.xlsx", means.workbook(table), title=f"{table.title}（XLSX）")
        folder.add(f"{path}.csv", comma_separated(table), title=f"{table.title}（CSV）")
        if len(table.rows) <= MOST_PRINTED:
            folder.add(f"{path}.pdf", means.printed(table), title=f"{table.title}（PDF）")


def _add_papers(folder: Folder, store: Store, programme: Programme) -> None:
    """Every paper with its responses, a line each, and the banks and rules that they were drawn from."""
    papers = [text for text in store.documents({"attempt"}) if json.loads(text)["value"]["programme"] == programme.id]
    folder.add("试卷/试卷和作答.jsonl", "\n".join([*papers, ""]).encode(), title="试卷和作答", copies=len(papers))
    for text in store.documents({"content"}):
        document = json.loads(text)
        if document["value"]["programme"]["id"] == programme.id:
            title = f"题库和方案（{document['id'][:12]}）"
            folder.add(f"题库/{document['id']}.json", text.encode(), title=title)
