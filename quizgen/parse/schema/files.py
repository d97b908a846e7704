"""JSON Schema (draft-07) of banks, programmes and the register, for completion and checks in an editor.

Field names, words and patterns are the parsers' own, so that the two can't drift apart. The schema knows shapes only;
what fields mean together is for `check`. What YAML reads as a number or a text is allowed wherever the parsers read it.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from string import ascii_uppercase

from quizgen.interaction import interaction, names
from quizgen.model import Difficulty, ItemType, Status
from quizgen.parse import bank, programme, register
from quizgen.parse.schema import shapes
from quizgen.parse.schema.shapes import Schema
from quizgen.programme import CreditBy, FirstPassword, Gate, HelpTelephone, KeysShown, ScoringRule


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


def _bank() -> Schema:
    items: Schema = {"type": "array", "description": "试题的列表，每道以“- id: …”开头", "items": _item()}
    described = {"lesson": shapes.slug("课程标识，与课程页的 lesson 相同，如 xianfa-01"), "items": items}
    return shapes.record("一门课程的题库", described, required=bank.BANK_REQUIRED)


_STATUSES = {
    Status.DRAFT: "还没有写好，不会使用",
    Status.ACTIVE: "可以抽用、显示",
    Status.RETIRED: "不再使用，留作记录",
}


def _item() -> Schema:
    item = shapes.record("一道试题", _item_fields(), required=bank.ITEM_REQUIRED, optional=bank.ITEM_OPTIONAL)
    return item | {"allOf": [_of_type(kind) for kind in ItemType], "defaultSnippets": _item_snippets()}


def _item_fields() -> dict[str, Schema]:
    item_id = shapes.matching(shapes.whole(bank.ITEM_ID), "请写成课程标识、连字符加三位数字，如 xianfa-01-101")
    cites = f"{bank.ARTICLE_CITE.pattern}|{bank.DOCUMENT_CITE.pattern}"
    cite: Schema = {
        "type": "string",
        **shapes.matching(shapes.whole(cites), "法条写作 xianfa:33，文件写作 doc:标识；英文冒号，不留空格"),
    }
    return {
        "id": {
            "type": "string",
            **item_id,
            "description": "试题编号：课程标识加三位数字，定了就不再改，如 xianfa-01-101",
        },
        "type": shapes.choice("题型", {kind: kind.label for kind in ItemType}),
        "stem": shapes.text("题干；作答的位置写“（　　）”，或写成问句"),
        "options": _options(),
        "key": {
            "type": ["string", "array"],
            "description": f"正确答案：{'，'.join(kind.label + interaction(kind).written for kind in ItemType)}",
        },
        "rationale": shapes.text("解析：写明法名、条号和理由"),
        "cites": shapes.words("依据：法条写作 xianfa:33（第十七条之一写作 17-1），文件写作 doc:标识", cite)
        | {"minItems": 1},
        "difficulty": shapes.choice("难度，编辑的估计", {level: level.label for level in Difficulty}),
        "status": shapes.choice("状态，只有启用的试题才会使用", _STATUSES),
        "reviewed": shapes.day("最近一次对照现行条文审核的日期，如 2026-11-23"),
        "facility": _facility(),
        "pinned": {
            "anyOf": [
                {"type": "string", **shapes.matching(r"^\s*[A-Z](?:\s*[A-Z])*\s*$", "请写选项的字母，如 D")},
                {"type": "array", "items": _LETTER, "minItems": 1},
            ],
            "description": "总排在最后、不参加打乱的选项，如“以上都不对”：D",
        },
        "tiers": shapes.words("只给这些人员层次使用；不限定时不写", shapes.text("人员层次的标识，如 leading")),
        "enemies": shapes.words("互斥题：不能同在一份试卷上的试题编号", shapes.text("试题编号")),
        "waive": shapes.mapping(
            "要保留的警告：代码和理由，如 {Q110: 题干用的是法条原话}",
            shapes.text("保留的理由"),
            names=bank.CODE,
        ),
    }


def _options() -> Schema:
    texts = {letter: shapes.text(f"选项{letter}") for letter in ascii_uppercase}
    earlier: Schema = {letter: [before] for before, letter in pairwise(ascii_uppercase)}
    letters: Schema = {"type": "object", "properties": texts, "additionalProperties": False, "dependencies": earlier}
    without = names(lambda asked: bool(asked.fixed))
    return letters | {"description": f"选项，依次用大写字母A、B、C、D标明；{without}不写"}


def _facility() -> Schema:
    facility = shapes.number(
        "得分率：全体学员得分的平均比例，大于0、小于1，如 0.72；有统计时由统计给出", is_positive=True
    )
    return (
        facility
        | {"exclusiveMaximum": 1}
        | shapes.matching(r"^0{1,9}\.(?=.*[1-9])[0-9]{1,6}$", "请写大于0、小于1的小数")
    )


_LETTER: Schema = {"type": "string", **shapes.matching("^[A-Z]$", "请写一个大写字母")}


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
    words: Schema = {"type": "string", **shapes.matching(r"^\s*[A-Z]\s*$", f"{kind.label}的正确答案是一个大写字母")}
    words["description"] = f"{kind.label}的正确答案，一个大写字母"
    return {"anyOf": [words, {"type": "array", "items": _LETTER, "minItems": 1, "maxItems": 1}]}


def _several_letters(kind: ItemType) -> Schema:
    least = interaction(kind).fewest_keys
    letters, count = ("+", "两个以上") if least > 1 else ("*", "一个以上")
    several = shapes.matching(
        rf"^(?!.*([A-Z]).*\1)\s*[A-Z](?:\s*[A-Z]){letters}\s*$", f"{kind.label}的正确答案是{count}大写字母，不重复"
    )
    words: Schema = {"type": "string", **several, "description": f"{kind.label}的正确答案，几个大写字母连写，如 ABD"}
    return {"anyOf": [words, {"type": "array", "items": _LETTER, "minItems": least, "uniqueItems": True}]}


def _fixed_key(kind: ItemType) -> Schema:
    texts = interaction(kind).fixed.values()
    return shapes.choice(f"{kind.label}的正确答案", {text: f"题干的说法{text}" for text in texts})


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
        "modules": shapes.mapping("课程的模块：标识和名称", shapes.text("模块的名称")),
        "blueprints": shapes.mapping("组卷方案：标识和内容", _blueprint(), least=1),
        "tiers": shapes.mapping("人员层次：标识和要求", _tier(), least=1),
        "exemptions": shapes.mapping("可不参加的情形：标识和名称", shapes.text("情形的名称，如 临近退休")),
        "certificate": _certificate(),
        "bands": _bands(),
        "ranks": shapes.mapping(
            "职务级别的名称和默认的人员层次，如 乡科级副职: leading；花名册里按这里的先后下拉选择",
            shapes.text("人员层次的标识，如 leading"),
            names=None,
        ),
    }
    required, optional = programme.PROGRAMME_REQUIRED, programme.PROGRAMME_OPTIONAL
    return shapes.record("年度学法考试方案", described, required=required, optional=optional)


_FIRST_PASSWORDS = {
    FirstPassword.COMMON: "统一的初始密码 888888，加花名册上手机号码的后四位；没有登记手机的发一次性密码",
    FirstPassword.SLIP: "每人一个一次性密码",
}
_HELP_TELEPHONES = {HelpTelephone.UNIT: "本单位管理员的办公电话", HelpTelephone.NONE: "不公布，只写 contacts"}


def _rules() -> dict[str, Schema]:
    credit = {
        CreditBy.SECTIONS: "按小节计：三个小节的试题全部答对，计这一课的学时",
        CreditBy.TIME: "按学习时间计",
        CreditBy.COMPLETION: "学满 completion_minutes 分钟即计整课；新的方案不能再用",
    }
    shown = {KeysShown.NEVER: "不公布", KeysShown.SUBMITTED: "交卷后", KeysShown.CLOSED: "考试和补考全部结束后"}
    return {
        "id": shapes.slug("方案的标识，一般是年度，如 2026；用过就不再改"),
        "title": shapes.text("方案的名称，显示在页面和证书上"),
        "time_zone": shapes.text("时区，全国统一写 Asia/Shanghai（北京时间）"),
        "credit_hour_minutes": shapes.integer("按时间计学时的，1学时折合多少分钟", minimum=1, default=45),
        "required_hours": shapes.number("合格所需的学时"),
        "credit_by": shapes.choice("怎样计学时", credit) | {"default": CreditBy.SECTIONS},
        "completion_minutes": shapes.integer("credit_by 是 completion 时，学满多少分钟计整课", minimum=1, default=10),
        "keys_shown": shapes.choice("正确答案和解析何时可看", shown),
        "first_password": shapes.choice("学员怎样第一次登录", _FIRST_PASSWORDS),
        "password_text": shapes.optional_text("登录页上关于第一次登录的说明；不写则按 first_password 说明"),
        "help_telephone": shapes.choice("登录页上忘记账号、密码时看谁的电话", _HELP_TELEPHONES),
        "contacts": shapes.optional_text("学员有疑问时联系谁"),
        "notice": shapes.optional_text("显示给学员的提示"),
    }


def _bands() -> Schema:
    least = shapes.number("从多少分起")
    return {"type": "object", "additionalProperties": least, "description": "成绩等次的名称和起始分数，如 优秀: 90"}


def _window(description: str) -> Schema:
    described = {
        "opens": shapes.moment("开始时间（含），如 2026-09-01 08:00；只写日期就是当天00:00"),
        "closes": shapes.moment("结束时间（不含）；到某日24时为止，就写次日 00:00"),
    }
    return shapes.record(description, described, required=programme.WINDOW_REQUIRED)


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
    described = {"sections": sections, "scoring": shapes.choice(f"{several}的计分办法", scoring)}
    required, optional = programme.BLUEPRINT_REQUIRED, programme.BLUEPRINT_OPTIONAL
    return shapes.record("一份组卷方案", described, required=required, optional=optional)


def _section() -> Schema:
    cells: dict[str, Schema] = {level: shapes.integer(f"{level.label}的题量", minimum=0) for level in Difficulty}
    cells["any"] = shapes.integer("不限难度的题量", minimum=0)
    cell = shapes.record("各难度的题量", cells, required=(), optional=programme.CELL_OPTIONAL)
    count = shapes.integer("不限难度的题量", minimum=0)
    described = {
        "type": shapes.choice("题型", {kind: kind.label for kind in ItemType}),
        "points": shapes.number("每题的分值", is_positive=True),
        "quotas": shapes.mapping("各模块的题量：一个数，或按难度分开写", {"anyOf": [count, cell]}, names=None, least=1),
    }
    return shapes.record("试卷的一部分，题型相同", described, required=programme.SECTION_REQUIRED)


def _tier() -> Schema:
    gates = {Gate.HOURS: "学时达到以后才能考试", Gate.NONE: "随时可考"}
    described = {
        "title": shapes.text("人员层次的名称"),
        "required": shapes.words("必修课程的标识", shapes.text("课程标识")),
        "electives": shapes.words("选修课程的标识", shapes.text("课程标识")),
        "blueprint": shapes.text("用哪份组卷方案，写它的标识"),
        "gate": shapes.choice("什么时候可以考试", gates) | {"default": Gate.HOURS},
        "exam_minutes": shapes.integer("考试多少分钟", minimum=1, default=120),
        "attempts": shapes.integer("考试可以考几次", minimum=1, default=5),
        "makeup_attempts": shapes.integer("补考可以考几次", minimum=0, default=3),
        "pass_mark": shapes.number("合格线，不高于试卷满分"),
    }
    return shapes.record("一个人员层次", described, required=programme.TIER_REQUIRED, optional=programme.TIER_OPTIONAL)


def _certificate() -> Schema:
    names = "|".join(programme.CERTIFICATE_FIELDS)
    braces = shapes.matching(
        shapes.whole(rf"(?:[^{{}}]|\{{\{{|\}}\}}|\{{(?:{names})\}})*"), "花括号里的名称不认识，或者没有配对"
    )
    body = shapes.text("证书的正文；{name}、{unit}、{tier}、{programme}、{hours}、{score}、{year} 换成学员的数据")
    described = {
        "title": shapes.text("证书的名称"),
        "body": body | {"allOf": [braces]},
        "issuer": shapes.text("签发证书的机关"),
    }
    return shapes.record("合格证书上的文字", described, required=programme.CERTIFICATE_REQUIRED)


def _register() -> Schema:
    described: dict[str, Schema] = {
        "statutes": shapes.mapping("有条文的法律、法规：标识和内容", _statute())
        | {"defaultSnippets": [_statute_snippet()]},
        "documents": shapes.mapping("没有条文的文件：标识和内容", _document()),
        "checked": shapes.day("法律的修改查到哪一天，写在网站的页脚"),
    }
    required, optional = register.REGISTER_REQUIRED, register.REGISTER_OPTIONAL
    return shapes.record("法律登记表", described, required=required, optional=optional)


def _statute() -> Schema:
    amendments: Schema = {"type": "array", "items": shapes.day("修改或修订的日期")}
    amendments["description"] = "历次修改（含修订）的日期，从早到晚"
    described: dict[str, Schema] = _version() | {
        "title": shapes.text("全称，如 中华人民共和国宪法"),
        "short": shapes.text("简称，如 宪法"),
        "amendments": amendments,
        "upcoming": shapes.record("已经通过、还没有施行的文本", _version(), required=register.UPCOMING_REQUIRED),
    }
    return shapes.record("一部法律", described, required=register.STATUTE_REQUIRED, optional=register.STATUTE_OPTIONAL)


def _version() -> dict[str, Schema]:
    return {
        "version": shapes.day("这一文本通过（公布）的日期"),
        "effective": shapes.day("这一文本施行的日期"),
        "articles": shapes.integer("最大的条号；“第…条之一”不另计", minimum=1),
    }


def _statute_snippet() -> Schema:
    body: Schema = {"title": "${2:中华人民共和国……法}", "short": "${3:……法}", "version": "${4:年-月-日}"}
    body |= {"effective": "${5:年-月-日}", "articles": "${6:条数}"}
    return {"label": "新法律", "description": "登记一部法律", "body": {"${1:biaoshi}": body}}


def _document() -> Schema:
    described = {
        "title": shapes.text("文件的全称"),
        "issuer": shapes.text("制定或印发的机关"),
        "date": shapes.day("通过或印发的日期"),
    }
    return shapes.record("一份文件", described, required=register.DOCUMENT_REQUIRED)
