"""调入调出: each step by whom it is for, nobody else's people, and what both sides see meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.domain.people.account import AccountId, Role, TransferEnd, UnitId
from grader.store.kinds import ACCOUNT
from tests.grader.web.conftest import Browser, Site, said, texts
from tests.grader_factories import account


@pytest.fixture
def both(site: Site) -> Site:
    """The site with an administrator of u2 too, called unit2."""
    head = replace(site.people["unit"], id=AccountId("unit2"), number="900001002unit", name="吴管法")
    place = replace(head.placements[0], unit=site.people["other"].unit)
    site.people["unit2"] = replace(head, placements=(place,))
    site.store.save(ACCOUNT, "unit2", site.people["unit2"], expected=0)
    return site


def opened(browser: Browser, kind: str, person: str, site: Site, unit: str = "", name: str = "") -> tuple[int, str]:
    known = site.people[person]
    answer = browser.send("/admin/transfers", kind=kind, number=known.number, name=name or known.name, unit=unit)
    return said(answer)


def step(browser: Browser, site: Site, person: str, step: str) -> int:
    transfer = site.account(person).transfers[-1]
    fields = {"step": step, "opened": transfer.at.isoformat()}
    return browser.send(f"/admin/learners/{person}/transfer", **fields).status_code


def rows(browser: Browser) -> list[str]:
    return texts(browser.open("/admin/transfers"), r"<tr>\s*(<th scope=\"row\">.*?)</tr>")


def test_person_goes_from_release_to_receipt_with_the_dossier(both: Site) -> None:
    old, new = both.browser("unit"), both.browser("unit2")
    both.keep("learner", seconds={"xianfa-01": 600})
    before = both.dossier("learner")

    assert opened(old, "out", "learner", both, unit="示例单位u2")[0] == 302
    waiting = both.account("learner").unit
    old_sees, new_sees = rows(old), rows(new)
    both.clock.pass_(minutes=5)
    assert step(new, both, "learner", "receive") == 302

    after = both.account("learner")
    assert (waiting, after.unit, both.dossier("learner")) == ("u1", "u2", before)
    assert "待调入（等新单位接收）" in old_sees[0]
    assert "撤回" in old_sees[0]
    assert "接收" in new_sees[0]
    assert [act.action for act in after.acts] == ["transfer-release", "transfer-receive"]
    assert step(old, both, "learner", "receive") == 404
    assert old.open("/admin/learners/learner/reset-password").status_code == 404
    assert new.open("/admin/learners/learner/reset-password").status_code == 200


def test_request_is_released_or_refused_by_the_old_unit_and_withdrawn_by_the_new_one(both: Site) -> None:
    old, new = both.browser("unit"), both.browser("unit2")
    assert opened(new, "in", "learner", both)[0] == 302

    assert (step(new, both, "learner", "release"), step(old, both, "learner", "withdraw")) == (409, 409)
    assert step(old, both, "learner", "refuse") == 302
    both.clock.pass_(hours=1)
    assert opened(new, "in", "learner", both)[0] == 302
    assert step(new, both, "learner", "withdraw") == 302

    after = both.account("learner")
    assert (after.unit, [one.end for one in after.transfers]) == ("u1", [TransferEnd.REFUSED, TransferEnd.WITHDRAWN])


def test_whoever_acts_on_an_older_page_is_told(both: Site) -> None:
    old, new = both.browser("unit"), both.browser("unit2")
    opened(new, "in", "learner", both)
    fields = {"step": "release", "opened": both.account("learner").transfers[-1].at.isoformat()}
    step(new, both, "learner", "withdraw")

    late = old.send("/admin/learners/learner/transfer", **fields)

    assert said(late) == (409, "赵学法的调动已由他人办理。没有办理，请刷新页面后再看。")


@pytest.mark.parametrize(
    ("kind", "person", "name", "why"),
    [
        ("in", "other", "别的名字", "没有账号（或手机号码、QQ号）和姓名都相符的学员，请核对后再填。"),
        ("in", "county", "", "没有账号（或手机号码、QQ号）和姓名都相符的学员，请核对后再填。"),
        ("in", "learner", "", "赵学法已经在这个单位。没有办理，请刷新页面后再看。"),
        ("out", "other", "", "此人不在您管理的单位，请改为“申请调入”。"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_form_kept(
    site: Site, kind: str, person: str, name: str, why: str
) -> None:
    found = opened(site.browser("unit"), kind, person, site, unit="示例单位u1", name=name)

    assert found[1] == why
    assert site.account(person).transfers == ()


def test_unknown_unit_is_told_with_the_nearest(site: Site) -> None:
    found = opened(site.browser("unit"), "out", "learner", site, unit="示例单位u22")

    assert found == (400, "没有名称或代码为“示例单位u22”的单位。是不是“示例单位u2”？")


def test_county_sees_all_and_those_that_wait_for_more_than_a_week_and_may_settle_them(both: Site) -> None:
    county = both.browser("county")
    opened(both.browser("unit2"), "in", "learner", both)
    at_first = rows(county)
    both.clock.pass_(days=8)
    county = both.browser("county")

    late = county.open("/admin/transfers?late=1")

    assert "超过七天" not in at_first[0]
    assert "超过七天" in texts(late, r"<tr>\s*(<th scope=\"row\">.*?)</tr>")[0]
    assert (step(county, both, "learner", "release"), step(county, both, "learner", "receive")) == (302, 302)
    assert both.account("learner").unit == "u2"


def test_others_transfers_are_neither_shown_nor_touched(both: Site) -> None:
    stranger = account("third", role=Role.UNIT, number="third", credential=replace(both.people["unit"].credential))
    place = replace(stranger.placements[0], unit=UnitId("u3"))
    both.people["third"] = replace(stranger, placements=(place,))
    both.store.save(ACCOUNT, "third", both.people["third"], expected=0)
    opened(both.browser("unit2"), "in", "learner", both)
    browser = both.browser("third")

    assert (rows(browser), step(browser, both, "learner", "withdraw")) == ([], 404)


def test_who_asks_sees_no_number_before_the_old_unit_released_the_person(both: Site) -> None:
    asking = both.browser("unit2")
    both.change("learner", telephone="19900000042")
    learner = both.account("learner")
    asking.send("/admin/transfers", kind="in", number="19900000042", name=learner.name, unit="示例单位u2")

    asked, old = rows(asking), rows(both.browser("unit"))
    step(both.browser("unit"), both, "learner", "release")

    assert (learner.number in asked[0], learner.number in old[0]) == (False, True)
    assert learner.number in rows(asking)[0]
