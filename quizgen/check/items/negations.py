"""Words that only stand behind a negation, without one: a 不 or 没 was lost while writing.

得 for 不得: statutes and what retells them say 应当, 可以, 必须 and 不得, never 得 alone. 有 before a verb: 有看到 for
没有看到. A question like 是不是 without its 不. What stands in quotation marks is somebody's way of speaking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from quizgen.check.faults import items_of, spot, warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.model import Item

_MOST = 5
"""Places told of one text."""
_AROUND = 6
"""Characters on either side that are shown."""
_QUOTED = re.compile("“[^“”]*”|「[^「」]*」|《[^《》]*》")
_FORBIDDEN = (
    "要求|作为|提交|撤销|转让|规定|设定|超过|低于|少于|给予|向|将|因|损害|歧视|收取|担任|泄露|提供|使用|进行|实施|拒绝|擅自|利用|抵押|继承|从事"
    "|参加|选择|执行|协助|干涉|干预|侵犯|侵害|拖延|推诿|阻碍|妨碍|限制|请求|主张|对抗|再|用于|委托|接受|购买|出租|增加|减损|扩大|处以|处理"
    "|作出|采取|强制|强迫|变更|解除|开除|辞退|降低|扣押|查封|冻结|没收|罚款|公开|披露|隐瞒|伪造|篡改|销毁|安排|批准|发放|录用|违反|破坏|超出"
    "|排除|另行|单独|直接|故意|非法|任意|随意|无故|授意|指使|打击"
)
_WORDS = ("得", "有", "是是", "能能", "对对")
_LOST = (
    re.compile(
        "(?<![不未无取获所使觉值懂难记显免省舍求赢认晓见来做说写办算变长过罪拾始方须必只也未还就都总非要需讲听看心应各博弄错大小多少])"
        f"得(?={_FORBIDDEN}|以[^，。；]{{1,30}}(?:为由|名义|方式)|同[^，。；]{{1,12}}相抵触)"
    ),
    re.compile(
        "(?<![没未所具享持占拥含只尚还另仍如若凡确唯])"
        "有(?=看到|告诉|尽到|用过|写|提出|遵守|碰到|注销|告知|因为|让|把(?!握|关|柄|手)|以[^，。；的]{1,14}为(?:条件|前提)|经过"
        "|收到|办理|签|履行|采取|取得|要求[^，。；的和、]{3})[^，。；、的]*(?=[，。；、]|$)"
    ),
    re.compile("是是(?![非否])|能能(?!力)|(?<![面针反绝相校核])对对(?=[，。；])|有有效力"),
)
"""学员得要求退费, 机关得以换届为由, not 取得, 使得, 得以实现; 该局有提出， not 有提出申诉的权利; 与是是公民无关."""


def negations_are_not_lost(content: Content) -> Iterator[Diagnostic]:
    """Q235: no text of an item has a word that wants a negation before it and has none."""
    for item in items_of(content):
        for field, text in _texts(item):
            if not any(word in text for word in _WORDS):
                continue
            masked = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), text)
            for match in islice((match for lost in _LOST for match in lost.finditer(masked)), _MOST):
                words = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
                span = spot(content.sources, item.places.get(field, item.where), words)
                message = f"“{words}”里像是漏了“不”或“没”"
                hint = "漏了的请补上；没有漏的，请换一种说法"
                yield warning("Q235", span, message, hint=hint, item=item)


def _texts(item: Item) -> Iterator[tuple[str, str]]:
    yield "stem", item.stem
    yield from ((f"options.{letter}", text) for letter, text in item.options.items())
    yield "rationale", item.rationale
