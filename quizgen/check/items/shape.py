"""Items among themselves and the rest: ids, lessons, tiers, enemies, statistics."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import error, items_of, listed, nearest_or, warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Related
from quizgen.model import Item, ItemId
from quizgen.parse.fields import is_slug
from quizgen.words.clipping import clip
from quizgen.words.spelling import Words


def item_ids_are_unique(content: Content) -> Iterator[Diagnostic]:
    """Q201: an id names one item of its pool."""
    for bank in content.banks:
        first: dict[ItemId, Item] = {}
        for item in bank.items:
            if item.id in first:
                message = f"{bank.pool.label}里已有试题“{clip(item.id)}”"
                beside = (Related(span=first[item.id].where, label="第一次出现在这里"),)
                yield error("Q201", item.where, message, hint="请换一个没有用过的编号", item=item, related=beside)
            first.setdefault(item.id, item)


def item_lessons_exist(content: Content) -> Iterator[Diagnostic]:
    """Q202: every item belongs to a lesson; told once a file and lesson, at the first item."""
    lessons = content.modules
    known = Words(lessons)
    missing = [item for item in items_of(content) if item.lesson not in lessons]
    firsts = {(item.where.path, item.lesson): item for item in reversed(missing)}
    for item in firsts.values():
        if is_slug(item.lesson):  # others are named by Q021 and Q028 already
            hint = nearest_or(item.lesson, known, "请先写这一课，或改题库文件开头的“lesson”")
            yield error("Q202", item.where, f"没有课程“{clip(item.lesson)}”", hint=hint, item=item)


def item_tiers_exist(content: Content) -> Iterator[Diagnostic]:
    """Q203: tiers of items are tiers of a programme."""
    known = sorted({tier for programme in content.programmes for tier in programme.tiers})
    words = Words(known)
    for item in items_of(content):
        for tier in sorted(item.tiers - set(known)):
            label = listed(known)
            message = f"没有人员层次“{clip(tier)}”"
            span = item.places.get(f"tiers.{tier}", item.where)
            yield error("Q203", span, message, label=label, hint=words.hint(tier), item=item)


def enemies_exist(content: Content) -> Iterator[Diagnostic]:
    """Q206 and Q207: enemies are other items of the same bank."""
    for bank in content.banks:
        ids = {item.id for item in bank.items}
        known = Words(sorted(ids))
        for item in bank.items:
            for enemy in sorted(item.enemies):
                span = item.places.get(f"enemies.{enemy}", item.where)
                if enemy == item.id:
                    yield error("Q207", span, "试题与它自己互斥", hint="请删去这个编号，或改成另一道试题", item=item)
                elif enemy not in ids:
                    message = f"互斥题“{clip(enemy)}”不在{bank.pool.label}里"
                    yield error("Q206", span, message, hint=known.hint(enemy), item=item)


def statistics_name_items(content: Content) -> Iterator[Diagnostic]:
    """Q602: statistics are of items of the exam bank; one warning a file, at the first that is not."""
    known = {item.id for item in content.exam.items}
    unknown: dict[str, list[ItemId]] = {}
    for id in sorted(content.statistics.keys() - known):
        unknown.setdefault(content.statistics[id].where.path, []).append(id)
    for ids in unknown.values():
        message = f"试题统计里有{len(ids)}道试题不在考试题库里，如“{clip(ids[0])}”"
        hint = "用过的试题请改为“停用”，不要删除；换了题库的，请删去这个统计文件"
        yield warning("Q602", content.statistics[ids[0]].where, message, hint=hint)
