"""JSON Schema (draft-07) of banks, programmes and the register, for completion and checks in an editor.

Field names, words and patterns are the parsers' own, so that the two can't drift apart. The schema knows shapes only;
what fields mean together is for `check`. What YAML reads as a number or a text is allowed wherever the parsers read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import pairwise
from string import ascii_uppercase
from typing import TypeVar

from quizgen.interaction import interaction, names
from quizgen.model import Difficulty, ItemType, Status
from quizgen.parse import bank, fields, programme, register
from quizgen.programme import CreditBy, Gate, KeysShown, ScoringRule

Schema = dict[str, object]
_Word = TypeVar("_Word", bound=str)

_ANY_TEXT = ["string", "number", "boolean"]
_SLUG_HINT = "只用小写英文字母和数字，中间可用连字符或下划线"
_MOST = 999_999_999
"""The largest number of nine digits, as long as the parsers read."""


class SchemaKind(StrEnum):
    """The files that there is a schema for."""

    BANK = "bank"
    PROGRAMME = "programme"
    REGISTER = "register"

    @property
    def files(self) -> str:
        """Where such files stand, as a pattern below any folder."""
        folders = {"bank": "banks/*/*", "programme": "programmes/*", "register": "laws/register"}
        return f"**/{folders[self.value]}.yml"


def schema_of(kind: SchemaKind) -> Schema:
    """The JSON Schema of a kind of file."""
    root = {SchemaKind.BANK: _bank, SchemaKind.PROGRAMME: _programme, SchemaKind.REGISTER: _register}[kind]()
    return {"$schema": "http://json-schema.org/draft-07/schema#", **root}


def _whole(pattern: re.Pattern[str] | str) -> str:
    """The pattern for the whole of a text: the parsers match in full, JSON Schema anywhere."""
    return f"^(?:{pattern if isinstance(pattern, str) else pattern.pattern})$"


def _like(pattern: str, otherwise: str) -> Schema:
    """A pattern and what the editor program says of a text that is not like it (an extension that VS Code knows)."""
    return {"pattern": pattern, "patternErrorMessage": otherwise}


def _text(description: str) -> Schema:
    return {"type": _ANY_TEXT, **_like(r"\S", "不能空着"), "description": description}


def _optional_text(description: str) -> Schema:
    return {"type": [*_ANY_TEXT, "null"], "description": description}


def _slug(description: str) -> Schema:
    return {"type": ["string", "integer"], **_like(_whole(fields.SLUG), _SLUG_HINT), "description": description}


def _day(description: str) -> Schema:
    like = _like(_whole(fields.DAY), "日期写作年-月-日，月和日各两位，如 2026-11-23")
    return {"type": "string", **like, "format": "date", "description": description}


def _moment(description: str) -> Schema:
    like = _like(_whole(programme.MOMENT), "时间写作 2026-09-01 08:00，24小时制；只写日期就是当天00:00，没有24:00")
    return {"type": "string", **like, "description": description}


def _integer(description: str, *, minimum: int, default: int | None = None) -> Schema:
    least = "(?=.*[1-9])" if minimum else ""
    schema: Schema = {"type": ["integer", "string"], "minimum": minimum, "maximum": _MOST}
    like = _like(f"^{least}(?:{fields.WHOLE.pattern})$", f"请写不小于{minimum}的整数，不写单位和正负号")
    schema |= {**like, "description": description}
    return schema if default is None else schema | {"default": default}


def _number(description: str, *, is_positive: bool = False) -> Schema:
    least = "(?=.*[1-9])" if is_positive else ""
    bound = {"exclusiveMinimum": 0} if is_positive else {"minimum": 0}
    like = _like(f"^{least}(?:{fields.DECIMAL.pattern})$", "请只写数字，不写单位和正负号")
    return {"type": ["number", "string"], **bound, **like, "description": description}


def _words(description: str, item: Schema) -> Schema:
    return {"type": "array", "uniqueItems": True, "items": item, "description": description}


def _choice(description: str, words: Mapping[_Word, str]) -> Schema:
    return {"enum": list(words), "enumDescriptions": list(words.values()), "description": description}


def _map(description: str, value: Schema, *, names: re.Pattern[str] | None = fields.SLUG, least: int = 0) -> Schema:
    """A mapping from ids (or what `names` matches) to values of one shape, `least` of them or more."""
    entries: Schema = {"type": "object", "additionalProperties": value, "description": description}
    if names:
        hint = _SLUG_HINT if names is fields.SLUG else "这里写诊断代码，如 Q110"
        entries["propertyNames"] = _like(_whole(names), hint)
    return entries | {"minProperties": least} if least else entries


def _object(
    description: str, described: Mapping[str, Schema], *, required: Iterable[str], optional: Iterable[str] = ()
) -> Schema:
    """A mapping with the fields that a parser reads, each as described."""
    required = list(required)
    return {
        "type": "object",
        "description": description,
        "required": required,
        "properties": {str(name): described[name] for name in (*required, *optional)},
        "additionalProperties": False,
    }


def _bank() -> Schema:
    items: Schema = {"type": "array", "description": "试题的列表，每道以“- id: …”开头", "items": _item()}
    described = {"lesson": _slug("课程标识，与课程页的 lesson 相同，如 xianfa-01"), "items": items}
    return _object("一门课程的题库", described, required=bank.BANK_REQUIRED)


_STATUSES = {
    Status.DRAFT: "还没有写好，不会使用",
    Status.ACTIVE: "可以抽用、显示",
    Status.RETIRED: "不再使用，留作记录",
}


def _item() -> Schema:
    item = _object("一道试题", _item_fields(), required=bank.ITEM_REQUIRED, optional=bank.ITEM_OPTIONAL)
    return item | {"allOf": [_of_type(kind) for kind in ItemType], "defaultSnippets": _item_snippets()}


def _item_fields() -> dict[str, Schema]:
    item_id = _like(_whole(bank.ITEM_ID), "请写成课程标识、连字符加三位数字，如 xianfa-01-101")
    cites = f"{bank.ARTICLE_CITE.pattern}|{bank.DOCUMENT_CITE.pattern}"
    cite: Schema = {
        "type": "string",
        **_like(_whole(cites), "法条写作 xianfa:33，文件写作 doc:标识；英文冒号，不留空格"),
    }
    return {
        "id": {
            "type": "string",
            **item_id,
            "description": "试题编号：课程标识加三位数字，定了就不再改，如 xianfa-01-101",
        },
        "type": _choice("题型", {kind: kind.label for kind in ItemType}),
        "stem": _text("题干；作答的位置写“（　　）”，或写成问句"),
        "options": _options(),
        "key": {
            "type": ["string", "array"],
            "description": f"正确答案：{'，'.join(kind.label + interaction(kind).written for kind in ItemType)}",
        },
        "rationale": _text("解析：写明法名、条号和理由"),
        "cites": _words("依据：法条写作 xianfa:33（第十七条之一写作 17-1），文件写作 doc:标识", cite) | {"minItems": 1},
        "difficulty": _choice("难度，编辑的估计", {level: level.label for level in Difficulty}),
        "status": _choice("状态，只有启用的试题才会使用", _STATUSES),
        "reviewed": _day("最近一次对照现行条文审核的日期，如 2026-11-23"),
        "facility": _facility(),
        "pinned": {
            "anyOf": [
                {"type": "string", **_like(r"^\s*[A-Z](?:\s*[A-Z])*\s*$", "请写选项的字母，如 D")},
                {"type": "array", "items": _LETTER, "minItems": 1},
            ],
            "description": "总排在最后、不参加打乱的选项，如“以上都不对”：D",
        },
        "tiers": _words("只给这些人员层次使用；不限定时不写", _text("人员层次的标识，如 leading")),
        "enemies": _words("互斥题：不能同在一份试卷上的试题编号", _text("试题编号")),
        "waive": _map(
            "要保留的警告：代码和理由，如 {Q110: 题干用的是法条原话}",
            _text("保留的理由"),
            names=bank.CODE,
        ),
    }


def _options() -> Schema:
    texts = {letter: _text(f"选项{letter}") for letter in ascii_uppercase}
    earlier: Schema = {letter: [before] for before, letter in pairwise(ascii_uppercase)}
    letters: Schema = {"type": "object", "properties": texts, "additionalProperties": False, "dependencies": earlier}
    without = names(lambda asked: bool(asked.fixed))
    return letters | {"description": f"选项，依次用大写字母A、B、C、D标明；{without}不写"}


def _facility() -> Schema:
    facility = _number("得分率：全体学员得分的平均比例，大于0、小于1，如 0.72；有统计时由统计给出", is_positive=True)
    return facility | {"exclusiveMaximum": 1} | _like(r"^0{1,9}\.(?=.*[1-9])[0-9]{1,6}$", "请写大于0、小于1的小数")


_LETTER: Schema = {"type": "string", **_like("^[A-Z]$", "请写一个大写字母")}


def _of_type(kind: ItemType) -> Schema:
    """What a type's options and key must look like."""
    asked = interaction(kind)
    if asked.fixed:
        then: Schema = {"properties": {"options": False, "pinned": False, "key": _fixed_key(kind)}}
    else:
        key = _several_letters(kind) if asked.takes_several else _one_letter(kind)
        options = {"minProperties": asked.fewest_options}
        then = {"required": ["options"], "properties": {"options": options, "key": key}}
    return {"if": {"required": ["type"], "properties": {"type": {"const": kind}}}, "then": then}


def _one_letter(kind: ItemType) -> Schema:
    words: Schema = {"type": "string", **_like(r"^\s*[A-Z]\s*$", f"{kind.label}的正确答案是一个大写字母")}
    words["description"] = f"{kind.label}的正确答案，一个大写字母"
    return {"anyOf": [words, {"type": "array", "items": _LETTER, "minItems": 1, "maxItems": 1}]}


def _several_letters(kind: ItemType) -> Schema:
    least = interaction(kind).fewest_keys
    letters, count = ("+", "两个以上") if least > 1 else ("*", "一个以上")
    several = _like(
        rf"^(?!.*([A-Z]).*\1)\s*[A-Z](?:\s*[A-Z]){letters}\s*$", f"{kind.label}的正确答案是{count}大写字母，不重复"
    )
    words: Schema = {"type": "string", **several, "description": f"{kind.label}的正确答案，几个大写字母连写，如 ABD"}
    return {"anyOf": [words, {"type": "array", "items": _LETTER, "minItems": least, "uniqueItems": True}]}


def _fixed_key(kind: ItemType) -> Schema:
    texts = interaction(kind).fixed.values()
    return _choice(f"{kind.label}的正确答案", {text: f"题干的说法{text}" for text in texts})


def _item_snippets() -> list[Schema]:
    return [_snippet(kind) for kind in ItemType]


def _snippet(kind: ItemType) -> Schema:
    """All fields of a new item, with the places to fill in."""
    asked = interaction(kind)
    four = {letter: f"${{{number}:……}}" for number, letter in enumerate("ABCD", start=4)}
    stem = "${3:……。（　　）}" if asked.fixed else "${3:根据《……》规定，……（　　）。}"
    one_of = ",".join(asked.fixed.values() or "ABCD")
    body: Schema = {"id": "${1:课程标识}-${2:101}", "type": kind.value, "stem": stem}
    if not asked.fixed:
        body["options"] = four
    body["key"] = "${8:ABD}" if asked.takes_several else f"${{8|{one_of}|}}"
    body |= {"rationale": "${9:《……》第……条规定，……。}", "cites": ["${10:法律标识:条号}"]}
    body |= {"difficulty": "${11|easy,medium,hard|}", "status": "${12|草稿,启用|}", "reviewed": "${13:年-月-日}"}
    return {"label": f"新{kind.label}", "description": f"补上一道{kind.label}的全部字段", "body": body}


def _programme() -> Schema:
    described = _rules() | {
        "study": _window("学习的起止时间"),
        "exam": _window("考试的起止时间"),
        "makeup": _window("补考的起止时间；没有补考时不写"),
        "modules": _map("课程的模块：标识和名称", _text("模块的名称")),
        "blueprints": _map("组卷方案：标识和内容", _blueprint(), least=1),
        "tiers": _map("人员层次：标识和要求", _tier(), least=1),
        "exemptions": _map("可不参加的情形：标识和名称", _text("情形的名称，如 临近退休")),
        "certificate": _certificate(),
        "bands": _bands(),
    }
    required, optional = programme.PROGRAMME_REQUIRED, programme.PROGRAMME_OPTIONAL
    return _object("年度学法考试方案", described, required=required, optional=optional)


def _rules() -> dict[str, Schema]:
    credit = {
        CreditBy.SECTIONS: "按小节计：三个小节的试题全部答对，计这一课的学时",
        CreditBy.TIME: "按学习时间计",
        CreditBy.COMPLETION: "学满 completion_minutes 分钟即计整课；新的方案不能再用",
    }
    shown = {KeysShown.NEVER: "不公布", KeysShown.SUBMITTED: "交卷后", KeysShown.CLOSED: "考试和补考全部结束后"}
    return {
        "id": _slug("方案的标识，一般是年度，如 2026；用过就不再改"),
        "title": _text("方案的名称，显示在页面和证书上"),
        "time_zone": _text("时区，全国统一写 Asia/Shanghai（北京时间）"),
        "credit_hour_minutes": _integer("按时间计学时的，1学时折合多少分钟", minimum=1, default=45),
        "required_hours": _number("合格所需的学时"),
        "credit_by": _choice("怎样计学时", credit) | {"default": CreditBy.SECTIONS},
        "completion_minutes": _integer("credit_by 是 completion 时，学满多少分钟计整课", minimum=1, default=10),
        "keys_shown": _choice("正确答案和解析何时可看", shown),
        "contacts": _optional_text("学员有疑问时联系谁"),
        "notice": _optional_text("显示给学员的提示"),
    }


def _bands() -> Schema:
    least = _number("从多少分起")
    return {"type": "object", "additionalProperties": least, "description": "成绩等次的名称和起始分数，如 优秀: 90"}


def _window(description: str) -> Schema:
    described = {
        "opens": _moment("开始时间（含），如 2026-09-01 08:00；只写日期就是当天00:00"),
        "closes": _moment("结束时间（不含）；到某日24时为止，就写次日 00:00"),
    }
    return _object(description, described, required=programme.WINDOW_REQUIRED)


def _blueprint() -> Schema:
    several, partly = names(lambda asked: asked.takes_several), names(lambda asked: asked.earns_part)
    scoring = {
        ScoringRule.ALL_OR_NOTHING: f"{several}全部选对才得分",
        ScoringRule.PARTIAL: f"{partly}少选按比例得分，选错不得分",
    }
    sections: Schema = {
        "type": "array",
        "minItems": 1,
        "items": _section(),
        "description": "试卷的各部分，按出现的先后",
    }
    described = {"sections": sections, "scoring": _choice(f"{several}的计分办法", scoring)}
    required, optional = programme.BLUEPRINT_REQUIRED, programme.BLUEPRINT_OPTIONAL
    return _object("一份组卷方案", described, required=required, optional=optional)


def _section() -> Schema:
    cells: dict[str, Schema] = {level: _integer(f"{level.label}的题量", minimum=0) for level in Difficulty}
    cells["any"] = _integer("不限难度的题量", minimum=0)
    cell = _object("各难度的题量", cells, required=(), optional=programme.CELL_OPTIONAL)
    count = _integer("不限难度的题量", minimum=0)
    described = {
        "type": _choice("题型", {kind: kind.label for kind in ItemType}),
        "points": _number("每题的分值", is_positive=True),
        "quotas": _map("各模块的题量：一个数，或按难度分开写", {"anyOf": [count, cell]}, names=None, least=1),
    }
    return _object("试卷的一部分，题型相同", described, required=programme.SECTION_REQUIRED)


def _tier() -> Schema:
    gates = {Gate.HOURS: "学时达到以后才能考试", Gate.NONE: "随时可考"}
    described = {
        "title": _text("人员层次的名称"),
        "required": _words("必修课程的标识", _text("课程标识")),
        "electives": _words("选修课程的标识", _text("课程标识")),
        "blueprint": _text("用哪份组卷方案，写它的标识"),
        "gate": _choice("什么时候可以考试", gates) | {"default": Gate.HOURS},
        "exam_minutes": _integer("考试多少分钟", minimum=1, default=120),
        "attempts": _integer("考试可以考几次", minimum=1, default=5),
        "makeup_attempts": _integer("补考可以考几次", minimum=0, default=3),
        "pass_mark": _number("合格线，不高于试卷满分"),
    }
    return _object("一个人员层次", described, required=programme.TIER_REQUIRED, optional=programme.TIER_OPTIONAL)


def _certificate() -> Schema:
    names = "|".join(programme.CERTIFICATE_FIELDS)
    braces = _like(_whole(rf"(?:[^{{}}]|\{{\{{|\}}\}}|\{{(?:{names})\}})*"), "花括号里的名称不认识，或者没有配对")
    body = _text("证书的正文；{name}、{unit}、{tier}、{programme}、{hours}、{score}、{year} 换成学员的数据")
    described = {
        "title": _text("证书的名称"),
        "body": body | {"allOf": [braces]},
        "issuer": _text("签发证书的机关"),
    }
    return _object("合格证书上的文字", described, required=programme.CERTIFICATE_REQUIRED)


def _register() -> Schema:
    described: dict[str, Schema] = {
        "statutes": _map("有条文的法律、法规：标识和内容", _statute()) | {"defaultSnippets": [_statute_snippet()]},
        "documents": _map("没有条文的文件：标识和内容", _document()),
        "checked": _day("法律的修改查到哪一天，写在网站的页脚"),
    }
    required, optional = register.REGISTER_REQUIRED, register.REGISTER_OPTIONAL
    return _object("法律登记表", described, required=required, optional=optional)


def _statute() -> Schema:
    amendments: Schema = {"type": "array", "items": _day("修改或修订的日期")}
    amendments["description"] = "历次修改（含修订）的日期，从早到晚"
    described: dict[str, Schema] = _version() | {
        "title": _text("全称，如 中华人民共和国宪法"),
        "short": _text("简称，如 宪法"),
        "amendments": amendments,
        "upcoming": _object("已经通过、还没有施行的文本", _version(), required=register.UPCOMING_REQUIRED),
    }
    return _object("一部法律", described, required=register.STATUTE_REQUIRED, optional=register.STATUTE_OPTIONAL)


def _version() -> dict[str, Schema]:
    return {
        "version": _day("这一文本通过（公布）的日期"),
        "effective": _day("这一文本施行的日期"),
        "articles": _integer("最大的条号；“第…条之一”不另计", minimum=1),
    }


def _statute_snippet() -> Schema:
    body: Schema = {"title": "${2:中华人民共和国……法}", "short": "${3:……法}", "version": "${4:年-月-日}"}
    body |= {"effective": "${5:年-月-日}", "articles": "${6:条数}"}
    return {"label": "新法律", "description": "登记一部法律", "body": {"${1:biaoshi}": body}}


def _document() -> Schema:
    described = {
        "title": _text("文件的全称"),
        "issuer": _text("制定或印发的机关"),
        "date": _day("通过或印发的日期"),
    }
    return _object("一份文件", described, required=register.DOCUMENT_REQUIRED)
