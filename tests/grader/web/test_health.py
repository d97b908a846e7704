"""The health check: whether something can be saved, tried every few seconds at most."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from grader.store.base import Unusable
from grader.store.memory import MemoryStore
from grader.web.health import HOLDS_SECONDS, Health
from tests.grader.web.conftest import Site


class Disk(MemoryStore):
    """A store whose disk may be full."""

    def __init__(self) -> None:
        super().__init__()
        self.is_full = False
        self.tries = 0

    def try_saving(self) -> None:
        self.tries += 1
        if self.is_full:
            raise Unusable("磁盘空间不足")


def test_service_that_cannot_save_is_not_healthy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise Unusable("文件 /data/documents/.probe 未能写入（磁盘空间不足）。请检查磁盘空间和权限。")

    monkeypatch.setattr(site.store, "try_saving", fail)

    answers = [site.browser().open("/api/health") for _ in range(2)]

    assert [(answer.status_code, answer.json and answer.json["code"]) for answer in answers] == [
        (503, "store-unusable")
    ] * 2


def test_answer_holds_for_seconds_and_is_then_found_anew() -> None:
    disk, now = Disk(), [100.0]
    health = Health(disk, seconds=lambda: now[0])
    found = []

    for is_full, moment in ((False, 0.0), (True, HOLDS_SECONDS - 1), (True, HOLDS_SECONDS), (False, 2 * HOLDS_SECONDS)):
        disk.is_full, now[0] = is_full, 100 + moment
        found.append(str(health.fault() or "well"))

    assert (found, disk.tries) == (["well", "well", "磁盘空间不足", "well"], 3)


def test_nobody_waits_for_the_try_of_another() -> None:
    trying, ending = Event(), Event()

    class SlowDisk(Disk):
        def try_saving(self) -> None:
            trying.set()
            ending.wait(10)

    health = Health(SlowDisk())
    first = Thread(target=health.fault)
    first.start()
    trying.wait(10)

    assert health.fault() is None

    ending.set()
    first.join(10)
