"""Text files: which encoding, and what is no text at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from quizgen.law.official.faults import Unreadable
from quizgen.law.official.lines import TextLine, visible_lines

_SAVE_AS = "请用Word或WPS打开，“另存为”.docx，再导入"
_DOWNLOAD = "请从国家法律法规数据库下载.docx文件"
_FOREIGN: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"\xd0\xcf\x11\xe0"), "这是旧式的.doc文件，或加了密码的文档", _SAVE_AS),
    (re.compile(rb"%PDF"), "这是PDF文件，读不出可靠的条文", _DOWNLOAD),
    (re.compile(rb"\{\\rtf"), "这是RTF文件", _SAVE_AS),
    (re.compile(rb"\s*(?:<!doctype|<html|<\?xml|<!--|<head|<body)", re.IGNORECASE), "这是网页或XML文件", _SAVE_AS),
    (re.compile(rb"(?:MIME-Version|From|Content-Type):", re.IGNORECASE), "这是单个文件的网页（.mht）", _SAVE_AS),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0", re.DOTALL), "这是图片", _DOWNLOAD),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ"), "这是压缩文件", "请先解压，再导入里面的文件"),
)
"""What is mistaken for an official text: how it begins, what it is, what to do."""
_PDF_WITHIN = 1024
"""Bytes within which a PDF names itself, by the practice of its readers."""
_ARTICLE = re.compile(r"第.{1,20}条")
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNMARKED = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def text_lines(data: bytes) -> list[TextLine]:
    """The lines of a text file in UTF-8, GBK/GB18030 or UTF-16; `Unreadable` for anything else."""
    start = data.removeprefix(codecs.BOM_UTF8)[:400]
    if b"%PDF-" in data[:_PDF_WITHIN]:
        start = b"%PDF"
    for shape, what, hint in _FOREIGN:
        if shape.match(start):
            raise Unreadable("Q511", f"{what}，不是官方文本的.docx或.txt", hint=hint)
    if not data.strip():
        raise Unreadable("Q511", "文件是空的", hint=_DOWNLOAD)
    return [TextLine(number, line) for number, line in enumerate(visible_lines(_decoded(data)), start=1)]


def _decoded(data: bytes) -> str:
    """The text in the first encoding in which it names an article, otherwise in the first that fits."""
    fitting = list(_readings(data))
    for text in fitting:
        if _ARTICLE.search(text):
            return text
    if not fitting or "\0" in fitting[0]:
        raise Unreadable("Q512", "这不是文字，或文字编码读不出来", hint="请用记事本打开，“另存为”时编码选UTF-8，再导入")
    return fitting[0]


def _readings(data: bytes) -> Iterator[str]:
    marked = [encoding for mark, encoding in _MARKED if data.startswith(mark)]
    for encoding in marked or _UNMARKED:
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue
