"""Documents with a version behind one `Protocol`; `open_store` alone knows which backend it is."""

from __future__ import annotations

import re

from grader.store.base import Store, Unusable
from grader.store.kinds import KINDS
from grader.store.memory import MemoryStore
from grader.store.tiny import open_tiny


def open_store(url: str, *, exclusive: bool) -> Store:
    """The store at `memory:` or `tiny:<folder>`; a plain path is a folder too. Raises Unusable.

    `exclusive` is for the one process that writes; others open a tiny store read only.
    """
    scheme = re.match(r"[a-z]{2,}:", url)  # one letter is a Windows drive
    backend, place = (scheme[0], url[scheme.end() :]) if scheme else ("tiny:", url)
    if backend == "memory:" and not place:
        return MemoryStore()
    if backend == "tiny:" and place:
        return open_tiny(place, exclusive=exclusive, kinds=KINDS)
    raise Unusable(f"无法识别数据位置“{url}”。可以写目录路径、tiny:目录路径，或 memory:（仅供试用，不保存）。")
