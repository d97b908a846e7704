from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from grader.certificates.statement import Statement, read_statement, sign_statement
from grader.domain.serial import Serial

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
STATEMENT = Statement(
    serial=Serial("G00000000000011X"),
    name="张伟",
    unit="示例县人力资源和社会保障局",
    tier="国家机关工作人员",
    programme="2026",
    programme_title="2026年度国家工作人员学法考试",
    hours=6,
    score=86.5,
    issued=date(2026, 11, 23),
    issuer="示例县普法工作办公室",
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


def signed(values: list[object]) -> str:
    deflate = zlib.compressobj(wbits=-15)
    payload = deflate.compress(json.dumps(values).encode()) + deflate.flush()
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in (payload, KEY.sign(payload)))


@given(TEXT, TEXT, st.floats(0, 1000), st.dates())
def test_statement_reads_back_as_it_was_signed(name: str, unit: str, score: float, issued: date) -> None:
    statement = replace(STATEMENT, name=name, unit=unit, score=score, issued=issued)

    assert read_statement(sign_statement(statement, KEY), KEY.public_key()) == statement


def test_sign_statement_is_short_and_safe_in_a_fragment() -> None:
    text = sign_statement(STATEMENT, KEY)

    assert re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}", text)
    assert len(text) <= 320


def test_sign_statement_gives_the_same_text_again() -> None:
    assert sign_statement(STATEMENT, KEY) == sign_statement(replace(STATEMENT, hours=6.0), KEY)


def test_read_statement_refuses_another_issuers_key() -> None:
    assert read_statement(sign_statement(STATEMENT, OTHER_KEY), KEY.public_key()) is None


def test_read_statement_refuses_any_changed_character() -> None:
    text = sign_statement(STATEMENT, KEY)
    changed = [text[:i] + ("B" if text[i] == "A" else "A") + text[i + 1 :] for i in range(len(text))]

    assert [read_statement(other, KEY.public_key()) for other in changed] == [None] * len(text)


def test_read_statement_refuses_a_payload_under_another_signature() -> None:
    payload = sign_statement(replace(STATEMENT, name="李强"), KEY).partition(".")[0]
    signature = sign_statement(STATEMENT, KEY).partition(".")[2]

    assert read_statement(f"{payload}.{signature}", KEY.public_key()) is None


@pytest.mark.parametrize("text", ["", ".", "A", "A.A", "学法.考试", "A" * 86 + "." + "A" * 86, "%%.%%", "A.B.C"])
def test_read_statement_refuses_what_is_no_statement(text: str) -> None:
    assert read_statement(text, KEY.public_key()) is None


def test_read_statement_refuses_an_unknown_layout() -> None:
    assert read_statement(signed([2, "later", "layout"]), KEY.public_key()) is None


def test_read_statement_ignores_white_space_around() -> None:
    assert read_statement(f" {sign_statement(STATEMENT, KEY)}\n", KEY.public_key()) == STATEMENT
