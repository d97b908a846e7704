"""Acts of administrators, appended to the document that they change and chained by hash.

What an act changed stands in its facts as `<field>:before` and `<field>:after` (`facts_of_change`). Personal values
stand there only as digests with the deployment's key, so that a person can be erased and the chain stays valid.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

OPERATOR = "command-line"
"""Who did it, in acts, when it was done from the command line."""
ACTIONS: Mapping[str, str] = {
    "announce": "发布通知",
    "approve-supplement": "批准学时补录",
    "ask-supplement": "申请学时补录",
    "change-board": "修改网站信息",
    "change-role": "变更角色",
    "change-year": "修改年度设置",
    "choose-names": "修改登录名",
    "claim": "首次启用账号",
    "confirm-roster": "确认年度参学名单",
    "close-unit": "撤销单位",
    "correct-year": "更正年终存档报表",
    "create-account": "新建管理账号",
    "disable": "设为失效",
    "edit-person": "修改资料",
    "enable": "恢复有效",
    "end-sign-ins": "全部退出登录",
    "exempt": "确定可不参加",
    "export-calls": "导出电话督促表",
    "export-roster": "导出花名册",
    "export-units": "导出单位表",
    "freeze-year": "年终存档",
    "grant": "延长考试时间、增加次数",
    "hand-over": "管理员移交",
    "import-change": "导入修改",
    "import-create": "导入新建",
    "link-account": "关联管理账号和学员账号",
    "merge-unit": "单位合并",
    "publish": "发布内容",
    "refuse-supplement": "不批准学时补录",
    "reset-password": "重置密码",
    "revoke-certificate": "作废证书",
    "revoke-supplement": "撤销学时补录",
    "split-unit": "单位分设",
    "supervise": "督促",
    "transfer-ask": "申请调入",
    "transfer-receive": "接收（调入）",
    "transfer-refuse": "不同意调动",
    "transfer-release": "办理调出",
    "transfer-withdraw": "撤回调动",
    "unbind-qq": "解绑QQ号",
    "unbind-telephone": "解绑手机号",
    "unlink-account": "解除关联管理账号和学员账号",
    "unlock": "解除暂停登录",
    "verify-acts": "核对操作记录",
    "withdraw-announcement": "撤下通知",
    "withdraw-exemption": "撤销可不参加",
}
"""What every action is called on the screen. Each `append_act` names one of these, which a test checks."""

FIELDS: Mapping[str, str] = {
    "active": "有效",
    "approved": "批准日期",
    "approver": "批准人",
    "asker": "填报人",
    "attempts": "增加次数",
    "closed": "撤销时间",
    "code": "单位代码",
    "contacts": "联系方式",
    "cut_off": "统计截止时间",
    "digest": "内容摘要",
    "document": "文号",
    "exam": "考试时间",
    "fields": "栏目",
    "hours_short": "学时不足",
    "icp": "ICP备案号",
    "kind": "类别",
    "lesson": "课程",
    "makeup": "补考时间",
    "minutes": "延长分钟数",
    "name": "姓名或名称",
    "not_examined": "未考试",
    "not_passed": "未合格",
    "not_started": "未开始",
    "note": "说明",
    "number": "学法账号",
    "order_number": "序号",
    "origin": "由哪个单位分出",
    "parent": "上级单位",
    "people": "人数",
    "picture_label": "二维码说明",
    "pinyin": "姓名全拼",
    "police": "公网安备号",
    "programme": "年度方案",
    "proof": "依据",
    "qq": "QQ号",
    "rank": "职务级别",
    "reason": "原因",
    "role": "角色",
    "serial": "证书编号",
    "snapshot": "存档报表",
    "sponsor": "主办单位",
    "study": "学习时间",
    "successor": "并入单位",
    "telephone": "手机号",
    "tier": "人员层次",
    "title": "标题",
    "unit": "单位",
    "way": "方式",
    "window": "考试时段",
}
"""What the fields in facts are called on the screen; one that is not here is shown as it stands."""

PERSONAL = frozenset({"name", "pinyin", "qq", "telephone"})
"""Fields of a person that enter an act only as digests. A unit's name is none of them: see `personal`."""
_BEFORE, _AFTER = ":before", ":after"
_SEALED = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what to this document and when; `previous` is the digest of the document's act before it.

    `facts` holds no personal values: those enter as keyed digests, so that erasure leaves the chain valid.
    """

    at: datetime
    by: str
    action: str
    facts: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over every field, in a form that does not depend on the store."""
        fields = [self.at.isoformat(), self.by, self.action, sorted(self.facts.items()), self.previous]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def append_act(
    acts: tuple[Act, ...], action: str, *, by: str, at: datetime, facts: Mapping[str, str] | None = None
) -> tuple[Act, ...]:
    """The acts with one more, linked to the last."""
    previous = acts[-1].digest if acts else ""
    return (*acts, Act(at=at, by=by, action=action, facts=dict(facts or {}), previous=previous))


def is_chain(acts: tuple[Act, ...]) -> bool:
    """Whether each act names the digest of the one before it."""
    previous = ""
    for act in acts:
        if act.previous != previous:
            return False
        previous = act.digest
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The key of a deployment for the digests of personal values, as hexadecimal digits.

    It is kept in the store, not in the settings: it outlives a change of the keys there, all processes have the same
    one, and it moves and is saved together with the acts that it belongs to. Whoever holds the store sees the present
    values anyway; the digests keep former ones out of logs, lists and archives.
    """

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealSummary:
    """Nothing: a key is in no list."""


def summarise_seal(_seal: Seal) -> SealSummary:
    """The summary kept beside the key."""
    return SealSummary()


def facts_of_change(
    before: Mapping[str, str], after: Mapping[str, str], *, key: Seal, personal: frozenset[str] = PERSONAL
) -> dict[str, str]:
    """The facts that say of each changed field what it was and what it is; a field that is missing counts as "".

    `personal` fields are sealed; for a unit, whose name is public, give an empty set. Nothing changed, no facts.
    """
    facts = {}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            is_sealed = name in personal
            facts[name + _BEFORE] = sealed(name, was, key=key) if is_sealed else was
            facts[name + _AFTER] = sealed(name, now, key=key) if is_sealed else now
    return facts


def sealed(name: str, value: str, *, key: Seal) -> str:
    """The digest of a field's personal value: equal for equal values, of 64 bits; "" for no value."""
    if not value:
        return ""
    text = json.dumps([name, value], ensure_ascii=False).encode()
    return _SEALED + hmac.new(bytes.fromhex(key.key), text, hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of an act as it is shown: the field, what it was ("" where nothing says) and what it is."""

    label: str
    before: str
    after: str


def changes_of(act: Act) -> list[Change]:
    """What the act says, field by field; a plain fact is one that became so."""
    names = dict.fromkeys(name.removesuffix(_BEFORE).removesuffix(_AFTER) for name in act.facts)
    return [
        Change(
            label=FIELDS.get(name, name),
            before=act.facts.get(name + _BEFORE, ""),
            after=act.facts.get(name + _AFTER, act.facts.get(name, "")),
        )
        for name in names
    ]


def is_sealed(text: str) -> bool:
    """Whether it is the digest of a personal value."""
    return text.startswith(_SEALED) and len(text) == 17
