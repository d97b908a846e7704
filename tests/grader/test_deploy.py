"""The files of `grader/deploy` that can be tried out here."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

import grader

DEPLOY = Path(grader.__file__).parent / "deploy"
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("sh") is None or os.name == "nt", reason="shell scripts of Unix"),
]


def test_backup_holds_every_document_and_is_open_to_its_owner_only(tmp_path: Path) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    (data / "store").mkdir(parents=True)
    (data / "settings.toml").write_text("secret", encoding="utf-8")
    (data / "store" / ".half.tmp").write_text("half", encoding="utf-8")

    subprocess.run(["sh", "-c", 'umask 022; exec sh "$0" "$@"', DEPLOY / "backup.sh", data, backups], check=True)

    [archive] = backups.iterdir()
    assert [path.stat().st_mode & 0o777 for path in (backups, archive)] == [0o700, 0o600]
    with tarfile.open(archive) as found:
        assert sorted(found.getnames()) == ["data", "data/settings.toml", "data/store"]
