"""A database with a million learners, or fewer, and their dossiers, bodies of a kilobyte, loaded by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

from grader.domain.learning.dossier import Milestone
from grader.domain.people.account import AccountId
from grader.domain.serial import Serial, draw_serial
from grader.store.base import Kind, S, T
from grader.store.codec import seal, to_json, to_plain
from grader.store.kinds import ACCOUNT, DOSSIER
from quizgen.model import LessonId
from tests.grader_factories import account, award, dossier
from tests.postgres_server import Database

LEARNERS = 1_000_000
UNITS = 2_000
BEGUN = datetime(2026, 3, 1, tzinfo=UTC)
_LINES = 2_000
"""Rows that are handed over at a time."""
_ID, _SERIAL, _UNIT = "ID0", "SERIAL0", "UNIT0"
_MOMENT = f"{BEGUN:%Y-%m-%d %H:%M:%S+00}"


def learner_id(number: int) -> str:
    """The id of a learner's account."""
    return f"a{number:015x}"


def serial(number: int) -> Serial:
    """The serial of a learner's certificate, the same in every run."""
    return draw_serial(Random(number).getrandbits)  # noqa: S311 - nobody relies on it


def is_qualified(number: int) -> bool:
    """Whether the learner has a certificate; three of ten have."""
    return number % 10 < 3


People = Iterable[tuple[int, str]]
"""Learners by number, with the id of the unit."""


def fill(database: Database, *, learners: int = LEARNERS, units: int = UNITS) -> int:
    """Load everybody; gives the mean size of a body in bytes."""

    def people() -> Iterator[tuple[int, str]]:
        return ((number, f"u{number % units}") for number in range(learners))

    place, reached = "unit, tier, rank, is_active, settled", ", ".join(Milestone)
    tables = {
        "document (kind, id, version, body, summary, facts, role, unit)": _accounts(people()),
        "document (kind, id, version, body, summary, facts, programme, account, sitting)": _dossiers(people()),
        "name (space, text, kind, id)": _names(people()),
        f"learner (id, {place})": _learners(people()),
        f"progress (id, programme, account, {place.replace('active', 'eligible')}, {reached})": _progress(people()),
    }
    with database.connect() as connection:
        connection.execute("set synchronous_commit = off")
        for table, rows in tables.items():
            with connection.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copy:
                while lines := "".join(islice(rows, _LINES)):
                    copy.write(lines)
        connection.execute("vacuum analyze document, name, learner, progress")
        [size] = connection.execute("select avg(octet_length(body::text))::int from document").fetchone() or [0]
    return int(str(size))


def _accounts(people: People) -> Iterator[str]:
    sample = replace(account(_ID, number=_SERIAL, rank="科员" * 130), telephone="")
    placed = replace(sample, placements=(replace(sample.placements[0], at=BEGUN),), switches=(), exemptions=())
    text, summary = _texts(ACCOUNT, _ID, placed)
    for number, unit in people:
        id = learner_id(number)
        row = f"account\t{id}\t1\t{text}\t{summary}\t-\tlearner\t{unit}\n"
        yield row.replace(_ID, id).replace(_SERIAL, f"n{number}").replace('"u1"', f'"{unit}"')


def _dossiers(people: People) -> Iterator[str]:
    days = {date(2026, 3, 1) + timedelta(days=day): 1200 for day in range(5)}
    studied = dossier(
        study={LessonId(f"xianfa-0{number}"): days for number in range(1, 5)},
        awards=(award(_SERIAL, issued=BEGUN),),
        milestones=dict.fromkeys(Milestone, BEGUN),
    )
    text, summary = _texts(DOSSIER, f"2026.{_ID}", replace(studied, account=AccountId(_ID)))
    for number, _ in people:
        id = learner_id(number)
        row = f"dossier\t2026.{id}\t1\t{text}\t{summary}\t-\t2026\t{id}\tf\n"
        yield row.replace(_ID, id).replace(_SERIAL, serial(number) if is_qualified(number) else "0" * 16)


def _texts(kind: Kind[T, S], id: str, value: T) -> tuple[str, str]:
    text, stored = seal(kind, id, value, version=1)
    return text, to_json(to_plain(kind.summarise(stored.value), kind.summary_type))


def _names(people: People) -> Iterator[str]:
    for number, _ in people:
        yield f"login\tn{number}\taccount\t{learner_id(number)}\n"
        if is_qualified(number):
            yield f"serial\t{serial(number)}\tdossier\t2026.{learner_id(number)}\n"


def _learners(people: People) -> Iterator[str]:
    for number, unit in people:
        yield f"{learner_id(number)}\t{_place(number, unit)}\tt\t{_MOMENT}\n"


def _progress(people: People) -> Iterator[str]:
    """Seven of ten have begun, five have their hours, four have sat, three have passed and qualified."""
    for number, unit in people:
        tenth = number % 10
        if tenth < 7:
            reached = "\t".join(_MOMENT if tenth < most else "\\N" for most in (7, 5, 4, 3, 3))
            place = f"{learner_id(number)}\t{_place(number, unit)}\tt\t{_MOMENT}"
            yield f"2026.{learner_id(number)}\t2026\t{place}\t{reached}\n"


def _place(number: int, unit: str) -> str:
    """Unit, tier and rank: two tiers and seven ranks, which every unit of some size has all of."""
    return f"{unit}\ttier-{number % 2}\t职级{number % 7}"
