from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizgen.site.build import build_site
from quizgen.site.inputs import programs, site_digest
from tests.course_project import REPOSITORY, copy_project, last_lesson

pytestmark = pytest.mark.slow

LESSON = "content/course/lessons/xianfa-01.md"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _build(project: Path, *, strict: bool = True) -> list[str]:
    return build_site(project / "mkdocs.yml", project / "out", strict=strict)


def _append(path: Path, text: str) -> int:
    """Appends text and returns the number of its first line."""
    old = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    path.write_text(old + text, encoding="utf-8")
    return old.count("\n") + 1


def _visible(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_course_builds_strictly(project: Path) -> None:
    assert _build(project) == []

    page = (project / "out/lessons/xianfa-01/index.html").read_text(encoding="utf-8")
    study = 'data-lesson="xianfa-01" data-credit="sections" data-next="lessons/xianfa-02/"'
    assert f'<div id="study" class="study" {study} hidden></div>' in page
    assert 'data-item="xianfa-01-001"' in page


def test_last_lesson_that_counts_names_no_next_one(project: Path) -> None:
    _build(project)

    last = last_lesson()
    page = (project / f"out/lessons/{last}/index.html").read_text(encoding="utf-8")
    assert f'<div id="study" class="study" data-lesson="{last}" data-credit="sections" hidden></div>' in page


def test_build_names_its_version_and_compresses_every_text(project: Path) -> None:
    _build(project)

    out = project / "out"
    version, page = site_digest(project / "mkdocs.yml")[:12], (out / "index.html").read_text(encoding="utf-8")
    assets = re.findall(r'"assets/css/[a-z]+\.css\?v=([0-9a-f]{12})"', page)[0]
    assert json.loads((out / "site.json").read_text()) == {"version": version, "assets": assets}
    assert f"法律法规核对至2026年11月23日 · 内容版本 {version}" in page
    texts = [path for path in _visible(out) if path.suffix in {".html", ".css", ".js", ".json", ".svg"}]
    assert len(texts) > 20
    assert all(gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes() for path in texts)


def test_build_leaves_no_unused_files(project: Path) -> None:
    _build(project)

    names = [path.relative_to(project / "out").as_posix() for path in _visible(project / "out")]
    assert [name for name in names if any(part in name for part in ("lunr", ".map", "sitemap", "404"))] == []


def test_two_builds_are_byte_for_byte_the_same(project: Path) -> None:
    build_site(project / "mkdocs.yml", project / "one")
    build_site(project / "mkdocs.yml", project / "two")

    one = {path.relative_to(project / "one"): path.read_bytes() for path in _visible(project / "one")}
    two = {path.relative_to(project / "two"): path.read_bytes() for path in _visible(project / "two")}
    assert one == two


def test_own_assets_carry_their_digest(project: Path) -> None:
    _build(project)
    before = (project / "out/index.html").read_text(encoding="utf-8")
    _append(project / "content/course/assets/css/course.css", "/* changed */\n")

    _build(project)

    after = (project / "out/index.html").read_text(encoding="utf-8")
    addresses = [line for line in after.splitlines() if 'rel="stylesheet" href="assets/css/' in line]
    assert len(addresses) == 6
    assert all("?v=" in line and line not in before for line in addresses)
    assert 'from "./service.js?v=' in (project / "out/assets/js/study.js").read_text(encoding="utf-8")


def test_all_faults_of_all_lessons_are_told_with_their_places(project: Path) -> None:
    first = _append(project / LESSON, "\n::: practice\nxianfa-01-999\n:::\n")
    other = "content/course/lessons/minfadian-01.md"
    second = _append(project / other, "\n::: practice\nminfadian-01-001\n")

    problems = _build(project)

    assert len(problems) == 1
    assert f"{LESSON}:{first + 2}:1: error[Q304]" in problems[0]
    assert f"{other}:{second + 1}:1: error[Q301]" in problems[0]
    assert "Traceback" not in problems[0]


def test_retired_item_in_a_block_is_refused(project: Path) -> None:
    bank = project / "content/banks/practice/xianfa-01.yml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("status: 启用", "status: 停用", 1), encoding="utf-8")
    line = _append(project / LESSON, "\n::: practice\nxianfa-01-001\n:::\n")

    assert f"{LESSON}:{line + 2}:1: error[Q305]" in _build(project)[0]


def test_failing_build_keeps_the_old_site(project: Path) -> None:
    _build(project)
    before = {path: path.read_bytes() for path in _visible(project / "out")}
    _append(project / LESSON, "\n::: practice\nxianfa-01-999\n:::\n")

    assert _build(project) != []

    assert {path: path.read_bytes() for path in _visible(project / "out")} == before
    assert [path.name for path in project.iterdir() if path.name.startswith(".out")] == []


def test_interrupted_build_keeps_the_old_site(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> list[str]:
        raise KeyboardInterrupt

    _build(project)
    before = {path: path.read_bytes() for path in _visible(project / "out")}
    monkeypatch.setattr("quizgen.site.plugin.finish", interrupt)

    with pytest.raises(KeyboardInterrupt):
        _build(project)

    assert {path: path.read_bytes() for path in _visible(project / "out")} == before
    assert [path.name for path in project.iterdir() if path.name.startswith(".out")] == []


def test_swap_cut_short_is_mended_by_the_next_build(project: Path) -> None:
    _build(project)
    (project / "out").rename(project / ".out.previous")
    _append(project / LESSON, "\n::: practice\nxianfa-01-999\n:::\n")

    assert _build(project) != []

    assert (project / "out/index.html").is_file()


def test_broken_link_stops_a_strict_build_only(project: Path) -> None:
    _append(project / LESSON, "\n[别处](nowhere.md)\n")

    assert _build(project) == ["lessons/xianfa-01.md：链接“nowhere.md”指向的页面不存在"]
    assert _build(project, strict=False) == []


def test_broken_anchor_stops_a_strict_build(project: Path) -> None:
    _append(project / LESSON, "\n[别处](minfadian-01.md#nowhere)\n")

    assert _build(project) == ["lessons/xianfa-01.md：链接“minfadian-01.md#nowhere”指向的小节不存在"]


def test_page_outside_the_navigation_stops_a_strict_build(project: Path) -> None:
    (project / "content/course/notices/extra.md").write_text("# 补充通知\n", encoding="utf-8")

    assert _build(project) == ["这些页面没有列入 mkdocs.yml 的 nav：notices/extra.md"]


def test_inline_style_that_the_policy_would_block_is_refused(project: Path) -> None:
    _append(project / LESSON, '\n<p style="color: red">红</p>\n')

    (problem,) = _build(project)

    assert problem.startswith("lessons/xianfa-01/index.html:")
    assert "浏览器会拦截网页里的style属性" in problem


def test_missing_configuration_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mkdocs.yml"

    assert build_site(path, tmp_path / "out") == [f"没有找到构建配置文件“{path}”"]


@pytest.mark.parametrize(
    "changed",
    [
        LESSON,
        "content/banks/practice/xianfa-01.yml",
        "content/programmes/2026.yml",
        "content/laws/register.yml",
        "mkdocs.yml",
    ],
)
def test_digest_changes_with_whatever_makes_the_site(project: Path, changed: str) -> None:
    before = site_digest(project / "mkdocs.yml")
    _append(project / changed, "\n")
    (project / changed).write_bytes((project / changed).read_bytes() + b"\n")

    assert site_digest(project / "mkdocs.yml") != before


def test_digest_ignores_the_exam_banks(project: Path) -> None:
    before = site_digest(project / "mkdocs.yml")
    (project / "content/banks/exam/new.yml").write_text("lesson: xianfa-01\n", encoding="utf-8")

    assert site_digest(project / "mkdocs.yml") == before


@pytest.mark.parametrize("renderer", ["mkdocs", "properdocs"])
def test_both_renderers_build_from_the_command_line(project: Path, renderer: str) -> None:
    command = [sys.executable, "-m", renderer, "build", "--strict", "-f", "mkdocs.yml", "-d", str(project / renderer)]

    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (project / renderer / "csp.json").is_file()


@pytest.mark.parametrize("renderer", ["mkdocs", "properdocs"])
def test_faults_from_the_command_line_are_no_traceback(project: Path, renderer: str) -> None:
    line = _append(project / LESSON, "\n::: practice\nxianfa-01-999\n:::\n")
    command = [sys.executable, "-m", renderer, "build", "-f", "mkdocs.yml", "-d", str(project / renderer)]

    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert f"{LESSON}:{line + 2}:1: error[Q304]" in done.stderr
    assert "Traceback" not in done.stderr


def test_preview_shows_faults_in_the_page(project: Path) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    line = _append(project / LESSON, "\n::: practice\nxianfa-01-999\n:::\n")
    config = load_config("mkdocs.yml", site_dir=str(project / "out"))
    config.plugins.on_startup(command="serve", dirty=False)

    build(config, serve_url="http://127.0.0.1:8000/")

    page = (project / "out/lessons/xianfa-01/index.html").read_text(encoding="utf-8")
    assert f"<li>{LESSON}:{line + 2}:1 " in page
    watched = {Path(path).relative_to(project).as_posix() for path in config.watch}
    assert watched == {"content/banks/practice", "content/programmes", "content/laws"}


def test_digest_covers_every_module_that_a_build_loads(project: Path) -> None:
    script = (
        "import json, sys; from pathlib import Path; from quizgen.site.build import build_site;"
        "build_site(Path('mkdocs.yml'), Path('out'));"
        "print(json.dumps([m.__file__ for n, m in sys.modules.items() if n.partition('.')[0] == 'quizgen']))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)

    loaded = {Path(path).resolve() for path in json.loads(done.stdout)}
    assert {"law/lawbook.py", "parse/bank.py", "site/plugin.py"} <= {
        path.relative_to(REPOSITORY / "quizgen").as_posix() for path in loaded
    }
    assert loaded <= {path.resolve() for path in programs()}


def test_digest_covers_every_template(project: Path) -> None:
    names = {path.relative_to(REPOSITORY / "quizgen").as_posix() for path in programs()}

    assert {"render/templates/practice.html", "render/templates/law_part.html", "theme/main.html"} <= names
