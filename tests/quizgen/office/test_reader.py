"""Reading workbooks in a process of their own: what comes back, and what becomes of a reader that goes wrong."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openpyxl import Workbook

import quizgen
from quizgen.office import reader
from quizgen.office.reader import AT_ONCE, WAITING, NoReaderFree
from quizgen.office.sheets_in import LONGEST_FILE, BadSheets, Sheets, TextRow, parse_workbook

pytestmark = pytest.mark.process
BROKEN = "文件已损坏，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 文件，再重新上传。"
TITLES = ("花名册", "单位")


def workbook(*rows: tuple[object, ...]) -> io.BytesIO:
    book, stream = Workbook(), io.BytesIO()
    book.worksheets[0].title = " 花名册 "
    book.create_sheet("备注")
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(stream)
    stream.seek(0)
    return stream


def read_sheets(source: Path | io.BytesIO) -> Sheets:
    return reader.read_sheets(source, TITLES, what="花名册")


def refusal(source: Path | io.BytesIO) -> str:
    with pytest.raises(BadSheets) as refused:
        read_sheets(source)
    return str(refused.value)


def test_rows_come_back_as_they_were_read() -> None:
    source = workbook(("姓名", None, "手机号"), (), ("示例甲\u2028", "", 13800000000.0), ('"[]\n{', None, "𠮷"))

    assert read_sheets(source) == parse_workbook(source.getvalue(), TITLES, what="花名册")
    assert read_sheets(workbook(("姓名",), (), ("甲",))) == Sheets(
        found={"花名册": (TextRow(number=1, cells=("姓名",)), TextRow(number=3, cells=("甲",)))}, others=("备注",)
    )


def test_refusal_comes_back_as_its_sentence() -> None:
    assert refusal(io.BytesIO(b"csv")).startswith("这不是 .xlsx 文件。")
    assert refusal(io.BytesIO(b"PK\x03\x04 cut short")) == BROKEN


def test_missing_files_and_folders_are_refused_with_one_sentence(tmp_path: Path) -> None:
    assert refusal(tmp_path / "无.xlsx") == f"没有找到文件 {tmp_path / '无.xlsx'}，请核对文件名。"
    assert refusal(tmp_path).startswith(f"无法读取文件 {tmp_path}")


def test_large_file_is_refused_before_it_is_given_to_anybody() -> None:
    assert refusal(io.BytesIO(b"PK" + b"\0" * LONGEST_FILE)).startswith("文件超过 10 MB")


def test_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LONGEST_SECONDS", 0.0)

    assert refusal(workbook()) == "文件内容不正常，读取的时间过长，没有读完。请把内容复制到新下载的模板中，再重新上传。"


def test_reader_that_cannot_be_started_asks_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(NoReaderFree):
        read_sheets(workbook())


def test_reader_that_says_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LARGEST_ANSWER", 40)

    assert refusal(workbook(*[("甲" * 20,)] * 3)).startswith("文件中的文字过多")


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A module that is run as the reader; the test writes it."""
    package = tmp_path / "quizgen" / "office"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    monkeypatch.setattr(quizgen, "__file__", str(tmp_path / "quizgen" / "__init__.py"))
    return package / "sheets_in.py"


@pytest.mark.parametrize(
    "program",
    [
        "",
        "raise SystemExit(1)",
        "import os; os.abort()",
        "print('[1,')",
        "print('nonsense')",
        "print('{\"sheet\": 1}')",
        "print('[\"1\", []]')",
        'print(\'{"sheet": "花名册"}\')',
        "import sys; sys.stderr.write('x' * 1000); print('[1, [1, null]]')",
    ],
)
def test_reader_that_goes_wrong_leaves_the_sentence_of_a_broken_file(pretended: Path, program: str) -> None:
    pretended.write_text(program, encoding="utf-8")

    assert refusal(workbook()) == BROKEN


def test_reader_sees_nothing_of_the_services_environment(pretended: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    pretended.write_text(
        "import json, os; seen = sorted(n for n in os.environ if n.startswith('PG'))\n"
        "print(json.dumps({'others': seen, 'hidden': {}}))",
        encoding="utf-8",
    )

    assert read_sheets(workbook()) == Sheets(found={}, others=())


def test_few_are_read_at_a_time_and_one_too_many_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, begun = threading.Event(), threading.Semaphore(0)
    read: list[int] = []

    def slow(_data: bytes, _titles: object, _what: str) -> Sheets:
        read.append(threading.get_ident())
        begun.release()
        go_on.wait(10)
        return Sheets(found={}, others=())

    monkeypatch.setattr(reader, "_read_apart", slow)
    with ThreadPoolExecutor(AT_ONCE + WAITING + 1) as pool:
        calls = [pool.submit(read_sheets, workbook()) for _ in range(AT_ONCE + WAITING + 1)]
        for _ in range(AT_ONCE):
            assert begun.acquire(timeout=10)
        at_once = len(read)
        go_on.set()

    assert at_once == AT_ONCE
    came = [type(call.exception()) for call in calls]
    assert (came.count(type(None)), came.count(NoReaderFree)) == (AT_ONCE + WAITING, 1)


def loaded_by(program: str) -> set[str]:
    """The packages that are loaded after a program ran in a process of its own."""
    program += "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(ran.stdout.split())


def test_reader_loads_nothing_of_the_service() -> None:
    found = loaded_by("import quizgen.office.sheets_in, openpyxl")

    assert found & {"flask", "tinydb", "cattrs", "yaml", "fontTools", "cryptography", "argon2"} == set()


def test_service_never_loads_what_parses_workbooks() -> None:
    found = loaded_by("import grader.web.app, grader.administration.roster.importing, grader.operation.serve")

    assert "flask" in found
    assert "openpyxl" not in found
