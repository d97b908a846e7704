"""Items and lessons to review after a statute's change: which, why, and what to cite instead."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from quizgen.content import Content
from quizgen.diagnostics import Span
from quizgen.law.amendment import ChangeKind, amendment
from quizgen.law.register import Register, Statute, Upcoming
from quizgen.law.text import StatuteText
from quizgen.lesson import Lesson
from quizgen.model import Item, LessonId, ModuleId, Pool, Status
from quizgen.render.staleness import TITLES, UNKNOWN, StaleRow, rows, stale_csv, stale_text
from quizgen.rollover.staleness import StaleStatute, stale_work, suggestion
from tests.quizgen_factories import bank, item
from tests.quizgen_statutes import ARTICLES, statute_text

OLD = statute_text()
NEW = statute_text(
    {
        "1": ARTICLES["1"],
        "2": "测试经费由国家保障。",
        "3": ARTICLES["2"],
        "4": "违反本法第三条规定的，处一千元以下罚款。",
        "5": ARTICLES["4"],
    },
    version="2027-01-05",
    effective="2027-03-01",
    headings=(),
)
STATUTE = Statute(
    id="ceshi-fa",
    title="中华人民共和国测试法",
    short="测试法",
    version=date(2026, 1, 5),
    effective=date(2026, 3, 1),
    articles=4,
)
PATH = "course/lessons/ceshi-01.md"


def content(
    *items: Item, texts: tuple[StatuteText, ...] = (OLD, NEW), page: str = "", statute: Statute | None = STATUTE
) -> Content:
    lesson = Lesson(
        hours=1,
        id=LessonId("ceshi-01"),
        title="测试法",
        module=ModuleId("ceshi"),
        minutes=45,
        reviewed=date(2026, 11, 23),
        path="lessons/ceshi-01/",
        where=Span(path=PATH, line=3),
    )
    return Content(
        lessons=(lesson,),
        exam=bank(*items),
        register=Register(statutes={"ceshi-fa": statute} if statute else {}),
        texts={"ceshi-fa": texts} if texts else {},
        sources={PATH: page},
    )


def citing(*cites: str, rationale: str = "见法条。", reviewed: date = date(2026, 11, 23)) -> Item:
    return item("ceshi-01-101", cites=cites, rationale=rationale, reviewed=reviewed)


def articles(work: list[StaleStatute]) -> list[str]:
    return [article.article for statute in work for article in statute.articles if article.items or article.mentions]


def test_item_that_cites_a_renumbered_article_is_work() -> None:
    (statute,) = stale_work(content(citing("ceshi-fa:1", "ceshi-fa:3")))

    (article,) = statute.articles
    assert (statute.old_version, statute.version) == (date(2026, 1, 5), date(2027, 1, 5))
    assert article.change
    assert article.change.kind is ChangeKind.RENUMBERED_AND_CHANGED
    assert [(each.item.id, each.pool) for each in article.items] == [("ceshi-01-101", Pool.EXAM)]
    assert suggestion(article.change) == "4"


def test_item_that_only_names_an_article_is_work() -> None:
    assert articles(stale_work(content(citing("xianfa:1", rationale="《测试法》第三条规定了罚款。")))) == ["3"]


def test_item_reviewed_since_is_done() -> None:
    assert stale_work(content(citing("ceshi-fa:3", reviewed=date(2027, 1, 5)))) == []


def test_places_of_lessons_are_named_one_by_one() -> None:
    page = "# 测试\n\n根据《测试法》第二条、第三条，以及《宪法》第二条。\n\n《中华人民共和国测试法》第三条第一款\n"

    (statute,) = stale_work(content(page=page))

    assert [
        (article.article, [(mention.words, mention.where.line, mention.where.column) for mention in article.mentions])
        for article in statute.articles
    ] == [
        ("2", [("《测试法》第二条", 3, 3)]),
        ("3", [("第三条", 3, 12), ("《中华人民共和国测试法》第三条第一款", 5, 1)]),
    ]


def test_article_without_a_name_belongs_to_the_statute_named_last() -> None:
    page = "《测试法》共四条。罚款见第三条；职权见《宪法》第二条。"

    assert articles(stale_work(content(page=page))) == ["3"]


def test_articles_within_a_range_are_named_too() -> None:
    assert articles(stale_work(content(page="《测试法》第一条至第四条和《测试法》第一条之一至第三条"))) == [
        "2",
        "3",
        "4",
    ]


def test_with_one_text_everything_reviewed_before_it_is_work() -> None:
    (statute,) = stale_work(content(citing("ceshi-fa:1", "ceshi-fa:17-1"), texts=(NEW,)))

    assert statute.old_version is None
    assert [(article.article, article.change) for article in statute.articles] == [("1", None), ("17-1", None)]
    assert suggestion(None) == ""


def test_without_texts_the_register_tells_the_version() -> None:
    old = citing("ceshi-fa:1", reviewed=date(2026, 1, 4))

    assert articles(stale_work(content(old, texts=()))) == ["1"]
    assert stale_work(content(citing("ceshi-fa:1"), texts=())) == []


def test_register_newer_than_the_texts_is_believed() -> None:
    newer = Statute(
        id="ceshi-fa",
        title=STATUTE.title,
        short="测试法",
        version=date(2028, 1, 1),
        effective=date(2028, 1, 1),
        articles=9,
    )

    (statute,) = stale_work(content(citing("ceshi-fa:1"), statute=newer))

    assert (statute.old_version, statute.version) == (None, date(2028, 1, 1))


def test_coming_version_without_a_text_makes_everything_work() -> None:
    coming = replace(STATUTE, upcoming=Upcoming(version=date(2028, 1, 1), effective=date(2028, 6, 1), articles=9))

    (statute,) = stale_work(content(citing("ceshi-fa:1"), texts=(OLD,), statute=coming))

    assert (statute.version, statute.effective, articles([statute])) == (date(2028, 1, 1), date(2028, 6, 1), ["1"])


def test_each_review_is_compared_with_the_version_that_it_saw() -> None:
    third = statute_text({**NEW.articles, "5": "本法自2028年3月1日起施行。"}, version="2028-01-05", headings=())
    early, late = citing("ceshi-fa:3"), replace(citing("ceshi-fa:3"), reviewed=date(2027, 6, 1))
    early_and_late = content(early, late, citing("ceshi-fa:5", reviewed=date(2027, 6, 1)), texts=(OLD, NEW, third))

    work = stale_work(early_and_late)

    seen = [
        (statute.old_version, article.article, len(article.items)) for statute in work for article in statute.articles
    ]
    assert seen == [(date(2026, 1, 5), "3", 1), (date(2027, 1, 5), "5", 1)]
    assert stale_text(work).endswith("共1部法律、2条，要重新审核试题1道、课程0门。\n")


def test_review_that_saw_a_version_without_a_text_is_work() -> None:
    between = replace(STATUTE, version=NEW.version, amendments=(date(2026, 6, 1), NEW.version))

    (statute,) = stale_work(content(citing("ceshi-fa:1"), statute=between))

    assert (statute.old_version, articles([statute])) == (None, ["1"])


def test_only_statutes_asked_for_are_looked_at() -> None:
    assert stale_work(content(citing("ceshi-fa:3")), statutes=["xianfa"]) == []


def test_amendment_given_replaces_the_newest_two_texts() -> None:
    given = {"ceshi-fa": amendment(NEW, OLD)}

    assert articles(
        stale_work(content(citing("ceshi-fa:5", reviewed=date(2026, 1, 1)), statute=None), amendments=given)
    ) == ["5"]


def test_text_of_an_unregistered_statute_counts() -> None:
    assert articles(stale_work(content(citing("ceshi-fa:1"), texts=(NEW,), statute=None))) == ["1"]


def test_unknown_statute_gives_no_work() -> None:
    assert stale_work(content(citing("xianfa:1")), statutes=["xianfa"]) == []


def test_work_is_told_by_statute_article_and_place() -> None:
    work = stale_work(content(citing("ceshi-fa:3"), page="《测试法》第三条"))

    assert stale_text(work) == (
        "《测试法》 2026-01-05 → 2027-01-05（自2027-03-01起施行）\n"
        "\n"
        "  第三条 → 第四条  条号变动并修改\n"
        "      违反本法〔-第二条-〕〔+第三条+〕规定的，处〔-五百-〕〔+一千+〕元以下罚款。\n"
        "    考试题 ceshi-01-101（启用，2026-11-23审核） :1 → ceshi-fa:4\n"
        "        根据《宪法》规定，全国人民代表大会常务委员会行使的职权是（…\n"
        "    课程 ceshi-01（2026-11-23审核） course/lessons/ceshi-01.md:1 → 第四条\n"
        "        《测试法》第三条\n"
        "\n"
        "共1部法律、1条，要重新审核试题1道、课程1门。\n"
    )


def test_no_work_is_said() -> None:
    assert stale_text([]) == "没有要重新审核的试题和课程。\n"


def test_work_without_the_old_text_says_so() -> None:
    text = stale_text(stale_work(content(citing("ceshi-fa:1"), texts=(NEW,))))

    assert text.startswith(f"《测试法》 2027-01-05（自2027-03-01起施行）\n\n  第一条  {UNKNOWN}\n    考试题")


def test_rows_hold_everything_an_editor_needs() -> None:
    (row,) = rows(stale_work(content(citing("ceshi-fa:3"))))

    assert row == StaleRow(
        statute="测试法",
        old_version="2026-01-05",
        version="2027-01-05",
        effective="2027-03-01",
        article="第三条",
        change="条号变动并修改",
        kind="考试题",
        id="ceshi-01-101",
        place=":1",
        status=str(Status.ACTIVE),
        reviewed="2026-11-23",
        excerpt="根据《宪法》规定，全国人民代表大会常务委员会行使的职权是（…",
        suggestion="ceshi-fa:4",
        before=ARTICLES["3"],
        after=NEW.articles["4"],
    )


def test_every_column_of_a_sheet_has_its_heading() -> None:
    assert list(TITLES) == [field.name for field in fields(StaleRow)]


def test_csv_is_for_excel_and_holds_no_formula() -> None:
    stale = item("ceshi-01-101", cites=["ceshi-fa:3"], stem="=1+1（　　）。")

    lines = stale_csv(stale_work(content(stale))).decode().splitlines()

    assert lines[0].startswith("\ufeff法律,旧版本,新版本")
    assert ",'=1+1（ ）。," in lines[1]
