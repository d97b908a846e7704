"""The site with statute texts: pages, links that all lead somewhere, the search index, the digest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

import pytest

from quizgen.site.build import build_site
from quizgen.site.inputs import site_digest
from tests.course_project import REPOSITORY, copy_project
from tests.quizgen_laws import CODE, CONSTITUTION, numbers, quoting, statute_text, write_laws

pytestmark = pytest.mark.slow

LESSONS = REPOSITORY / "content/course/lessons"
LESSON = "content/course/lessons/xianfa-01.md"
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
_ANCHOR = re.compile(r'\bid="([^"]+)"')


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("laws")
    copy_project(root)
    write_laws(root / "var/laws", quoting(CONSTITUTION, LESSONS), quoting(CODE, LESSONS))
    assert build_site(root / "mkdocs.yml", root / "out") == []
    return root


def _page(project: Path, address: str) -> str:
    return (project / "out" / address / "index.html").read_text(encoding="utf-8")


def _dead_links(out: Path) -> Iterator[str]:
    """Every link of a page to a page or an anchor of the site that is not there."""
    pages = {path.parent.relative_to(out).as_posix(): path.read_text("utf-8") for path in out.rglob("index.html")}
    anchors = {address: set(_ANCHOR.findall(html)) for address, html in pages.items()}
    for address, html in pages.items():
        for link in _LINK.findall(html):
            if re.match("[a-z]+:", link) or "data-service" in html[html.index(f'href="{link}"') :].partition(">")[0]:
                continue
            path, _, anchor = link.partition("#")
            target = normpath(f"{address}/{path}") if path else address
            if target not in pages or (anchor and unquote(anchor) not in anchors[target]):
                yield f"{address}: {link}"


def test_every_link_of_the_site_leads_somewhere(project: Path) -> None:
    assert list(_dead_links(project / "out")) == []


def test_statutes_are_pages_reached_from_the_navigation(project: Path) -> None:
    lesson, part = _page(project, "lessons/xianfa-01"), _page(project, "laws/minfadian/t121")

    assert '<a href="laws/"><span>课程引用的法律法规原文</span></a>' in _page(project, "")
    assert '<a href="../../laws/" class="md-nav__link">' in lesson
    assert "<title>民法典第一百二十一条至第二百零四条 - 国家工作人员学法平台</title>" in part
    assert 'href="../t1/" class="md-footer__link md-footer__link--prev"' in part
    assert 'href="../t205/" class="md-footer__link md-footer__link--next"' in part
    assert re.search(r'<a href="#m3" class="md-nav__link">\s*<span class="md-ellipsis">\s*第二章 测试主体', part)


def test_lesson_links_law_boxes_prose_and_practice(project: Path) -> None:
    lesson = _page(project, "lessons/xianfa-01")

    link = '<a class="law-link" href="../../laws/xianfa/#'
    assert f'<p class="admonition-title">{link}t5k3">《中华人民共和国宪法》第五条第三款</a></p>' in lesson
    assert f'{link}t2k3">《宪法》第二条第三款</a>' in lesson
    assert re.search(f'依据：</strong>{re.escape(link)}t\\d+">《宪法》第[^<]*条</a>', lesson)
    assert re.search(
        f'<div class="practice-rationale"><p><strong>解析</strong></p>\\s*<p>[^<]*{re.escape(link)}', lesson
    )


def test_without_texts_only_law_boxes_are_linked(tmp_path: Path) -> None:
    copy_project(tmp_path)

    assert build_site(tmp_path / "mkdocs.yml", tmp_path / "out", laws=tmp_path / "nowhere") == []

    page = _page(tmp_path, "lessons/xianfa-01")
    links = re.findall('<a class="law-link" href="([^"]*)"', page)
    assert 5 < len(links) <= page.count('class="admonition law"')
    assert set(links) == {"https://flk.npc.gov.cn/"}
    assert not (tmp_path / "out/laws").exists()
    assert "法律法规</span>" not in _page(tmp_path, "lessons/xianfa-01")


def test_search_index_knows_the_pages_of_statutes_and_not_their_words(project: Path) -> None:
    index = json.loads((project / "out/search.json").read_text(encoding="utf-8"))

    pages = {law[0]: law[3] for law in index["laws"]}
    assert pages["xianfa"] == [["laws/xianfa/", "", [[1, 143]]]]
    assert pages["minfadian"][:2] == [
        ["laws/minfadian/t1/", "第一编 测试总则　第一章 测试规定", [[1, 120]]],
        ["laws/minfadian/t121/", "第一编 测试总则　第二章 测试主体", [[121, 204]]],
    ]
    assert [section for section in index["sections"] if section["url"].startswith("laws/")] == []


def test_laws_option_takes_the_place_of_the_usual_folder(project: Path, tmp_path: Path) -> None:
    anthem = statute_text("guoge-fa", title="中华人民共和国国歌法", articles=numbers(16))
    other = write_laws(tmp_path / "laws", quoting(anthem, LESSONS))

    assert build_site(project / "mkdocs.yml", tmp_path / "out", laws=other) == []

    assert [path.name for path in (tmp_path / "out/laws").iterdir() if path.is_dir()] == ["guoge-fa"]


def test_text_that_cannot_be_read_stops_the_build(project: Path, tmp_path: Path) -> None:
    laws = write_laws(tmp_path / "laws", CONSTITUTION)
    (laws / "guoge-fa.json").write_text("{", encoding="utf-8")

    (problem,) = build_site(project / "mkdocs.yml", tmp_path / "out", laws=laws)

    assert "error[Q503]" in problem


def test_link_to_a_missing_article_of_a_statute_stops_a_strict_build(tmp_path: Path) -> None:
    copy_project(tmp_path)
    laws = write_laws(tmp_path / "var/laws", quoting(CONSTITUTION, LESSONS))
    lesson = tmp_path / LESSON
    lesson.write_text(
        lesson.read_text("utf-8") + "\n[甲](../laws/xianfa.md#t2) [乙](../laws/xianfa.md#t144)\n", "utf-8"
    )

    assert build_site(tmp_path / "mkdocs.yml", tmp_path / "out", laws=laws) == [
        "lessons/xianfa-01.md：链接“../laws/xianfa.md#t144”指向的小节不存在"
    ]


@pytest.mark.parametrize("named", [False, True])
def test_digest_changes_with_the_texts(tmp_path: Path, named: bool) -> None:
    config = copy_project(tmp_path)
    folder = tmp_path / ("other" if named else "var/laws")
    laws = folder if named else None
    without = site_digest(config, laws)

    write_laws(folder, CONSTITUTION)
    first = site_digest(config, laws)
    write_laws(folder, statute_text("xianfa", title="中华人民共和国宪法", version=str(CONSTITUTION.version)))

    assert len({without, first, site_digest(config, laws)}) == 3


@pytest.mark.parametrize("renderer", ["mkdocs", "properdocs"])
def test_both_renderers_build_statutes_from_the_command_line(project: Path, renderer: str) -> None:
    command = [sys.executable, "-m", renderer, "build", "--strict", "-f", "mkdocs.yml", "-d", str(project / renderer)]

    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert list(_dead_links(project / renderer)) == []


def test_statutes_need_no_navigation_in_the_configuration(tmp_path: Path) -> None:
    config = copy_project(tmp_path)
    config.write_text(re.sub(r"(?m)^nav:\n(?:  .*\n)+", "", config.read_text("utf-8")), "utf-8")
    write_laws(tmp_path / "var/laws", quoting(CONSTITUTION, LESSONS))

    assert build_site(config, tmp_path / "out") == []
    assert 'href="../../laws/"' in _page(tmp_path, "lessons/xianfa-01")
