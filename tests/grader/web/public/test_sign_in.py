"""Signing in and out, the wait after failures, passwords, and what ends a sign-in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from grader.accounts.passwords import PasswordsBusy
from grader.accounts.signin import reset_password
from grader.domain.errors import (
    AccountInactive,
    KnownPassword,
    SamePassword,
    TooManyFailures,
    TooManyFromHere,
    WeakPassword,
    WrongCredentials,
    WrongFirstSignIn,
    WrongOldPassword,
)
from grader.domain.people.account import AccountId, Role, Switch, UnitId
from grader.store.kinds import UNIT
from grader.web.problems import NeedsNewPassword, NeedsSignIn
from grader.web.public.sign_in import DifferentPasswords
from quizgen.programme import FirstPassword, HelpTelephone
from tests.grader.web.conftest import ORIGIN, PASSWORD, Browser, Site, said, texts
from tests.grader_factories import content

WRONG = (401, WrongCredentials.sentence)
OPEN, SHUT = (200, ""), (302, "")
CHOSEN = "shanhe2026x"
TOLD = r'role="status"><p>(.*?)</p>'


def seen(browser: Browser) -> tuple[int, str]:
    """What 我的 says: open, or shut with a redirect to the sign-in."""
    return said(browser.open("/my/"))


@pytest.mark.parametrize(
    "name",
    [
        "900001001learner",
        " 900001001 learner ",
        "９００００１００１ＬＥＡＲＮＥＲ",
        "19900000001",
        "199 0000　0001",
        "10001",
        "zhaoxuefa",
        "ＺｈａｏＸｕｅＦａ",
    ],
)
def test_every_login_name_opens_the_account_however_it_is_typed(site: Site, name: str) -> None:
    site.change("learner", telephone="19900000001", qq="10001", pinyin="zhaoxuefa")
    browser = site.browser()

    answer = browser.sign_in(name)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/my/")
    assert texts(browser.open("/my/"), r"<h1>(.*?)</h1>") == ["赵学法，您好"]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("900001001learner", "xuefa2025"),
        ("900001001learner", ""),
        ("900001001learner", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("赵学法", PASSWORD),
        ("", ""),
        ("x" * 10_000, "y" * 10_000),
        ("learner\0", "\0"),
    ],
)
def test_refusal_does_not_say_whether_the_name_or_the_password_was_wrong(site: Site, name: str, password: str) -> None:
    browser = site.browser()

    answer = browser.sign_in(name, password)

    assert (said(answer), seen(browser)) == (WRONG, SHUT)


def test_name_is_kept_in_the_form_and_the_password_is_not(site: Site) -> None:
    page = site.browser().sign_in("赵学法", "Geheim123").text

    assert re.findall(r'name="name" value="(.*?)"', page) == ["赵学法"]
    assert "Geheim123" not in page


def test_waits_double_up_to_a_quarter_hour_and_hold_for_the_right_password_too(site: Site) -> None:
    browser, number = site.browser(), site.people["learner"].number
    waits = []

    for _ in range(5):
        assert said(browser.sign_in(number, "wrong")) == WRONG
    for minutes in (1, 2, 4, 8, 15, 15):
        waits.append(said(browser.sign_in(number)))
        site.clock.pass_(minutes=minutes, seconds=-1)
        assert said(browser.sign_in(number))[0] == 429
        site.clock.pass_(seconds=1)
        assert said(browser.sign_in(number, "wrong")) == WRONG

    assert waits == [(429, TooManyFailures.sentence.format(minutes=minutes)) for minutes in (1, 2, 4, 8, 15, 15)]


def test_attempts_during_a_wait_do_not_lengthen_it(site: Site) -> None:
    browser, number = site.browser(), site.people["learner"].number
    for _ in range(5):
        browser.sign_in(number, "wrong")

    for _ in range(3):
        browser.sign_in(number, "wrong")
    site.clock.pass_(minutes=1)

    assert browser.sign_in(number).status_code == 302


def test_wait_of_one_account_leaves_the_others_alone(site: Site) -> None:
    for _ in range(6):
        site.browser().sign_in(site.people["learner"].number, "wrong")

    assert site.browser().sign_in(site.people["other"].number).status_code == 302


def test_whoever_is_signed_in_already_does_not_suffer_from_the_wait(site: Site) -> None:
    browser = site.browser("learner")

    for _ in range(6):
        site.browser().sign_in(site.people["learner"].number, "wrong")

    assert seen(browser) == OPEN


def test_right_password_forgets_earlier_failures(site: Site) -> None:
    browser, number = site.browser(), site.people["learner"].number

    for _ in range(2):
        for _ in range(4):
            assert said(browser.sign_in(number, "wrong")) == WRONG
        assert browser.sign_in(number).status_code == 302


OFFICE = {"REMOTE_ADDR": "198.51.100.7"}


def tried_from(site: Site, environ: dict[str, str], name: str, password: str) -> TestResponse:
    browser = site.browser()
    fields = {"token": browser.token(), "name": name, "password": password, "next": "/exam/"}
    return browser.client.post("/my/sign-in", data=fields, headers=ORIGIN, environ_overrides=environ)


def test_names_tried_from_one_place_are_stopped_and_the_form_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.accounts.sources.FREE_FAILURES", 3)
    for number in range(3):
        assert said(tried_from(site, OFFICE, f"nobody{number}", "wrong")) == WRONG

    stopped = tried_from(site, OFFICE, "900001001learner", PASSWORD)
    elsewhere = tried_from(site, {"REMOTE_ADDR": "198.51.100.8"}, "900001001learner", PASSWORD)
    site.clock.pass_(seconds=10)
    later = tried_from(site, OFFICE, "900001001learner", PASSWORD)

    assert said(stopped) == (429, TooManyFromHere.sentence.format(seconds=10))
    assert re.findall(r'name="(?:name|next)" value="(.*?)"', stopped.text) == ["/exam/", "900001001learner"]
    assert stopped.headers["Retry-After"] == "60"
    assert [answer.headers.get("Location") for answer in (elsewhere, later)] == ["/exam/", "/exam/"]


def test_busy_sign_in_keeps_the_form_with_what_was_typed_but_the_password(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_hash: str | None, _password: str) -> bool:
        raise PasswordsBusy

    monkeypatch.setattr("grader.accounts.signin.is_password", busy)
    answer = tried_from(site, OFFICE, "900001001learner", "Geheim123")

    assert said(answer) == (503, PasswordsBusy.sentence)
    assert re.findall(r'name="(?:name|next)" value="(.*?)"', answer.text) == ["/exam/", "900001001learner"]
    assert 'name="password"' in answer.text
    assert "Geheim123" not in answer.text
    assert answer.headers["Retry-After"] == "2"


def test_busy_change_of_password_keeps_its_form(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = site.browser("learner")

    def busy(_hash: str | None, _password: str) -> bool:
        raise PasswordsBusy

    monkeypatch.setattr("grader.accounts.signin.is_password", busy)
    answer = browser.send("/my/password", old=PASSWORD, new="shanhe2027", again="shanhe2027")

    assert (said(answer), 'name="old"' in answer.text) == ((503, PasswordsBusy.sentence), True)


def test_reset_by_the_administrator_ends_the_wait(site: Site) -> None:
    number = site.people["learner"].number
    for _ in range(6):
        site.browser().sign_in(number, "wrong")

    page = site.browser("unit").send("/admin/learners/learner/reset-password")

    [slip] = texts(page, r'<strong class="serial">(.*?)</strong>')
    assert site.browser().sign_in(number, slip).headers["Location"] == "/my/password"


FRESH_PAGES = ["/my/", "/exam/", "/exam/none", "/exam/none/result", "/my/certificate/0.pdf", "/admin/", "/admin/roster"]


def test_initial_password_opens_nothing_but_its_own_change(site: Site) -> None:
    browser = site.browser()
    browser.sign_in_first(site.people["fresh"].number)

    assert [browser.open(path).headers.get("Location") for path in FRESH_PAGES] == ["/my/password"] * len(FRESH_PAGES)
    assert [
        said(browser.call("/api/beat", lesson="xianfa-01")),
        said(browser.send("/exam/start")),
        said(browser.send("/my/certificate")),
    ] == [(403, NeedsNewPassword.sentence)] * 3
    assert browser.send("/my/sign-out").headers["Location"] == "/my/sign-in"
    assert browser.open("/my/").headers["Location"] == "/my/sign-in?next=/my/"


def test_whoever_signed_in_as_a_namesake_sees_whose_account_it_is_and_the_way_out(site: Site) -> None:
    site.change("fresh", name="张伟", pinyin="zhangwei")
    browser = site.browser()
    browser.sign_in_first("zhangwei")

    refused = browser.send("/my/password", new="x", again="x")

    card = r'<section class="card" aria-label="登录的账号">(.*?)</section>'
    for page in (browser.open("/my/password"), refused):
        [told] = texts(page, card)
        assert told == (
            "姓名 张伟 单位 示例单位u1 学法账号 900001001fresh "
            "请先核对。不是本人请退出，不要修改密码；有同名同姓的，请改用学法账号或手机号登录。 退出"
        )
        assert 'action="/my/sign-out"' in page.text.partition("登录的账号")[2]


def test_own_password_is_changed_without_asking_whose_account_it_is(site: Site) -> None:
    assert "不是本人" not in site.browser("learner").open("/my/password").text


def test_own_password_opens_everything(site: Site) -> None:
    browser = site.browser()
    browser.sign_in_first(site.people["fresh"].number)

    answer = browser.send("/my/password", new=CHOSEN, again=CHOSEN)

    assert (answer.headers["Location"], seen(browser)) == ("/my/", OPEN)
    assert said(site.browser().sign_in_first(site.people["fresh"].number)) == (401, WrongFirstSignIn.sentence)
    assert site.browser().sign_in(site.people["fresh"].number, CHOSEN).headers["Location"] == "/my/"


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        (PASSWORD, "888888", "888888", SamePassword.sentence),
        (PASSWORD, PASSWORD, PASSWORD, SamePassword.sentence),
        (PASSWORD, "shanh27", "shanh27", WeakPassword.sentence),
        (PASSWORD, "shanheshanhe", "shanheshanhe", WeakPassword.sentence),
        (PASSWORD, "1234567890", "1234567890", WeakPassword.sentence),
        (PASSWORD, "学法 20272027", "学法 20272027", WeakPassword.sentence),
        (PASSWORD, f"{'x' * 64}1", f"{'x' * 64}1", WeakPassword.sentence),
        (PASSWORD, "my900001001learner", "my900001001learner", KnownPassword.sentence),
        (PASSWORD, "", "", WeakPassword.sentence),
        (PASSWORD, "shanhe2027", "shanhe2028", DifferentPasswords.sentence),
        ("wrong", "shanhe2027", "shanhe2027", WrongOldPassword.sentence),
        ("", "shanhe2027", "shanhe2027", WrongOldPassword.sentence),
    ],
)
def test_unfit_password_is_refused_with_its_reason_and_nothing_changes(
    site: Site, old: str, new: str, again: str, sentence: str
) -> None:
    browser, before = site.browser("learner"), site.account("learner").credential

    answer = browser.send("/my/password", old=old, new=new, again=again)

    assert said(answer) == (422, sentence)
    assert (site.account("learner").credential, seen(browser)) == (before, OPEN)


def test_guessing_the_old_password_waits_like_the_sign_in(site: Site) -> None:
    browser = site.browser("learner")
    for _ in range(5):
        browser.send("/my/password", old="wrong", new="shanhe2027", again="shanhe2027")

    answer = browser.send("/my/password", old=PASSWORD, new="shanhe2027", again="shanhe2027")

    assert said(answer) == (429, TooManyFailures.sentence.format(minutes=1))


def test_password_change_ends_every_other_sign_in(site: Site) -> None:
    here, elsewhere = site.browser("learner"), site.browser("learner")

    here.send("/my/password", old=PASSWORD, new="shanhe2027", again="shanhe2027")

    assert (seen(here), seen(elsewhere)) == (OPEN, SHUT)
    assert said(elsewhere.call("/api/beat", lesson="xianfa-01")) == (401, NeedsSignIn.sentence)


def test_cookie_from_before_a_password_change_is_worth_nothing_after_it(site: Site) -> None:
    browser = site.browser("learner")
    before = browser.client.get_cookie("xuefa")
    assert before

    browser.send("/my/password", old=PASSWORD, new="shanhe2027", again="shanhe2027")
    browser.client.set_cookie("xuefa", before.value)

    assert seen(browser) == SHUT


def test_password_reset_ends_every_sign_in(site: Site) -> None:
    browsers = [site.browser("learner"), site.browser("learner")]

    reset_password(site.store, AccountId("learner"), by=AccountId("county"), now=site.clock())

    assert [seen(browser) for browser in browsers] == [SHUT, SHUT]


def test_account_switched_off_is_out_at_once_and_told_only_with_its_password(site: Site) -> None:
    browser, number = site.browser("learner"), site.people["learner"].number

    site.change("learner", switches=(Switch(at=site.clock(), active=False),))

    assert seen(browser) == SHUT
    assert said(site.browser().sign_in(number)) == (403, AccountInactive.sentence)
    assert said(site.browser().sign_in(number, "wrong")) == WRONG


def test_account_switched_on_again_is_let_in(site: Site) -> None:
    off, on = Switch(at=site.clock(), active=False), Switch(at=site.clock(), active=True)
    site.change("learner", switches=(off, on))

    assert site.browser().sign_in(site.people["learner"].number).status_code == 302


def test_transferred_learner_stays_signed_in_with_what_was_studied(site: Site) -> None:
    site.keep("learner", seconds={"xianfa-01": 300})
    browser, before = site.browser("learner"), site.people["learner"].placements

    site.change("learner", placements=(*before, replace(before[-1], at=site.clock(), unit=UnitId("u2"))))

    assert texts(browser.open("/my/"), r'<p class="figure">(.*?)</p>') == ["0.5 / 1 学时"]


def test_learner_made_administrator_has_the_administrators_pages_at_once(site: Site) -> None:
    browser = site.browser("learner")

    site.change("learner", role=Role.UNIT)

    assert browser.open("/my/").headers["Location"] == "/admin/"
    assert browser.open("/exam/").status_code == 403


def test_sign_in_ends_after_two_idle_hours_and_not_before(site: Site) -> None:
    busy, idle = site.browser("learner"), site.browser("learner")

    site.clock.pass_(hours=2)
    assert seen(busy) == OPEN
    site.clock.pass_(seconds=1)

    assert (seen(busy), seen(idle)) == (OPEN, SHUT)


def test_sign_in_ends_a_day_after_it_began_however_busy(site: Site) -> None:
    browser = site.browser("learner")

    for _ in range(24):
        site.clock.pass_(hours=1)
        assert seen(browser) == OPEN
    site.clock.pass_(seconds=1)

    assert seen(browser) == SHUT


def test_idle_minutes_are_the_deployments(make_site: Callable[..., Site]) -> None:
    site = make_site(idle_minutes=5)
    browser = site.browser("learner")

    site.clock.pass_(minutes=5, seconds=1)

    assert seen(browser) == SHUT


def test_clock_set_back_does_not_end_sign_ins(site: Site) -> None:
    browser = site.browser("learner")

    site.clock.time -= timedelta(minutes=10)

    assert seen(browser) == OPEN


def test_sign_out_ends_the_sign_in_on_this_device_only(site: Site) -> None:
    here, elsewhere = site.browser("learner"), site.browser("learner")

    answer = here.send("/my/sign-out")

    assert (answer.headers["Location"], seen(here), seen(elsewhere)) == ("/my/sign-in", SHUT, OPEN)


@pytest.mark.parametrize("path", ["/my/sign-out", "/api/sign-out"])
def test_copied_cookie_is_worth_nothing_after_sign_out(site: Site, path: str) -> None:
    browser, elsewhere = site.browser("learner"), site.browser("learner")
    copied = browser.client.get_cookie("xuefa")
    assert copied

    answer = browser.call(path) if path.startswith("/api") else browser.send(path)
    browser.client.set_cookie("xuefa", copied.value)

    assert answer.status_code in {200, 302}
    assert (seen(browser), seen(elsewhere)) == (SHUT, OPEN)
    assert said(browser.call("/api/beat", lesson="xianfa-01")) == (401, NeedsSignIn.sentence)


def test_device_is_signed_out_even_where_nothing_can_be_saved(site: Site) -> None:
    browser = site.browser("learner")
    token = browser.token("/my/password")

    site.store.close()
    answer = browser.client.post("/my/sign-out", data={"token": token}, headers=ORIGIN)

    assert (answer.status_code, seen(browser)) == (503, SHUT)


def test_what_was_done_is_said_once_on_the_next_page(site: Site) -> None:
    learner, unit = site.browser("learner"), site.browser("unit")
    said_to_learner, said_to_unit = [], []

    learner.send("/my/password", old=PASSWORD, new="shanhe2027", again="shanhe2027")
    unit.send("/my/password", old=PASSWORD, new="shanhe2027", again="shanhe2027")
    said_to_learner += [texts(learner.open("/my/"), TOLD), texts(learner.open("/my/"), TOLD)]
    said_to_unit += [texts(unit.open("/admin/"), TOLD), texts(unit.open("/admin/"), TOLD)]
    learner.send("/my/sign-out")
    said_to_learner += [texts(learner.open("/my/sign-in"), TOLD), texts(learner.open("/my/sign-in"), TOLD)]

    assert said_to_learner == [["密码已修改。"], [], ["您已退出登录。"], []]
    assert said_to_unit == [["密码已修改。"], []]


def test_form_left_open_over_the_end_of_the_sign_in_says_so(site: Site) -> None:
    browser = site.browser("learner")
    token = browser.token("/my/password")
    site.clock.pass_(hours=3)

    answer = browser.client.post("/exam/start", data={"token": token})

    assert said(answer) == (401, NeedsSignIn.sentence)


@pytest.mark.parametrize(
    ("referrer", "wanted"),
    [
        ("http://localhost/exam/", "/exam/"),
        ("http://localhost/admin/?unit=u1", "/admin/?unit=u1"),
        ("https://evil.example/exam/", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_form_sent_without_a_sign_in_asks_for_it_and_leads_back_to_its_page(
    site: Site, referrer: str, wanted: str
) -> None:
    browser = site.browser()

    answer = browser.client.post("/exam/start", data={"token": "0" * 32}, headers=ORIGIN | {"Referer": referrer})

    assert said(answer) == (401, NeedsSignIn.sentence)
    assert re.findall(r'name="next" value="(.*?)"', answer.text) == [wanted]


def test_stale_sign_in_form_comes_back_with_the_account_and_works(site: Site) -> None:
    browser = site.browser()
    fields = {"name": "900001001learner", "password": PASSWORD, "next": "/exam/"}

    stale = browser.client.post("/my/sign-in", data={"token": "0" * 32, **fields}, headers=ORIGIN)
    form = dict(re.findall(r'name="(\w+)" value="(.*?)"', stale.text))
    answer = browser.client.post("/my/sign-in", data={**form, "password": PASSWORD}, headers=ORIGIN)

    assert said(stale) == (401, "登录页面已经过期，没有登录。请重新输入密码再登录。")
    assert answer.headers["Location"] == "/exam/"


def test_sign_out_of_somebody_signed_out_already_succeeds(site: Site) -> None:
    browser = site.browser()

    answer = browser.client.post("/my/sign-out", data={"token": "0" * 32}, headers=ORIGIN)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/my/sign-in")


@pytest.mark.parametrize(("person", "page"), [("learner", "/my/"), ("unit", "/admin/")])
def test_entry_for_administrators_leads_to_their_pages_and_learners_to_their_own(
    site: Site, person: str, page: str
) -> None:
    browser = site.browser()
    form = browser.open("/my/sign-in?next=/admin/")

    answer = browser.send("/my/sign-in", name=site.people[person].number, password=PASSWORD, next="/admin/")

    assert texts(form, r'<a[^>]*aria-current="page">(.*?)</a>') == ["管理员登录"]
    assert answer.headers["Location"] == page


def test_published_password_asks_the_same_second_question_of_everybody(site: Site) -> None:
    told = set()

    for name in ("900001001fresh", "900001001learner", "900001001unit", "nobody"):
        answer = site.browser().sign_in(name, "８８８８８８ ")
        told.add((answer.status_code, re.sub(r'name="token" value="\w+"', "", answer.text.replace(name, "?"))))

    assert len(told) == 1
    assert "登记手机号码后四位" in told.pop()[1]
    assert all(site.account(person).failures == 0 for person in site.people)


def test_outsider_with_number_and_published_password_gets_nothing(site: Site) -> None:
    answers = [
        site.browser().sign_in_first(name, tail)
        for name in ("900001001fresh", "900001001unit", "900001001county", "nobody")
        for tail in ("0000", "8888", "")
    ]

    assert {said(answer) for answer in answers} == {(401, WrongFirstSignIn.sentence)}
    assert [site.account(person).credential for person in site.people] == [p.credential for p in site.people.values()]


def test_where_slips_are_the_rule_the_published_password_opens_nothing(
    make_site: Callable[..., Site],
) -> None:
    rules = content()
    site = make_site(content=replace(rules, programme=replace(rules.programme, first_password=FirstPassword.SLIP)))
    browser = site.browser()

    answers = [
        browser.sign_in("900001001fresh", "888888"),
        browser.send("/my/first-sign-in", page="/my/sign-in", name="900001001fresh", tail="0003"),
    ]

    assert [said(answer) for answer in answers] == [WRONG, WRONG]
    assert "888888" not in browser.open("/my/sign-in").text


def test_device_that_was_signed_in_before_gets_in_while_a_stranger_guesses(site: Site) -> None:
    known = site.browser("learner")
    known.send("/my/sign-out")
    for _ in range(6):
        site.browser().sign_in("900001001learner", "wrong")

    assert said(site.browser().sign_in("900001001learner"))[0] == 429
    assert known.sign_in("900001001learner").headers["Location"] == "/my/"


def test_device_cookie_of_one_account_is_worth_nothing_for_another(site: Site) -> None:
    cookie = site.browser("other").client.get_cookie("xuefa_device")
    assert cookie
    stranger = site.browser()
    stranger.client.set_cookie("xuefa_device", cookie.value)
    for _ in range(5):
        site.browser().sign_in("900001001learner", "wrong")

    assert said(stranger.sign_in("900001001learner"))[0] == 429


@pytest.mark.parametrize("value", ["", "x", "x" * 5000, "WyJhIl0.xx"])
def test_device_cookie_that_was_not_signed_here_changes_nothing(site: Site, value: str) -> None:
    browser = site.browser()
    browser.client.set_cookie("xuefa_device", value)

    assert browser.sign_in("900001001learner").headers["Location"] == "/my/"


@pytest.mark.parametrize("path", ["/exam/", "/exam/none/result", "/exam/none?a=1&b=2", "/my/certificate/甲.pdf"])
def test_sign_in_leads_back_to_the_page_that_was_asked_for(site: Site, path: str) -> None:
    browser = site.browser()
    form = browser.client.get(browser.open(path).headers["Location"])

    [wanted] = re.findall(r'name="next" value="(.*?)"', form.text)
    answer = browser.send("/my/sign-in", name="900001001learner", password=PASSWORD, next=html.unescape(wanted))

    assert answer.status_code == 302
    assert site.app.test_client().get(answer.headers["Location"]).request.full_path.rstrip("?") == path


ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\t\\evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "//[",
    "//evil.example\\@localhost/",
    "javascript:alert(1)",
    "evil.example",
    "http:evil.example",
    "",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_sign_in_leads_nowhere_else(site: Site, wanted: str) -> None:
    fresh, signed_in = site.browser(), site.browser("learner")

    posted = fresh.send("/my/sign-in", name="900001001learner", password=PASSWORD, next=wanted)
    opened = signed_in.client.get("/my/sign-in", query_string={"next": wanted})

    assert [(answer.status_code, answer.headers["Location"]) for answer in (posted, opened)] == [(302, "/my/")] * 2


def stay(site: Site, person: str) -> Browser:
    """Signed in with the tick that asks to stay so."""
    browser = site.browser()
    fields = {"name": site.people[person].number, "password": PASSWORD, "stays": "1"}
    browser.send("/my/sign-in", page="/my/sign-in", **fields)
    return browser


def test_learner_may_stay_signed_in_for_thirty_days_on_a_device_of_their_own(site: Site) -> None:
    browser = stay(site, "learner")

    site.clock.pass_(days=29, hours=23)
    still = browser.open("/my/").status_code
    site.clock.pass_(hours=2)

    assert (still, browser.open("/my/").status_code) == (200, 302)


def test_sign_in_that_stays_outlives_the_browser_and_another_does_not(site: Site) -> None:
    cookies = [browser.client.get_cookie("xuefa") for browser in (stay(site, "learner"), site.browser("learner"))]

    assert [bool(cookie and cookie.expires) for cookie in cookies] == [True, False]


def test_administrator_does_not_stay_signed_in(site: Site) -> None:
    browser = stay(site, "county")

    site.clock.pass_(hours=3)

    assert browser.open("/admin/").status_code == 302


def test_sign_in_that_stayed_is_ended_for_good_by_signing_out(site: Site) -> None:
    browser = stay(site, "learner")
    copied = browser.client.get_cookie("xuefa")
    assert copied

    browser.send("/my/sign-out")
    site.clock.pass_(days=3)
    stay(site, "learner").send("/my/sign-out")
    thief = site.browser()
    thief.client.set_cookie("xuefa", copied.value)

    assert thief.open("/my/").status_code == 302


def test_reset_ends_a_sign_in_that_stays(site: Site) -> None:
    browser = stay(site, "learner")

    reset_password(site.store, site.people["learner"].id, by=AccountId("county"), now=site.clock())

    assert browser.open("/my/").status_code == 302


def test_whoever_forgot_finds_the_telephone_of_the_units_office_where_the_programme_allows(
    make_site: Callable[..., Site],
) -> None:
    rules = content()
    told = []
    for rule in HelpTelephone:
        site = make_site(content=replace(rules, programme=replace(rules.programme, help_telephone=rule)))
        stored = site.store.load(UNIT, "county")
        assert stored
        site.store.save(UNIT, "county", replace(stored.value, telephone="0000-12345"), expected=stored.version)
        page = site.browser().open("/my/sign-in/help?unit=单位u1")
        told.append(texts(page, r"<dt>(.*?)</div>"))

    assert told == [["示例单位u1 0000-12345"], []]


@pytest.mark.parametrize("query", ["", "?unit=", "?unit=示", "?unit=没有的单位", "?unit=" + "x" * 500])
def test_units_are_told_only_to_whoever_names_one(make_site: Callable[..., Site], query: str) -> None:
    rules = content()
    site = make_site(content=replace(rules, programme=replace(rules.programme, help_telephone=HelpTelephone.UNIT)))

    assert texts(site.browser().open(f"/my/sign-in/help{query}"), r"<dt>(.*?)</dt>") == []


@pytest.mark.parametrize("path", ["/admin/roster", "/admin/transfers", "/my/messages/"])
def test_a_large_form_without_a_sign_in_gets_the_sign_in_form(site: Site, path: str) -> None:
    browser = site.browser()
    fields = {"token": browser.token(), "text": "学" * 100_000}

    answers = [
        browser.client.post(path, data=fields, headers=ORIGIN, content_type=kind)
        for kind in ("multipart/form-data", "application/x-www-form-urlencoded")
    ]

    assert [said(answer) for answer in answers] == [(401, "登录已过期，请重新登录。")] * 2
