from __future__ import annotations

import pytest

from quizgen.site.output.styles import classes_in, used_styles

NAMES = {"page", "note", "is-open"}


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        (".page{a:b}.gone{a:b}", ".page{a:b}"),
        (".page,.gone .page,p>a{a:b}", ".page,p>a{a:b}"),
        (".page.gone{a:b}.page:not(.gone){a:b}:is(.gone,.page) p{a:b}", ".page:not(.gone){a:b}:is(.gone,.page) p{a:b}"),
        (":is(.gone,:not(.note)) p,.gone{a:b}", ":is(.gone,:not(.note)) p{a:b}"),
        ("@media print{.gone{a:b}}@media screen{.gone{a:b}.note{a:b}}", "@media screen{.note{a:b}}"),
        ("@keyframes gone{from{a:b}to{a:b}}@font-face{a:b}", "@keyframes gone{from{a:b}to{a:b}}@font-face{a:b}"),
        ('@charset "UTF-8";html{a:b}', '@charset "UTF-8";html{a:b}'),
        ('.page{a:"}.gone{"}.gone{a:b}', '.page{a:"}.gone{"}'),
        ("/*! }.gone{ */.page{a:b}", "/*! }.gone{ */.page{a:b}"),
        (":root{--seen:1px;--gone:url('a;b}');c:d}.page{a:var(--seen)}", ":root{--seen:1px;c:d}.page{a:var(--seen)}"),
        (":root{--a:var(--b);--b:1;--c:2}p{a:var(--a,2)}", ":root{--a:var(--b);--b:1;}p{a:var(--a,2)}"),
    ],
)
def test_rules_for_what_no_page_has_are_dropped(sheet: str, left: str) -> None:
    assert used_styles(sheet, NAMES) == left


@pytest.mark.parametrize("sheet", [".page{a:b", "}.page{a:b}", ""])
def test_sheet_that_is_not_whole_stays(sheet: str) -> None:
    assert used_styles(sheet, NAMES) == sheet


def test_property_that_others_read_stays() -> None:
    assert used_styles(":root{--far:1;--gone:1}", NAMES, properties={"--far"}) == ":root{--far:1;}"


def test_classes_are_found_however_they_are_quoted() -> None:
    assert classes_in("<p class=\"a b-c\"><i class='d'><b class=e><u data-x=f>") == {"a", "b-c", "d", "e"}
