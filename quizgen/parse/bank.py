"""Item banks: one YAML file a lesson."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from quizgen.diagnostics import Diagnostic, Related, Span
from quizgen.interaction import interaction
from quizgen.model import (
    Cite,
    Difficulty,
    Item,
    ItemId,
    ItemType,
    LessonId,
    Letter,
    Status,
    TierId,
)
from quizgen.parse.fields import TYPOGRAPHIC, Faults, Fields, as_table, check_comment, is_slug, text_of, unquoted
from quizgen.parse.source.blocks import read_bank
from quizgen.parse.source.nodes import Node, Scalar, Sequence, Table
from quizgen.words.clipping import clip

BANK_REQUIRED = ("lesson", "items")
ITEM_REQUIRED = ("id", "type", "stem", "key", "rationale", "cites", "difficulty", "status", "reviewed")
ITEM_OPTIONAL = ("options", "pinned", "tiers", "enemies", "facility", "waive")

_TYPES = {word: type.value for type in ItemType for word in (type.label, type.label.removesuffix("题"))} | {
    "judgment": "judgement",
    "truefalse": "judgement",
}
_DIFFICULTIES = {"容易": "easy", "易": "easy", "中等": "medium", "中": "medium", "较难": "hard", "难": "hard",
                 "困难": "hard"}  # fmt: skip
_STATUSES = {"active": "启用", "使用": "启用", "draft": "草稿", "retired": "停用", "作废": "停用"}
_VERDICTS = dict.fromkeys(("对", "是", "√", "true", "t", "yes", "a"), "正确") | dict.fromkeys(
    ("错", "否", "×", "false", "f", "no", "b"), "错误"
)

_FOLLOWING = frozenset({"Q021", "Q023", "Q103", "Q104", "Q105", "Q108"})
"""What may merely follow from a line of the item that could not be read."""
_OUTDENTED = dict.fromkeys("ABCDEFGH", "选项写在“options:”下面，请比它多缩进两格")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ITEM_ID = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)-[0-9]{3}")
ARTICLE_CITE = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*):([1-9][0-9]{0,3}(?:-[1-9][0-9]?)?)")
DOCUMENT_CITE = re.compile(r"doc:([a-z0-9]+(?:-[a-z0-9]+)*)")
CODE = re.compile(r"Q[0-9]{3}")
_QUESTION = re.compile(
    r"[（(【\[［]\s*[）)】\]］]|[_＿]{2,}|[？?]|哪|什么|多少|下列|以下|(?:是|为|属于|在于)$|(?:有|包括|包含)[。]?$|[:：]$"
)
"""What shows where or what to answer: a blank, a question, or a sentence that the options go on with."""
_ENDS_IN_NOTHING = re.compile(
    r"(?:属于|是|(?<![行作认])为|包括|包含|在于|不得|应当|必须|(?<!所)有权|以及|或者|和|、)[。.]?\s*(?:[（(]\s*[）)]\s*[。.]?)?$"
)
"""中央人民政府是。 that something was lost from; …属于违法行为。 is whole."""


def parse_bank(text: str, path: str) -> tuple[list[Item], list[Diagnostic]]:
    """The items of one bank file; faulty fields hold stand-ins, items without an id are left out."""
    root, found = read_bank(text, path)
    items, meant = bank_items(root)
    return items, found + meant


def bank_items(root: Node | None) -> tuple[list[Item], list[Diagnostic]]:
    """The items of a bank's nodes, wherever these were read from, and what is wrong with them."""
    faults = Faults()
    table = as_table(root, faults, what="题库文件")
    if not table:
        return [], faults.found
    fields = Fields(table, faults, what="题库文件", required=BANK_REQUIRED)
    lesson = LessonId(fields.slug("lesson"))
    items = [item for node in _item_nodes(fields) if (item := _parse_item(node, lesson, faults))]
    _check_lessons(items, lesson, fields)
    return items, faults.found


def _item_nodes(fields: Fields) -> tuple[Node, ...]:
    node = fields.node("items")
    if node is None or isinstance(node, Sequence):
        return node.items if node else ()
    fields.faults.error("Q022", node, "字段“items”应当是试题的列表", hint="请换行，每道试题以“  - id: …”开头")
    return ()


def _check_lessons(items: list[Item], lesson: LessonId, fields: Fields) -> None:
    """Ids that name another lesson than the file; told once at its head when all of them name the same."""
    strays = {item.id: shape[1] for item in items if (shape := ITEM_ID.fullmatch(item.id)) and shape[1] != lesson}
    if not strays or not is_slug(lesson):
        return
    other, *more = set(strays.values())
    if len(items) == len(strays) > 1 and not more:
        message = f"本文件的课程写作“{clip(lesson)}”，试题编号却都属于“{clip(other)}”"
        hint = f"是否应为“{clip(other)}”？不是的话，请改各题的编号"
        fields.faults.error("Q102", fields.place("lesson"), message, hint=hint)
        return
    for item in items:
        if item.id in strays:
            message = f"试题编号“{clip(item.id)}”与本文件的课程“{clip(lesson)}”不一致"
            hint = f"请改成“{clip(lesson)}-{item.id[-3:]}”，或移到相应课程的文件"
            fields.faults.error("Q102", item.where, message, hint=hint, item=item.id)


def _parse_item(node: Node, lesson: LessonId, faults: Faults) -> Item | None:
    table = as_table(node, faults, what="试题")
    if not table:
        return None
    faults.item, faults.passed_over = _id_of(table), _FOLLOWING if table.is_torn else frozenset()
    fields = Fields(table, faults, what="试题", required=ITEM_REQUIRED, optional=ITEM_OPTIONAL, astray=_OUTDENTED)
    kind = fields.choice("type", ItemType, _TYPES)
    places = fields.places()
    options = _options(fields, kind, places)
    id = _item_id(fields, lesson)
    item = Item(
        id=id,
        type=kind or ItemType.SINGLE,
        lesson=lesson,
        stem=_stem(fields, kind),
        options=options,
        key=_key(fields, kind, options),
        rationale=fields.prose("rationale"),
        cites=tuple(_cites(fields)),
        difficulty=fields.choice("difficulty", Difficulty, _DIFFICULTIES) or Difficulty.MEDIUM,
        status=fields.choice("status", Status, _STATUSES) or Status.ACTIVE,
        reviewed=fields.day("reviewed"),
        facility=_facility(fields),
        tiers=frozenset(TierId(word.text) for word in _located(fields, "tiers", places)),
        enemies=frozenset(ItemId(word.text) for word in _located(fields, "enemies", places)),
        pinned=_pinned(fields, kind, options),
        waivers=_waivers(fields, places),
        where=fields.place("id"),
        places=places,
    )
    faults.item, faults.passed_over = None, frozenset()
    return item if id else None


def _id_of(table: Table) -> str | None:
    _, node = table.entries.get("id", (None, None))
    return node.text.strip() or None if isinstance(node, Scalar) else None


def _facility(fields: Fields) -> float | None:
    node = fields.node("facility")
    if node is None:
        return None
    before = len(fields.faults.found)
    facility = fields.number("facility", minimum=0)
    if 0 < facility < 1:
        return facility
    if len(fields.faults.found) == before:
        hint = "全体学员得分的平均比例，如0.72；还没有统计时删去这一行"
        fields.faults.error("Q025", node, "得分率应当大于0、小于1", hint=hint)
    return None


def _waivers(fields: Fields, places: dict[str, Span]) -> Mapping[str, str]:
    """The reason for each warning kept, by code; places as `waive.<code>`."""
    table = fields.subtable("waive")
    waivers: dict[str, str] = {}
    for key, node in table.entries.values() if table else ():
        reason = text_of(node, fields.faults, what=f"“waive”里{clip(key.text)}的理由")
        if not CODE.fullmatch(key.text):
            hint = "请写成 waive: {Q110: 保留的理由}"
            fields.faults.error("Q112", key, f"“waive”里的“{clip(key.text)}”不是诊断代码", hint=hint)
        elif reason:
            waivers[key.text] = reason.text.strip()
            places[f"waive.{key.text}"] = key.span
    return waivers


def _located(fields: Fields, name: str, places: dict[str, Span]) -> tuple[Scalar, ...]:
    """A list of words, each with its own place as `enemies.<word>`."""
    words = fields.words(name)
    places.update((f"{name}.{word.text}", word.span) for word in words)
    return words


def _item_id(fields: Fields, lesson: LessonId) -> ItemId:
    id = fields.text("id")
    if id and not ITEM_ID.fullmatch(id):
        hint = unquoted(id) or f"请写成“{lesson or '课程'}-”加三位数字，如{lesson or 'xianfa-01'}-001"
        fields.faults.error("Q101", fields.place("id"), f"试题编号“{clip(id)}”的写法不对", hint=hint)
    return ItemId(id)


def _stem(fields: Fields, kind: ItemType | None) -> str:
    """The stem; one that is judged by fixed options is a statement and needs no blank."""
    stem = fields.prose("stem")
    is_statement = kind is not None and bool(interaction(kind).fixed)
    if is_statement and _ENDS_IN_NOTHING.search(stem):
        message = "题干像是没有写完"
        fields.faults.warning("Q110", fields.place("stem"), message, hint="请补上末尾丢失的文字")
    elif stem and not is_statement and not _QUESTION.search(stem):
        message = "题干没有空位“（　　）”，也没有问号"
        fields.faults.warning("Q110", fields.place("stem"), message, hint="请在作答的位置写“（　　）”，或改成问句")
    return stem


def _options(fields: Fields, kind: ItemType | None, places: dict[str, Span]) -> Mapping[Letter, str]:
    faults = fields.faults
    asked = interaction(kind) if kind else None
    if kind and asked and asked.fixed:
        if fields.node("options") is not None:
            faults.error("Q107", fields.entries["options"][0], f"{kind.label}不写选项", hint="请删去“options”及其内容")
        return asked.fixed
    table = fields.subtable("options")
    if not table:
        if kind and fields.node("options") is None:
            faults.error("Q021", fields.place("id"), f"{kind.label}缺少字段“options”", hint="请补上选项A、B、C、D")
        return {}
    texts = {name: text_of(value, faults, what=f"选项{clip(name)}") for name, (_, value) in table.entries.items()}
    places.update((f"options.{name}", value.span) for name, (_, value) in table.entries.items())
    for text in texts.values():
        if text:
            check_comment(text, faults)
    _check_letters([key for key, _ in table.entries.values()], faults)
    _check_repeats([text for text in texts.values() if text], faults)
    least = asked.fewest_options if asked else 2
    if len(texts) < least:
        message = f"{kind.label if kind else '试题'}至少要有{least}个选项，这里只有{len(texts)}个"
        faults.error("Q108", table, message, hint="请补上选项")
    return {Letter(name): text.text.strip() if text else "" for name, text in texts.items()}


def _check_letters(keys: list[Scalar], faults: Faults) -> None:
    for key, letter in zip(keys, _LETTERS, strict=False):
        if key.text != letter:
            is_field = key.text in ITEM_REQUIRED + ITEM_OPTIONAL
            message = f"选项“{clip(key.text)}”应当是{letter}"
            hint = "选项依次用大写字母A、B、C、D标明，不跳过、不颠倒"
            outdent = f"“{key.text}”是试题的字段，请减少缩进，与“options”对齐"
            faults.error("Q103", key, message, hint=outdent if is_field else hint)
            return


def _check_repeats(texts: list[Scalar], faults: Faults) -> None:
    first: dict[str, Scalar] = {}
    for text in texts:
        bare = "".join(text.text.split()).rstrip("。；，")
        if bare in first:
            beside = (Related(span=first[bare].span, label="相同的选项在这里"),)
            faults.error("Q109", text, f"选项重复：“{clip(text.text)}”", hint="请改写其中一个", related=beside)
        first.setdefault(bare, text)


def _key(fields: Fields, kind: ItemType | None, options: Mapping[Letter, str]) -> frozenset[Letter]:
    if kind and interaction(kind).fixed:
        return _verdict(fields, kind)
    letters = list(_letters(fields, "key"))
    if not letters or not kind or not options:
        return frozenset()
    key = frozenset(Letter(letter.text) for letter in letters)
    for letter in letters:
        if letter.text not in options:
            near = letter.text.upper()
            hint = f"是否应为“{near}”？" if near in options else ""
            hint = "请去掉中文引号，只写字母" if letter.text in TYPOGRAPHIC else hint
            message = f"正确答案“{clip(letter.text)}”不在选项之中"
            fields.faults.error("Q104", letter, message, label=f"选项有{'、'.join(options)}", hint=hint)
            return key
    _check_count(fields, kind, letters)
    return key


def _check_count(fields: Fields, kind: ItemType, letters: list[Scalar]) -> None:
    distinct, asked = {letter.text for letter in letters}, interaction(kind)
    message, hint = "", ""
    if not asked.takes_several and len(letters) != 1:
        message, hint = f"{kind.label}只能有一个正确答案", "请只留一个字母，或把类型改成multiple"
    elif len(distinct) < len(letters):
        message, hint = "正确答案里有重复的字母", "请删去重复的字母"
    elif len(distinct) < asked.fewest_keys:
        message, hint = f"{kind.label}至少要有两个正确答案", "请补上字母，或把类型改成single"
    if message:
        fields.faults.error("Q105", fields.place("key"), message, hint=hint)


def _pinned(fields: Fields, kind: ItemType | None, options: Mapping[Letter, str]) -> frozenset[Letter]:
    """The options that stay last, written as a key is."""
    if fields.node("pinned") is None:
        return frozenset()
    if kind and interaction(kind).fixed:
        message = f"{kind.label}的选项不打乱次序，不写“pinned”"
        fields.faults.error("Q113", fields.entries["pinned"][0], message, hint="请删去“pinned”这一行")
        return frozenset()
    letters = list(_letters(fields, "pinned"))
    strange = [letter for letter in letters if letter.text not in options] if options else []
    for letter in strange[:1]:
        message, label = f"“pinned”里的“{clip(letter.text)}”不在选项之中", f"选项有{'、'.join(options)}"
        hint = "请写总要排在最后的选项的字母，如 pinned: D"
        fields.faults.error("Q113", letter, message, label=label, hint=hint)
    return frozenset() if strange else frozenset(Letter(letter.text) for letter in letters)


def _letters(fields: Fields, name: str) -> Iterator[Scalar]:
    """The letters of a field written `ABD` or `[A, B, D]`, each with its place."""
    node, what = fields.node(name), f"字段“{name}”"
    if isinstance(node, Sequence):
        if not node.items:
            fields.faults.error("Q023", node, f"{what}是空的", hint="请写选项的字母")
        yield from (word for item in node.items if (word := text_of(item, fields.faults, what=f"{what}的一项")))
    elif node is not None and (word := text_of(node, fields.faults, what=what)):
        quoted = word.length - len(word.text)  # an opening quotation mark moves the letters to the right
        shift = 1 if quoted == 2 else 0
        for offset, letter in enumerate(word.text):
            if not letter.isspace():
                yield Scalar(letter, word.path, word.line, word.column + shift + offset, 1)


def _verdict(fields: Fields, kind: ItemType) -> frozenset[Letter]:
    """The key of a type whose options are fixed, written as the text of one."""
    verdicts = {text: letter for letter, text in interaction(kind).fixed.items()}
    node = fields.node("key")
    word = text_of(node, fields.faults, what="字段“key”") if node is not None else None
    if not word:
        return frozenset()
    if word.text in verdicts:
        return frozenset({verdicts[word.text]})
    near = _VERDICTS.get(word.text.strip().lower(), "")
    hint = f"是否应为“{near}”？" if near else f"{kind.label}的正确答案只写{'或'.join(f'“{text}”' for text in verdicts)}"
    message, label = f"{kind.label}的正确答案不能是“{clip(word.text)}”", f"可填：{'、'.join(verdicts)}"
    fields.faults.error("Q106", word, message, label=label, hint=hint)
    return frozenset()


def _cites(fields: Fields) -> Iterator[Cite]:
    node = fields.node("cites")
    if isinstance(node, Sequence) and not node.items:
        fields.faults.error("Q023", node, "字段“cites”是空的", hint="每道试题至少写一条依据，如[xianfa:33]")
    for word in fields.words("cites"):
        article, document = ARTICLE_CITE.fullmatch(word.text), DOCUMENT_CITE.fullmatch(word.text)
        if document:
            yield Cite(source=document[1], span=word.span)
        elif article:
            yield Cite(source=article[1], article=article[2], span=word.span)
        else:
            hint = "法条写作“法律标识:条号”，如xianfa:33（条号用阿拉伯数字，英文冒号，不留空格）；文件写作doc:文件标识"
            fields.faults.error("Q111", word, f"依据“{clip(word.text)}”的写法不对", hint=hint)
