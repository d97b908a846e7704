"""Whether summaries and names were made by this very program: a digest of the source that makes them.

It errs on the side of caution: any change to a module that a kind's summary can reach counts, a comment too.
"""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from grader.store.base import Kind

_IMPORT = re.compile(r"^(?:from ([\w.]+) )?import ([\w., ]+)", re.MULTILINE)
"""`from grader.domain import errors` and `import json`; a list in brackets names no modules here."""


def fingerprint(kind: Kind[Any, Any], *beside: str) -> str:
    """The digest for one kind; `beside` names modules that make something else of its summaries."""
    digest = hashlib.sha256(f"{kind.name} {kind.schema}".encode())
    for function in (kind.names, *kind.upcasts.values()):
        digest.update(inspect.getsource(function).encode() if inspect.isfunction(function) else b"")
    makers = {part.__module__ for part in (kind.summarise, kind.summary_type, kind.value_type)}
    for name in sorted(_reached(makers.union(beside))):
        digest.update(_source(name).encode())
    return digest.hexdigest()


def _reached(makers: set[str]) -> set[str]:
    """These modules and those of the same packages, or of quizgen, that they import, however indirectly."""
    packages = {name.partition(".")[0] for name in makers} | {"quizgen"}
    reached: set[str] = set()
    waiting = list(makers)
    while waiting:
        name = waiting.pop()
        if name not in reached and name.partition(".")[0] in packages and name in sys.modules:
            reached.add(name)
            waiting += _imported(_source(name))
    return reached


def _imported(source: str) -> Iterator[str]:
    """What may be modules among the imports of a source."""
    for package, names in _IMPORT.findall(source):
        if package:
            yield package
        for name in names.replace(" ", "").split(","):
            yield f"{package}.{name}" if package else name


@cache
def _source(name: str) -> str:
    return Path(inspect.getfile(sys.modules[name])).read_text("utf-8")
