"""The text of a .docx: the archive, read within bounds, and its main part."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from quizgen.law.official.faults import Unreadable
from quizgen.law.official.lines import TextLine, visible_lines
from quizgen.office.wordml import NotWord, main_part, paragraphs

MAX_PART = 16_000_000
"""Bytes of a part of the archive when unpacked; the civil code's text has 1.8 MB."""
MAX_MEMBERS = 5_000
"""Parts of the archive; an official file has 18."""

_ENTRY = b"PK\x01\x02"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    OverflowError,
)
"""What `zipfile` raises for archives that are damaged or lie about themselves."""
_DAMAGED = "请重新下载；或用Word、WPS打开，“另存为”.docx，再导入"
_OTHERS = (
    ("xl/workbook.xml", "Excel表格"),
    ("ppt/presentation.xml", "PowerPoint演示文稿"),
    ("content.xml", "ODF文档"),
)


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a .docx does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def word_lines(data: bytes) -> list[TextLine]:
    """The lines of the document's main part, numbered by paragraph; `Unreadable` where there is none."""
    if data.count(_ENTRY) > MAX_MEMBERS:
        raise Unreadable("Q513", "压缩包里的文件太多，不是官方文本的.docx", hint=_DAMAGED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = paragraphs(_main(archive))
    except NotWord as fault:
        raise Unreadable("Q511", f"文档里的内容读不出来：{fault}", hint=_DAMAGED) from None
    except _BROKEN:
        raise Unreadable("Q511", ".docx文件已经损坏，或没有下载完整", hint=_DAMAGED) from None
    lines = [TextLine(n, line) for n, text in enumerate(found, start=1) for line in visible_lines(text)]
    if not any(line.text.strip() for line in lines) and re.search(rb"word/afchunk\.[a-z]+", data):
        hint = "请用Word打开，“另存为”.docx，再导入"
        raise Unreadable("Q511", "文档的正文是嵌入的网页，不是段落", hint=hint)
    return lines


def _main(archive: zipfile.ZipFile) -> bytes:
    names = set(archive.namelist())
    part = main_part(_member(archive, "_rels/.rels")) if "_rels/.rels" in names else ""
    for name in (part, "word/document.xml"):
        if name in names:
            return _member(archive, name)
    what = next((what for name, what in _OTHERS if name in names), "压缩文件")
    raise Unreadable("Q511", f"这是{what}，不是Word文档", hint="请从国家法律法规数据库下载.docx文件，不要改扩展名")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one part, counted as they are unpacked: what the archive says of its sizes is not believed."""
    part = archive.getinfo(name)
    if part.flag_bits & 1:
        raise Unreadable("Q511", "文档加了密码", hint="请用Word打开，去掉密码，“另存为”.docx，再导入")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    with archive.open(part) as file:
        data = file.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        message = f"文档解压后超过{MAX_PART // 1_000_000}MB，不像一部法律"
        raise Unreadable("Q513", message, hint="请检查是不是选错了文件；图片很多的文档请删去图片")
    return data
