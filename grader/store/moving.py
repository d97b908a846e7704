"""Moving all documents from one store to another by a file: what it looks like, writing it, reading it, taking it in.

Line by line:

    {"xuefa-data": 1}                             the format
    {"kind":"account","schema":1,"id":…}          every document as it is kept, by kind and id, one a line
    …
    {"documents": 123, "digest": "…"}             SHA-256 over the lines between; without this one it is not whole
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from grader.domain.audit.act_log import LoggedAct, logged_acts
from grader.store import codec
from grader.store.base import Kind, Name, Unusable
from grader.store.kinds import KINDS
from quizgen.words.files import replacing

FORMAT = {"xuefa-data": 1}
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; a content with ten thousand items has six million."""
BATCH = 1000
"""Documents that are taken in at a time."""
_KINDS = {kind.name: kind for kind in KINDS}

Watch = Callable[[Iterable[int], int], Iterable[int]]
"""Shows progress: gives the numbers on, and is told how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How many documents a file holds, and their digest."""

    documents: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A document that is taken in: its text as it was kept, and what stands beside it."""

    kind: Kind[Any, Any]
    id: str
    version: int
    text: str
    summary: Any
    names: frozenset[Name]
    acts: tuple[LoggedAct, ...] = ()


class Source(Protocol):
    """A store that can be moved."""

    def documents(self) -> Iterator[str]:
        """Every document as JSON text, by kind and id, all as of one moment."""


class Target(Protocol):
    """A store that is being filled; whoever opens it otherwise is refused until `finish`."""

    @property
    def done(self) -> int:
        """How many documents an import of the same file that was cut short has taken in."""

    def put(self, arrivals: list[Arrival]) -> None:
        """Take them in for good."""

    def documents(self) -> Iterator[str]:
        """Every document that is in now."""

    def finish(self) -> None:
        """Open the store to others."""

    def close(self) -> None:
        """Let it go, finished or not."""


def write_documents(source: Source, path: Path) -> Moved:
    """Write every document to the file; it appears whole or not at all, readable by its owner only.

    Raises Unusable and OSError.
    """
    hasher, count = hashlib.sha256(), 0
    with replacing(path, mode=0o600) as file:
        _write(file, FORMAT)
        for text in source.documents():
            line = text.encode() + b"\n"
            hasher.update(line)
            file.write(line)
            count += 1
        moved = Moved(documents=count, digest=hasher.hexdigest())
        _write(file, {"documents": moved.documents, "digest": moved.digest})
    return moved


def check_file(path: Path) -> Moved:
    """Read all of the file. Raises Unusable where it is not whole, or not every document of it can be read."""
    hasher, count = hashlib.sha256(), 0
    with path.open("rb") as file:
        if _parsed(file.readline(LONGEST_LINE)) != FORMAT:
            raise Unusable(f"文件 {path} 不是 grader export-data 导出的数据。没有导入任何内容。")
        while line := file.readline(LONGEST_LINE):
            document = _parsed(line)
            if isinstance(document, dict) and document.keys() == {"documents", "digest"}:
                moved = Moved(documents=count, digest=hasher.hexdigest())
                if document != {"documents": moved.documents, "digest": moved.digest} or file.read(1):
                    break
                return moved
            _arrival(line, where=f"文件 {path} 第 {count + 2} 行")
            hasher.update(line)
            count += 1
    raise Unusable(f"文件 {path} 不完整，或者被改动过。没有导入任何内容。请重新导出，再把文件完整地复制过来。")


def take_in(target: Target, path: Path, moved: Moved, *, watch: Watch) -> None:
    """Fill the target from a checked file, going on where an earlier import stopped; then compare what is in it.

    Raises Unusable where the digests differ; the target then stays closed to others.
    """
    batch: list[Arrival] = []
    with path.open("rb") as file:
        file.readline()
        for number in watch(range(moved.documents), moved.documents):
            line = file.readline()
            if number < target.done:
                continue
            batch.append(_arrival(line, where=f"文件 {path} 第 {number + 2} 行"))
            if len(batch) == BATCH:
                target.put(batch)
                batch = []
        target.put(batch)
    if digest_of(target.documents()) != moved:
        raise Unusable("导入后的内容与文件不一致，数据没有启用。请清空目标数据，再导入一次。")
    target.finish()


def digest_of(documents: Iterable[str]) -> Moved:
    """How many these are, and their digest as a file of them has it."""
    hasher, count = hashlib.sha256(), 0
    for text in documents:
        hasher.update(text.encode() + b"\n")
        count += 1
    return Moved(documents=count, digest=hasher.hexdigest())


def _arrival(line: bytes, *, where: str) -> Arrival:
    document = _parsed(line)
    name, id = (document.get("kind"), document.get("id")) if isinstance(document, dict) else (None, None)
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(id, str) or not codec.is_id(id) or not line.endswith(b"\n"):
        raise Unusable(f"{where} 不是本系统的数据。没有导入任何内容。请重新导出，再把文件完整地复制过来。")
    stored = codec.decode(kind, id, document, where=where)
    return Arrival(
        kind=kind,
        id=id,
        version=stored.version,
        text=line[:-1].decode(),
        summary=kind.summarise(stored.value),
        names=kind.names(stored.value),
        acts=logged_acts(kind.name, id, stored.value, late=True),
    )


def _parsed(line: bytes) -> object:
    """The line's JSON; None for anything else."""
    try:
        parsed: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return parsed


def _write(file: BinaryIO, line: object) -> None:
    file.write(json.dumps(line).encode() + b"\n")
