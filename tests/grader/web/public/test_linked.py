"""The clerk's two accounts: linked by proof, changed with one click, never a way round the administrator's password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from grader.accounts import linking
from grader.accounts.signin import account_by_id, reset_password
from grader.administration.accounts.person import Doing, end_sign_ins, set_active
from grader.domain.people.account import AccountId
from grader.store.memory import MemoryStore
from quizgen.programme import FirstPassword
from tests.grader.web.conftest import PASSWORD, TAIL, Browser, Site, said, texts
from tests.grader_factories import content, door, programme

LEARNER = "900001001learner"
OFFICE, STUDENT = ("/admin/", 200), ("/my/", 200)
NEW = "shanhe2026x"


def link(browser: Browser, name: str = LEARNER, password: str = PASSWORD, **fields: str) -> TestResponse:
    return browser.send("/my/linked", name=name, password=password, **fields)


def change(browser: Browser, **fields: str) -> TestResponse:
    return browser.send("/my/linked/change", **fields)


def role(browser: Browser) -> str:
    """Who the browser is: 管理, 学员 or nobody."""
    if browser.open("/admin/").status_code == 200:
        return "管理"
    return "学员" if browser.open("/my/profile").status_code == 200 else ""


@pytest.fixture
def clerk(site: Site) -> Browser:
    """The unit's administrator, just linked to the learner's account."""
    browser = site.browser("unit")
    assert link(browser).status_code == 302
    site.clock.pass_(minutes=1)
    return browser


def account(site: Site, id: str) -> Any:
    found = account_by_id(site.store, AccountId(id))
    assert found
    return found


def test_one_click_changes_there_and_back_and_each_is_a_sign_in_of_the_log(site: Site, clerk: Browser) -> None:
    assert "转到学员账号" in clerk.open("/admin/").text

    there = (change(clerk).location, role(clerk))
    mine = clerk.open("/my/").text
    back = (change(clerk).location, role(clerk))

    assert (there, back) == (("/my/", "学员"), ("/admin/", "管理"))
    assert 'action="/my/linked/change"' in mine
    log = site.browser("county").open("/admin/security?happening=sign-in")
    rows = texts(log, r"<tr>\s*(<th.*?)</tr>")[1:]
    assert [row.split()[3] for row in rows if "由本人的另一个账号转入" in row] == ["900001001unit", LEARNER]


def test_page_that_was_left_holds_no_more(site: Site, clerk: Browser) -> None:
    copy = site.browser()
    copy.client.set_cookie("xuefa", clerk.client.get_cookie("xuefa").value)  # type: ignore[union-attr]  # it is there
    assert role(copy) == "管理"

    change(clerk)

    assert role(copy) == ""


def test_learner_who_signed_in_as_such_gives_the_administrators_password(site: Site, clerk: Browser) -> None:
    browser = site.browser("learner")
    mine = browser.open("/my/").text

    asked = change(browser)
    still = role(browser)
    wrong = change(browser, password="wrong2026x")
    done = change(browser, password=PASSWORD)

    assert ('action="/my/linked/change"' in mine, 'href="/my/linked"' in mine) == (False, True)
    assert (asked.location, still) == ("/my/linked", "学员")
    assert said(wrong)[0] == 401
    assert (done.location, role(browser)) == ("/admin/", "管理")


def test_thirty_days_of_a_learner_never_reach_the_office(site: Site, clerk: Browser) -> None:
    browser = site.browser()
    browser.send("/my/sign-in", page="/my/sign-in", name=LEARNER, password=PASSWORD, stays="1")
    site.clock.pass_(days=3)
    assert (role(browser), change(browser).location) == ("学员", "/my/linked")

    change(browser, password=PASSWORD)
    site.clock.pass_(hours=25)

    assert role(browser) == ""


def test_changing_makes_the_administrators_sign_in_no_longer(site: Site, clerk: Browser) -> None:
    for _ in range(30):
        site.clock.pass_(minutes=50)
        change(clerk)

    site.clock.pass_(minutes=20)

    assert role(clerk) == ""


def reset(site: Site, id: str) -> None:
    reset_password(site.store, AccountId(id), by="office", now=site.clock())


def disable_and_enable(site: Site, id: str) -> None:
    for active in (False, True):
        doing = Doing(by="office", now=site.clock())
        set_active(site.store, AccountId(id), doing, active=active, reason="" if active else "moved")


@pytest.mark.parametrize("id", ["unit", "learner"])
@pytest.mark.parametrize("end", [reset, disable_and_enable])
def test_link_ends_when_either_account_is_reset_or_disabled(
    site: Site, clerk: Browser, end: Callable[[Site, str], None], id: str
) -> None:
    change(clerk)
    end(site, id)

    assert role(clerk) == ""
    other = "learner" if id == "unit" else "unit"
    answer = change(site.browser(other))
    assert answer.status_code == 409
    assert "没有关联，或者关联已经结束" in said(answer)[1]


def test_learners_session_ends_with_the_administrators_sign_ins(site: Site, clerk: Browser) -> None:
    change(clerk)
    own = site.browser("learner")

    end_sign_ins(site.store, AccountId("unit"), Doing(by="office", now=site.clock()))

    assert (role(clerk), role(own)) == ("", "学员")


def test_unlinked_from_either_side(site: Site, clerk: Browser) -> None:
    learner = site.browser("learner")

    ended = learner.send("/my/linked/end")
    again = learner.send("/my/linked/end")

    assert (ended.status_code, again.status_code, account(site, "unit").linked) == (302, 409, None)
    assert change(clerk).status_code == 409
    link(clerk)
    assert clerk.send("/my/linked/end").status_code == 302
    assert [act.action for act in account(site, "unit").acts] == ["link-account", "unlink-account"] * 2


def test_telephone_stands_once(site: Site) -> None:
    site.change("unit", telephone="19900000009")
    browser = site.browser("unit")

    link(browser)

    assert (account(site, "unit").telephone, account(site, "learner").telephone) == ("", "19900000009")
    assert "199****0009" in browser.open("/my/linked").text
    page = site.browser("county").open("/admin/people/unit").text
    assert "手机号登记在本人的学员账号 900001001learner 上：199****0009" in page


def test_learners_own_telephone_stays(site: Site) -> None:
    site.change("unit", telephone="19900000009")
    site.change("learner", telephone="19900000001")

    link(site.browser("unit"))

    assert (account(site, "unit").telephone, account(site, "learner").telephone) == ("", "19900000001")


def test_owner_of_the_learners_account_is_told(site: Site, clerk: Browser) -> None:
    page = site.browser("learner").open("/my/").text

    assert "关联管理账号和学员账号" in page


def test_learner_with_the_first_password_is_proved_by_the_telephone_and_must_choose_one_first(site: Site) -> None:
    browser = site.browser("unit")
    refused = link(browser, "900001001fresh", "888888", tail="9999")

    done = link(browser, "900001001fresh", "888888", tail=TAIL)
    changed = change(browser)

    assert (refused.status_code, done.status_code, changed.location) == (401, 302, "/my/password")
    assert browser.open("/my/").location == "/my/password"
    browser.send("/my/password", page="/my/password", new=NEW, again=NEW)
    assert role(browser) == "学员"
    assert (change(browser).location, role(browser)) == ("/admin/", "管理")


def test_first_password_proves_nothing_where_everybody_gets_a_slip(make_site: Callable[..., Site]) -> None:
    site = make_site(content=content(programme=programme(first_password=FirstPassword.SLIP)))

    assert link(site.browser("unit"), "900001001fresh", "888888", tail=TAIL).status_code == 401


def test_wrong_password_is_counted_and_the_name_kept(site: Site) -> None:
    answer = link(site.browser("unit"), password="wrong2026x")

    assert (answer.status_code, account(site, "learner").failures) == (401, 1)
    assert 'value="900001001learner"' in answer.text
    assert account(site, "unit").linked is None


def test_administrators_account_is_not_linked_to_another(site: Site) -> None:
    answer = link(site.browser("unit"), "900001001county")

    assert answer.status_code == 409
    assert "是管理账号，没有关联" in said(answer)[1]


def test_one_learner_has_one_administrators_account_until_that_link_ends(site: Site, clerk: Browser) -> None:
    other = site.browser("county")
    refused = link(other)
    reset(site, "unit")
    site.clock.pass_(minutes=1)

    done = link(other)

    assert (refused.status_code, done.status_code) == (409, 302)
    assert account(site, "unit").linked is None
    assert change(other).location == "/my/"


def test_two_who_link_at_once_do_not_both(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, save = site.browser("unit"), MemoryStore.save

    def forestalled(store: MemoryStore, kind: Any, id: str, value: Any, *, expected: int) -> int:
        if id == "unit" and value.linked:
            monkeypatch.setattr(MemoryStore, "save", save)
            linking.link(door(store), account(site, "county"), LEARNER, PASSWORD)
        return save(store, kind, id, value, expected=expected)

    monkeypatch.setattr(MemoryStore, "save", forestalled)

    assert link(browser).status_code == 409
    assert account(site, "unit").linked is None


def test_former_administrators_link_is_shown_as_ended(site: Site, clerk: Browser) -> None:
    reset(site, "learner")

    assert "原来的关联已经结束" in clerk.open("/my/linked").text
    assert "转到学员账号" not in clerk.open("/admin/").text


def test_expired_slip_opens_nothing_by_the_link_either(site: Site, clerk: Browser) -> None:
    learner = account(site, "learner")
    site.change("learner", credential=type(learner.credential)(hash="x", initial=True, expires=site.clock()))

    assert said(change(clerk))[1].startswith("一次性密码已过期")
    assert role(clerk) == "管理"
