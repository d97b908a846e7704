"""`grader archive`: one ZIP a unit and the county's own."""

from __future__ import annotations

import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from grader.administration.publish import publish
from grader.cli import main
from grader.domain.people.account import UnitId
from grader.store import open_store
from grader.store.kinds import ACCOUNT, DOSSIER, UNIT
from tests.grader_factories import NOON, account, award, content, dossier, unit


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A deployment with a county office, a unit and a learner who has a certificate."""
    folder = tmp_path / "data"
    main(["init", "--data", str(folder), "--content", str(tmp_path), "--site", str(tmp_path / "site")])
    with closing(open_store(f"tiny:{folder / 'store'}", exclusive=True)) as store:
        publish(store, content(), by="test", now=NOON)
        for row in store.list(UNIT):
            store.delete(UNIT, row.id, expected=row.version)
        for one in (unit("county", name="某县普法办"), unit("u1", name="某局/一科", parent=UnitId("county"))):
            store.save(UNIT, one.id, one, expected=0)
        store.save(ACCOUNT, "a1", account(), expected=0)
        store.save(DOSSIER, "2026.a1", dossier(awards=(award("0123456789ABCDEF"),)), expected=0)
    return folder


def test_every_unit_has_its_folder(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"

    code = main(["archive", "--data", str(data), "--programme", "2026", "--out", str(out)])

    assert code == 0
    assert "已归档 3 个文件夹" in capsys.readouterr().out
    [own] = [path for path in out.iterdir() if path.name.endswith("某局_一科.zip")]
    with zipfile.ZipFile(own) as archive:
        assert "合格证书/赵学法-0123-4567-89AB-CDEF.pdf" in archive.namelist()
    [county] = out.glob("全县-*.zip")
    with zipfile.ZipFile(county) as archive:
        assert "试卷/试卷和作答.jsonl" in archive.namelist()


def test_folder_that_is_not_empty_is_left_alone(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.zip").write_text("x")

    assert main(["archive", "--data", str(data), "--programme", "2026", "--out", str(out)]) == 1
    assert "没有归档" in capsys.readouterr().out
    assert [path.name for path in out.iterdir()] == ["old.zip"]
