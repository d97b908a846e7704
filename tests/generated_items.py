"""Items by the thousand that read like real ones, for tests and measurements: no two alike but by chance."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from quizgen.model import Item, ItemType
from tests.quizgen_factories import item

_WORDS = """\
某县人民政府 某市自然资源局 某镇人民政府 某省司法厅 某区市场监督管理局 某市公安局 某县税务局 某乡卫生院
某街道办事处 某国有企业 某事业单位 某行政复议机构 某市数据局 某县应急管理局 某省档案馆 某县教育局
某市住房和城乡建设局 某区统计局 某保险公司 某社会团体 某村民委员会 某居民委员会 某业主大会 某技术监督所
某海关 某县人民检察院 某市中级人民法院 某监察委员会 某市审计局 某民办学校

在编制年度预算时 在开展专项检查时 接到群众举报后 在招标采购过程中 在处理信访事项时 在突发事件发生后
作出处罚决定之前 在办理变更登记时 审查合同文本时 在公开征求意见期间 经上级批准后 在制定规范性文件时
收到复议申请之后 发现数据泄露后 实施强制措施时 组织听证会以后 在履行监管职责中 在年度考核结束后
签订劳动合同之前 在拆除违法建筑时

拒绝说明理由 委托第三方评估 公布调查结论 延长办理期限 要求补正材料 责令停产停业 移送有关机关 查阅原始凭证
扣留涉案物品 退还多收费用 组织专家论证 书面告知当事人 暂停执行决定 收取履约保证金 建立工作台账 指定专人保管
签署保密承诺书 召开协调会议 出具检验报告 通报处理结果 减免滞纳金 听取陈述意见 撤回许可决定 核验身份信息
限制人员进入 保存电子数据 赔偿直接损失 提交整改报告 变更管辖地点 登记不动产权属

理由是工作时间紧张 认为涉及商业秘密 依据的是内部通知 因为负责人出差在外 目的是便于统一管理 考虑到公共利益的需要
担心影响单位形象 主张法律没有明文禁止 原因是系统正在升级 认为对方没有利害关系 引用的是多年前的文件
声称已经口头告知 为了节约行政成本 由于经费没有落实 说明属于历史遗留问题 认为情节显著轻微 以对方未交费为由
因为申请人没有到场

这一做法违反的原则是 正确的处理方式是 应当承担的责任是 依照法律应当首先 有权提出异议的是 下列判断正确的是
负责监督的机关是 必须遵守的程序是 不符合规定的环节是 可以采取的措施是

在十五日内 经集体讨论 通过政府网站 以书面形式 会同有关部门 按照规定权限 在三个工作日内 报上一级机关
由两名执法人员 根据检测结果 征得本人同意后 自收到材料之日起 依照法定程序 按季度 采取随机抽查方式 在显著位置
委托公证机构 由法定代表人 经技术鉴定 按照合同约定

并告知救济途径 同时抄送审计机关 但不得影响办案 直至整改完成 费用由单位承担 记入信用档案 并听取公众意见
留存记录备查 涉密内容除外 不停止原决定的执行 相关资料保存五年 并接受社会监督 情况紧急的可以补办 由主管部门备案
期间不计算在内 不得重复收费"""
"""Who, when, what, why, what is asked, how, and what comes of it: one block each."""
_WHO, _WHEN, _WHAT, _WHY, _ASKED, _HOW, _TAIL = (block.split() for block in _WORDS.split("\n\n"))
_TYPES = (ItemType.SINGLE,) * 5 + (ItemType.MULTIPLE,) * 2 + (ItemType.JUDGEMENT,) * 3


def generated_items(count: int, *, seed: int = 1, lesson: str = "xianfa-01", first: int = 101) -> list[Item]:
    """So many items of all three types, numbered from `first`; the same ones for the same seed."""
    rng = Random(seed)  # noqa: S311 - the same items in every run
    return [_item(f"{lesson}-{number}", rng) for number in range(first, first + count)]


def _item(id: str, rng: Random) -> Item:
    type = rng.choice(_TYPES)
    rationale = f"《宪法》第六十七条规定了这一点，应当{'；'.join(_measure(rng) for _ in range(3))}。"
    scene = f"{rng.choice(_WHO)}{rng.choice(_WHEN)}{rng.choice(_WHAT)}，{rng.choice(_WHY)}"
    if type is ItemType.JUDGEMENT:
        return item(
            id,
            type=type,
            stem=f"{scene}，{rng.choice(_HOW)}{_measure(rng)}。（　　）",
            key=rng.choice("TF"),
            rationale=rationale,
        )
    key = "".join(sorted(rng.sample("ABCD", 1 if type is ItemType.SINGLE else rng.choice((2, 3)))))
    return item(
        id,
        type=type,
        stem=f"{scene}。{rng.choice(_ASKED)}（　　）。",
        options=_options(rng),
        key=key,
        rationale=rationale,
    )


def _options(rng: Random) -> Mapping[str, str]:
    return {letter: f"{how}{_measure(rng)}" for letter, how in zip("ABCD", rng.sample(_HOW, 4), strict=True)}


def _measure(rng: Random) -> str:
    return f"{rng.choice(_WHAT)}，{rng.choice(_TAIL)}"
