"""Letters that name options in running text, such as 故选B, A、C正确, 选项D, A/B/D 表述均正确, （A）.

A letter is told from A股, B超, AA制, 维生素C, A公司 by what stands beside it. Meant to be sure: what is neither
certainly a name nor certainly something else is given as doubtful, so that somebody looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class OptionName:
    """One or more letters, written together or listed, from `start` to before `end`; doubtful unless `is_sure`."""

    start: int
    end: int
    is_sure: bool


_WIDE = {ord("Ａ") + place: chr(ord("A") + place) for place in range(26)}
_MARKS = "*_"
"""Markdown's emphasis, which stands between a letter and its neighbours: **A**项."""
_NEAR = 20
"""Characters on either side that tell what a letter names."""
_LEFT_OTHER = re.compile(
    r"(?:[甲乙丙丁]|维生素|维他命|型号|血型|附件|附录|附表|表|图|等级|级别|方案|计划|代号|编号|字母|[A-Za-z][ \t])$"
)
"""维生素C, 附件A, 甲A and “Plan B” are no options."""
_RIGHT_OTHER = re.compile(
    r"\s*(?:[等两二三四几]?(?:股|超|级|类|型|轮|座|栋|幢|区|市|县|省|国|镇|乡|村|州|地块|公司|企业|集团|银行|厂|单位|机关|局|部门|校|大学"
    r"|医院|店|站|楼|室|房|车|船|证(?!据)|照|本|卷|册|组|队|班|岗|角|线|面|货|端|位|盘|片|制(?!定)|字(?!面)|罩|杯|档|期|版|方(?!面)|某|先生|女士"
    r"|男|女|人|员工|职工|夫|妻|父|母|子|罪|案|项目|计划|合同|产品|商品|品牌|网|屋|宅|语言|血型|保险))|[ \t]*[A-Za-z]"
)
"""A股, B超, A、B两公司, “A level” are no options."""
_LEFT_SURE = re.compile(
    r"(?:选项?|选择|答案(?:应该?|只能)?[为是选]?|应当?[为是]|[的案][为是有]|正确的?(?:选项)?[为是有]|正确的?选项包括)"
    r"[”】\]\s]*[：:]?\s*[（(【“]?$"
)
"""故选B, 选项A, 答案为AC, 【答案】B, 正确的是A、C name options."""
_RIGHT_SURE = re.compile(r"[”）)】]?\s*(?:[两二三四五六]?个?选?项(?!目|下)|答案)")
"""A项, （B）项, C、D两项, A选项, A答案 name options; A项目 does not."""
_LEFT_OPEN = re.compile(
    r"(?:^|[。；;！？!?，,：:（(“【】、—…\s]|[故而但则仅即因如像同与和及或对除比于把将且又并据从由均]|[0-9][.．]|所以|可知|可见|其中|只有|本题|此题|综上)$"
)
"""Where a clause or a list begins."""
_RIGHT_OPEN = re.compile(
    r"[”）)】]*\s*(?:$|[。；;，,、！!？?：:．.）)】”“《（(×√—→]|[中里的所均都也全皆则就才是为系属不错对误说表做把将混缺漏少多未没违应当需须可能只仅"
    r"虽涉扩缩限偷夸过犯同两三四五遗忽颠曲来依根在由若既即无有以用写讲指提规要与外]|正确|入选|行为|内容|观点|认|符|排除|描述|叙述|陈述|片面)"
)
"""What is said of options that are listed: A、C正确, AB均……, or the end of a clause."""


_RIGHT_END = re.compile(r"\s*(?:$|[\n。；;，,、！!？?：:）)】”])")
_LISTED = re.compile(
    r"[A-HＡ-Ｈ](?:[、，,和与及或][A-HＡ-Ｈ])+(?:[两二三四]?项|选项|说法)?[都均全皆]?(?:不?(?:正确|对|是)|错误?)?[。；]?"
)
"""An option that is a list of others: A和B, A、B都正确; “A和B公司” is not."""
_OTHERS = re.compile(
    r"(?:以上|上述|前述)(?:[一二三四两几0-9]?[个种项者类]|各|所有|全部|选项|说法|表述|答案|做法|观点|情形|情况|行为|内容|的)*"
    r"(?:[都均全皆无]|没有)[^，。；]{0,8}[。；]?|(?:[都均皆]|全部?)不?(?:对|是|非|正确|错误?|可以?|属于|符合)[。；]?"
)
"""An option about all others: 以上都不对, 上述说法均正确, 都是; “以上一年度收入为准” is not."""


_JOINED = re.compile(r"[两二三四]?项?[、和及与]")
"""Between two names of one list: A项、C项."""
_SET_APART = re.compile("项[ \t\u3000]*[，,]")
"""Within what looks like one list, between two things said: 包括A、B项，C项不属于."""


@lru_cache(maxsize=64)
def _sought(letters: str) -> re.Pattern[str]:
    """An address, a range (A至D) or a list of these letters (A, AC, A、C, A/B/D), not beside other Latin letters."""
    one = f"[{letters}]"
    joint = r"(?:[ \t\u3000]*(?:[、，,/／;；.．和与及或跟]|以及|项[、，,和与及或])[ \t\u3000]*|[ \t\u3000]+)"
    begin, end = r"(?<![A-Za-z0-9_@/&+#=\-])(?<![A-Za-z]\.)", r"(?![A-Za-z0-9_@&+]|[.\-][a-z0-9])"
    return re.compile(
        rf"(?:https?://|www\.)[!-~]+|(?P<range>{begin}{one}\s*(?:至|到|[-－—~～]+)\s*{one}{end})"
        rf"|(?P<list>{begin}{one}+{end}(?:{joint}{one}+{end})*)"
    )


def option_names(text: str, letters: Set[str], *, parties: Set[str] = frozenset()) -> Iterator[OptionName]:
    """The names of options `letters` (capital, such as A to D) in a text, in order.

    `parties` are letters that the item's stem or options use for people or places: such a letter is a name only where
    the text says so (A项, 故选A).
    """
    plain = text.translate(_WIDE)
    for found in _sought("".join(sorted(letters))).finditer(plain) if letters else ():
        if found["range"]:
            if {found["range"][0], found["range"][-1]} != {min(letters), max(letters)}:
                yield OptionName(found.start(), found.end(), is_sure=False)
        elif found["list"]:
            verdict = _verdict(plain, found, parties)
            if verdict is not None:
                yield OptionName(found.start(), found.end(), is_sure=verdict)


def letters_named(text: str, letters: Set[str], *, parties: Set[str] = frozenset()) -> list[frozenset[str]]:
    """The letters of each sure name, in order; those listed together (A、C两项, B项和D项) as one."""
    plain = text.translate(_WIDE)
    found: list[frozenset[str]] = []
    end = -1
    for name in option_names(text, letters, parties=parties):
        if name.is_sure:
            named, *others = (
                frozenset(char for char in part if char in letters)
                for part in _SET_APART.split(plain[name.start : name.end])
            )
            joined = end >= 0 and _JOINED.fullmatch(plain, end, name.start)
            found[-1:] = [found[-1] | named, *others] if joined else [*found[-1:], named, *others]
            end = name.end
    return found


def lone_letters(text: str, letters: Set[str]) -> frozenset[str]:
    """Those of the letters that stand in the text for somebody or something: A公司与B公司, 向C借款; not 表述A."""
    plain = text.translate(_WIDE)
    found = _sought("".join(sorted(letters))).finditer(plain) if letters else ()
    return frozenset(
        char for match in found if not _ends_words(plain, match) for char in match["list"] or "" if char in letters
    )


def _ends_words(text: str, found: re.Match[str]) -> bool:
    """Whether letters only end other words, as the B of 采用方案B does."""
    left, right = _beside(text, found)
    return not _LEFT_OPEN.search(left) and _RIGHT_END.match(right) is not None


def lists_options(option: str) -> bool:
    """Whether an option is a list of others by their letters, as A和B都对."""
    return _LISTED.fullmatch(option) is not None


def depends_on_others(option: str) -> bool:
    """Whether an option speaks of the others, by letters or as 以上都不对, so that its place matters."""
    return lists_options(option) or _OTHERS.fullmatch(option.strip()) is not None


def renamed(text: str, labels: Mapping[str, str], *, parties: Set[str] = frozenset()) -> str:
    """The text with each sure name of an option replaced by its label; all else stays as it is."""
    table = str.maketrans(dict(labels))
    parts, done = [], 0
    for name in option_names(text, labels.keys(), parties=parties):
        if name.is_sure:
            parts += [text[done : name.start], text[name.start : name.end].translate(_WIDE).translate(table)]
            done = name.end
    return "".join([*parts, text[done:]])


def _verdict(text: str, found: re.Match[str], parties: Set[str]) -> bool | None:
    """Whether a list of letters names options for sure, perhaps (False), or not at all (None)."""
    left, right = _beside(text, found)
    words = re.findall("[A-Z]+", found["list"])
    if _LEFT_OTHER.search(left) or _RIGHT_OTHER.match(right) or any(len(set(word)) < len(word) for word in words):
        return None
    if _LEFT_SURE.search(left) or _RIGHT_SURE.match(right):
        return True
    if any(list(word) != sorted(word) for word in words):
        return None
    letters = "".join(words)
    if not parties.isdisjoint(letters):
        return False
    is_list, is_compact = len(letters) > 1, len(words) < len(letters)
    return bool(is_list and _RIGHT_OPEN.match(right)) or bool(not is_compact and _LEFT_OPEN.search(left))


def _beside(text: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands on either side of the letters, without Markdown's marks."""
    left = text[max(found.start() - _NEAR, 0) : found.start()].rstrip(_MARKS)
    return left, text[found.end() : found.end() + _NEAR].lstrip(_MARKS)
