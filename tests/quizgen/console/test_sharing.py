"""Work that is shared with a copy of the process; tried in processes without threads, as commands are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from quizgen.console.sharing import shared

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="work is shared on Linux only"),
]
ROOT = Path(__file__).parents[3]
BEGIN = """
import os, sys, time, threading
from quizgen.console.sharing import shared
os.sched_getaffinity = lambda _: {0, 1}
here = os.getpid()
"""


def ran(program: str) -> tuple[str, str]:
    command = [sys.executable, "-c", BEGIN + program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)
    return done.stdout, done.stderr


def test_two_processes_do_the_tasks_and_values_come_in_order() -> None:
    told = ran(
        "def task(number):\n"
        "    time.sleep(0.1)\n"
        "    return number, os.getpid()\n"
        "found = shared([lambda number=number: task(number) for number in range(8)])\n"
        "print([number for number, _ in found], len({process for _, process in found}))\n"
    )

    assert told == ("[0, 1, 2, 3, 4, 5, 6, 7] 2\n", "")


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "sys.exit(3)", "1 / 0", "lambda: 0"])
def test_what_a_copy_does_not_deliver_is_done_here(end: str) -> None:
    told = ran(
        "def task():\n"
        "    time.sleep(0.1)\n"
        f"    return 'here' if os.getpid() == here else {end}\n"
        "print(shared([task] * 6))\n"
    )

    assert told == (f"{['here'] * 6}\n", "")


def test_fault_of_a_task_is_raised_whoever_took_it() -> None:
    told, said = ran(
        "def task():\n"
        "    time.sleep(0.1)\n"
        "    if os.getpid() != here:\n"
        "        raise MemoryError\n"
        "    return 'here'\n"
        "def broken():\n"
        "    raise ValueError('told')\n"
        "try:\n"
        "    shared([task, broken, task])\n"
        "except ValueError as fault:\n"
        "    print(fault)\n"
    )

    assert (told, said) == ("told\n", "")


def test_what_has_threads_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("copied"))
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()

    found = shared([lambda: 1, lambda: 2])
    waiting.set()
    thread.join()

    assert found == [1, 2]


@pytest.mark.parametrize("there_is", ["os.sched_getaffinity = lambda _: {0}", "os.fork = refuse"])
def test_one_processor_or_no_room_is_enough(there_is: str) -> None:
    told = ran(f"def refuse():\n    raise BlockingIOError\n{there_is}\nprint(len(set(shared([os.getpid] * 5))))\n")

    assert told == ("1\n", "")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_copy_ends_with_the_process(sent: signal.Signals) -> None:
    program = (
        "def task():\n"
        "    os.write(1, f'{os.getpid()}\\n'.encode())\n"
        "    time.sleep(0.5 if os.getpid() != here else 60)\n"
        "try:\n"
        "    shared([task] * 200)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
    )
    command = [sys.executable, "-c", BEGIN + program]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    ) as running:
        assert running.stdout
        both = {int(running.stdout.readline()), int(running.stdout.readline())}
        (copy,) = map(psutil.Process, both - {running.pid})
        if sent is signal.SIGINT:
            os.killpg(running.pid, sent)
        else:
            running.kill()
        copy.wait(timeout=30)
        told, said = running.communicate(timeout=30)

    assert ("interrupted" in told, said) == (sent is signal.SIGINT, "")
