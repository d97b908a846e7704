"""The first step of both of README's commands: `.venv` from the lock files, on any machine, in any year."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wheel_index import relocked, write_index, write_wheel

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine"),
]

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
EXTRA = "asker==1 \\\nasked==1 \\\n"
"""The first of these asks for `asked[more]`: the shape at which an old pip looks past the second."""
BACKEND = """
import shutil
def build_editable(folder, config_settings=None, metadata_directory=None):
    return shutil.copy("xuefa_kit-1-py3-none-any.whl", folder).rpartition("/")[2]
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the locks name, and a newer release of each."""
    folder = tmp_path_factory.mktemp("index")
    write_index(folder, "".join(map(_lock, LOCKS)))
    for name, version, head in (("asker", "1", "Requires-Dist: asked[more]\n"), ("asked", "1", ""), ("asked", "2", "")):
        write_wheel(folder, name, version, f"{head}Provides-Extra: more\n")
    return folder


@pytest.fixture(scope="module")
def pip_release(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the wheel of a release of pip."""
    folder = tmp_path_factory.mktemp("pip")

    def wheel(version: str) -> Path:
        path = folder / f"pip-{version}-py3-none-any.whl"
        options = ("--quiet", "--no-deps", "--retries=0", "--dest", folder)
        done = _run(sys.executable, "-m", "pip", "download", *options, f"pip=={version}")
        if not path.exists():
            pytest.skip(f"no package index to have pip {version} from: {done.stderr.strip()[-200:]}")
        return path

    return wheel


@pytest.fixture
def project(tmp_path: Path, index: Path) -> Path:
    """This project without its code, its locks with the hashes of the index's wheels."""
    folder = tmp_path / "project"
    (folder / ".ci").mkdir(parents=True)
    for name in ("Makefile", ".ci/venv"):
        shutil.copy(ROOT / name, folder / name)
    for lock in LOCKS:
        (folder / lock).write_text(relocked(_lock(lock), index))
    (folder / "pyproject.toml").write_text('[build-system]\nrequires = []\nbuild-backend = "b"\nbackend-path = ["."]\n')
    (folder / "b.py").write_text(BACKEND)
    write_wheel(folder, "xuefa-kit", "1", "Requires-Dist: flask\n")
    return folder


@pytest.mark.parametrize(
    ("python", "pip"),
    [("3.11", "22.3"), ("3.12", "23.2.1"), ("3.13", "24.2"), ("3.13", "26.3")],
)
def test_locks_are_installed_whatever_was_released_since(
    project: Path, index: Path, pip_release: Callable[[str], Path], python: str, pip: str
) -> None:
    """With the pip that the first release of each Python brought, and with the newest."""
    _make_venv(project, _find_python(python), pip_release(pip))

    done = _make(project, ".venv/dev.stamp", index=index)

    assert done.returncode == 0, done.stdout + done.stderr
    assert _installed(project) >= _locked(project)


def test_pip_that_python_brings_installs_the_locks(project: Path, index: Path) -> None:
    done = _make(project, ".venv/dev.stamp", f"PYTHON={sys.executable}", index=index)

    assert done.returncode == 0, done.stdout + done.stderr
    assert _installed(project) >= _locked(project)


def test_an_old_pip_that_resolves_looks_past_the_lock(
    project: Path, index: Path, pip_release: Callable[[str], Path]
) -> None:
    _make_venv(project, sys.executable, pip_release("23.2.1"))

    python = project / ".venv/bin/python"
    done = _run(python, "-m", "pip", "install", "--require-hashes", "-r", project / LOCKS[1], **_only(index))

    assert done.returncode == 1
    assert "asked[more]" in done.stderr


def test_an_incomplete_lock_is_refused(project: Path, index: Path) -> None:
    lock = project / LOCKS[0]
    lock.write_text(re.sub(r"(?m)^click==.*\n", "", lock.read_text()))

    done = _make(project, ".venv/run.stamp", f"PYTHON={sys.executable}", index=index)

    assert done.returncode != 0
    assert "requires click, which is not installed" in done.stderr


def test_without_network_setup_says_so_in_one_sentence(project: Path) -> None:
    nobody = {"PIP_INDEX_URL": "http://127.0.0.1:9/none", "PIP_RETRIES": "1", "PIP_CONFIG_FILE": os.devnull}

    done = _run("make", "-C", project, ".venv/run.stamp", f"PYTHON={sys.executable}", **nobody)

    assert done.returncode != 0
    assert _said(done) == [
        "连不上软件包源：请检查网络，或用环境变量 PIP_INDEX_URL 指定镜像，再试一次。",
        "The package index cannot be reached: check the network, or name a mirror in PIP_INDEX_URL, and try again.",
    ]


def test_without_a_recent_python_setup_says_so_in_one_sentence(project: Path) -> None:
    done = _make(project, ".venv/run.stamp", "PYTHON=false")

    assert done.returncode != 0
    assert _said(done) == [
        "需要 Python 3.11 或更新的版本：请先安装，或用 make PYTHON=路径 指明。",
        "Python 3.11 or newer is needed: install it, or name it with make PYTHON=path.",
    ]
    assert not (project / ".venv").exists()


def test_an_old_pip_is_refused_in_one_sentence(project: Path) -> None:
    _run(sys.executable, "-m", "venv", "--without-pip", project / ".venv")
    package = next((project / ".venv/lib").iterdir()) / "site-packages/pip"
    package.mkdir()
    (package / "__init__.py").write_text('__version__ = "19.0"\n')

    done = _make(project, ".venv/run.stamp")

    assert done.returncode != 0
    assert _said(done) == [
        "文件夹 .venv 里的 Python 或 pip 太旧或已损坏：请运行 make clean 再试。",
        "Python or pip in the folder .venv is too old or broken: run make clean and try again.",
    ]


def test_locks_name_no_index() -> None:
    assert [lock for lock in LOCKS if "://" in (ROOT / lock).read_text()] == []


def _lock(name: str) -> str:
    return (ROOT / name).read_text() + (EXTRA if "dev" in name else "")


def _make_venv(project: Path, python: str, pip: Path) -> None:
    _run(python, "-m", "venv", "--without-pip", project / ".venv")
    _run(project / ".venv/bin/python", pip / "pip", "install", "--quiet", "--no-index", pip)


def _make(project: Path, *arguments: str, index: Path | None = None) -> subprocess.CompletedProcess[str]:
    return _run("make", "-C", project, *arguments, **(_only(index) if index else {}))


def _only(index: Path) -> dict[str, str]:
    """pip's settings for this index and no other."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index), "PIP_CONFIG_FILE": os.devnull}


def _run(*command: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        command, env=environment | settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _find_python(version: str) -> str:
    """A Python of this version: on PATH, or one that pyenv keeps."""
    kept = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(f"versions/{version}.*/bin/python"))
    for candidate in (f"python{version}", *map(str, kept)):
        if shutil.which(candidate) and _run(candidate, "-c", "import ensurepip").returncode == 0:
            return candidate
    pytest.skip(f"no Python {version} on this machine")


def _said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What make's recipe complained of."""
    return [line for line in done.stderr.splitlines() if not line.startswith("make: ")]


def _installed(project: Path) -> set[str]:
    listed = _run(project / ".venv/bin/python", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check")
    return set(listed.stdout.lower().split())


def _locked(project: Path) -> set[str]:
    """What both locks pin for every system and Python."""
    pins = [line.split() for lock in LOCKS for line in (project / lock).read_text().splitlines() if " ; " not in line]
    return {pin[0].lower() for pin in pins}
