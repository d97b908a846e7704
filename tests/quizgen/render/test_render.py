"""HTML of items, practice blocks and papers: what is shown, and above all what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizgen.model import Item, ItemType
from quizgen.paper import Paper
from quizgen.render.cites import cite_title
from quizgen.render.markdown import parsed, render_inline, render_markdown, render_stem
from quizgen.render.paper import render_paper, shown_labels, shown_option, shown_rationale
from quizgen.render.practice import StatuteLinks, render_practice
from tests.quizgen_factories import cite, item, paper, place, register

SINGLE, MULTIPLE, JUDGEMENT = ItemType.SINGLE, ItemType.MULTIPLE, ItemType.JUDGEMENT
Golden = Callable[[str, str], None]

ITEMS = {
    one.id: one
    for one in (
        item("xianfa-01-101", rationale="《宪法》第六十七条。A项由全国人民代表大会行使；C项、D项由国务院行使。"),
        item(
            "xianfa-01-102",
            type=MULTIPLE,
            stem="下列说法中，符合《宪法》规定的有（　　）。",
            options={
                "A": "中华人民共和国公民在法律面前一律平等",
                "B": "一切法律、行政法规和地方性法规都不得同宪法相抵触",
                "C": "*任何*公民享有权利，同时可以选择是否履行义务",
            },
            key="AB",
            rationale="A、B两项正确。\n\n选项C错误：权利和义务相统一。",
        ),
        item("xianfa-01-103", type=JUDGEMENT, stem="国家尊重和保障人权。", key="T", rationale="《宪法》第三十三条。"),
        item("xianfa-01-104", type=JUDGEMENT, stem="国旗是七星红旗。（　　）", key="F", rationale="五星红旗。"),
    )
}
PAPER = paper(
    place("xianfa-01-101", options="DBCA"),
    place("xianfa-01-102", type=MULTIPLE, options="CBA", points=2.5),
    place("xianfa-01-103", type=JUDGEMENT, points=1),
    place("xianfa-01-104", type=JUDGEMENT, points=1),
)


class Elements(HTMLParser):
    """Start tags with their attributes, in the order of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, tag: str, attribute: str) -> list[str]:
        return [attributes[attribute] for name, attributes in self.found if name == tag and attribute in attributes]


# Markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("公民在法律面前一律平等", "<p>公民在法律面前一律平等</p>"),
        ("**应当**公开 <b>x</b>", "<p><strong>应当</strong>公开 x</p>"),
        ("- 甲\n- 乙", "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("甲<script>alert(1)</script>乙", "<p>甲乙</p>"),
        ('<p onclick="x()">甲</p>', "<p>甲</p>"),
        ("![图](https://example.org/x.png)[链接](javascript:x)", "<p>链接</p>"),
        ('<p style="color:red" class="k">甲</p>', "<p>甲</p>"),
    ],
)
def test_render_markdown_keeps_plain_formatting_only(text: str, html: str) -> None:
    assert render_markdown(text) == html


def test_render_markdown_aligns_table_cells_without_styles() -> None:
    assert '<td align="right">20</td>' in render_markdown("学时 | 分\n--- | --:\n必修 | 20")


@settings(deadline=None)
@given(st.text(alphabet="<>\"'=/&;:（ab甲`*_[]()!\n script on", max_size=60))
def test_render_markdown_lets_no_active_element_through(text: str) -> None:
    elements = Elements(render_markdown(text)).found

    assert {tag for tag, _ in elements} <= {
        "p", "br", "em", "strong", "code", "pre", "sub", "sup", "ul", "ol", "li", "blockquote",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert {name for _, attributes in elements for name in attributes} <= {"align", "start"}


@settings(deadline=None, max_examples=400)
@given(
    st.text(alphabet="公A1九 　，（）。.-+=:'\"/@$%~·—\u00e9\u0660", max_size=12)
    | st.text(alphabet="公1. -+*_#>|`&<\n\t\xa0[]!", max_size=8)
    | st.text(max_size=8)
)
def test_plain_text_is_rendered_as_the_parser_renders_it(text: str) -> None:
    assert render_markdown(text) == parsed(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("解释*宪法*", "解释<em>宪法</em>"),
        ("甲\n\n乙", "<p>甲</p>\n<p>乙</p>"),
        ("甲\n\n- 乙", "<p>甲</p>\n<ul>\n<li>乙</li>\n</ul>"),
        ("", ""),
    ],
)
def test_render_inline_unwraps_one_paragraph_alone(text: str, html: str) -> None:
    assert render_inline(text) == html


def test_render_stem_keeps_each_blank_together() -> None:
    assert render_stem("甲（　　）乙（　　）。") == (
        '甲<span class="blank">（　　）</span>乙<span class="blank">（　　）</span>。'
    )


# Names of options and sources


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (item(rationale="A、C正确，故选B。A股不算。"), "<p>D、A正确，故选C。A股不算。</p>"),
        (item(stem="A公司的做法（　　）。", rationale="A错误，B项正确。"), "<p>A错误，C项正确。</p>"),
    ],
    ids=["names", "a party of the stem"],
)
def test_shown_rationale_names_options_as_the_paper_does(given: Item, shown: str) -> None:
    assert shown_rationale(given, shown_labels(place(options="CDBA"))) == shown


def test_option_that_lists_others_names_them_as_the_paper_does() -> None:
    given = item(options={"A": "警告", "B": "罚款", "C": "A级文件", "D": "A和B都对"})
    labels = shown_labels(place(options="CBAD"))

    assert [shown_option(given, letter, labels) for letter in given.options] == ["警告", "罚款", "A级文件", "C和B都对"]


def test_shown_rationale_of_a_judgement_keeps_its_letters() -> None:
    judged = item("xianfa-01-103", type=JUDGEMENT, rationale="T项正确，F错误。")

    assert shown_rationale(judged, shown_labels(place(type=JUDGEMENT, options="TF"))) == "<p>T项正确，F错误。</p>"


@pytest.mark.parametrize(
    ("type", "options", "labels"),
    [(MULTIPLE, "CAB", {"C": "A", "A": "B", "B": "C"}), (JUDGEMENT, "TF", {"T": "正确", "F": "错误"})],
)
def test_shown_labels_name_options_in_the_order_shown(type: ItemType, options: str, labels: dict[str, str]) -> None:
    assert shown_labels(place(type=type, options=options)) == labels


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("xianfa:33", "《宪法》第三十三条"),
        ("minfadian:1043", "《民法典》第一千零四十三条"),
        ("doc:guihua", "《法治中国建设规划（2020－2025年）》"),
        ("doc:jueding", "《决定》的说明"),
        ("xianfa:999", "xianfa:999"),
        ("doc:unknown", "doc:unknown"),
    ],
)
def test_cite_title_names_the_source(text: str, title: str) -> None:
    known = register()
    speech = replace(known.documents["guihua"], id="jueding", title="《决定》的说明")

    assert cite_title(cite(text), replace(known, documents={**known.documents, "jueding": speech})) == title


# Papers


@pytest.mark.parametrize("with_keys", [False, True])
def test_render_paper_looks_as_agreed(golden: Golden, with_keys: bool) -> None:
    html = render_paper(PAPER, ITEMS, title="2026年度国家工作人员学法考试", with_keys=with_keys)

    golden(f"paper{'-with-keys' if with_keys else ''}.html", html)


def other_keys(one: Item) -> Item:
    """The item with another key, rationale, source and difficulty: nothing that a paper without keys may show."""
    wrong = frozenset(one.options) - one.key
    return replace(one, key=wrong or one.key, rationale="", cites=(), enemies=frozenset(ITEMS))


def test_render_paper_without_keys_does_not_depend_on_them() -> None:
    changed = {id: other_keys(one) for id, one in ITEMS.items()}

    pages = [render_paper(PAPER, items, title="试卷", with_keys=False) for items in (ITEMS, changed)]

    assert changed != ITEMS
    assert pages[0] == pages[1]


def test_render_paper_relabels_keys_and_rationales() -> None:
    html = render_paper(PAPER, ITEMS, title="试卷", with_keys=True)

    assert "<b>【B】</b><p>《宪法》第六十七条。D项由全国人民代表大会行使；C项、A项由国务院行使。</p>" in html
    assert "<b>【BC】</b><p>C、B两项正确。</p>\n<p>选项A错误：权利和义务相统一。</p>" in html


def test_render_paper_parts_change_with_type_and_points() -> None:
    places = [place("xianfa-01-101", points=points) for points in range(1, 13)]

    html = render_paper(paper(*places), ITEMS, title="试卷", with_keys=False)

    assert "一、单选题（每题1分，共1分）" in html
    assert "十、单选题（每题10分，共10分）" in html
    assert "12、单选题（每题12分，共12分）" in html


def test_render_paper_escapes_its_title() -> None:
    html = render_paper(PAPER, ITEMS, title="<i>甲</i>", with_keys=False)

    assert "<h1>&lt;i&gt;甲&lt;/i&gt;</h1>" in html


def test_render_paper_codes_differ_by_option_order_and_pair_with_the_keys() -> None:
    other = replace(PAPER, items=(place("xianfa-01-101", options="ABCD"), *PAPER.items[1:]))

    assert code(PAPER, with_keys=True) == code(PAPER, with_keys=False) != code(other, with_keys=False)


def code(sheet: Paper, *, with_keys: bool) -> str:
    return render_paper(sheet, ITEMS, title="试卷", with_keys=with_keys).partition("试卷编号：")[2][:9]


@pytest.mark.parametrize(("length", "columns"), [(7, 4), (8, 2), (17, 2), (18, 1)])
def test_render_paper_sets_short_options_side_by_side(length: int, columns: int) -> None:
    wide = item(options={"A": "甲", "B": "乙" * length, "C": "丙"})

    html = render_paper(paper(place(options="ABC")), {wide.id: wide}, title="试卷", with_keys=False)

    assert Elements(html).values("ol", "class") == [f"options columns-{columns}"]


# Practice blocks


def test_render_practice_looks_as_agreed(golden: Golden) -> None:
    golden("practice.html", render_practice(ITEMS.values(), register=register()))


def test_render_practice_labels_every_input_once() -> None:
    page = Elements(render_practice(ITEMS.values(), register=register()))

    inputs = page.values("input", "id")

    assert inputs == page.values("label", "for")
    assert inputs[:4] == [f"xianfa-01-101-{letter}" for letter in "ABCD"]
    assert page.values("form", "id") == list(ITEMS) == page.values("form", "data-item")
    assert len(set(inputs)) == len(inputs)


def test_render_practice_offers_boxes_only_where_several_options_are_right() -> None:
    page = Elements(render_practice(ITEMS.values(), register=register()))

    assert page.values("input", "type") == ["radio"] * 4 + ["checkbox"] * 3 + ["radio"] * 4


def test_render_practice_holds_the_key_for_the_script() -> None:
    page = Elements(render_practice(ITEMS.values(), register=register()))

    assert page.values("details", "data-key") == ["B", "AB", "T", "F"]


def test_render_practice_leads_to_statutes_on_the_site() -> None:
    links = StatuteLinks(
        address=lambda cite: f"../laws/#t{cite.article}" if cite.article == "67" else None,
        linked=lambda one, html: html.replace("第六十七条", f'<a href="#{one.id}">第六十七条</a>'),
    )

    html = render_practice(
        [item(cites=["xianfa:67"]), item(cites=["xianfa:67", "xianfa:2"])], register=register(), links=links
    )

    database = "https://flk.npc.gov.cn/"
    assert Elements(html).values("a", "href") == ["#xianfa-01-101", "../laws/#t67"] * 2 + [database]
    assert '<a class="law-link" href="../laws/#t67">《宪法》第六十七条</a>、《宪法》第二条（' in html


def test_render_practice_leads_to_the_official_text_of_statutes_only() -> None:
    of_document = item(cites=["doc:guihua"])
    without = item(cites=[])

    pages = [render_practice([one], register=register()) for one in (item(), of_document, without)]

    assert [Elements(page).values("a", "href") for page in pages] == [["https://flk.npc.gov.cn/"], [], []]
    assert "《法治中国建设规划（2020－2025年）》</p>" in pages[1]
    assert "依据" not in pages[2]
