"""What the guide promises: Chromium 86, iOS 13.4. Own scripts and styles hold nothing that came later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.course_project import REPOSITORY

SCRIPTS = [
    *sorted((REPOSITORY / "content/course/assets/js").glob("*.js")),
    *sorted((REPOSITORY / "grader/web/static").glob("*.js")),
]
SHEETS = [
    *sorted((REPOSITORY / "content/course/assets/css").glob("*.css")),
    *sorted((REPOSITORY / "grader/web/static").glob("*.css")),
]
CLASSIC = ("comfort.js", "place.js")
"""Run as they are in browsers below the floor too, without modules."""
LATER = {
    r"\?\?=|\|\|=|&&=": "logical assignment: iOS 14",
    r"this\.#|^\s*#\w+|static\s*\{": "private members, static blocks: iOS 14.5",
    r"^(?:export )?class (?s:(?!^\}).)*?^ {2}(?:static )?\w+ = [^;]*;$": "fields of classes: iOS 14",
    r"\(\?<[=!]": "looking back in a regular expression: iOS 16.4",
    r"^await\b|^(?:const|let) .*= await\b": "await outside a function: Chromium 89, iOS 15",
    r"\.at\(-?\d|\.findLast|\.toSorted\(|\.toReversed\(|\.groupBy\(": "members of arrays: Chromium 92 and later",
    r"Object\.hasOwn\(|structuredClone\(|Promise\.any\(|WeakRef|\.randomUUID\(": "Chromium 92, iOS 14 and later",
    r"AbortSignal\.(?:timeout|any)|\.replaceChildren\(|scheduler\.": "iOS 14 and later",
}
LATER_STYLES = {
    r":has\(|:is\(|:where\(": "Chromium 88, iOS 14",
    r"(?<![\w-])inset\s*:|aspect-ratio|@layer|@container|color-mix\(|\d(?:d|s|l)vh\b|@property|&:": "later than both",
    r"display: (?:inline-)?flex[^}]*[;{ ]gap:": "gaps of flexible boxes: iOS 14.1",
}
MODERN = {r"=>|\bconst\b|\blet\b|`|\bclass\b|\?\.|\?\?|\basync\b|\.\.\.": "newer than what reads it below the floor"}


def later(text: str, rules: dict[str, str]) -> list[str]:
    """What of the text came after the floor; comments are passed over."""
    bare = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
    return [
        f"{match[0].strip()[:40]} ({since})"
        for rule, since in rules.items()
        for match in re.finditer(rule, bare, flags=re.MULTILINE)
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_need_no_browser_above_the_floor(script: Path) -> None:
    assert later(script.read_text("utf-8"), LATER) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_styles_need_no_browser_above_the_floor(sheet: Path) -> None:
    assert later(sheet.read_text("utf-8"), LATER_STYLES) == []


@pytest.mark.parametrize(
    "script", [path for path in SCRIPTS if path.name in CLASSIC], ids=lambda path: path.parent.name
)
def test_script_that_tells_old_browsers_is_read_by_them(script: Path) -> None:
    assert later(script.read_text("utf-8"), MODERN) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("a ??= b;", LATER),
        ("class A {\n  #x;\n}", LATER),
        ("class A {\n  x = 1;\n}", LATER),
        ("list.at(-1)", LATER),
        ("const a = await b;", LATER),
        (".a{display: flex; gap: 1rem}", LATER_STYLES),
        (".a:has(b){}", LATER_STYLES),
        ("const a = () => b;", MODERN),
    ],
)
def test_scan_sees_what_came_later(text: str, rules: dict[str, str]) -> None:
    assert later(text, rules)


def test_guide_names_the_floor_that_old_browsers_are_told() -> None:
    guide = (REPOSITORY / "content/course/guide/learner.md").read_text("utf-8")

    told = [path for path in SCRIPTS if path.name == "comfort.js" and "86 以上" in path.read_text("utf-8")]

    assert len(told) == 2
    assert re.search("Chromium 86 .*iOS 13.4 .*微信", guide)
