"""Verifying certificates, as a stranger does who has one in hand."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader.certificates.certify import revoke_certificate
from grader.certificates.statement import Statement, sign_statement
from grader.domain.serial import Serial, format_serial
from tests.grader.web.conftest import Site, said, texts
from tests.grader_factories import NOON, award

SERIAL, OTHER = Serial("65J0NSRT5G1GDKCD"), Serial("GVTDV1SR70NA8DH0")
SHOWN = format_serial(SERIAL)
STATEMENT = Statement(
    serial=SERIAL,
    name="赵学法",
    unit="示例单位u1",
    tier="国家机关工作人员",
    programme="2026",
    programme_title="2026年度学法考试",
    hours=1,
    score=70,
    issued=NOON.date(),
    issuer="某县普法办",
)
FACTS = {
    "证书编号": SHOWN,
    "姓名": "赵学法",
    "单位": "示例单位u1",
    "人员层次": "国家机关工作人员",
    "学法考试": "2026年度学法考试",
    "学时": "1 学时",
    "成绩": "70 分",
    "签发日期": "2026年10月9日",
}


@pytest.fixture
def issued(site: Site) -> Site:
    """The factory's site with one certificate, of the learner."""
    site.change("learner", telephone="19900000001", qq="10001")
    site.keep("learner", awards=(award(SERIAL),))
    return site


def facts(site: Site, path: str = f"/verify/{SERIAL}") -> dict[str, str]:
    answer = site.browser().open(path)
    return dict(zip(texts(answer, "<dt>(.*?)</dt>"), texts(answer, "<dd>(.*?)</dd>"), strict=True))


def verdict(site: Site) -> list[str]:
    return texts(site.browser().open(f"/verify/{SERIAL}"), r'<h2 id="verdict">(.*?)</dl>')


def unknown(text: str) -> tuple[int, str]:
    return 404, f"没有查到编号为“{text}”的证书，请核对编号后再试。"


def test_certificate_is_shown_with_everything_it_says(issued: Site) -> None:
    assert facts(issued) == FACTS
    assert verdict(issued)[0].startswith("有效 本系统签发过这份证书，并且没有作废。请与手中的证书逐项核对。")


def test_stranger_learns_nothing_that_is_not_on_the_certificate(issued: Site) -> None:
    page = issued.browser().open(f"/verify/{SERIAL}").text

    assert [secret for secret in ("900001001learner", "19900000001", "10001", "重置") if secret in page] == []


@pytest.mark.parametrize(
    "typed",
    [
        SERIAL,
        SHOWN,
        SHOWN.lower(),
        f"  {SHOWN} ",
        SHOWN.replace("-", " "),
        SHOWN.replace("-", "—"),
        SHOWN.replace("-", ""),
        SHOWN.replace("0", "O").replace("1", "l"),
        "".join(chr(ord(c) + 0xFEE0) for c in SHOWN),
        f"{SHOWN[:9]}\u200b{SHOWN[9:]}",
    ],
)
def test_serial_is_found_however_it_is_typed(issued: Site, typed: str) -> None:
    browser = issued.browser()

    answer = browser.client.get("/verify/", query_string={"serial": typed})

    assert answer.headers["Location"] == f"/verify/{SERIAL}"
    assert browser.open(f"/verify/{typed.strip()}").status_code == 200


@pytest.mark.parametrize(
    "typed", ["0000-0000-0000-0000", "编号", "a/b", "..", "key", "statement", "?", "%", SHOWN[:-1], f"{SHOWN}0"]
)
def test_text_that_is_no_serial_of_ours_is_told_with_what_was_typed(issued: Site, typed: str) -> None:
    answer = issued.browser().client.get("/verify/", query_string={"serial": typed})

    assert said(answer) == unknown(typed)
    assert f'value="{typed}"' in answer.text


def test_serial_with_one_wrong_character_is_not_found(issued: Site) -> None:
    wrong = ("A" if SERIAL[0] != "A" else "B") + SERIAL[1:]

    assert said(issued.browser().open(f"/verify/{wrong}")) == unknown(wrong)


def test_serial_nobody_was_given_is_not_found(issued: Site) -> None:
    answer = issued.browser().client.get(f"/verify/?serial={OTHER}", follow_redirects=True)

    assert said(answer) == unknown(OTHER)


def test_long_text_is_cut_before_it_is_shown(issued: Site) -> None:
    assert said(issued.browser().open(f"/verify/{'A' * 3000}")) == unknown("A" * 40)


def test_empty_form_asks_for_a_serial_and_refuses_nothing(issued: Site) -> None:
    browser = issued.browser()

    assert [said(browser.open(path)) for path in ("/verify/", "/verify/?serial=", "/verify/?serial=%20")] == [
        (200, "")
    ] * 3


def test_revoked_certificate_is_shown_as_revoked_with_day_and_reason(issued: Site) -> None:
    revoke_certificate(issued.store, SERIAL, by="county", reason="姓名有误", now=NOON)

    [shown] = verdict(issued)

    assert shown.startswith("已作废 这份证书已于 2026年10月9日 作废，原因：姓名有误。")
    assert facts(issued) == FACTS


def test_certificate_issued_in_place_of_a_revoked_one_leaves_that_revoked(issued: Site) -> None:
    revoke_certificate(issued.store, SERIAL, by="county", reason="姓名有误", now=NOON)
    awards, revocations = (award(SERIAL), award(OTHER)), issued.dossier().revocations
    issued.keep("learner", awards=awards, revocations=revocations)

    assert verdict(issued)[0].startswith("已作废")
    assert facts(issued, f"/verify/{OTHER}") == FACTS | {"证书编号": format_serial(OTHER)}


def test_statement_signed_here_is_genuine(issued: Site) -> None:
    text = sign_statement(STATEMENT, issued.settings.signing_key)

    answer = issued.browser().call("/api/verify", statement=text)

    assert answer.json == {"genuine": True, "serial": SERIAL, "name": "赵学法", "issued": "2026-10-09"}


def test_statement_signed_elsewhere_or_changed_or_no_statement_is_not_genuine(issued: Site) -> None:
    genuine = sign_statement(STATEMENT, issued.settings.signing_key)
    payload, _, signature = genuine.partition(".")
    other = sign_statement(replace(STATEMENT, name="钱学法"), issued.settings.signing_key)
    forged = sign_statement(STATEMENT, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1"))
    browser = issued.browser()

    changed = f"{other.partition('.')[0]}.{signature}"
    sent = [forged, changed, payload, f".{signature}", ".", "", "赵", "\0", "=." * 3000]
    answers = [browser.call("/api/verify", statement=text) for text in sent]

    assert [(answer.status_code, answer.json) for answer in answers] == [(200, {"genuine": False})] * len(sent)


@pytest.mark.parametrize("sent", [{}, {"statement": None}, {"statement": ["a.b"]}, {"text": "a.b"}])
def test_request_that_names_no_statement_is_malformed(issued: Site, sent: dict[str, object]) -> None:
    answer = issued.browser().call("/api/verify", **sent)

    assert said(answer) == (400, "提交的内容格式不正确，未作记录：statement 应为文字。")


def test_statement_is_never_part_of_an_address(issued: Site) -> None:
    text = sign_statement(STATEMENT, issued.settings.signing_key)

    answers = [issued.browser().open(f"{path}?text={text}") for path in ("/api/verify", "/verify/statement")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_public_key_verifies_what_is_signed_here(issued: Site) -> None:
    public = issued.settings.signing_key.public_key().public_bytes_raw()

    assert issued.browser().open("/verify/key").json == {
        "algorithm": "Ed25519",
        "public_key": base64.b64encode(public).decode(),
    }


def test_form_leads_to_verification_below_a_sub_path(make_site: Callable[..., Site]) -> None:
    site = make_site(address="http://localhost/xuefa")
    site.keep("learner", awards=(award(SERIAL),))

    assert site.browser().open(f"/verify/?serial={SHOWN}").headers["Location"] == f"/xuefa/verify/{SERIAL}"
    assert facts(site) == FACTS
