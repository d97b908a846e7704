"""Programmes: the rules of one year as YAML."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quizgen.diagnostics import Diagnostic, Span
from quizgen.model import Difficulty, ItemType, LessonId, ModuleId, TierId
from quizgen.parse.fields import DAY, Faults, Fields, as_table, check_slug
from quizgen.parse.source.nodes import Node, Scalar, Sequence, Table
from quizgen.parse.source.reading import read_nodes
from quizgen.programme import (
    Blueprint,
    CertificateText,
    CreditBy,
    FirstPassword,
    Gate,
    HelpTelephone,
    KeysShown,
    PaperSection,
    Programme,
    Quota,
    ScoringRule,
    Tier,
    Window,
)
from quizgen.words.clipping import clip
from quizgen.words.spelling import did_you_mean

T = TypeVar("T")

CERTIFICATE_FIELDS = ("name", "unit", "tier", "programme", "hours", "score", "year")
"""What {…} in a certificate's text may name."""

PROGRAMME_REQUIRED = ("id", "title", "time_zone", "study", "exam", "required_hours", "keys_shown",
                      "modules", "blueprints", "tiers", "certificate")  # fmt: skip
PROGRAMME_OPTIONAL = ("makeup", "credit_by", "credit_hour_minutes", "completion_minutes", "exemptions", "contacts",
                      "notice", "bands", "ranks", "first_password", "password_text", "help_telephone")  # fmt: skip
WINDOW_REQUIRED = ("opens", "closes")
BLUEPRINT_REQUIRED, BLUEPRINT_OPTIONAL = ("sections",), ("scoring",)
SECTION_REQUIRED = ("type", "points", "quotas")
CELL_OPTIONAL = (*Difficulty, "any")
TIER_REQUIRED = ("title", "required", "blueprint", "pass_mark")
TIER_OPTIONAL = ("electives", "gate", "exam_minutes", "attempts", "makeup_attempts")
CERTIFICATE_REQUIRED = ("title", "body", "issuer")

MOMENT = re.compile(rf"{DAY.pattern}( ([01][0-9]|2[0-3]):[0-5][0-9])?")
_ALWAYS = Window(opens=datetime.min.replace(tzinfo=UTC), closes=datetime.max.replace(tzinfo=UTC))


def parse_programme(text: str, path: str) -> tuple[Programme | None, list[Diagnostic]]:
    """The programme of one file; faulty fields hold stand-ins, None when there is no id to know it by."""
    root, found = read_nodes(text, path)
    faults = Faults()
    table = as_table(root, faults, what="方案文件")
    if not table:
        return None, found + faults.found
    fields = Fields(table, faults, what="方案", required=PROGRAMME_REQUIRED, optional=PROGRAMME_OPTIONAL)
    return _programme(fields), found + faults.found


def _programme(fields: Fields) -> Programme | None:
    id = fields.slug("id")
    zone = _zone(fields)
    blueprints = _each(fields, "blueprints", _blueprint)
    programme = Programme(
        id=id,
        title=fields.text("title"),
        time_zone=zone.key,
        study=_window(fields, "study", zone),
        exam=_window(fields, "exam", zone),
        makeup=_window(fields, "makeup", zone) if fields.node("makeup") else None,
        credit_hour_minutes=fields.integer("credit_hour_minutes", minimum=1, default=45),
        required_hours=fields.number("required_hours", minimum=0),
        credit_by=fields.choice("credit_by", CreditBy) or CreditBy.SECTIONS,
        completion_minutes=fields.integer("completion_minutes", minimum=1, default=10),
        keys_shown=fields.choice("keys_shown", KeysShown) or KeysShown.NEVER,
        modules={ModuleId(id): title for id, title in fields.named_texts("modules").items()},
        blueprints=blueprints,
        tiers={
            TierId(id): tier
            for id, tier in _each(fields, "tiers", lambda *at: _tier(*at, blueprints=blueprints)).items()
        },
        exemptions=fields.named_texts("exemptions"),
        certificate=_certificate(fields),
        contacts=_optional_text(fields, "contacts"),
        notice=_optional_text(fields, "notice"),
        bands=_bands(fields),
        first_password=fields.choice("first_password", FirstPassword) or FirstPassword.COMMON,
        password_text=_optional_text(fields, "password_text"),
        help_telephone=fields.choice("help_telephone", HelpTelephone) or HelpTelephone.NONE,
        ranks=_ranks(fields),
        where=fields.place("id"),
    )
    _check_rule(programme, fields)
    _check_bands(programme, fields)
    _check_ranks(programme, fields)
    return programme if id else None


_REGULATION = date(2026, 1, 25)
"""国办函〔2026〕12号; programmes that opened before keep the rule that they have."""


def _check_rule(programme: Programme, fields: Fields) -> None:
    """Credit by time spent on pages is what the regulation tells government's own applications not to demand."""
    if programme.study.opens.date() < _REGULATION:
        return
    place = fields.place("credit_by")
    if programme.credit_by is CreditBy.COMPLETION:
        message = "credit_by: completion（学满规定时间按整课计学时）不能再用"
        hint = "请改为 credit_by: sections，按小节计学时；课程要分好小节"
        fields.faults.error("Q415", place, message, hint=hint)
    elif programme.credit_by is CreditBy.TIME:
        message = "按学习时间计学时：政务应用不得强制统计在线时长，不得以学习时长作为考核依据（国办函〔2026〕12号）"
        hint = "建议改为 credit_by: sections，按小节计学时；确需按时间计的，请先问清本地要求"
        fields.faults.warning("Q416", place, message, hint=hint)


def _bands(fields: Fields) -> dict[str, float]:
    table = fields.subtable("bands") if fields.node("bands") else None
    if not table:
        return {}
    named = Fields(table, fields.faults, what="成绩等次", required=(), optional=tuple(table.entries))
    return {name: named.number(name, minimum=0) for name in table.entries}


def _ranks(fields: Fields) -> dict[str, TierId]:
    table = fields.subtable("ranks") if fields.node("ranks") else None
    if not table:
        return {}
    named = Fields(table, fields.faults, what="职务级别", required=(), optional=tuple(table.entries))
    return {name: TierId(named.text(name)) for name in table.entries}


def _check_ranks(programme: Programme, fields: Fields) -> None:
    """Each rank's tier is one of the programme's."""
    for rank, tier in programme.ranks.items():
        if tier and tier not in programme.tiers:
            message = f"职务级别“{clip(rank)}”的人员层次“{clip(tier)}”不在方案里"
            hint = did_you_mean(tier, programme.tiers)
            label = f"已有：{'、'.join(programme.tiers)}"
            fields.faults.error("Q418", fields.place("ranks"), message, label=label, hint=hint)


def _check_bands(programme: Programme, fields: Fields) -> None:
    """A band begins between every tier's pass mark and full score; otherwise somebody could never be given it."""
    for name, least in programme.bands.items():
        for tier in programme.tiers.values():
            blueprint = programme.blueprints.get(tier.blueprint)
            if blueprint and not tier.pass_mark <= least <= blueprint.points:
                message = f"等次“{clip(name)}”从{least:g}分起，不在{tier.title}的合格线和满分之间"
                hint = f"请写{tier.pass_mark:g}到{blueprint.points:g}之间的分数，或删去这个等次"
                fields.faults.error("Q417", fields.place("bands"), message, hint=hint)
                break


def _optional_text(fields: Fields, name: str) -> str:
    node = fields.node(name)
    return "" if isinstance(node, Scalar) and not node.text.strip() else fields.text(name)


def _each(fields: Fields, name: str, read: Callable[[Scalar, Table, Faults], T]) -> dict[str, T]:
    """A mapping of ids to mappings, each read by `read(key, table, faults)`."""
    table = fields.subtable(name)
    if not table:
        return {}
    if not table.entries:
        fields.faults.error("Q023", table, f"字段“{name}”是空的", hint="至少要写一项")
    values = {}
    for key, node in table.entries.values():
        check_slug(key, fields.faults)
        if value := as_table(node, fields.faults, what=f"“{clip(key.text)}”"):
            values[key.text] = read(key, value, fields.faults)
    return values


def _zone(fields: Fields) -> ZoneInfo:
    name = fields.text("time_zone")
    try:
        return ZoneInfo(name) if name else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.faults.error(
            "Q403", fields.place("time_zone"), f"没有时区“{clip(name)}”", hint="全国统一用Asia/Shanghai（北京时间）"
        )
        return ZoneInfo("UTC")


def _window(fields: Fields, name: str, zone: tzinfo) -> Window:
    table = fields.subtable(name)
    if not table:
        return _ALWAYS
    window = Fields(table, fields.faults, what=f"“{name}”", required=WINDOW_REQUIRED)
    opens, closes = _moment(window, "opens", zone), _moment(window, "closes", zone)
    if not opens or not closes:
        return _ALWAYS
    if closes <= opens:
        hint = "时段含开始、不含结束；到某日24时为止，就写次日00:00"
        fields.faults.error("Q401", window.place("closes"), f"“{name}”的结束时间不晚于开始时间", hint=hint)
    return Window(opens=opens, closes=closes)


def _moment(fields: Fields, name: str, zone: tzinfo) -> datetime | None:
    text = fields.text(name)
    try:
        if MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        pass
    if text:
        message = f"“{name}”不是时间：“{clip(text)}”"
        hint = "时间写作2026-09-01 08:00（24小时制，分到分钟）；只写日期就是当天00:00，没有24:00"
        fields.faults.error("Q402", fields.place(name), message, hint=hint)
    return None


def _blueprint(key: Scalar, table: Table, faults: Faults) -> Blueprint:
    fields = Fields(table, faults, what="组卷方案", required=BLUEPRINT_REQUIRED, optional=BLUEPRINT_OPTIONAL)
    node = fields.node("sections")
    if node is not None and (not isinstance(node, Sequence) or not node.items):
        faults.error("Q022", node, "字段“sections”应当是列表，至少有一项", hint="请换行，每种题型以“- type: …”开头")
    nodes = node.items if isinstance(node, Sequence) else ()
    return Blueprint(
        id=key.text,
        sections=tuple(section for item in nodes if (section := _section(item, faults))),
        scoring=fields.choice("scoring", ScoringRule) or ScoringRule.ALL_OR_NOTHING,
        where=key.span,
    )


def _section(node: Node, faults: Faults) -> PaperSection | None:
    table = as_table(node, faults, what="题型")
    if not table:
        return None
    fields = Fields(table, faults, what="题型", required=SECTION_REQUIRED)
    kind = fields.choice("type", ItemType) or ItemType.SINGLE
    points = fields.number("points", minimum=0)
    if not points and fields.node("points"):
        faults.error("Q025", fields.place("points"), "每题分值应当大于0")
    quotas = tuple(_quotas(fields, kind))
    if not quotas and fields.subtable("quotas"):
        faults.error("Q025", fields.place("quotas"), f"{kind.label}的题量是0", hint="请填写题量，或删去这种题型")
    return PaperSection(type=kind, points=points, quotas=quotas)


_MOST_ITEMS = 1_000
"""Items of one quota; papers have about fifty."""
_MOST_ATTEMPTS = 1_000
_DAY = 1_440
"""Minutes; no exam is longer."""


def _quotas(fields: Fields, kind: ItemType) -> Iterator[Quota]:
    table = fields.subtable("quotas")
    for key, node in table.entries.values() if table else ():
        module = ModuleId(key.text)
        if isinstance(node, Scalar):
            cell = Fields(Table({"any": (key, node)}, *key[1:4]), fields.faults, what="题量", required=("any",))
        elif cells := as_table(node, fields.faults, what=f"“{clip(key.text)}”的题量"):
            cell = Fields(cells, fields.faults, what="题量", required=(), optional=CELL_OPTIONAL)
        else:
            continue
        for name in cell.entries:
            difficulty = None if name == "any" else Difficulty(name)
            if count := cell.integer(name, minimum=0, maximum=_MOST_ITEMS):
                yield Quota(type=kind, module=module, difficulty=difficulty, count=count, where=cell.place(name))


def _tier(key: Scalar, table: Table, faults: Faults, *, blueprints: Mapping[str, Blueprint]) -> Tier:
    fields = Fields(table, faults, what="人员层次", required=TIER_REQUIRED, optional=TIER_OPTIONAL)
    places = fields.places() | {"id": key.span}
    required = _lessons(fields, "required", places)
    tier = Tier(
        id=TierId(key.text),
        title=fields.text("title"),
        required=required,
        electives=_electives(fields, required, places),
        blueprint=fields.text("blueprint"),
        gate=fields.choice("gate", Gate) or Gate.HOURS,
        exam_minutes=fields.integer("exam_minutes", minimum=1, maximum=_DAY, default=120),
        attempts=fields.integer("attempts", minimum=1, maximum=_MOST_ATTEMPTS, default=5),
        makeup_attempts=fields.integer("makeup_attempts", minimum=0, maximum=_MOST_ATTEMPTS, default=3),
        pass_mark=fields.number("pass_mark", minimum=0),
        places=places,
    )
    _check_tier(tier, fields, blueprints)
    return tier


def _lessons(fields: Fields, name: str, places: dict[str, Span]) -> tuple[LessonId, ...]:
    words = fields.words(name)
    places.update((f"{name}.{word.text}", word.span) for word in words)
    return tuple(LessonId(word.text) for word in words)


def _electives(fields: Fields, required: tuple[LessonId, ...], places: dict[str, Span]) -> tuple[LessonId, ...]:
    electives = _lessons(fields, "electives", places)
    for lesson in electives:
        if lesson in required:
            message = f"课程“{clip(lesson)}”既是必修又是选修"
            fields.faults.error("Q405", places[f"electives.{lesson}"], message, hint="请只留在一处")
    return tuple(lesson for lesson in electives if lesson not in required)


def _check_tier(tier: Tier, fields: Fields, blueprints: Mapping[str, Blueprint]) -> None:
    blueprint = blueprints.get(tier.blueprint)
    if tier.blueprint and not blueprint:
        message = f"没有组卷方案“{clip(tier.blueprint)}”"
        hint = did_you_mean(tier.blueprint, blueprints)
        fields.faults.error(
            "Q404", fields.place("blueprint"), message, label=f"已有：{'、'.join(blueprints)}", hint=hint
        )
    elif blueprint and tier.pass_mark > blueprint.points > 0:
        message = f"合格线{tier.pass_mark:g}分高于满分{blueprint.points:g}分"
        fields.faults.error("Q406", fields.place("pass_mark"), message, hint="请改合格线，或改组卷方案的题量和分值")


_FOLD = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
"""The space that a folded line of YAML leaves between two Chinese characters."""


def _certificate(fields: Fields) -> CertificateText:
    table = fields.subtable("certificate")
    if not table:
        return CertificateText(title="", body="", issuer="")
    texts = Fields(table, fields.faults, what="证书", required=CERTIFICATE_REQUIRED)
    body = _FOLD.sub("", texts.text("body"))
    _check_body(body, texts)
    return CertificateText(title=texts.text("title"), body=body, issuer=texts.text("issuer"))


def _check_body(body: str, fields: Fields) -> None:
    allowed = "、".join(f"{{{name}}}" for name in CERTIFICATE_FIELDS)
    try:
        parts = list(string.Formatter().parse(body))
    except ValueError:
        fields.faults.error("Q407", fields.place("body"), "证书正文的花括号没有配对", hint=f"可用：{allowed}")
        return
    for _, name, form, conversion in parts:
        if name is not None and (name not in CERTIFICATE_FIELDS or form or conversion):
            message = f"证书正文里的“{{{clip(name)}}}”不认识"
            hint = did_you_mean(name, CERTIFICATE_FIELDS)
            fields.faults.error("Q407", fields.place("body"), message, label=f"可用：{allowed}", hint=hint)
