"""A site's pages on their way out: names kept whole, inline parts and classes noted, packed."""

from __future__ import annotations

import gzip
import os
import re
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from quizgen.site.output.policy import Policy
from quizgen.site.output.styles import classes_in

_NAMES = ("毛泽东", "邓小平", "习近平")
_NAME = re.compile("|".join(_NAMES))
_ASIDE = re.compile(r"<(script|style|svg|title|textarea|option)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL)
"""What is no running text: `<title>习近平法治思想</title>`; not `<p>习近平法治思想</p>`."""
_LEVEL = 6
"""Of gzip; 9 takes half as long again for one hundredth of the bytes."""


class Pages:
    """Takes each page once, while it is in memory; what is learnt of all of them is read when the last one is taken."""

    def __init__(self) -> None:
        self.classes: set[str] = set()
        """The classes of all elements."""
        self.policy = Policy()
        self.taken: set[Path] = set()
        self._threads = ThreadPoolExecutor(os.cpu_count())  # zlib works while others do
        self._later: tuple[bytes, Path] | None = None
        self._packed: list[Future[object]] = []

    def take(self, html: str, *, name: str, to: Path) -> str:
        """The page as it goes out, to be written at `to`; its packed twin is written beside that by another thread."""
        whole = with_whole_names(html)
        data = whole.encode("utf-8", errors="xmlcharrefreplace")  # as mkdocs writes it
        self.classes |= classes_in(whole)
        self.policy.note(name, whole, data)
        self.taken.add(to)
        self._pack_later()
        self._later = (data, to)
        return whole

    def _pack_later(self) -> None:
        """Packs the page taken before: by now its folder is there."""
        if self._later:
            self._pack(*self._later)
        self._later = None

    def pack(self, path: Path) -> None:
        """Packs a file that is no page."""
        self._pack(path.read_bytes(), path)

    def _pack(self, data: bytes, path: Path) -> None:
        self._packed.append(self._threads.submit(_write_packed, data, path))

    def wait(self) -> None:
        """Until all is packed; raises what went wrong."""
        self._pack_later()
        for one in self._packed:
            one.result()
        self.drop()

    def drop(self) -> None:
        """Packs no more: what has begun ends, the rest is left."""
        self._threads.shutdown(cancel_futures=True)
        self._packed.clear()


def _write_packed(data: bytes, path: Path) -> None:
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, _LEVEL, mtime=0))


def with_whole_names(html: str) -> str:
    """A page whose leaders' names in running text are marked, for the style sheet to keep each on one line."""
    if not any(name in html for name in _NAMES):
        return html
    pieces, done = [], 0
    for begin, end in _running(html):
        pieces += [html[done:begin], f'<bdi class="whole-name">{html[begin:end]}</bdi>']
        done = end
    return "".join([*pieces, html[done:]])


def _running(html: str) -> list[tuple[int, int]]:
    """Where names stand between tags and outside of what is no running text."""
    aside = [found.span() for found in _ASIDE.finditer(html)]
    return [
        name.span()
        for name in _NAME.finditer(html)
        if html.rfind("<", 0, name.start()) <= html.rfind(">", 0, name.start())
        and not any(begin < name.start() < end for begin, end in aside)
    ]
