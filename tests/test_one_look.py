"""The course site and the service look and remember alike: what stands in the files of both is the same."""

from __future__ import annotations

import re

from tests.course_project import REPOSITORY

SITE, SERVICE = REPOSITORY / "content/course/assets", REPOSITORY / "grader/web/static"


def colours(sheet: str) -> dict[tuple[str, str], str]:
    """What a sheet sets, by selector and custom property."""
    rules = re.findall(r"(?:html|:root)(\.[\w-]+)? \{([^{}]*)\}", sheet)
    return {(way, name): value for way, body in rules for name, value in re.findall(r"(--[\w-]+): ([^;]+);", body)}


def functions(script: str) -> dict[str, str]:
    """The functions of the first level by name, and how choices are kept; classes of the site's tools are `tool--`."""
    alike = script.replace(".course-tool--", ".tool--")
    parts = re.split(r"(?m)^(?=  (?:function|var|root|document|window)\b|  //)", alike)
    named = ((re.match(r"  (?:function|var) (\w+)", part), part.strip()) for part in parts)
    return {name[1]: part for name, part in named if name}


def test_colours_of_both_are_the_same() -> None:
    site, service = (colours(path.read_text("utf-8")) for path in (SITE / "css/tokens.css", SERVICE / "app.css"))

    shared = site.keys() & service.keys()

    assert {("", "--ink"), (".dark", "--ink"), (".large-text", "--target")} <= shared
    assert {name: site[name] for name in shared} == {name: service[name] for name in shared}


def test_choices_of_a_device_are_kept_alike() -> None:
    site, service = (functions(path.read_text("utf-8")) for path in (SITE / "js/comfort.js", SERVICE / "comfort.js"))

    shared = site.keys() & service.keys()

    assert {"kept", "keep", "isDark", "tool", "makeRoom", "tellOld"} <= shared
    assert {name: site[name] for name in shared} == {name: service[name] for name in shared}
