"""`quizgen schema`: what it writes, prints and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizgen.cli import main
from quizgen.parse.schema.files import SchemaKind, schema_of

SCHEMAS = ["bank.schema.json", "programme.schema.json", "register.schema.json"]
SETTINGS = {
    "files.encoding": "utf8",
    "yaml.schemaStore.enable": False,
    "yaml.schemas": {
        "./.vscode/bank.schema.json": "**/banks/*/*.yml",
        "./.vscode/programme.schema.json": "**/programmes/*.yml",
        "./.vscode/register.schema.json": "**/laws/register.yml",
    },
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_schema_sets_up_vs_code(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["schema"])

    assert status == 0
    assert sorted(path.name for path in Path(".vscode").iterdir()) == [*SCHEMAS, "settings.json"]
    assert json.loads(Path(".vscode/settings.json").read_text(encoding="utf-8")) == SETTINGS
    assert json.loads(Path(".vscode/bank.schema.json").read_text(encoding="utf-8")) == schema_of(SchemaKind.BANK)
    assert capsys.readouterr().out == ""


def test_schema_of_one_kind_goes_to_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["schema", "register"])

    assert status == 0
    assert json.loads(capsys.readouterr().out) == schema_of(SchemaKind.REGISTER)
    assert list(Path().iterdir()) == []


def test_settings_that_exist_are_left_alone_and_the_lines_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".vscode").mkdir()
    Path(".vscode/settings.json").write_text("{}", encoding="utf-8")

    status = main(["schema", "--out", ".vscode", "--force"])

    assert status == 0
    assert Path(".vscode/settings.json").read_text(encoding="utf-8") == "{}"
    printed = capsys.readouterr()
    assert json.loads(printed.out) == SETTINGS
    assert printed.err.endswith("请把下面各行加进 .vscode/settings.json：\n")


def test_settings_name_the_folder_of_the_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["schema", "bank", "--out", "tools/schemas"])

    assert status == 0
    mapping = json.loads(capsys.readouterr().out)["yaml.schemas"]
    assert mapping == {"./tools/schemas/bank.schema.json": "**/banks/*/*.yml"}


def test_schema_again_changes_nothing_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    main(["schema"])
    capsys.readouterr()

    status = main(["schema"])

    assert status == 0
    assert capsys.readouterr() == ("", "".join(f".vscode/{name} 没有变化。\n" for name in SCHEMAS))


def test_other_file_is_replaced_only_by_force(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".vscode").mkdir()
    Path(".vscode/bank.schema.json").write_text("old", encoding="utf-8")

    refused, forced = main(["schema"]), Path(".vscode/programme.schema.json").exists()

    assert (refused, forced) == (2, False)
    assert capsys.readouterr().err == (
        "文件.vscode/bank.schema.json已经存在，内容不同，没有覆盖。要覆盖请加 --force，或用 --out 换一个文件夹。\n"
    )
    assert main(["schema", "--force"]) == 0


def test_folder_that_is_a_file_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("x", encoding="utf-8")

    status = main(["schema", "--out", "taken"])

    assert status == 1
    assert capsys.readouterr().err == "taken：已经存在，没有完成。\n"
