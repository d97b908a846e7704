"""The register of what is cited."""

from __future__ import annotations

from datetime import date

import pytest

from quizgen.diagnostics import Span
from quizgen.law.register import Document, Register, Statute, Upcoming
from quizgen.parse.register import parse_register
from tests.quizgen_content import REGISTER, places

DOCUMENTS = "documents:\n  baogao:\n    title: 《报告》\n    issuer: 大会\n    date: 2022-10-16\n"


def test_register_is_read_in_full() -> None:
    text = REGISTER + "    amendments: [1988-04-12, 2018-03-11]\n" + DOCUMENTS + "checked: 2026-11-23\n"

    register, found = parse_register(text, "a.yml")

    assert found == []
    assert register == Register(
        statutes={
            "xianfa": Statute(
                id="xianfa",
                title="中华人民共和国宪法",
                short="宪法",
                version=date(2018, 3, 11),
                effective=date(2018, 3, 11),
                articles=143,
                amendments=(date(1988, 4, 12), date(2018, 3, 11)),
            )
        },
        documents={"baogao": Document(id="baogao", title="《报告》", issuer="大会", date=date(2022, 10, 16))},
        checked=date(2026, 11, 23),
    )
    assert register.statutes["xianfa"].where == Span(path="a.yml", line=2, column=3, length=6)


def test_coming_version_is_read() -> None:
    text = REGISTER + "    upcoming: {version: 2026-10-28, effective: 2027-03-01, articles: 150}\n"

    register, found = parse_register(text, "a.yml")

    assert found == []
    assert register.statutes["xianfa"].upcoming == Upcoming(
        version=date(2026, 10, 28), effective=date(2027, 3, 1), articles=150
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 列表\n", [("Q022", 1, 1)]),
        (DOCUMENTS, [("Q021", 1, 1)]),
        (REGISTER.replace("effective: 2018", "effective: 2017"), [("Q501", 2, 3)]),
        (REGISTER + "    amendments: [2018-03-11, 1988-04-12]\n", [("Q501", 2, 3)]),
        (REGISTER + "    amendments: [1988]\n", [("Q024", 8, 18)]),
        (REGISTER + "    amendments: 1988-04-12\n", [("Q022", 8, 17)]),
        (REGISTER + "    upcoming: 2027-03-01\n", [("Q022", 8, 15)]),
        (REGISTER + "    upcoming: {version: 2026-10-28, effective: 2027-03-01}\n", [("Q021", 8, 16)]),
        (REGISTER + "    upcoming: {version: 2018-03-01, effective: 2027-03-01, articles: 1}\n", [("Q501", 2, 3)]),
        (REGISTER + "    upcoming: {version: 2027-03-01, effective: 2026-03-01, articles: 1}\n", [("Q501", 2, 3)]),
        (REGISTER.replace("143", "0"), [("Q025", 7, 15)]),
        (REGISTER + "  民法典: 略\n", [("Q028", 8, 3), ("Q022", 8, 8)]),
        (REGISTER + DOCUMENTS.replace("2022-10-16", "2022-10"), [("Q024", 12, 11)]),
    ],
)
def test_fault_is_placed(text: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = parse_register(text, "a.yml")

    assert places(found) == expected


@pytest.mark.parametrize("articles", ["articles: 0", "articles: 一百四十三", "articles: 10000", "upcoming:"])
def test_number_of_articles_that_is_not_read_makes_no_cite_lie_beyond(articles: str) -> None:
    register, (fault, *_) = parse_register(REGISTER.replace("articles: 143", articles), "register.yml")

    assert fault.code in {"Q021", "Q025"}
    assert register.statutes["xianfa"].has_article("143")
