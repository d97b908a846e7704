"""The commands around a database: setting one up, bringing it up to date, moving there and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import sql

from grader.cli import main
from grader.settings import FILE, read_settings
from grader.store import migrate_store, open_store
from grader.store.postgres.queries import migrations
from tests.postgres_server import Database, database_on


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and error output of one command."""
    code = main([*map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def store_in_settings(data: Path, address: str) -> None:
    settings = data / FILE
    settings.write_text(re.sub(r'(?m)^store = ".*"$', f'store = "{address}"', settings.read_text("utf-8")), "utf-8")


def everything(data: Path) -> list[str]:
    store = open_store(read_settings(data).store, exclusive=False)
    found = list(store.documents())
    store.close()
    return found


def test_init_makes_the_tables_and_an_office_in_an_empty_database(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "init", "--data", tmp_path / "data", "--store", database.address)

    assert code == 0
    assert "账号  9000010000" in out
    assert read_settings(tmp_path / "data").store == database.address
    assert len(everything(tmp_path / "data")) == 2


def test_init_of_a_second_host_asks_for_the_settings_of_the_first(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "init", "--data", tmp_path / "first", "--store", database.address)
    before = everything(tmp_path / "first")

    code, _, err = run(capsys, "init", "--data", tmp_path / "second", "--store", database.address)

    assert code == 1
    assert err == (
        "这个数据库里已经有学法考试的数据，没有改动任何内容。要在另一台主机上一起提供服务，"
        f"请把那里的 settings.toml 复制到 {tmp_path / 'second'}；要新建一套，请另用一个空的数据库。\n"
    )
    assert not (tmp_path / "second" / FILE).exists()
    assert everything(tmp_path / "first") == before


def test_migrate_says_what_it_did(tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "init", "--data", tmp_path)
    refused = run(capsys, "migrate", "--data", tmp_path)
    store_in_settings(tmp_path, database.address)

    done = [run(capsys, "migrate", "--data", tmp_path) for _ in range(2)]

    assert refused[0] == 1
    assert "不需要迁移；grader migrate 只用于 PostgreSQL 数据库。" in refused[2]
    assert done == [
        (0, "".join(f"已完成：{migration.name}\n" for migration in migrations()) + "数据表已更新到本版本。\n", ""),
        (0, "数据表已经是本版本的，没有改动。\n", ""),
    ]


def test_data_move_to_a_database_and_back(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    data, there, back = tmp_path / "data", tmp_path / "there.jsonl", tmp_path / "back.jsonl"
    run(capsys, "init", "--data", data)
    run(capsys, "publish", "--data", data, "--content", "content", "--allow-sample-bank")
    before = everything(data)

    run(capsys, "export-data", there, "--data", data)
    store_in_settings(data, database.address)
    run(capsys, "migrate", "--data", data)
    imported = run(capsys, "import-data", there, "--data", data)
    moved = everything(data)
    exported = run(capsys, "export-data", back, "--data", data)
    store_in_settings(data, "tiny:another")
    run(capsys, "import-data", back, "--data", data)

    assert (moved, everything(data)) == (before, before)
    assert back.read_bytes() == there.read_bytes()
    assert re.fullmatch(rf"已导入 {len(before)} 个文档，摘要 [0-9a-f]{{64}}，与文件一致。\n", imported[1])
    assert exported[1].splitlines()[1] == "密钥不在其中：请继续使用原来的 settings.toml，只改其中的 store。"


def test_import_over_living_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "init", "--data", tmp_path)
    run(capsys, "export-data", tmp_path / "data.jsonl", "--data", tmp_path)
    before = everything(tmp_path)

    code, out, err = run(capsys, "import-data", tmp_path / "data.jsonl", "--data", tmp_path)

    assert (code, out) == (1, "")
    assert err == f"目录 {tmp_path / 'store'} 里已经有数据，没有导入任何内容。请改用一个空目录。\n"
    assert everything(tmp_path) == before


def test_export_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "init", "--data", tmp_path)
    (tmp_path / "data.jsonl").write_text("mine")

    code, _, err = run(capsys, "export-data", tmp_path / "data.jsonl", "--data", tmp_path)

    assert (code, "已经存在，没有覆盖" in err) == (2, True)
    assert (tmp_path / "data.jsonl").read_text() == "mine"


def without_rights(database: Database) -> str:
    """The address with which everything is done as a role that owns nothing."""
    return f"{altered(database)}{'&' if '?' in database.address else '?'}options=-c%20role%3Dpg_monitor"


def altered(database: Database, command: str = "") -> str:
    """The address of the database with its tables, after this command."""
    migrate_store(database.address)
    with database.connect() as connection:
        connection.execute(command)
    return database.address


def after(command: str) -> Callable[[Database], str]:
    return lambda database: altered(database, command)


UNFIT: dict[str, tuple[Callable[[Database], str], str]] = {
    "no tables": (lambda database: database.address, "还没有数据表。请先运行 grader migrate，再启动服务。"),
    "newer": (
        after("insert into migration (number, name, digest, shape) values (9, '', '', '{}')"),
        "请先升级本系统。",
    ),
    "half": (after("drop table name"), "的数据表不完整：缺少"),
    "altered": (after("alter table document alter due type text"), "的数据表不完整：缺少 document"),
    "another": (after("update migration set digest = ''"), "迁移记录与本系统的不一致"),
    "import": (after("insert into import (digest, documents) values ('', 1)"), "请再运行一次同样的 grader import-data"),
    "rights": (without_rights, "缺少权限（permission denied for table migration）"),
    "gone": (lambda database: database_on(database.address, "xuefa_gone").address, "没有这个数据库。"),
    "nobody there": (lambda _: "postgresql://x@127.0.0.1:1/xuefa", "连接不上数据库。请检查地址和端口"),
    "misspelt": (lambda _: "postgrsql://x:secret@db/xuefa", "无法识别数据位置“postgrsql://x:…@db/xuefa”"),
}


@pytest.mark.parametrize("command", ["serve --port 0", "reset-password 9000010000", "export-data out.jsonl"])
@pytest.mark.parametrize(("address_of", "sentence"), UNFIT.values(), ids=UNFIT)
def test_command_on_an_unfit_database_says_one_sentence_and_changes_nothing(
    tmp_path: Path,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    address_of: Callable[[Database], str],
    sentence: str,
) -> None:
    run(capsys, "init", "--data", tmp_path / "data")
    store_in_settings(tmp_path / "data", address_of(database))
    before = rows(database)
    monkeypatch.chdir(tmp_path)

    code, out, err = run(capsys, *command.split(), "--data", tmp_path / "data")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert sentence in err
    assert "secret" not in err
    assert rows(database) == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def rows(database: Database) -> list[tuple[object, ...]]:
    """How many rows each table has."""
    with database.connect() as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()
        return [
            (name, *connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(str(name)))).fetchall())
            for (name,) in names
        ]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_one_process_owns_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], workers: str) -> None:
    run(capsys, "init", "--data", tmp_path)

    code, out, err = run(capsys, "serve", "--data", tmp_path, "--port", "0", "--workers", workers)

    assert (code, out) == (2, "")
    assert "数据须存放在 PostgreSQL 里" in err
