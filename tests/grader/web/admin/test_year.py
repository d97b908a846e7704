"""修改年度设置: shown, then done; learners see it at once; publishing a folder of before is asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from werkzeug.test import TestResponse

from grader.store.kinds import ACTIVE
from quizgen.law.register import Upcoming
from tests.grader.web.conftest import Browser, Site, said, texts
from tests.grader_factories import content
from tests.quizgen_content import write_content
from tests.quizgen_factories import register

PATH = "/admin/settings/change"
LONGER = {"exam_closes": "2026-12-10 24:00", "makeup_opens": "2026-12-11", "makeup_closes": "2027-01-10 24:00"}
WHY = {"reason": "考生集中", "document": "某普法办〔2026〕5号"}


def seen(browser: Browser) -> str:
    return texts(browser.open(PATH), r'name="seen" value="(\d+)"')[0]


def apply(browser: Browser, version: str = "", **fields: str) -> TestResponse:
    given = {"seen": version or seen(browser), "action": "apply", **WHY, **fields}
    return browser.send(PATH, **given)


def changes(site: Site) -> int:
    stored = site.store.load(ACTIVE, "2026")
    assert stored
    return len(stored.value.changes)


def test_change_is_shown_first_and_then_done(site: Site) -> None:
    browser = site.browser("county")

    shown = browser.send(PATH, seen=seen(browser), **WHY, **LONGER)
    unchanged = changes(site)
    done = apply(browser, **LONGER)

    assert texts(shown, r"<dt>考试时间</dt><dd>(.*?)</dd>") == [
        "2026年10月1日 00:00 至 2026年11月30日 24:00 2026年10月1日 00:00 至 2026年12月10日 24:00"
    ]
    assert (unchanged, done.status_code, changes(site)) == (0, 302, 1)
    told = browser.open("/admin/settings").text
    assert "已修改考试时间、补考时间，现在起生效。" in told
    assert "文号：某普法办〔2026〕5号" in told


def test_learner_sees_the_change_on_every_page_at_once(site: Site) -> None:
    browser = site.browser("learner")

    apply(site.browser("county"), contacts="值班电话 0000-000000", **LONGER)

    span = "2026年10月1日至2026年12月10日"
    assert span in browser.open("/my/").text
    assert "值班电话 0000-000000" in browser.open("/my/").text
    assert "值班电话 0000-000000" in site.browser().open("/my/sign-in/help").text
    assert span in browser.open("/exam/").text
    board = browser.open("/api/board").json
    assert board
    assert board["windows"] == {"programme": "2026", "study": "2026年3月1日至2026年12月31日", "exam": span}


def test_refused_change_keeps_what_was_typed(site: Site) -> None:
    browser = site.browser("county")

    answer = apply(browser, exam_closes="2026-11-20", contacts="新电话")

    assert said(answer)[0] == 400
    assert "考试时间不能提前截止" in said(answer)[1]
    assert texts(answer, r'id="exam_closes"[^>]* value="([^"]*)"') == ["2026-11-20"]
    assert "新电话</textarea>" in answer.text
    assert changes(site) == 0


def test_second_administrator_sees_the_newer_values_beside_what_was_typed(site: Site) -> None:
    first, second = site.browser("county"), site.browser("county")
    version = seen(second)
    apply(first, study_closes="2027-01-31")

    answer = apply(second, version, study_closes="2027-02-15")

    assert said(answer) == (
        409,
        "您填写期间，另一位管理员改动过年度设置或者发布过内容，所以没有保存。请核对下面的最新情况后再提交。",
    )
    assert texts(answer, r'id="study-now">(.*?)</p>') == ["现在：2026-03-01 00:00 至 2027-01-31 24:00"]
    assert texts(answer, r'id="study_closes"[^>]* value="([^"]*)"') == ["2027-02-15"]
    assert changes(site) == 1


def test_nonsense_is_refused(site: Site) -> None:
    browser = site.browser("county")

    assert apply(browser, "nonsense", **LONGER).status_code == 409
    assert apply(browser, exam_closes="x" * 5000).status_code == 400
    assert browser.open(PATH + "?programme=none").status_code in {404, 409}
    assert changes(site) == 0


def test_year_that_is_over_changes_its_contacts_only(site: Site) -> None:
    site.clock.pass_(days=120)
    browser = site.browser("county")

    page = browser.open(PATH)
    done = apply(browser, contacts="值班电话")

    assert ("exam_closes" in page.text, done.status_code) == (False, 302)
    assert apply(browser, exam_closes="2027-06-01").status_code == 409


def test_unit_and_reader_see_the_change_and_no_button(site: Site) -> None:
    apply(site.browser("county"), **LONGER)

    for role in ("unit", "reader"):
        page = site.browser(role).open("/admin/settings").text
        assert "年度中间的修改" in page
        assert PATH not in page


def test_publishing_a_folder_of_before_is_refused_until_somebody_decides(site: Site) -> None:
    write_content(site.settings.content)
    browser = site.browser("county")
    browser.send("/admin/content")
    apply(browser, exam_closes="2026-12-31")

    refused = browser.send("/admin/content")
    kept = browser.send("/admin/content", changes="keep")
    held = changes(site)
    dropped = browser.send("/admin/content", changes="drop")

    assert refused.status_code == 409
    assert "exam: {opens: 2026-09-01 08:00, closes: 2027-01-01 00:00}" in refused.text
    assert 'name="changes" value="keep"' in refused.text
    assert ('name="changes"' in kept.text, held) == (False, 1)
    assert (dropped.status_code, changes(site)) == (200, 0)


def test_preview_warns_where_a_cited_law_changes_within_the_longer_exam(make_site: Callable[..., Site]) -> None:
    known = register()
    coming = Upcoming(version=date(2026, 10, 1), effective=date(2027, 1, 5), articles=143)
    statutes = {**known.statutes, "xianfa": replace(known.statutes["xianfa"], upcoming=coming)}
    browser = make_site(content=content(register=replace(known, statutes=statutes))).browser("county")

    shown = browser.send(PATH, seen=seen(browser), **WHY, **LONGER)

    assert "《宪法》的新文本自2027年1月5日起施行" in shown.text
    assert "新文本" not in browser.send(PATH, seen=seen(browser), **WHY, makeup_closes="2027-01-04 24:00").text
