"""Work of many pure tasks, shared with a copy of this process where the system makes one: `fork`, on Linux.

Each of the two takes the next task until none is left. The copy only computes and answers: no signal of the terminal
reaches it, and it ends with this process. What it took and did not deliver is done here, so that nothing rests on it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, NoReturn, TypeVar, cast

T = TypeVar("T")

Task = Callable[[], T]

_MOST = 255
"""Tasks that are shared: the number of each is one byte, of which two readers never get a half."""


def shared(tasks: Sequence[Task[T]], *, during: Callable[[], AbstractContextManager[object]] = nullcontext) -> list[T]:
    """What the tasks come to, in their order; the values must be such as `pickle` knows.

    `during` is entered once the copy is made, and so may start threads, which a copy would not have. All is done in
    this process where it has threads already, where there is one processor, or where the system makes no copy.
    """
    done: dict[int, T] = {}
    if 1 < len(tasks) <= _MOST and _may_copy():
        with _numbers(len(tasks)) as numbers, _copy(tasks, numbers) as answer, during():
            done |= _taken(tasks, numbers)
            done |= _read(answer)
            return _completed(tasks, done)
    with during():
        return _completed(tasks, done)


def _completed(tasks: Sequence[Task[T]], done: dict[int, T]) -> list[T]:
    return [done[number] if number in done else task() for number, task in enumerate(tasks)]


def _may_copy() -> bool:
    """A copy has this thread only, and would wait for ever for what another one holds."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def _numbers(count: int) -> IO[bytes]:
    """The numbers of the tasks, to be read by whoever takes the next one."""
    reader, writer = os.pipe()
    os.write(writer, bytes(range(count)))
    os.close(writer)
    return os.fdopen(reader, "rb", buffering=0)


def _taken(tasks: Sequence[Task[T]], numbers: IO[bytes], *, of: int | None = None) -> Iterator[tuple[int, T]]:
    """What this process takes of the tasks; the copy `of` another one takes no more once that has ended."""
    while of in (None, os.getppid()) and (number := numbers.read(1)):
        yield number[0], tasks[number[0]]()


@contextmanager
def _copy(tasks: Sequence[Task[T]], numbers: IO[bytes]) -> Iterator[IO[bytes]]:
    """What a copy of this process answers; nothing where there is no room for one. It is gone when the block is."""
    this, (reader, writer) = os.getpid(), os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    copy = _forked()
    if copy == 0:
        _answer(tasks, numbers, writer, of=this)
    try:
        os.close(writer)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        with os.fdopen(reader, "rb") as answer:
            yield answer
    finally:
        if copy:
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)


def _forked() -> int | None:
    try:
        return os.fork()
    except OSError:  # no room for another process
        return None


def _answer(tasks: Sequence[Task[object]], numbers: IO[bytes], writer: int, *, of: int) -> NoReturn:
    """The copy's whole life. Whatever goes wrong, it says nothing and returns to nobody."""
    try:
        answer = pickle.dumps(dict(_taken(tasks, numbers, of=of)))
        with os.fdopen(writer, "wb") as out:
            out.write(answer)
    finally:
        os._exit(0)


def _read(answer: IO[bytes]) -> dict[int, T]:
    """What the copy came to; nothing where it ended before it had said all."""
    try:
        return cast("dict[int, T]", pickle.load(answer))  # noqa: S301 - our own copy wrote it
    except (EOFError, pickle.UnpicklingError):
        return {}
