"""The service as a process: killed in the midst of its work, started wrongly, and with damaged files."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.settings import FILE
from tests.e2e.process import PASSWORD, Deployment, Server, deploy, free_port, run_grader
from tests.e2e.server import Person
from tests.soak.run import soak

pytestmark = [pytest.mark.serial, pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return deploy(tmp_path_factory.mktemp("deployment"), learners=1)


@pytest.fixture(scope="module")
def serving(deployment: Deployment) -> Iterator[Server]:
    with Server(deployment.data) as server:
        yield server


@pytest.fixture
def damaged(tmp_path: Path) -> Deployment:
    """A deployment of its own, to be damaged."""
    return deploy(tmp_path, learners=2)


def everything_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(*arguments: str | Path) -> str:
    """The one line that a refused command says, after checking that it says nothing else."""
    done = run_grader(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


def test_killed_service_keeps_everything_acknowledged(tmp_path: Path) -> None:
    summary = soak(tmp_path, learners=4, seed=7, longest=15, goes_on=lambda summary: summary.kills < 3)

    assert summary.losses == []
    assert (summary.kills, len(summary.restarts)) == (3, 3)
    assert summary.beats + summary.responses > 0


def test_serve_names_the_port_that_is_in_use(deployment: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        said = refusal("serve", "--data", deployment.data, "--port", str(port))

    assert said == (
        f"无法在 127.0.0.1:{port} 上提供服务（端口已被占用）。该端口可能正被其他程序使用，"
        f"请先停止它，或用 --port 换一个端口，例如 --port {port + 1}。"
    )


def test_serve_asks_for_init_first(tmp_path: Path) -> None:
    said = refusal("serve", "--data", tmp_path / "data", "--port", str(free_port()))

    assert said == (
        f"{tmp_path / 'data'} 还没有初始化（没有 settings.toml）。请先运行 grader init --data {tmp_path / 'data'}。"
    )
    assert everything_in(tmp_path) == {}


def test_second_init_changes_nothing(deployment: Deployment) -> None:
    before = everything_in(deployment.data)

    said = refusal("init", "--data", deployment.data)

    assert said == (
        f"{deployment.data / FILE} 已经存在：这个数据文件夹已初始化过，没有改动任何内容。"
        "要新建一套，请用 --data 指定另一个文件夹。"
    )
    assert everything_in(deployment.data) == before


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("publish",)])
def test_commands_that_write_are_refused_while_the_service_runs(
    deployment: Deployment, serving: Server, command: tuple[str, ...]
) -> None:
    before = everything_in(deployment.data)

    said = refusal(*command, "--data", deployment.data)

    store = deployment.data / "store"
    assert said == f"数据目录 {store} 正在被另一进程使用，现在不能写入。请先停止服务，或在管理页面操作。"
    assert everything_in(deployment.data) == before


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        (FILE, "title = 学法考试", "第 1 行的格式有误。请对照 TOML 格式改正，或从备份恢复该文件。"),
        ("store/store.json", '{"for', "不是本系统的数据目录，没有打开。请检查路径，或从备份恢复其中的 store.json。"),
        ("store/store.json", '{"format": 99}', "由较新版本的系统写入（格式 99）。请先升级本系统，再打开。"),
    ],
)
def test_serve_is_refused_where_the_folder_is_damaged(damaged: Deployment, file: str, text: str, sentence: str) -> None:
    (damaged.data / file).write_text(text, encoding="utf-8")
    before = everything_in(damaged.data)

    said = refusal("serve", "--data", damaged.data, "--port", "0")

    assert said.endswith(sentence)
    assert str(damaged.data) in said
    assert {path: content for path, content in everything_in(damaged.data).items() if path != "store/store.lock"} == {
        path: content for path, content in before.items() if path != "store/store.lock"
    }


def test_one_damaged_document_leaves_the_others_served(damaged: Deployment) -> None:
    first, second = damaged.learners
    (file,) = (damaged.data / "store").rglob(f"{first.id}.json")
    file.write_text('{"documents": {"1": {"kind', encoding="utf-8")

    with Server(damaged.data) as server:
        Person(server.address).sign_in(second.number, PASSWORD).raise_for_status()
        stopped = server.interrupt()

    log = server.log.read_text("utf-8")
    assert stopped == 0
    assert f"注意：文件 {file} 无法读取：内容已损坏，或不是本系统写入的。原有内容没有改动。" in log
    assert "Traceback" not in log
    assert second.id not in log
    assert file.read_text("utf-8") == '{"documents": {"1": {"kind'
