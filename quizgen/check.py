"""What content means: references, uniqueness, the register, blueprints the bank can fill. One function a rule.

Shape is checked where it is read (`parse`); rules here see the whole content. Imports `assemble`, `content` and pure
modules. A new rule is a generator over the content, added to `RULES`, with its code explained in `codes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import MAXYEAR, MINYEAR
from itertools import combinations
from pathlib import PurePosixPath

from quizgen.assemble import shortages
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity, Span, in_order
from quizgen.model import Cite, Item, ItemId, LessonId, Pool
from quizgen.parse.fields import did_you_mean
from quizgen.programme import Programme, Tier
from quizgen.source import clip
from quizgen.statute import article_title

Rule = Callable[[Content], Iterable[Diagnostic]]

SERVICE_PATHS = frozenset({"api", "my", "exam", "admin", "verify", "static", "sign-in", "sign-out"})
"""First segments of the addresses that the service answers itself."""

_POOL_NAMES = {Pool.PRACTICE: "练习题库", Pool.EXAM: "考试题库"}


def check_content(content: Content) -> list[Diagnostic]:
    """Every fault of meaning, in order of place."""
    return in_order(fault for rule in RULES for fault in rule(content))


def _error(code: str, span: Span, message: str, *, label: str = "", hint: str = "") -> Diagnostic:
    return Diagnostic(code=code, message=message, span=span, label=label, hint=hint)


def _nearest_or(word: str, words: Iterable[str], otherwise: str) -> str:
    near = did_you_mean(word, words)
    return f"{near}不是的话，{otherwise}" if near else otherwise


def _items(content: Content) -> Iterator[Item]:
    return (item for bank in content.banks for item in bank.items)


def item_ids_are_unique(content: Content) -> Iterator[Diagnostic]:
    """Q201: an id names one item of its pool."""
    for bank in content.banks:
        first: dict[ItemId, Item] = {}
        for item in bank.items:
            if item.id in first:
                hint = f"第一次出现在 {_position(first[item.id].where)}；请换一个没有用过的编号"
                message = f"{_POOL_NAMES[bank.pool]}里已有试题“{clip(item.id)}”"
                yield _error("Q201", item.where, message, hint=hint)
            first.setdefault(item.id, item)


def item_lessons_exist(content: Content) -> Iterator[Diagnostic]:
    """Q202: every item belongs to a lesson."""
    lessons = content.modules
    for item in _items(content):
        if item.lesson not in lessons:
            hint = _nearest_or(item.lesson, lessons, "请先写这一课，或改题库文件开头的“lesson”")
            yield _error("Q202", item.where, f"没有课程“{clip(item.lesson)}”", hint=hint)


def item_tiers_exist(content: Content) -> Iterator[Diagnostic]:
    """Q203: tiers of items are tiers of a programme."""
    known = sorted({tier for programme in content.programmes for tier in programme.tiers})
    for item in _items(content):
        for tier in sorted(item.tiers - set(known)):
            label = f"已有：{'、'.join(known)}"
            message = f"没有人员层次“{clip(tier)}”"
            span = item.places.get(f"tiers.{tier}", item.where)
            yield _error("Q203", span, message, label=label, hint=did_you_mean(tier, known))


def cites_exist(content: Content) -> Iterator[Diagnostic]:
    """Q204 and Q205: the register knows what is cited, and the article lies within the statute."""
    for item in _items(content):
        for cite in item.cites:
            yield from _cite_faults(cite, content)


def _cite_faults(cite: Cite, content: Content) -> Iterator[Diagnostic]:
    statutes, documents = content.register.statutes, content.register.documents
    known: Iterable[str] = statutes if cite.article else documents
    if cite.source not in known:
        what = "法律" if cite.article else "文件"
        hint = _nearest_or(cite.source, known, "请先在 laws/register.yml 里登记")
        yield _error("Q204", cite.span, f"没有登记{what}“{clip(cite.source)}”", hint=hint)
    elif cite.article and not statutes[cite.source].has_article(cite.article):
        statute = statutes[cite.source]
        message = f"《{statute.short}》没有{article_title(cite.article)}"
        hint = f"现行版本（{statute.version}）共{statute.articles}条；请核对是否用了旧版的条号"
        yield _error("Q205", cite.span, message, hint=hint)


def items_are_reviewed_after_amendments(content: Content) -> Iterator[Diagnostic]:
    """Q208: an active item was reviewed since its statute's present version was passed."""
    for item in (item for item in _items(content) if item.is_active):
        for cite in item.cites:
            statute = content.register.statutes.get(cite.source) if cite.article else None
            if statute and item.reviewed < statute.version:
                message = f"试题的审核日期{item.reviewed}早于《{statute.short}》现行版本的日期{statute.version}"
                hint = "请对照现行条文重新审核，再更新“reviewed”"
                yield Diagnostic(code="Q208", message=message, span=cite.span, severity=Severity.WARNING, hint=hint)


def enemies_exist(content: Content) -> Iterator[Diagnostic]:
    """Q206 and Q207: enemies are other items of the same bank."""
    for bank in content.banks:
        ids = {item.id for item in bank.items}
        for item in bank.items:
            for enemy in sorted(item.enemies):
                span = item.places.get(f"enemies.{enemy}", item.where)
                if enemy == item.id:
                    yield _error("Q207", span, "试题与它自己互斥", hint="请删去这个编号，或改成另一道试题")
                elif enemy not in ids:
                    message = f"互斥题“{clip(enemy)}”不在{_POOL_NAMES[bank.pool]}里"
                    yield _error("Q206", span, message, hint=did_you_mean(enemy, ids))


def practice_blocks_name_items(content: Content) -> Iterator[Diagnostic]:
    """Q304 and Q305: practice blocks name active items of the practice bank."""
    items = content.practice.by_id()
    for lesson in content.lessons:
        for id, span in lesson.practice:
            if id not in items:
                yield _error("Q304", span, f"练习题库里没有试题“{id}”", hint=did_you_mean(id, items))
            elif not items[id].is_active:
                hint = f"它写在 {_position(items[id].where)}；请启用它，或从练习块里删去"
                yield _error("Q305", span, f"试题“{id}”没有启用（{items[id].status}）", hint=hint)


def lesson_ids_are_unique(content: Content) -> Iterator[Diagnostic]:
    """Q306: an id names one lesson."""
    first: dict[LessonId, Span] = {}
    for lesson in content.lessons:
        if lesson.id in first:
            hint = f"第一次出现在 {_position(first[lesson.id])}；请换一个标识"
            yield _error("Q306", lesson.where, f"已有课程“{clip(lesson.id)}”", hint=hint)
        first.setdefault(lesson.id, lesson.where)


def lesson_files_are_named_for_lessons(content: Content) -> Iterator[Diagnostic]:
    """Q307: a lesson's file is found by its id."""
    for lesson in content.lessons:
        stem = PurePosixPath(lesson.where.path).stem
        if stem != lesson.id:
            message = f"课程标识“{clip(lesson.id)}”与文件名“{clip(stem)}.md”不一致"
            yield _error("Q307", lesson.where, message, hint=f"请把文件改名为 {clip(lesson.id)}.md，或改课程标识")


def lesson_modules_exist(content: Content) -> Iterator[Diagnostic]:
    """Q308: a lesson's module is one of some programme's."""
    known = sorted({module for programme in content.programmes for module in programme.modules})
    for lesson in content.lessons if content.programmes else ():
        if lesson.module not in known:
            label = f"已有：{'、'.join(known)}"
            message = f"课程“{clip(lesson.id)}”的模块“{clip(lesson.module)}”不在任何方案里"
            hint = did_you_mean(lesson.module, known)
            yield _error("Q308", lesson.where, message, label=label, hint=hint)


def pages_leave_service_paths_free(content: Content) -> Iterator[Diagnostic]:
    """Q311: no page stands where the service answers."""
    for address, span in content.pages.items():
        segment = address.partition("/")[0]
        if segment.lower() in SERVICE_PATHS:
            message = f"网址“/{segment}/”留给学习和考试服务，这个页面会打不开"
            yield _error("Q311", Span(path=span.path), message, hint="请给文件或文件夹改个名字")


def programme_ids_are_unique(content: Content) -> Iterator[Diagnostic]:
    """Q411: an id names one programme."""
    first: dict[str, Span] = {}
    for programme in content.programmes:
        if programme.id in first:
            hint = f"第一次出现在 {_position(first[programme.id])}；每份方案用自己的标识，学习记录按标识分开"
            yield _error("Q411", programme.where, f"已有方案“{clip(programme.id)}”", hint=hint)
        first.setdefault(programme.id, programme.where)


def programme_lessons_exist(content: Content) -> Iterator[Diagnostic]:
    """Q408: every required or elective lesson has its page."""
    lessons = content.modules
    for tier in _tiers(content):
        named = [("required", lesson) for lesson in tier.required] + [
            ("electives", lesson) for lesson in tier.electives
        ]
        for field, lesson in named:
            if lesson not in lessons:
                span = tier.places.get(f"{field}.{lesson}", Span(path=""))
                hint = _nearest_or(lesson, lessons, "请先写这一课，或从方案里删去")
                yield _error("Q408", span, f"没有课程“{clip(lesson)}”", hint=hint)


def _tiers(content: Content) -> Iterator[Tier]:
    return (tier for programme in content.programmes for tier in programme.tiers.values())


def quota_modules_exist(content: Content) -> Iterator[Diagnostic]:
    """Q409: quotas name modules of their own programme."""
    for programme in content.programmes:
        for blueprint in programme.blueprints.values():
            for quota in (quota for section in blueprint.sections for quota in section.quotas):
                if quota.module not in programme.modules:
                    message = f"题量里的模块“{clip(quota.module)}”没有列在“modules”里"
                    hint = did_you_mean(quota.module, programme.modules)
                    yield _error("Q409", quota.where, message, hint=hint)


def blueprints_can_be_filled(content: Content) -> Iterator[Diagnostic]:
    """Q410: the exam bank's active items fill each tier's blueprint."""
    for programme in content.programmes if Pool.EXAM in content.pools else ():
        for tier in programme.tiers.values():
            yield from _shortages(tier, programme, content)


def _shortages(tier: Tier, programme: Programme, content: Content) -> Iterator[Diagnostic]:
    blueprint = programme.blueprints.get(tier.blueprint)
    if not blueprint:
        return
    for shortage in shortages(content.exam.items, blueprint, tier=tier.id, modules=content.modules):
        quota = shortage.quota
        if quota.module not in programme.modules:
            continue  # named by Q409 already
        difficulty = f"{quota.difficulty.label}的" if quota.difficulty else ""
        cell = f"{programme.modules[quota.module]}{difficulty}{quota.type.label}"
        message = f"题库不够：{tier.title}需要{cell}{quota.count}道，能用的只有{shortage.found}道"
        hint = f"请补充或启用至少{quota.count - shortage.found}道，或减少题量"
        yield _error("Q410", quota.where, message, hint=hint)


def required_hours_can_be_reached(content: Content) -> Iterator[Diagnostic]:
    """Q412: a tier's required lessons are long enough for the hours; either way of crediting gives their length."""
    seconds = {lesson.id: lesson.seconds for lesson in reversed(content.lessons)}  # of doubles, the first
    for programme in content.programmes:
        for tier in programme.tiers.values():
            if tier.required and all(lesson in seconds for lesson in tier.required):  # Q408 names the others
                yield from _hours_fault(tier, programme, sum(seconds[lesson] for lesson in tier.required))


def _hours_fault(tier: Tier, programme: Programme, seconds: int) -> Iterator[Diagnostic]:
    if seconds < programme.required_seconds:
        hours, minutes = programme.credit_hours(seconds), seconds // 60
        message = (
            f"{tier.title}合格需要{programme.required_hours:g}学时（{programme.required_seconds / 60:g}分钟），"
            f"必修课全部学完只有{hours:g}学时（{minutes}分钟），没有人能合格"
        )
        hint = f"请增加必修课，或把“required_hours”改为不超过{hours:g}"
        yield _error("Q412", tier.places.get("id", programme.where), message, hint=hint)


def programmes_follow_each_other(content: Content) -> Iterator[Diagnostic]:
    """Q413: one programme is over before the next one's study begins."""
    known = {programme.id: programme for programme in content.programmes if _is_dated(programme)}
    ordered = sorted(known.values(), key=lambda programme: programme.study.opens)
    for earlier, later in combinations(ordered, 2):
        until = min(earlier.closes, later.closes)
        if later.study.opens < until:
            shared = f"{later.clock_text(later.study.opens)}至{later.clock_text(until)}"
            message = f"方案“{clip(later.id)}”与“{clip(earlier.id)}”的时间重叠：{shared}"
            hint = "重叠期间只有先结束的一份生效，请错开两份方案的起止时间"
            yield Diagnostic(code="Q413", message=message, span=later.where, severity=Severity.WARNING, hint=hint)


def _is_dated(programme: Programme) -> bool:
    """Whether its windows could be read: the stand-in for one that could not is open for all time."""
    return programme.study.opens.year > MINYEAR and programme.closes.year < MAXYEAR


def _position(span: Span) -> str:
    return f"{span.path}:{span.line}:{span.column}"


RULES: tuple[Rule, ...] = (
    item_ids_are_unique,
    item_lessons_exist,
    item_tiers_exist,
    cites_exist,
    items_are_reviewed_after_amendments,
    enemies_exist,
    practice_blocks_name_items,
    lesson_ids_are_unique,
    lesson_files_are_named_for_lessons,
    lesson_modules_exist,
    pages_leave_service_paths_free,
    programme_ids_are_unique,
    programme_lessons_exist,
    quota_modules_exist,
    blueprints_can_be_filled,
    required_hours_can_be_reached,
    programmes_follow_each_other,
)
