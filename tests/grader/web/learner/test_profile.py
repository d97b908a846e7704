"""个人资料: what a learner may sign in with."""

from __future__ import annotations

import pytest

from grader.accounts.profile import LoginNameTaken
from tests.grader.web.conftest import Site, said, texts


def kept(site: Site) -> tuple[str, str, str]:
    person = site.account("learner")
    return person.telephone, person.qq, person.pinyin


def test_learner_binds_names_and_signs_in_with_each(site: Site) -> None:
    browser = site.browser("learner")

    browser.send("/my/profile", telephone="１９９ ００００ ００４２", qq="10001", pinyin="ZhaoXueFa02")

    assert kept(site) == ("19900000042", "10001", "zhaoxuefa02")
    assert [site.browser().sign_in(name).status_code for name in ("19900000042", "10001", "zhaoxuefa02")] == [302] * 3
    assert [act.action for act in site.account("learner").acts] == ["choose-names"]


def test_learner_unbinds_a_telephone_which_then_is_free(site: Site) -> None:
    site.change("learner", telephone="19900000042", pinyin="zhaoxuefa")

    site.browser("learner").send("/my/profile", telephone="", qq="", pinyin="zhaoxuefa")
    site.browser("other").send("/my/profile", telephone="19900000042", qq="", pinyin="")

    assert kept(site) == ("", "", "zhaoxuefa")
    assert site.account("other").telephone == "19900000042"


def test_form_unbinds_nothing_that_it_does_not_speak_of(site: Site) -> None:
    site.change("learner", telephone="19900000042", qq="10001", pinyin="zhaoxuefa")

    site.browser("learner").send("/my/profile", qq="10002")

    assert kept(site) == ("19900000042", "10002", "zhaoxuefa")


@pytest.mark.parametrize(
    ("field", "text"), [("telephone", "12"), ("qq", "x"), ("pinyin", "qianxuefa"), ("pinyin", "zhaoxuefa00001")]
)
def test_unfit_name_is_refused_and_what_was_typed_comes_back(site: Site, field: str, text: str) -> None:
    before = kept(site)

    answer = site.browser("learner").send("/my/profile", **({"telephone": "", "qq": "", "pinyin": ""} | {field: text}))

    assert answer.status_code == 422
    assert texts(answer, rf'name="{field}" value="(.*?)"') == [text]
    assert kept(site) == before


def test_telephone_of_somebody_else_is_refused(site: Site) -> None:
    answer = site.browser("learner").send("/my/profile", telephone="19900000003", qq="", pinyin="")

    assert said(answer) == (409, LoginNameTaken.sentence.format(text="19900000003"))
    assert kept(site) == ("", "", "")


@pytest.mark.parametrize("typed", ["lvbu", "LvBu", "lübu", "LÜBU", "lyubu"])
def test_u_with_dots_is_written_as_people_write_it(site: Site, typed: str) -> None:
    site.change("learner", pinyin="lvbu")

    assert site.browser().sign_in(typed).status_code == 302


def test_name_in_which_n_and_yu_meet_is_found_as_it_stands(site: Site) -> None:
    site.change("learner", pinyin="wenyuhan")

    assert site.browser().sign_in("wenyuhan").status_code == 302
