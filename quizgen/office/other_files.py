"""Files that are no workbook: what each is by its first bytes, its parts or its name, and what to save it as.

Only looked at, never parsed.
"""

from __future__ import annotations

from collections.abc import Collection

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How the formats before 2007 begin, and workbooks with a password."""
_SAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 文件后再上传。"
_COPY = "请把里面的名单复制到下载的{what}模板中（只粘贴文字），保存后再上传。"
_EMPTY = "文件是空的，里面没有内容。请打开原来的文件看一看，保存后再上传；内容还在的，另存为 .xlsx 文件。"
_PICTURE = "这是图片，读不出里面的文字。请上传原来的表格（.xlsx）；只有图片的，请照着填写下载的{what}模板。"
_PACKED = "这是压缩包。请先解压，再上传里面的 .xlsx 表格。"
_SOUND = "这是录音或录像，不是表格。请上传填好的{what}（.xlsx）。"
_BEGINNINGS = (
    (b"%PDF", "这是 PDF 文件，不是表格。请上传导出它的表格（.xlsx）；只有 PDF 的，请照着填写下载的{what}模板。"),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"Rar!", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"\x1f\x8b", _PACKED),
    (b"{\\rtf", "这是文字文档（.rtf），不是表格。" + _COPY),
)
_INSIDE_OLE = (
    ("EncryptedPackage", "文件设置了打开密码，无法读取。请在 Excel 或 WPS 中取消密码后另存，再重新上传。"),
    ("WordDocument", "这是文字文档（.doc 或 .wps），不是表格。" + _COPY),
    ("PowerPoint Document", "这是演示文稿，不是表格。" + _COPY),
)
_OLD = "这是旧格式的文件（.xls 或 .et）。" + _SAVE
_PARTS = (
    ("word/", "这是文字文档（.docx），不是表格。" + _COPY),
    ("ppt/", "这是演示文稿（.pptx），不是表格。" + _COPY),
    ("xl/workbook.bin", "这是二进制格式的工作簿（.xlsb）。" + _SAVE),
    (
        "OFD.xml",
        "这是版式文件（.ofd），不是表格。请上传导出它的表格（.xlsx）；只有 OFD 的，请照着填写下载的{what}模板。",
    ),
    ("content.xml", "这是 .ods 等格式的文件。" + _SAVE),
    ("Index/", "这是 .numbers 文件。请在 Numbers 中导出为 Excel（.xlsx）文件后再上传。"),
)
STRICT, STRICT_MARK = "这是“Strict Open XML”格式的工作簿。" + _SAVE, b"purl.oclc.org/ooxml"
"""What is said of such a workbook, and what its parts have in them."""
_XML = "这是 XML 格式的表格。" + _SAVE
_WEB_PAGE = "这是网页格式的文件（有的系统导出的 .xls 就是网页）。" + _SAVE


def other_file(data: bytes, what: str) -> str:
    """The sentence what the file is instead of a workbook or plain table, with the way out; "" where it may be one.

    `what` is what it should be: 花名册.
    """
    why = _by_beginning(data)
    return why.format(what=what)


def _by_beginning(data: bytes) -> str:
    if not data.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe"):
        return _EMPTY
    if data.startswith(_OLE):
        return next((why for name, why in _INSIDE_OLE if name.encode("utf-16-le") in data), _OLD)
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return _PICTURE
    if data[:4] == b"RIFF":
        return _PICTURE if data[8:12] == b"WEBP" else _SOUND
    if data[4:8] == b"ftyp":
        return _PICTURE if data[8:11] in {b"hei", b"mif", b"avi"} else _SOUND
    return next((why for start, why in _BEGINNINGS if data.startswith(start)), "")


def other_package(parts: Collection[str], what: str) -> str:
    """The same of a ZIP file by the names of its parts: the formats of office programs are such files."""
    found = (why for start, why in _PARTS if any(part.startswith(start) for part in parts))
    why = next(found, "" if any(part.startswith("xl/") for part in parts) else _PACKED)
    return why.format(what=what)


def other_text(text: str) -> str:
    """The same of a text: web pages, and what programs write instead of tables."""
    start = text.lstrip()[:200]
    if start.startswith(("<?xml", "<?mso")):
        return _XML
    if start.startswith("<") or start.casefold().startswith("mime-version:"):
        return _WEB_PAGE
    return ""
