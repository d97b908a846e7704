"""Publishing through the administrators' page: sound content at once, broken or sample content not at all."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import yaml

from grader.administration.publish import sample_items
from grader.store.kinds import ACTIVE, ATTEMPT
from quizgen.content import read_content
from quizgen.model import ItemId, ItemType
from quizgen.parse.statistics import parse_statistics
from tests.grader.web.conftest import Site, said, texts
from tests.grader_factories import NOON, attempt
from tests.quizgen_content import BANK, PROGRAMME, write_content

ROOT = Path(__file__).parents[4]


def published(site: Site) -> str:
    stored = site.store.load(ACTIVE, "2026")
    assert stored
    return stored.value.digest


def test_sound_content_is_published_once(site: Site) -> None:
    write_content(site.settings.content)
    before, browser = published(site), site.browser("county")

    first, second = browser.send("/admin/content"), browser.send("/admin/content")

    after = published(site)
    assert after != before
    assert [texts(answer, r'role="status">\s*<h2>(.*?)</h2>') for answer in (first, second)] == [
        ["检查通过，已经发布"],
        ["检查通过，内容没有变化"],
    ]
    assert texts(browser.open("/admin/content"), "<code>(.*?)</code>") == [after[:8]]


def test_published_content_is_in_force_at_once(site: Site) -> None:
    write_content(
        site.settings.content, {"programmes/2026.yml": PROGRAMME.replace("title: 2026年度学法考试", "title: 新的标题")}
    )

    site.browser("county").send("/admin/content")

    assert texts(site.browser("county").open("/admin/"), '<p class="facts">\\s*<span>(.*?)</span>') == ["新的标题"]


def test_broken_content_is_refused_with_every_fault_and_nothing_published(site: Site) -> None:
    broken = BANK.replace("key: B", "key: E").replace("difficulty: easy", "difficulty: simple")
    write_content(site.settings.content, {"banks/practice/xianfa-01.yml": broken})
    before, browser = published(site), site.browser("county")

    answer = browser.send("/admin/content", allow_sample="yes")

    places = texts(answer, r'<p class="diagnostic__place">(.*?)</p>')
    assert (answer.status_code, published(site)) == (422, before)
    assert texts(answer, r'role="alert">\s*<h2>(.*?)</h2>') == [f"有 {len(places)} 个错误，没有发布"]
    assert [place.rpartition("/")[2] for place in places] == ["xianfa-01.yml:9:10", "xianfa-01.yml:12:17"]


def test_missing_content_folder_is_told_and_nothing_published(site: Site) -> None:
    before = published(site)

    answer = site.browser("county").send("/admin/content")

    assert (answer.status_code, published(site)) == (422, before)
    assert len(texts(answer, r'<p class="diagnostic__place">(.*?)</p>')) > 0


def test_sample_bank_is_published_only_when_that_is_ticked(site: Site) -> None:
    write_content(site.settings.content, {"banks/exam/xianfa-01.yml": sample_bank()})
    before, browser = published(site), site.browser("county")

    refused = browser.send("/admin/content")
    between = published(site)
    browser.send("/admin/content", allow_sample="yes")

    status, sentence = said(refused)
    assert (status, between) == (409, before)
    assert sentence.startswith("考试题库里有 1 道是本软件自带的公开示例题（如 xianfa-01-101）")
    assert texts(refused, r'<label class="tick">(.*?)</label>')[0].startswith("试用：允许用本软件自带的公开示例题考试")
    assert texts(refused, "<code>(.*?)</code>") == [before[:8]]
    assert published(site) != before


def test_folder_without_a_programme_is_told_above_the_form(site: Site) -> None:
    write_content(site.settings.content)
    (site.settings.content / "programmes" / "2026.yml").unlink()
    before = published(site)

    answer = site.browser("county").send("/admin/content")

    sentence = "内容文件夹里没有可以发布的方案，没有发布。请检查 programmes 文件夹里的方案文件（.yml）。"
    assert (said(answer), published(site)) == ((409, sentence), before)
    assert texts(answer, '<button class="button">(.*?)</button>') == ["检查并发布"]


def test_programme_that_is_over_is_shown_as_left_alone(site: Site) -> None:
    write_content(site.settings.content)
    before = published(site)
    site.clock.pass_(days=90)

    answer = site.browser("county").send("/admin/content")

    assert texts(answer, r'role="status">\s*<h2>(.*?)</h2>') == ["检查通过，内容没有变化"]
    assert texts(answer, r'<ul class="list">(.*?)</ul>') == [f"2026年度学法考试：已结束，不再变动（版本 {before[:8]}）"]
    assert published(site) == before


def test_statistics_are_offered_for_each_programme_and_downloaded(site: Site) -> None:
    paper = replace(attempt().paper, content=published(site))
    site.store.save(ATTEMPT, "t1", attempt(paper=paper, submitted=NOON), expected=0)
    browser = site.browser("county")

    (link,) = re.findall(r'<a href="(/admin/statistics/[^"]*)">下载</a>', browser.open("/admin/content").text)
    answer = browser.open(link)

    found, faults = parse_statistics(answer.text, "2026.json")
    assert (link, faults) == ("/admin/statistics/2026.json", [])
    assert found
    assert (found.papers, found.items[ItemId("xianfa-01-101")].responses) == (1, 1)
    assert answer.headers["Content-Disposition"] == "attachment; filename=2026.json"


def test_statistics_of_nothing_are_refused_on_a_page(site: Site) -> None:
    browser = site.browser("county")

    answers = [said(browser.open(f"/admin/statistics/{name}.json")) for name in ("2026", "2025", "%C3%BC")]

    assert answers == [
        (409, "方案“2026”还没有完成的考试，没有可以统计的作答。"),
        (404, "没有发布过方案“2025”，没有统计。"),
        (404, "没有发布过方案“ü”，没有统计。"),
    ]


def sample_bank() -> str:
    """A bank of one item that the kit itself publishes."""
    source, _ = read_content(ROOT / "content")
    sample = next(item for item in sample_items(source.exam.items) if item.type is ItemType.SINGLE)
    entry = {
        "id": "xianfa-01-101",
        "type": "single",
        "stem": sample.stem,
        "options": {str(letter): text for letter, text in sample.options.items()},
        "key": "".join(sample.key),
        "rationale": "《宪法》第二条第一款规定了这一点。",
        "cites": ["xianfa:2"],
        "difficulty": "easy",
        "status": "启用",
        "reviewed": "2026-11-23",
    }
    text = yaml.safe_dump({"lesson": "xianfa-01", "items": [entry]}, allow_unicode=True, sort_keys=False)
    return str(text).replace("'2026-11-23'", "2026-11-23")
