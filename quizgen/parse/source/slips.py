"""What went wrong where libyaml gave up: the slip that a person made, the way out, and the line put right.

Libyaml says what it expected; editors need to hear what they wrote. The usual slips are recognised by their shape in
the lines around the place, so that reading can go on behind them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from quizgen.diagnostics import Diagnostic, Span
from quizgen.parse.source.compose import BrokenYaml, Shift


class WritingSlip(NamedTuple):
    """A fault of writing: the lines `first` to `last` (from 0) are at fault; `mended` is the first one put right."""

    diagnostic: Diagnostic
    first: int
    last: int
    mended: str | None = None
    """None where the lines must be left out."""
    moved: Shift | None = None


class NumberedLines(NamedTuple):
    """Lines of a file, the first of which has the number `first_line`."""

    lines: list[str]
    path: str
    first_line: int

    def fault(self, code: str, message: str, hint: str, *, line: int, column: int, length: int = 1) -> Diagnostic:
        """A fault at a line and column from 0."""
        span = Span(path=self.path, line=line + self.first_line, column=column + 1, length=length)
        return Diagnostic(code=code, message=message, span=span, hint=hint)

    def around(self, line: int) -> Iterator[int]:
        """The line and the next one above it that is not blank."""
        yield line
        yield from islice(self.above(line), 1)

    def above(self, line: int) -> Iterator[int]:
        """The lines above that are not blank, the nearest first; at most 60."""
        return (number for number in range(line - 1, max(-1, line - 60), -1) if self.lines[number].strip())

    def below(self, line: int) -> Iterator[int]:
        """The lines below that are not blank, the nearest first; at most 60."""
        end = min(len(self.lines), line + 60)
        return (number for number in range(line + 1, end) if self.lines[number].strip())


def explain(error: BrokenYaml, page: NumberedLines) -> WritingSlip:
    """The slip behind a fault of YAML. The page has a line that is not blank."""
    words = _SYNTAX.get(error.problem or "", ("这里不合YAML的写法", "请检查缩进、引号和冒号"))
    mark, opened = error.problem_mark, error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if opened and (words in {_QUOTE, _COLON} or (words == _BRACKET and opened.line < line)):
        # What was opened and not closed is shown where it opens, not where the reader gave up.
        line, column = opened.line, opened.column
    if line >= len(page.lines) or not page.lines[line].strip():
        line, column = next(page.above(min(line, len(page.lines))), 0), 0
    for recognise in _SHAPES:
        if slip := recognise(page, line, column, words):
            return slip
    return WritingSlip(page.fault("Q005", *words, line=line, column=column), line, line)


_Words = tuple[str, str]
"""Message and hint."""
_QUOTE = ("引号没有配对", "请在这段文字的末尾补上引号")
_VALUE = ("这里不能有“: ”", "文字里有英文冒号加空格时，请给整段文字加引号；否则请检查缩进")
_COLON = ("字段名后少了英文冒号", "请写成“字段名: 内容”，冒号用英文半角，后面空一格")
_WIDE_COLON = ("字段名后面的冒号不是英文半角", _COLON[1])
_NO_SPACE = ("字段名的冒号后面少了空格", _COLON[1])
_BRACKET = ("括号没有配对，或中间少了英文逗号", "请检查这一处的括号；文字以方括号、花括号开头时请加引号")
_SYNTAX = {
    "mapping values are not allowed in this context": _VALUE,
    "did not find expected key": ("这里应当是字段名", "请检查缩进是否与上面对齐，引号后面是否多了文字"),
    "could not find expected ':'": _COLON,
    "found character that cannot start any token": ("内容不能以这个字符开头", "请给整段文字加引号"),
    "found unexpected end of stream": _QUOTE,
    "found unexpected document indicator": _QUOTE,
    "did not find expected ',' or ']'": _BRACKET,
    "did not find expected ',' or '}'": _BRACKET,
    "did not find expected node content": ("这里少了内容，或多了括号、逗号", "请检查括号和逗号"),
    "did not find expected '-' indicator": ("列表的每一项都要以“- ”开头", "请检查缩进是否与上面的“-”对齐"),
    "block sequence entries are not allowed in this context": ("列表不能写在这里", "请换行，并以“- ”开头"),
    "found unknown escape character": ("双引号里有不认识的反斜杠写法", "请改用单引号，或把“\\”写成“\\\\”"),
    "did not find expected alphabetic or numeric character": ("“&”或“*”后应当是名称", "文字以“&”“*”开头时请加引号"),
    "did not find expected <document start>": ("前面的内容已经结束，这里多了文字", "请检查缩进和引号"),
}  # fmt: skip


def _pasted_row(page: NumberedLines, line: int, _column: int, _words: _Words) -> WritingSlip | None:
    """Cells parted by tabs, as a spreadsheet gives them to the clipboard, by commas or bars; rows in a run are one."""
    at = next((number for number in page.around(line) if _source_of(page.lines[number])), None)
    if at is None:
        return None
    first = last = at
    while first and _source_of(page.lines[first - 1]):
        first -= 1
    while last + 1 < len(page.lines) and _source_of(page.lines[last + 1]):
        last += 1
    rows = "这一行" if first == last else f"这{last - first + 1}行"
    message = f"{rows}像是从{_source_of(page.lines[at])}粘贴来的，没有读取"
    hint = "表格里的一行要改写成几行，每一列写成“字段名: 内容”，如“stem: 题干”“key: B”"
    return WritingSlip(page.fault("Q017", message, hint, line=first, column=0, length=0), first, last)


_CSV_ROW = re.compile(r"(?![-#\[{])[^,]*+(?:,(?! )[^,]*+){3,}+(?<![]}])")
"""1,single,题干,A,B; not A, B, C, D nor xianfa:1,xianfa:2,xianfa:3,xianfa:4]"""


def _source_of(line: str) -> str:
    """Whence a row of a table comes that stands where a field should; "" for anything else."""
    text = line.strip()
    if text.count("\t") >= 2:
        return "电子表格"
    if text.startswith("|") and text.count("|") >= 3:
        return "Markdown表格"
    return "CSV文件" if ": " not in text and _CSV_ROW.fullmatch(text) else ""


_WIDE = re.compile(r" *[\u3000\xa0\u2000-\u200a\u202f\u205f][ \u3000\xa0\u2000-\u200a\u202f\u205f]*(?=-\s|\w+ *[:：])")
"""An indentation with spaces of other widths: 　　stem: …; not where a text goes on: 　　第一款规定…"""


def _wide_indent(page: NumberedLines, line: int, _column: int, _words: _Words) -> WritingSlip | None:
    for number in page.around(line):
        if wide := _WIDE.match(page.lines[number]):
            spaces = "".join("  " if char == "\u3000" else " " for char in wide[0])
            message, hint = "缩进用了全角空格或网页上的空格", "请删去行首的空白，改用半角空格缩进"
            fault = page.fault("Q004", message, hint, line=number, column=0, length=wide.end())
            moved = Shift(1, len(spaces) - wide.end())
            return WritingSlip(fault, number, number, spaces + page.lines[number][wide.end() :], moved)
    return None


_NO_COLON = re.compile(r"(?:[ ]|-[ ])*+(?P<key>[A-Za-z_]\w*)(?P<colon> *[：；]|:(?=[^\s:/]))(?P<gap> ?)")
"""stem：题干, - id:xianfa-01-001; not http://…"""


def _without_colon(page: NumberedLines, line: int, _column: int, words: _Words) -> WritingSlip | None:
    """A colon that is full-width or has no space behind it: here, or above where the text went on to this line."""
    for number in page.around(line) if words in {_VALUE, _COLON} else ():
        if found := _NO_COLON.match(page.lines[number]):
            said = _NO_SPACE if found["colon"] == ":" else _WIDE_COLON
            fault = page.fault("Q005", *said, line=number, column=found.start("key"))
            rest = page.lines[number][found.end() :]
            mended = page.lines[number][: found.end("key")] + ": " + rest
            moved = Shift(found.end() + 1, found.end("key") + 2 - found.end())
            return WritingSlip(fault, number, number, mended, moved)
    return None


_OPENS = re.compile(r"(?:[ ]|-[ ])*+[A-Za-z_]\w*: +(?P<quote>[\"'])")


def _open_quote(page: NumberedLines, line: int, column: int, words: _Words) -> WritingSlip | None:
    """A quotation mark that is not closed in its line, though the next line is another field."""
    if words == _QUOTE:
        lines: Iterator[int] = iter((line,))
    else:
        before = page.lines[line][: column + 1]
        lines = page.above(line) if "'" in before or '"' in before else iter(())
    for number in lines:
        text = page.lines[number]
        opened = _OPENS.match(text)
        if opened and text.replace('\\"', "").count(opened["quote"]) % 2 and _is_followed_by_field(page, number):
            fault = page.fault("Q005", *_QUOTE, line=number, column=opened.start("quote"))
            mended = None if text[opened.end() :].strip() == "" else text.rstrip() + opened["quote"]
            return WritingSlip(fault, number, number, mended)
    return None


def _is_followed_by_field(page: NumberedLines, line: int) -> bool:
    follower = next(page.below(line), None)
    return follower is None or bool(_FIELD.match(page.lines[follower]))


def _stray_text(page: NumberedLines, line: int, _column: int, words: _Words) -> WritingSlip | None:
    """A text further left than the field above it, which the next field then seems to go on."""
    number = next(page.above(line), None) if words in {_VALUE, _COLON} else None
    above = None if number is None else next(_fields(page, page.above(number)), None)
    if number is None or above is None or _FIELD.match(page.lines[number]) or page.lines[number].lstrip()[:1] in "#-":
        return None
    indent = len(page.lines[number]) - len(page.lines[number].lstrip(" "))
    if indent >= above.indent:
        return None
    message, hint = "这一行不是“字段名: 内容”的形式", "请删去这一行，或写成“字段名: 内容”，与上下的字段对齐"
    return WritingSlip(page.fault("Q005", message, hint, line=number, column=indent, length=0), number, number)


_SMART = re.compile(r"(?:[ ]|-[ ])*+[A-Za-z_]\w*: +(?P<quote>[“”‘’＂])")


def _smart_quote(page: NumberedLines, line: int, _column: int, words: _Words) -> WritingSlip | None:
    found = _SMART.match(page.lines[line]) if words == _VALUE else None
    if not found:
        return None
    message = f"中文引号（{found['quote']}）不能代替英文引号，这段文字里的“: ”仍然不能有"
    fault = page.fault("Q005", message, "请在整段文字的两头加英文引号", line=line, column=found.start("quote"))
    return WritingSlip(fault, line, line)


_FIELD = re.compile(r" *(?P<dash>(?:-[ ]+)*)(?P<key>[A-Za-z_]\w*) *:(?=\s|$)")


def _misaligned(page: NumberedLines, line: int, _column: int, _words: _Words) -> WritingSlip | None:
    """A field whose indentation differs from that of the fields above and below."""
    here = _field(page, line)
    above = list(islice(_fields(page, page.above(line)), 2))
    if not here or page.lines[line][: here.indent].strip() or not above:
        return None
    below = next(_fields(page, page.below(line)), above[0])
    before = above[0]
    is_astray = here.indent == below.indent or (len(above) == 2 and _is_between(page, above[1], before, here))
    if here.is_letter == before.is_letter and before.indent != here.indent and is_astray:
        return _realigned(page, before, here.indent)
    like = [field for field in (below, before) if field.is_letter == here.is_letter] or [below, before]
    target = min(like, key=lambda field: abs(field.indent - here.indent))
    return _realigned(page, here, target.indent) if before.indent != here.indent != target.indent else None


def _is_between(page: NumberedLines, above: _Field, field: _Field, below: _Field) -> bool:
    """Whether a field is the one astray of three: further left than its like, or not two spaces below its parent."""
    if page.lines[above.line].rstrip().endswith(":"):
        return field.indent != above.indent + 2
    return field.indent < above.indent == below.indent and above.is_letter == field.is_letter


class _Field(NamedTuple):
    line: int
    indent: int
    is_letter: bool
    """Whether it is an option: these stand among themselves."""


def _field(page: NumberedLines, line: int) -> _Field | None:
    found = _FIELD.match(page.lines[line])
    return _Field(line, found.start("key"), len(found["key"]) == 1) if found else None


def _fields(page: NumberedLines, lines: Iterator[int]) -> Iterator[_Field]:
    return (field for field in (_field(page, number) for number in lines) if field)


def _realigned(page: NumberedLines, field: _Field, target: int) -> WritingSlip | None:
    text, indent, line = page.lines[field.line], field.indent, field.line
    if text[:indent].strip():
        return None
    less = "增加" if target > indent else "减少"
    hint = f"请{less}{abs(target - indent)}个空格，与上下的字段对齐"
    fault = page.fault("Q005", "缩进没有与上下的字段对齐", hint, line=line, column=indent)
    return WritingSlip(fault, line, line, " " * target + text[indent:], Shift(1, target - indent))


_SHAPES: tuple[Callable[[NumberedLines, int, int, _Words], WritingSlip | None], ...] = (
    _pasted_row,
    _wide_indent,
    _without_colon,
    _open_quote,
    _smart_quote,
    _stray_text,
    _misaligned,
)
