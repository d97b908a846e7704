"""Words that only stand behind a negation, without one: a 不 or 没 was lost while writing.

得 for 不得: statutes and what retells them say 应当, 可以, 必须 and 不得, never 得 alone. 有 before a verb: 有看到 for
没有看到. 予 and 必 for 不予 and 不必, 服 for 不服, 经批准不得 for 未经. A question like 是不是 without its 不.
What stands in quotation marks is somebody's way of speaking.
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
    "|排除|另行|单独|直接|故意|非法|任意|随意|无故|授意|指使|打击|进入|以此|调整|交由|设置|重新"
)
"""What 不得 forbids, wherever it stands."""
_UNDONE = (
    "看到|告诉|尽到|用过|写|碰到|注销|告知|因为|让|经过|收到|办理|签|采取|出台|公布|听(?!证|众|力)|通过|收(?!入|益|据|费|集|购|藏)|跟着|送(?!达)|归还|达到|列入"
    "|查(?:封|处|清|到|出)|拿到|动过|减(?!轻|少)|说(?!明|服|法)|立案|吊销|清偿|行使|派遣|报案|评估|见过|做过|照(?!顾|片|明|料)|缴清|缴纳|销毁|起诉|答复"
    "|征得|受到|单设|设立|超出|超过|侵犯|及时|按时|先行|立即|冻结|审核|升挂|完成|召开|得到|调查(?!权|组|人|结|报)|问[^题卷答责]|结过|同住过"
)
"""What somebody did not do: behind a bare 有, which takes no verb."""
_MAY_BE_HAD = (
    "提出|遵守|把(?!握|关|柄|手)|以[^，。；的]{1,14}为(?:条件|前提)|履行(?!期限|能力)|取得|要求(?!和)[\u4e00-\u9fff]{3}|申请[^，。；]"
    "|自己|依法|人告诉|任何(?!特权)"
)
"""The same, but that there is 有提出申诉的权利."""
_TO_THE_END = "[^，。；、的\n]{0,60}(?=[，。；、（\n]|$)"
_TO_A_PLAIN_END = (
    "(?:[^，。；、的（\n]|的(?![，。；、（）：\n]|权|义务|责任|行为|情|必要|可能|职|资格|风|危|机会|能力|规定|要求|人|单位|企业|机关|部门|公民"
    "|组织|条件|期限|自由|事项)){0,60}(?=[，。；、（\n]|$)"
)
"""To the end of a clause that names no right, duty or doing: 有提出申诉的权利 has lost nothing."""
_LOST = tuple(
    (words[0], re.compile(words, re.DOTALL))
    for words in (
        # 学员得要求退费， 机关得以换届为由; not 取得, 使得, 得以实现
        (
            "得(?<![不未无取获所使觉值懂难记显免省舍求赢认晓见来做说写办算变长过罪拾始方须必只也未还就都总非要需讲听看心应各博弄错大小多少学]得)"
            f"(?=(?:{_FORBIDDEN}|以[^，。；]{{1,30}}(?:为由|名义|方式)|同[^，。；]{{1,12}}相抵触))"
        ),
        # 工作人员得兼任会计; not 人得到
        (
            "得(?:(?<![^，。；：！？、（ \n仍均都律者员院府局站队商方民东友们人前后中内间]得))"
            "(?![到知出以票分失当力体了罪益名主利数住来去起上下很不点多太更先有逞标奖胜气意冒]|[，。；、的：（\n ]|$)"
        ),
        # 该局有提出， not 没有提出, 有提出申诉的权利
        f"有(?<![没未所具享持占拥含只尚还另仍如若凡确唯须]有)(?:(?={_UNDONE}){_TO_A_PLAIN_END}|(?={_MAY_BE_HAD}){_TO_THE_END})",
        f"有(?<=[还尚仍]有)(?<!、还有)(?=被|{_UNDONE}){_TO_A_PLAIN_END}",
        "有(?<![没未所只尚还另仍确曾也都]有)[^，。；的过、权一没无员人]{1,3}过(?![去程错失度半期高多大后滤户罚])",
        "有(?<![没未所只尚确凡如若]有)(?:提供|采纳|生效|被[^，。；的]{1,8}过)(?=[，。；（]|$)",
        f"有(?<![没未]有)(?=因此|另发|采纳|生效){_TO_THE_END}",
        # 应当予处罚, not 应予, 给予, 予以
        "予(?:(?<=[，。；：、\n仍由]予)|(?<=应当予)|(?<=可以予)|(?<=机关予)|(?<=^予))(?!以)",
        # 必等查清, not 必须, 不必
        "必(?:(?<=[，。；：、（并\n]必)|(?<=^必))(?![须要然将定需修备胜先经由])",
        # 对决定服的, not 服从, 不服
        "服(?<![不信折佩克征屈说平衣制西心作校着]服)(?![务从役刑装用饰药气输毒兵现食管法])",
        # 经批准不得提供
        "经(?:(?<=[，。；：、\n]经)|(?<=^经))[^，。；\n]{2,20}(?:批准|许可|同意|授权|审核|评估)，?(?:不得|不能|不可以|擅自)",
        # 期满仍履行的， 拒改正， 用先请求
        "期(?:满|限满)?(?<=[逾期满]期|期满|限满)仍?(?:履行(?!完)|改正|改的|缴[，纳]|归还的)",
        "经劝告仍?(?:履行|改)",
        "拒(?<![抗婉推]拒)(?:改正|配合|执行|履行|提供|赔偿|支付|缴纳)",
        "仍(?:履行|缴|改正|归还|答复|同意)",
        "为由，?准(?!予|许)",
        "用(?:(?<=[，。；：、后就也]用))(?:先|另|再|付|通知|请求|等[^，。；]|审)",
        # 明显当， 三餐足的， 协商成， 同意见
        "同意见(?<![共赞不]同意见)",
        "明显当",
        "足的(?<![不未充满富十手知立补给缴募]足的)",
        "协商成(?![立功果本为])",
        "原封动",
        # 与是是公民无关
        "是是(?![非否])",
        "能能(?!力)",
        "对对(?<![面针反绝相校核]对对)(?=[，。；])",
        "有有效力",
    )
)
"""What lost its negation, each by the character with which it begins."""


def negations_are_not_lost(content: Content) -> Iterator[Diagnostic]:
    """Q235: no text of an item has a word that wants a negation before it and has none."""
    for item in items_of(content):
        for field, text in _texts(item):
            masked = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), text)
            for match in islice(_slips(masked), _MOST):
                words = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
                span = spot(content.sources, item.places.get(field, item.where), words)
                message = f"“{words}”里像是漏了“不”或“没”"
                hint = "漏了的请补上；没有漏的，请换一种说法"
                yield warning("Q235", span, message, hint=hint, item=item)


def _slips(text: str) -> Iterator[re.Match[str]]:
    """In order of place; of those that overlap the first."""
    found = [match for first, lost in _LOST if first in text for match in lost.finditer(text)]
    end = 0
    for match in sorted(found, key=lambda match: match.span()):
        if match.start() >= end:
            yield match
            end = match.end()


def _texts(item: Item) -> Iterator[tuple[str, str]]:
    yield "stem", item.stem
    yield from ((f"options.{letter}", text) for letter, text in item.options.items())
    yield "rationale", item.rationale
