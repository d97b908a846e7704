"""Files of statutes that commands are given: official ones or our own JSON; and texts named by id and version."""

from __future__ import annotations

import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from quizgen.console.commandline import Refused
from quizgen.content import Content, read_laws, shown
from quizgen.diagnostics import Diagnostic, Span, has_errors, render_text, summary
from quizgen.law.official import MAX_BYTES, OfficialText, read_official
from quizgen.law.register import usual_title
from quizgen.law.text import StatuteText
from quizgen.parse.fields import is_slug
from quizgen.parse.source.text import decode
from quizgen.parse.statute_text import parse_statute_text
from quizgen.words.spelling import did_you_mean
from quizgen.words.system import os_reason

_PLACEHOLDER = "falv"
"""The id of a text whose statute is not known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawFile:
    """What one file gave; `id` and `short` where it is our own JSON and names them."""

    path: Path
    text: OfficialText | None
    faults: list[Diagnostic]
    source: str = ""
    id: str = ""
    short: str = ""

    @property
    def report(self) -> str:
        """The faults for people; empty where there are none."""
        return render_text(self.faults, {shown(self.path): self.source} if self.source else {})


def read_law_file(path: Path) -> LawFile:
    """The statute of a file; whatever the file is, a fault says why it can't be read."""
    try:
        data = _bytes(path)
    except OSError as error:
        return _refused(path, "Q001", f"读不了这个文件：{os_reason(error)}", hint="请检查文件名和读取权限")
    if data is None:
        return _refused(path, "Q511", "这不是普通文件，没有读取", hint="请给出.docx或.txt文件的路径")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return _own_json(path, data)
    reading = read_official(data, shown(path))
    return LawFile(path=path, text=reading.text, faults=reading.faults, source=reading.source)


def _bytes(path: Path) -> bytes | None:
    """The file's bytes, one more than allowed of a longer one; None for a pipe, a device and the like."""
    if not stat.S_ISREG((found := path.stat()).st_mode):
        return None
    if not found.st_size:
        return b""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _refused(path: Path, code: str, message: str, *, hint: str) -> LawFile:
    return LawFile(
        path=path, text=None, faults=[Diagnostic(code=code, message=message, span=Span(path=shown(path)), hint=hint)]
    )


def _own_json(path: Path, data: bytes) -> LawFile:
    id = path.stem.partition("@")[0]
    source, faults = decode(data, shown(path))
    if faults:
        return LawFile(path=path, text=None, faults=faults, source=source)
    text, found = parse_statute_text(source, f"{id if is_slug(id) else _PLACEHOLDER}.json")
    if not text:
        faults = [Diagnostic(code=d.code, message=d.message, span=Span(path=shown(path)), hint=d.hint) for d in found]
        return LawFile(path=path, text=None, faults=faults, source=source)
    official = OfficialText(
        title=text.title,
        version=text.version,
        effective=text.effective,
        articles=text.articles,
        headings=text.headings,
        history=text.history,
        preamble=text.preamble,
    )
    return LawFile(path=path, text=official, faults=[], id=id if is_slug(id) else "", short=text.short)


def known_laws(content: Path, laws: Path | None) -> Content:
    """The register and the texts that are kept; their own faults are pointed out, and what is sound is used."""
    known, found = read_laws(content, laws)
    if has_errors(found):
        print(f"注意：登记表或已有的原文有错误（{summary(found)}），请运行 quizgen check。", file=sys.stderr)
    return known


def named_text(name: str, content: Content) -> StatuteText:
    """The text that a command names: a file, `id@version`, or an id (its newest version)."""
    path = Path(name)
    if path.suffix.lower() in {".json", ".docx", ".txt"} or path.exists():
        return _text_of(read_law_file(path))
    id, _, version = name.partition("@")
    texts = versions(id, content)
    if not version:
        return texts[-1]
    found = next((text for text in texts if text.version.isoformat() == version), None)
    if not found:
        raise Refused(f"没有“{id}”{version}的原文，已有：{_listed(texts)}。")
    return found


def _text_of(file: LawFile) -> StatuteText:
    if not file.text:
        raise Refused(file.report.rstrip(), status=1)
    short = file.short or usual_title(file.text.title)
    return file.text.as_statute_text(file.id or _PLACEHOLDER, short=short)


def versions(id: str, content: Content) -> tuple[StatuteText, ...]:
    """The kept texts of a statute, oldest version first; at least one."""
    if id not in content.texts:
        near = did_you_mean(id, content.texts)
        raise Refused(f"没有“{id}”的原文，也没有这个文件。{near}原文用 quizgen law add 导入。")
    return content.texts[id]


def _listed(texts: tuple[StatuteText, ...]) -> str:
    return "、".join(f"{text.id}@{text.version}" for text in texts)


def statute_id(title: str, content: Content) -> str:
    """The id under which the register, or a text that is kept, has a title; empty where none does."""
    registered: Mapping[str, str] = {statute.title: id for id, statute in content.register.statutes.items()}
    kept = {texts[-1].title: id for id, texts in content.texts.items()}
    return registered.get(title) or kept.get(title, "")


def day(text: str) -> date:
    """A date on the command line."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)
