"""The pages of 学时补录: unit asks, county rules, lists, extra time; nobody of another unit."""

from __future__ import annotations

from werkzeug.test import TestResponse

from grader.domain.learning.supplement import Supplement
from tests.grader.web.conftest import ORIGIN, Browser, Site, texts

PAGE = "/admin/learners/learner/corrections"
FORM = {"action": "ask", "lesson": "xianfa-01", "reason": "党校学过", "proof": "结业证 8 号"}


def send(browser: Browser, path: str = PAGE, **form: object) -> TestResponse:
    data = {"token": browser.token(), **form}
    return browser.client.post(path, data=data, headers=ORIGIN, follow_redirects=True)


def supplements(site: Site) -> tuple[Supplement, ...]:
    return site.dossier().supplements


def test_unit_asks_county_approves_and_learner_sees_it_apart(site: Site) -> None:
    unit, county = site.browser("unit"), site.browser("county")

    assert "等待县级管理员审核" in send(unit, **FORM).text
    [asked] = supplements(site)
    assert "待审核" in county.open("/admin/corrections").text
    answer = send(county, action="approve", supplement=asked.id)

    assert "已批准，学时从现在起计入" in answer.text
    assert "其中补录 1 学时" in site.browser("learner").open("/my/").text
    facts = unit.open("/admin/learners/learner/facts").text
    assert "其中补录 1" in facts
    assert "（补录）" in facts


def test_unit_is_offered_and_allowed_no_ruling(site: Site) -> None:
    unit = site.browser("unit")
    send(unit, **FORM)
    [asked] = supplements(site)

    page = unit.open(PAGE)
    answer = send(unit, action="approve", supplement=asked.id)

    assert "不批准的原因" not in page.text
    assert "延长考试时间" not in page.text
    assert answer.status_code == 403
    assert send(unit, action="grant", minutes="30", why="视力").status_code == 403
    assert site.dossier().rulings == ()


def test_county_does_not_approve_what_it_entered_itself(site: Site) -> None:
    county = site.browser("county")
    send(county, **FORM)
    [asked] = supplements(site)

    assert "请由另一位县级管理员审核" in county.open(PAGE).text
    assert all("县级填报" in county.open(page).text for page in (PAGE, "/admin/corrections"))
    answer = send(county, action="approve", supplement=asked.id)

    assert (answer.status_code, site.dossier().rulings) == (409, ())


def test_what_was_typed_stays_when_something_is_missing(site: Site) -> None:
    answer = send(site.browser("unit"), **(FORM | {"proof": " ", "reason": "<党校>"}))

    assert answer.status_code == 400
    assert "请填写依据" in answer.text
    assert 'value="&lt;党校&gt;"' in answer.text
    assert supplements(site) == ()


def test_county_refuses_and_revokes_with_a_reason(site: Site) -> None:
    unit, county = site.browser("unit"), site.browser("county")
    send(unit, **FORM)
    [first] = supplements(site)
    send(county, action="refuse", supplement=first.id, ruling_reason="不是整课")
    send(unit, **FORM)
    second = supplements(site)[1]
    send(county, action="approve", supplement=second.id)

    answer = send(county, action="revoke", supplement=second.id, ruling_reason="结业证有误")

    assert "原因：不是整课" in answer.text
    assert "原因：结业证有误" in answer.text
    assert texts(county.open("/admin/corrections?phase=revoked"), r'<th scope="row">([^<]*)</th>') == ["赵学法"]


def test_county_grants_time_and_takes_it_back(site: Site) -> None:
    county = site.browser("county")

    send(county, action="grant", minutes="30", attempts="", why="视力障碍")
    answer = send(county, action="grant", minutes="-10", attempts="", why="填错")
    wrong = send(county, action="grant", minutes="半小时", attempts="", why="视力障碍")

    assert "每次时间减少 10 分钟" in answer.text
    assert site.dossier().more_minutes == 20
    assert (wrong.status_code, 'value="半小时"' in wrong.text) == (400, True)


def test_person_of_another_unit_answers_like_nobody(site: Site) -> None:
    unit = site.browser("unit")

    other, nobody = (unit.open(f"/admin/learners/{id}/corrections") for id in ("other", "nobody"))
    sent = send(unit, "/admin/learners/other/corrections", **FORM)

    assert (other.status_code, other.text) == (404, nobody.text)
    assert sent.status_code == 404


def test_list_is_checked_then_asked_for(site: Site) -> None:
    unit = site.browser("unit")
    text = "\n".join(f"{site.people[id].number}\t{site.people[id].name}\txianfa-01" for id in ("learner", "other"))
    form = {"list": text, "reason": "党校", "proof": "名册"}

    checked = send(unit, "/admin/corrections/list", action="check", **form)
    assert ("可以填报 1 条" in checked.text, supplements(site)) == (True, ())
    done = send(unit, "/admin/corrections/list", action="apply", **form)

    assert "已填报 1 条" in done.text
    assert len(supplements(site)) == 1
    assert "请填写原因" in send(unit, "/admin/corrections/list", action="check", list=text, reason="").text
