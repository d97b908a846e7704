"""A folder for archives as a ZIP: files, a list of their digests, and an index that opens in any browser."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import IO

_UNSAFE = re.compile(r'[\\/:*?"<>|#%\x00-\x1f]')
_STYLE = (
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;font:16px/1.7 sans-serif}"
    "table{width:100%;border-collapse:collapse}th,td{padding:.3rem .5rem;text-align:left;border:1px solid #bbb}"
    "th{background:#f3ede3}code{font-size:.75rem;word-break:break-all}"
)
INDEX, DIGESTS = "index.html", "SHA256SUMS.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file with what archives record of it; `copies` counts what is in it (份数)."""

    path: str
    title: str
    copies: int
    digest: str


@dataclass(slots=True, kw_only=True)
class Folder:
    """Files written one after the other into a ZIP; `close` adds the index and the digests."""

    stream: IO[bytes]
    title: str
    year: str
    unit: str
    made: datetime
    made_text: str
    notes: Sequence[str] = ()
    items: list[Item] = field(default_factory=list)
    _archive: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self._archive = zipfile.ZipFile(self.stream, "w", zipfile.ZIP_DEFLATED)

    def add(self, path: str, data: bytes, *, title: str, copies: int = 1) -> None:
        """One more file."""
        self._write(path, data)
        digest = hashlib.sha256(data).hexdigest()
        self.items.append(Item(path=path, title=title, copies=copies, digest=digest))

    def close(self) -> None:
        """Write the index and the list of digests, and finish the ZIP."""
        index = self._index().encode()
        lines = [f"{item.digest}  {item.path}" for item in self.items]
        lines.append(f"{hashlib.sha256(index).hexdigest()}  {INDEX}")
        self._write(INDEX, index)
        self._write(DIGESTS, ("\n".join(lines) + "\n").encode())
        self._archive.close()

    def _write(self, path: str, data: bytes) -> None:
        moment = self.made.timetuple()[:6]
        self._archive.writestr(zipfile.ZipInfo(path, moment), data, zipfile.ZIP_DEFLATED)

    def _index(self) -> str:
        rows = "".join(self._row(number, item) for number, item in enumerate(self.items, start=1))
        heads = "".join(f"<th>{head}</th>" for head in ("序号", "题名", "年度", "单位", "份数", "形成时间", "SHA-256"))
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        title = escape(f"{self.title}（{self.unit}）归档目录")
        return (
            f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{notes}"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            f'<p>全部文件的摘要见 <a href="{DIGESTS}">{DIGESTS}</a>。</p></body></html>\n'
        )

    def _row(self, number: int, item: Item) -> str:
        cells = (self.year, self.unit, str(item.copies), self.made_text)
        told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        link = f'<a href="{escape(item.path)}">{escape(item.title)}</a>'
        return f"<tr><td>{number}</td><td>{link}</td>{told}<td><code>{item.digest}</code></td></tr>"


def file_name(text: str) -> str:
    """The text as part of a file's name on any system."""
    return _UNSAFE.sub("_", text).strip(" .")[:60] or "_"
