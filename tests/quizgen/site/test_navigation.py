"""Where lessons stand in the navigation, and that no Markdown file ends a build in a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quizgen.site.build import build_site
from quizgen.site.navigation import AROUND, entries_by_folder, with_lessons
from tests.course_project import copy_project

pytestmark = pytest.mark.slow

FIELDS = "title: {title}\nlesson: {lesson}\nmodule: {module}\nhours: 1\nminutes: 45\nreviewed: 2026-11-23\n"
FRONT = f"---\n{FIELDS}---\n\n正文。\n"
LINK = re.compile(
    r'<a href="([^"]*)" class="md-nav__link[^"]*">\s*<span class="md-ellipsis">\s*(.*?)\s*</span>', re.DOTALL
)
NAME = re.compile(r"</?bdi\b[^>]*>")
"""What marks a leader's name."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _lesson(project: Path, id: str, *, module: str = "xianfa", at: str = "") -> None:
    path = project / "content/course" / (at or f"lessons/{id}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FRONT.format(title=f"新课{id}", lesson=id, module=module), encoding="utf-8")


def _build(project: Path, *, strict: bool = True) -> list[str]:
    return build_site(project / "mkdocs.yml", project / "out", strict=strict)


def _links(project: Path, page: str) -> dict[str, str]:
    """Title and address of what the navigation of a page links to, the page itself left out."""
    html = (project / "out" / page / "index.html").read_text(encoding="utf-8")
    return {title: address for address, title in LINK.findall(NAME.sub("", html))}


def test_modules_stand_where_the_configuration_says() -> None:
    entries = [{"首页": "index.md"}, "lessons/", {"指南": ["guide/a.md"]}]

    assert with_lessons(entries, {"宪法": ["lessons/a.md"], "民法典": ["lessons/b.md"]}) == [
        {"首页": "index.md"},
        {"宪法": ["lessons/a.md"]},
        {"民法典": ["lessons/b.md"]},
        {"指南": ["guide/a.md"]},
    ]


def test_listed_lessons_keep_their_place_and_new_ones_join_their_module() -> None:
    entries = [{"首页": "index.md"}, {"宪法": ["lessons/b.md"]}, {"专题": [{"民": "lessons/d.md"}]}, {"指南": ["g.md"]}]
    modules = {"宪法": ["lessons/a.md", "lessons/b.md"], "民法典": ["lessons/c.md", "lessons/d.md"]}

    assert with_lessons(entries, modules) == [
        {"首页": "index.md"},
        {"宪法": ["lessons/b.md", "lessons/a.md"]},
        {"专题": [{"民": "lessons/d.md"}]},
        {"民法典": ["lessons/c.md"]},
        {"指南": ["g.md"]},
    ]


def test_without_a_configured_navigation_pages_stand_by_folder() -> None:
    assert entries_by_folder(["about.md", "guide/a.md", "index.md", "notices/2026.md"]) == [
        "index.md",
        "about.md",
        "lessons/",
        {"使用指南": ["guide/a.md"]},
        {"学习通知": ["notices/2026.md"]},
    ]


def test_new_lesson_needs_no_line_in_the_configuration(project: Path) -> None:
    _lesson(project, "xianfa-90")

    assert _build(project) == []

    assert _links(project, "lessons/xianfa-01")["新课xianfa-90"] == "../xianfa-90/"
    page = (project / "out/lessons/xianfa-90/index.html").read_text(encoding="utf-8")
    assert 'data-lesson="xianfa-90" data-credit="sections" data-next="lessons/minfadian-01/"' in page


def test_modules_stand_in_the_programmes_order_and_lead_to_their_lists(project: Path) -> None:
    _build(project)

    links = _links(project, "guide/learner")
    home = (project / "out/index.html").read_text(encoding="utf-8")
    modules = {"习近平法治思想": "xijinping", "宪法": "xianfa", "民法典": "minfadian", "选修课程": "xuanxiu"}
    assert [title for title in links if title in modules] == list(modules)
    assert {title: links[title] for title in modules} == {t: f"../../#{id}" for t, id in modules.items()}
    assert all(f'<section class="home-module" id="{id}">' in home for id in modules.values())


def test_course_without_a_configured_navigation_builds(project: Path) -> None:
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text[: text.index("nav:\n")] + text[text.index("validation:") :], encoding="utf-8")

    assert _build(project) == []

    assert {"宪法", "民法典", "学员使用指南"} <= _links(project, "notices/2026").keys()


def test_lesson_of_an_unknown_module_stands_among_the_others(project: Path) -> None:
    _lesson(project, "minsu-01", module="minsu")

    assert _build(project) == []

    assert "其他课程" in _links(project, "lessons/xianfa-01")


def test_navigation_of_a_page_is_as_long_in_a_long_course(project: Path) -> None:
    for number in range(3, 90):
        _lesson(project, f"xianfa-{number:02}")

    assert _build(project) == []

    links = _links(project, "lessons/xianfa-50")
    lessons = [title for title in links if title.startswith("新课")]
    assert lessons == [f"新课xianfa-{number:02}" for number in range(50 - AROUND, 50 + AROUND + 1)]
    assert links["全部89课"] == "../../#xianfa"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("lessons/x.md", "---\ntemplate: nowhere.html\n---\n文\n", "lessons/x.md：这一页不能生成网页"),
        ("lessons/x.md", "---\nhide: 5\n---\n文\n", "lessons/x.md：这一页不能生成网页"),
        ("lessons/x.md", FRONT.replace("title", "icon: no/such\ntitle", 1), "lessons/x.md：这一页不能生成网页"),
        ("lessons/x.md", "lesson: xianfa-90\nminutes: 3\n\n文\n", "lessons/x.md：页首信息里有“lesson”，但没有读作课程"),
        ("lessons/x.markdown", FRONT, "lessons/x.markdown：页首信息里有“lesson”，但没有读作课程"),
        ("templates/x.md", FRONT, "content/course/templates/x.md：这一课不会发布"),
        (".x/x.md", FRONT, "content/course/.x/x.md：这一课不会发布"),
        ("README.md", "文\n", "README.md：与“index.md”是同一个网址，请只留一个"),
        ("notices/x.md", "---\ntitle: [a\n---\n文\n", "content/course/notices/x.md:"),
        ("notices/x.md", "", "这些页面没有列入 mkdocs.yml 的 nav：notices/x.md"),
    ],
)
def test_whatever_a_markdown_file_holds_it_ends_in_a_sentence(project: Path, name: str, text: str, told: str) -> None:
    path = project / "content/course" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format(title="新课", lesson="xianfa-90", module="xianfa"), encoding="utf-8")

    problems = _build(project)

    assert any(problem.startswith(told) for problem in problems), problems
    assert not any("Traceback" in problem for problem in problems)


def test_page_that_cannot_be_built_is_told_without_strictness_too(project: Path) -> None:
    _append_template(project / "content/course/notices/2026.md")

    (problem,) = _build(project, strict=False)

    assert problem == "notices/2026.md：这一页不能生成网页，没有它要用的“nowhere.html”，请检查页首信息"


def _append_template(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("title:", "template: nowhere.html\ntitle:", 1), "utf-8")


def test_page_that_is_no_text_is_told(project: Path) -> None:
    (project / "content/course/notices/x.md").write_bytes(b"\xff\xfe\x00")

    (problem,) = _build(project)

    assert problem.startswith("content/course/notices/x.md:")
