"""What changed between two versions: articles paired by their words, whatever their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from quizgen.law.amendment import Amendment, Change, ChangeKind, amendment
from tests.quizgen_statutes import statute_text

TEXTS = (
    "为了规范测试活动，保护公民、法人的合法权益，根据宪法，制定本法。",
    "国务院教育部门主管全国的测试工作，地方人民政府按照职责分工负责。",
    "举办测试应当公布时间、地点、范围，并且不得收取押金。",
    "违反本法第三条规定，收取押金的，责令退还，处五千元以下罚款。",
    "对处罚决定不服的，可以依法申请行政复议或者提起行政诉讼。",
    "军队的测试办法，由中央军事委员会制定。",
)
INSERTED = "测试机构应当建立档案，保存期限不少于三十年。"


def numbered(*texts: str) -> dict[str, str]:
    return {str(number): text for number, text in enumerate(texts, start=1)}


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> Amendment:
    return amendment(statute_text(old), statute_text(new, version="2027-01-05"))


def numbers(found: Amendment) -> list[tuple[str, str, str]]:
    return [(change.kind.label, change.old, change.new) for change in found.changes]


def test_same_text_has_no_change() -> None:
    found = compare(numbered(*TEXTS), numbered(*TEXTS))

    assert (found.changes, found.counts()) == ((), {})


def test_changed_article_is_given_with_both_wordings() -> None:
    after = TEXTS[2].replace("押金", "押金、保证金")

    found = compare(numbered(*TEXTS), {**numbered(*TEXTS), "3": after})

    change = Change(kind=ChangeKind.CHANGED, old="3", new="3", before=TEXTS[2], after=after)
    assert found.changes == (change,)
    assert change.title == "第三条"
    assert found.by_old_article() == {"3": change}


def test_inserted_article_shifts_the_others() -> None:
    new = numbered(*TEXTS[:2], INSERTED, *TEXTS[2:3], TEXTS[3].replace("第三条", "第四条"), *TEXTS[4:])

    found = compare(numbered(*TEXTS), new)

    assert numbers(found) == [
        ("新增", "", "3"),
        ("条号变动", "3", "4"),
        ("条号变动", "4", "5"),
        ("条号变动", "5", "6"),
        ("条号变动", "6", "7"),
    ]
    assert found.changes[1].title == "第三条 → 第四条"
    assert found.counts() == {ChangeKind.RENUMBERED: 4, ChangeKind.NEW: 1}


def test_article_inserted_behind_another_shifts_nothing() -> None:
    old = numbered(*TEXTS)

    found = compare(old, {"1": old["1"], "1-1": INSERTED, **old})

    assert [(change.title, change.kind) for change in found.changes] == [("第一条之一", ChangeKind.NEW)]


def test_repealed_article_stands_at_its_place() -> None:
    found = compare(numbered(*TEXTS), numbered(*TEXTS[:1], *TEXTS[2:5], INSERTED))

    assert numbers(found) == [
        ("删去", "2", ""),
        ("条号变动", "3", "2"),
        ("条号变动并修改", "4", "3"),
        ("条号变动", "5", "4"),
        ("删去", "6", ""),
        ("新增", "", "5"),
    ]


def test_renumbered_article_may_be_changed_too() -> None:
    changed = TEXTS[4].replace("可以", "有权")

    found = compare(numbered(*TEXTS), numbered(*TEXTS[:1], INSERTED, *TEXTS[1:4], changed, TEXTS[5]))

    assert ("条号变动并修改", "5", "6") in numbers(found)


def test_reference_under_the_new_number_is_no_change_of_words() -> None:
    referring = "依照第三条之一、第三条办理的，第九条另有规定的除外。"
    old = {**numbered(*TEXTS[:3]), "3-1": INSERTED, "4": referring}
    new = numbered(*TEXTS[:1], TEXTS[5], *TEXTS[1:3], INSERTED, "依照第五条、第四条办理的，第九条另有规定的除外。")

    found = compare(old, new)

    assert ("条号变动", "4", "6") in numbers(found)


def test_article_moved_far_away_is_renumbered() -> None:
    new = numbered(*TEXTS[1:], TEXTS[0].replace("规范", "规范和促进"))

    found = compare(numbered(*TEXTS), new)

    assert numbers(found)[-1] == ("条号变动并修改", "1", "6")


def test_article_written_anew_under_its_number_is_changed() -> None:
    new = {**numbered(*TEXTS), "2": INSERTED}

    assert numbers(compare(numbered(*TEXTS), new)) == [("修改", "2", "2")]


def test_articles_under_the_same_numbers_that_say_other_things_are_not_paired() -> None:
    new = {**numbered(*TEXTS), "2": INSERTED, "3": "申请人可以委托代理人参加，也可以自己参加。"}

    found = compare(numbered(*TEXTS), new)

    assert numbers(found) == [("删去", "2", ""), ("删去", "3", ""), ("新增", "", "2"), ("新增", "", "3")]


def test_articles_somewhat_alike_under_the_same_numbers_are_changed() -> None:
    two = "县级以上地方人民政府教育部门负责本地测试，接受社会监督，并向上级报告情况。"
    new = {**numbered(*TEXTS), "2": two, "3": "举办测试应当公布收费的标准，收费应当合理，接受物价部门的监督检查。"}

    assert numbers(compare(numbered(*TEXTS), new)) == [("修改", "2", "2"), ("修改", "3", "3")]


def test_article_taken_up_by_another_is_merged_into_it() -> None:
    merged = f"{TEXTS[3]}\n{TEXTS[4]}"

    found = compare(numbered(*TEXTS), numbered(*TEXTS[:3], merged, TEXTS[5]))

    assert numbers(found) == [("修改", "4", "4"), ("并入", "5", "4"), ("条号变动", "6", "5")]
    assert found.by_old_article()["5"] == Change(
        kind=ChangeKind.MERGED, old="5", new="4", before=TEXTS[4], after=merged
    )


def test_three_articles_become_one() -> None:
    found = compare(numbered(*TEXTS), numbered(TEXTS[0], "\n".join(TEXTS[1:4]), *TEXTS[4:]))

    assert [kind for kind, old, new in numbers(found) if new == "2"] == ["修改", "并入", "并入"]


def test_article_split_off_another_names_where_it_comes_from() -> None:
    whole = f"{TEXTS[1]}\n{TEXTS[2]}"

    found = compare(numbered(TEXTS[0], whole, TEXTS[4]), numbered(*TEXTS[:3], TEXTS[4]))

    assert numbers(found) == [("修改", "2", "2"), ("分出", "2", "3"), ("条号变动", "3", "4")]
    assert found.changes[1].title == "第二条 → 第三条"
    assert found.by_old_article()["2"].kind is ChangeKind.CHANGED


def test_paragraph_that_became_an_article_of_its_own_is_the_old_one_renumbered() -> None:
    old = numbered(TEXTS[0], "\n".join([*TEXTS[1:5], INSERTED * 3]), TEXTS[5])

    found = compare(old, numbered(TEXTS[0], "测试周期为一年。", TEXTS[3], TEXTS[5]))

    assert numbers(found) == [("新增", "", "2"), ("条号变动并修改", "2", "3"), ("条号变动", "3", "4")]


def test_article_that_grew_many_times_is_the_old_one() -> None:
    grown = "\n".join([INSERTED, TEXTS[3], "测试机构的设立、变更和终止，应当办理登记，接受教育部门的监督检查。" * 3])

    found = compare(numbered(*TEXTS), numbered(*TEXTS[:3], TEXTS[4], grown, TEXTS[5]))

    assert numbers(found) == [("条号变动", "5", "4"), ("条号变动并修改", "4", "5")]


def test_repealed_article_that_repeats_another_is_not_merged_into_it() -> None:
    both = f"{TEXTS[3]}\n{TEXTS[4]}"

    found = compare(numbered(TEXTS[0], both, TEXTS[4]), numbered(TEXTS[0], both))

    assert numbers(found) == [("删去", "3", "")]


def test_two_articles_with_the_same_words_keep_their_numbers() -> None:
    old = numbered("（删去）", TEXTS[0], "（删去）", TEXTS[1])

    assert numbers(compare(old, {**old, "2": INSERTED})) == [("修改", "2", "2")]


def test_one_of_two_articles_with_the_same_words_is_repealed() -> None:
    old = numbered("（删去）", TEXTS[0], "（删去）", TEXTS[1])

    assert numbers(compare(old, {"1": "（删去）", "2": TEXTS[0], "4": TEXTS[1]})) == [("删去", "3", "")]


def test_words_that_all_articles_share_pair_nothing() -> None:
    old = {str(number): f"人民政府应当依法测试{'甲' * number}。" for number in range(1, 60)}
    new = {str(number + 100): f"人民政府应当依法测试{'乙' * number}。" for number in range(1, 60)}

    found = compare(old, new)

    assert {change.kind for change in found.changes} == {ChangeKind.NEW, ChangeKind.REPEALED}


def test_statute_that_was_emptied_is_all_repealed() -> None:
    assert [change.kind for change in compare(numbered("甲"), {}).changes] == [ChangeKind.REPEALED]


WORDING = st.text(alphabet="甲乙丙丁戊己第一二三条，。", min_size=1, max_size=40)


@given(st.lists(WORDING, max_size=12), st.lists(WORDING, max_size=12))
def test_changes_turn_the_old_version_into_the_new_one(old: list[str], new: list[str]) -> None:
    before, after = numbered(*old), numbered(*new)

    found = compare(before, after)

    kept = {number: text for number, text in before.items() if number not in found.by_old_article()}
    assert kept | {change.new: change.after for change in found.changes if change.new} == after
    assert all(before[change.old] == change.before for change in found.changes if change.old)


def test_short_article_that_stands_word_for_word_in_a_new_one_has_moved_there() -> None:
    short = "测试完毕以后不得收取任何费用。"
    longer = f"{short}违反前款规定的，应当返还所收的费用；造成损失的，依法承担赔偿责任，并由主管部门予以警告。"

    found = compare(numbered(*TEXTS[:3], short, *TEXTS[3:]), numbered(*TEXTS, longer))

    assert ("条号变动并修改", "4", "7") in numbers(found)
    assert "删去" not in {kind for kind, _, _ in numbers(found)}


def test_repealed_article_names_its_successor() -> None:
    old = numbered(*TEXTS[:2], "国家对支持、协助测试工作的组织和个人给予保护，对有重大贡献的给予奖励。", *TEXTS[2:])
    longer = (
        "国家对支持、协助测试工作的个人和组织给予保护。测试机构的工作人员在测试工作中作出重大贡献的，由国务院教育部门、"
        "省级人民政府按照国家有关规定给予表彰、奖励，并记入个人档案；奖励的种类、条件、程序和经费由国务院规定。"
    )

    found = compare(old, numbered(*TEXTS, longer))

    (repealed,) = [change for change in found.changes if change.kind is ChangeKind.REPEALED]
    assert (repealed.old, repealed.successor) == ("3", "7")


def test_changed_preamble_is_told_apart() -> None:
    old, new = (
        replace(statute_text(numbered(*TEXTS), version=version), preamble=words)
        for version, words in (("2026-01-05", "测试是大事。"), ("2027-01-05", "测试是要事。"))
    )

    found = amendment(old, new)

    assert found.changes == ()
    assert found.preamble == Change(kind=ChangeKind.CHANGED, before="测试是大事。", after="测试是要事。")
    assert found.preamble.title == "序言"
    assert compare(numbered(*TEXTS), numbered(*TEXTS)).preamble is None


def test_short_article_that_another_article_took_up_word_for_word_is_merged() -> None:
    short = "测试完毕以后不得收取任何费用。"
    host = TEXTS[1]

    found = compare(numbered(*TEXTS[:3], short, *TEXTS[3:]), numbered(TEXTS[0], f"{host}{short}", *TEXTS[2:]))

    assert ("并入", "4", "2") in numbers(found)


def test_short_article_whose_words_stood_elsewhere_before_is_repealed() -> None:
    short = "测试完毕以后不得收取任何费用。"
    host = f"{TEXTS[1]}{short}"

    found = compare(numbered(TEXTS[0], host, TEXTS[2], short, *TEXTS[3:]), numbered(TEXTS[0], host, *TEXTS[2:]))

    assert ("删去", "4", "") in numbers(found)


KEPT = "测试机构应当建立档案，保存期限不少于三十年，并接受主管部门的监督检查。"


def test_article_that_another_one_took_up_with_a_word_changed_is_merged() -> None:
    host = f"{TEXTS[1]}{KEPT.replace('三十年', '二十年')}"

    found = compare(numbered(*TEXTS[:3], KEPT, *TEXTS[3:]), numbered(TEXTS[0], host, *TEXTS[2:]))

    assert ("并入", "4", "2") in numbers(found)


def test_article_that_is_a_part_of_a_new_one_has_moved_there() -> None:
    longer = (
        f"{KEPT.replace('三十年', '二十年')}档案应当真实、完整，不得涂改、伪造或者擅自销毁。查阅档案的，应当登记姓名、"
        "事由和时间；复制档案的，应当经机构负责人同意，并在登记表上签字，登记表与档案一并保存到期满为止。"
    )

    found = compare(numbered(*TEXTS[:3], KEPT, *TEXTS[3:]), numbered(*TEXTS, longer))

    assert ("条号变动并修改", "4", "7") in numbers(found)
