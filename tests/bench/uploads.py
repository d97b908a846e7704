"""Beats beside administrators who all upload rosters or lists at once: how long everybody else waits."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import cycle
from pathlib import Path

from openpyxl import Workbook

from grader.administration.roster.book.template import write_template
from grader.administration.roster.export import people_rows
from grader.administration.roster.importing import apply_import, plan_import
from grader.administration.roster.rows import Roster
from grader.domain.people.account import UnitId
from grader.settings import read_settings
from grader.store import open_store
from grader.store.base import Store
from grader.store.kinds import ACCOUNT, UNIT
from grader.store.update import update
from tests.bench.county import settled_in
from tests.bench.load.scenario import BEATS, Person
from tests.bench.measure import Figure, duration, unsynced
from tests.bench.roster import roster
from tests.bench.signin import Paced, exchange, paced
from tests.e2e.process import NONCE, Deployment, Server, deploy

READERS, PACE, SECONDS = 50, 67, 12.0
CLIENTS = 12
GOAL_DELAY = 0.1
_EDGE = b"----uploads"


def measure() -> Iterator[Figure]:
    """One line a page; the yardstick is the same pace of beats alone, before it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        with unsynced():
            deployment = deploy(Path(folder), learners=READERS)
            BEATS.prepare(deployment)
            office = _office(deployment)
        uploads = {
            "rosters of 5,000 rows": ("/admin/roster", _roster(deployment)),
            "lists of 2,000 lines": ("/admin/corrections/list", _list(deployment)),
        }
        with Server(deployment.data) as service:
            for title, (path, workbook) in uploads.items():
                request = Person(0, office, service.port).post(
                    path, _form(deployment, workbook), type=f"multipart/form-data; boundary={_EDGE.decode()}"
                )
                yield _beside(title, service.port, deployment, request)


def _office(deployment: Deployment) -> str:
    """The cookie of the county's administrator, who has a password of their own and the roster's units."""
    with closing(open_store(read_settings(deployment.data).store, exclusive=True)) as store:
        [row] = store.list(ACCOUNT, role="county")
        account = update(store, ACCOUNT, row.id, settled_in)
        _import(store, replace(roster(), people=()), deployment.content.programme.id)
    return replace(deployment, learners=(account,)).cookies(datetime.now(UTC))[0]


def _roster(deployment: Deployment) -> bytes:
    """A clerk's workbook of 5,000 people whom nobody has imported yet."""
    rules, stream = deployment.content.programme, BytesIO()
    with closing(open_store("memory:", exclusive=True)) as store:
        _import(store, roster(), rules.id)
        units = {UnitId(row.id): row.summary for row in store.list(UNIT)}
        write_template(stream, programme=rules, people=people_rows(store, units, rules))
    return stream.getvalue()


def _import(store: Store, wanted: Roster, programme: str) -> None:
    now = datetime.now(UTC)
    plan = plan_import(store, wanted, programme=programme, now=now)
    apply_import(store, plan, by="bench", now=now, new_id=lambda: secrets.token_hex(8))


def _list(deployment: Deployment) -> bytes:
    book, stream = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    sheet.append(["账号", "学时"])
    for _, learner in zip(range(2_000), cycle(deployment.learners), strict=False):
        sheet.append([learner.number, 1])
    book.save(stream)
    return stream.getvalue()


def _form(deployment: Deployment, workbook: bytes) -> bytes:
    key = read_settings(deployment.data).secret_key.encode()
    fields = {"token": hmac.digest(key, f"form:{NONCE}".encode(), "sha256").hex()[:32], "reason": "集中学习"}
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'.encode() for name, text in fields.items()]
    head = b'Content-Disposition: form-data; name="file"; filename="upload.xlsx"\r\n'
    parts.append(head + b"Content-Type: application/octet-stream\r\n\r\n" + workbook)
    return b"".join(b"--%s\r\n%s\r\n" % (_EDGE, part) for part in parts) + b"--%s--\r\n" % _EDGE


def _beside(title: str, port: int, deployment: Deployment, upload: bytes) -> Figure:
    alone, beside, came = asyncio.run(_disturbed(port, deployment, upload))
    told = ", ".join(f"{count} × {status}" for status, count in sorted(came.items()))
    return Figure(
        name=f"uploads: p99 of {PACE} beats a second beside {CLIENTS} clients with {title}",
        figure=f"{duration(beside.p99)}, {told}",
        yardstick=f"alone: {duration(alone.p99)}",
        ratio=beside.p99 / alone.p99,
        goal=f"≤ {duration(GOAL_DELAY)} more",
        met=beside.p99 - alone.p99 <= GOAL_DELAY and beside.statuses.keys() == {200},
    )


async def _disturbed(port: int, deployment: Deployment, upload: bytes) -> tuple[Paced, Paced, Counter[int]]:
    people = [Person(number, cookie, port) for number, cookie in enumerate(deployment.cookies(datetime.now(UTC)))]
    turns, came = cycle(people), Counter[int]()

    async def beat() -> int:
        ask = next(BEATS.script(next(turns), deployment))
        return await exchange(port, [lambda _head, _body: ask.request])

    async def keep_uploading() -> None:
        while True:
            status = await exchange(port, [lambda _head, _body: upload])
            came[status] += 1
            await asyncio.sleep(2 if status == 503 else 0)  # as Retry-After says

    alone = await paced(beat, PACE, SECONDS)
    clients = [asyncio.create_task(keep_uploading()) for _ in range(CLIENTS)]
    beside = await paced(beat, PACE, SECONDS)
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    return alone, beside, came
