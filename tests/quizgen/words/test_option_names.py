"""Letters that name options, letters that do not, and those that somebody must look at."""

from __future__ import annotations

import pytest

from quizgen.words.option_names import depends_on_others, lists_options, lone_letters, option_names, renamed

LETTERS = frozenset("ABCD")
SHOWN = {"A": "D", "B": "C", "C": "A", "D": "B"}


def named(text: str, *, parties: str = "") -> tuple[list[str], list[str]]:
    """What names options for sure, and what perhaps does."""
    found = list(option_names(text, LETTERS, parties=frozenset(parties)))
    return [text[n.start : n.end] for n in found if n.is_sure], [text[n.start : n.end] for n in found if not n.is_sure]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("A项出自第四条；D项错误。", "D项出自第四条；B项错误。"),
        ("A项、B项正确，C、D两项错误。", "D项、C项正确，A、B两项错误。"),
        ("A/B/D 表述均正确，C错误", "D/C/B 表述均正确，A错误"),
        ("A／B／D均正确", "D／C／B均正确"),
        ("故选B", "故选C"),
        ("故本题选ABD。", "故本题选DCB。"),
        ("因此，本题应选 C。", "因此，本题应选 A。"),
        ("A、C正确，B、D错误。", "D、A正确，C、B错误。"),
        ("A，C，D正确", "D，A，B正确"),
        ("A和C说法正确", "D和A说法正确"),
        ("选项A与选项D", "选项D与选项B"),
        ("选项A、D不对", "选项D、B不对"),
        ("本题答案为AC。", "本题答案为DA。"),
        ("答案：B", "答案：C"),
        ("【答案】B【解析】第四十二条", "【答案】C【解析】第四十二条"),
        ("正确答案是B、D。", "正确答案是C、B。"),
        ("答案选CBD", "答案选ACB"),
        ("表述正确的是A、C。", "表述正确的是D、A。"),
        ("（A）行政机关无权设定", "（D）行政机关无权设定"),
        ("(A) 无权设定；(B) 有权设定", "(D) 无权设定；(C) 有权设定"),
        ("A：行政机关无权设定\nB：有权", "D：行政机关无权设定\nC：有权"),
        ("A. 正确。\nB．错误。", "D. 正确。\nC．错误。"),
        ("A、行政机关无权设定。", "D、行政机关无权设定。"),
        ("ABD正确，C不正确", "DCB正确，A不正确"),
        ("ABD", "DCB"),
        ("Ａ、Ｃ正确", "D、A正确"),
        ("Ａ项正确", "D项正确"),
        ("A正确。B错误，C不对，D说法片面。", "D正确。C错误，A不对，B说法片面。"),
        ("本题A正确", "本题D正确"),
        ("排除A、C。", "排除D、A。"),
        ("第二款规定了期限，故A错误", "第二款规定了期限，故D错误"),
        ("A把“可以”写成“应当”", "D把“可以”写成“应当”"),
        ("**A**项、**B**正确", "**D**项、**C**正确"),
        ("“A”“C”两项", "“D”“A”两项"),
        ("A选项", "D选项"),
        ("B选项和C选项都符合规定", "C选项和A选项都符合规定"),
        ("A、B、C三项", "D、C、A三项"),
        ("A的说法于法无据", "D的说法于法无据"),
        ("A、B、C、D均正确", "D、C、A、B均正确"),
        ("A、B、D 选项正确，C 项错误", "D、C、B 选项正确，A 项错误"),
        ("A.C.D均属于", "D.A.B均属于"),
        ("故选A B D", "故选D C B"),
        ("故选：A；B错误", "故选：D；C错误"),
        ("A对B错，C√，D×", "D对C错，A√，B×"),
        ("除A、B外，其余错误", "除D、C外，其余错误"),
        ("除A外均正确", "除D外均正确"),
        ("1.A正确 2.B错误", "1.D正确 2.C错误"),
        ("【解析】A考查立法权限，B称“可以”", "【解析】D考查立法权限，C称“可以”"),
        ("A《宪法》第三条", "D《宪法》第三条"),
        ("A 宪法没有规定", "D 宪法没有规定"),
        ("BCD为干扰项", "CAB为干扰项"),
        ("符合题意的为C", "符合题意的为A"),
        ("A证据不足，B制定程序违法", "D证据不足，C制定程序违法"),
        ("B为正确答案，A答案不完整", "C为正确答案，D答案不完整"),
        ("与A相比，C漏了“及时”二字", "与D相比，A漏了“及时”二字"),
        ("其中B、C属于法定情形", "其中C、A属于法定情形"),
    ],
)
def test_names_of_options_follow_the_order_shown(written: str, shown: str) -> None:
    assert renamed(written, SHOWN) == shown
    assert named(written)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "A股上市公司应当披露",
        "B超检查",
        "实行AA制",
        "国产大飞机C919",
        "甲A联赛",
        "https://flk.npc.gov.cn/A/B?c=D，见 www.example.org/A",
        "打印在A4纸上",
        "维生素C和维生素D",
        "A公司与B市签订合同，GDP增长",
        "A、B两公司签订合同",
        "A项目的资金",
        "驾驶C1类车型，持C证",
        "B2B平台、APP、VCD、CBD、DNA、ABC银行",
        "A级景区，C类医疗机构",
        "附件A、表B",
        "血型为AB型",
        "Plan B，A level",
        "C语言，D盘，C端用户，A轮融资",
        "abc@example.org 与 A-1 号文件",
        "A至D四项均正确",
        "A-D均正确",
        "E项",
        "",
    ],
)
def test_other_letters_are_left_alone(text: str) -> None:
    assert named(text) == ([], [])
    assert renamed(text, SHOWN) == text


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("与题意相符的只剩下B而已", ["B"]),
        ("A至C三项正确", ["A至C"]),
        ("B～D错误", ["B～D"]),
        ("CD光盘", ["CD"]),
        ("考点D在于程序", ["D"]),
    ],
)
def test_what_may_name_an_option_is_doubtful_and_stays(text: str, doubtful: list[str]) -> None:
    assert named(text) == ([], doubtful)
    assert renamed(text, SHOWN) == text


def test_letters_of_the_stem_are_parties_unless_the_text_says_option() -> None:
    parties = "".join(lone_letters("A公司欠B公司货款，C为保证人。", LETTERS))

    assert sorted(parties) == ["A", "B", "C"]
    assert named("A正确，D正确。B项错误，故选C。", parties=parties) == (["D", "B", "C"], ["A"])


@pytest.mark.parametrize(
    ("stem", "parties"),
    [
        ("A公司欠B公司货款", "AB"),
        ("甲向C借款", "C"),
        ("关于A的说法", "A"),
        ("A、B两地", "AB"),
        ("第105题的表述A", ""),
        ("采用方案B。", ""),
        ("公民", ""),
    ],
)
def test_letter_that_only_ends_other_words_is_no_party(stem: str, parties: str) -> None:
    assert sorted(lone_letters(stem, LETTERS)) == list(parties)


def test_judgement_without_letters_has_no_names() -> None:
    assert list(option_names("A正确", frozenset())) == []
    assert lone_letters("A正确", frozenset()) == frozenset()


@pytest.mark.parametrize(
    "option",
    [
        "以上都不对",
        "以上都是。",
        "以上三项均正确",
        "上述说法均不正确",
        "以上选项都可以",
        "以上皆非",
        "都不对",
        "均正确",
        "全对",
    ],
)
def test_option_about_all_others_depends_on_them(option: str) -> None:
    assert (depends_on_others(option), lists_options(option)) == (True, False)


@pytest.mark.parametrize("option", ["A和B", "A、C都正确", "A、B、C均不对", "A、B两项"])
def test_option_that_lists_others_depends_on_them(option: str) -> None:
    assert (depends_on_others(option), lists_options(option)) == (True, True)


@pytest.mark.parametrize(
    "option",
    [
        "以上一年度收入为准",
        "三人以上",
        "都市规划",
        "全部没收",
        "均由人民法院管辖",
        "A公司和B公司",
        "AB型",
        "上述机关",
        "正确",
        "",
    ],
)
def test_other_options_stand_by_themselves(option: str) -> None:
    assert not depends_on_others(option)
