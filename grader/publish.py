"""Publishing: check the content folder, keep it by digest, move the active pointer. Nothing is half-published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

from grader.course import Courses
from grader.domain.acts import append_act
from grader.domain.content import Active, Content
from grader.domain.dossier import Dossier, Milestone
from grader.domain.errors import NoProgramme, NotFound, Refusal
from grader.domain.standing import mark_milestones, standing
from grader.store.base import Conflict, Store
from grader.store.codec import to_json, to_plain
from grader.store.kinds import ACCOUNT, ACTIVE, CONTENT, DOSSIER
from grader.store.update import update, update_with
from quizgen.check import check_content
from quizgen.content import Content as Source
from quizgen.content import read_content
from quizgen.diagnostics import Diagnostic, has_errors
from quizgen.model import Item, TierId
from quizgen.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the content folder holds, with every fault found; `is_sound` allows publishing."""

    source: Source
    diagnostics: tuple[Diagnostic, ...]

    @property
    def is_sound(self) -> bool:
        """Whether there is no error among the diagnostics."""
        return not has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One programme as it is now in force; `changed` if this publishing moved the pointer."""

    programme: str
    title: str
    digest: str
    changed: bool
    lowered: tuple[str, ...] = ()
    """Names of learners who would have less under the new rules; what they have reached is not taken away."""


class SampleBank(Refusal):
    """The exam would be drawn from items that this kit publishes for everybody to read."""

    code = "sample-bank"
    sentence = (
        "考试题库里有 {count} 道是本软件自带的公开示例题（如 {first}），人人可见，不宜用于正式考试，没有发布。"
        "请换成本单位的题库；确实只是试用的，请明确允许使用示例题（{way}）。"
    )


def check_folder(root: Path) -> Checked:
    """Read and check everything below the content folder."""
    source, faults = read_content(root)
    return Checked(source=source, diagnostics=(*faults, *check_content(source)))


def publish_folder(
    store: Store, checked: Checked, *, by: str, now: datetime, programme: str | None = None, allow_sample: bool = False
) -> list[Published]:
    """Publish every programme of a sound folder, or the one named. Raises SampleBank before anything is changed."""
    programmes = [p for p in checked.source.programmes if programme in (None, p.id)]
    contents = [content_of(checked.source, programme) for programme in programmes]
    sample = sample_items(item for content in contents for item in content.items)
    if sample and not allow_sample:
        way = "命令行加 --allow-sample-bank，或在发布页面勾选"
        raise SampleBank(count=len({item.id for item in sample}), first=sample[0].id, way=way)
    published = []
    for content in contents:
        lowered = lowered_by(store, content, now=now)
        published.append(replace(publish(store, content, by=by, now=now), lowered=tuple(lowered)))
        date_reached(store, content, now=now)
    return published


def date_reached(store: Store, content: Content, *, now: datetime) -> None:
    """Date the milestones that learners have reached because the rules became milder."""
    tiers = {row.id: row.summary.tier for row in store.list(ACCOUNT)}
    for row in store.list(DOSSIER, programme=content.programme.id):
        tier, reached = tiers.get(row.summary.account), row.summary.milestones
        if tier is None or Milestone.QUALIFIED in reached:
            continue
        found = standing(content, tier, row.summary, exempt=False, now=now)
        if (found.hours_met and Milestone.HOURS_MET not in reached) or found.qualified:
            update(store, DOSSIER, row.id, partial(_dated, content=content, tier=tier, now=now))


def _dated(before: Dossier | None, *, content: Content, tier: TierId, now: datetime) -> Dossier:
    if before is None:
        raise NotFound
    return mark_milestones(before, content, tier, now=now)


def content_of(source: Source, programme: Programme) -> Content:
    """A programme with its lessons and all of its modules', and their active items: what `check` fills papers from."""
    named = {id for tier in programme.tiers.values() for id in (*tier.required, *tier.electives)}
    lessons = [lesson for lesson in source.lessons if lesson.id in named or lesson.module in programme.modules]
    used = {lesson.id for lesson in lessons}
    return Content(
        programme=programme,
        lessons=tuple(lessons),
        items=tuple(item for item in source.exam.items if item.is_active and item.lesson in used),
        practice=tuple(item for item in source.practice.items if item.is_active and item.lesson in used),
        register=source.register,
    )


def digest_of(content: Content) -> str:
    """SHA-256 over everything that counts, the order of tiers and options too; the same content, the same digest."""
    return hashlib.sha256(to_json(to_plain(content, Content)).encode()).hexdigest()[:40]


def publish(store: Store, content: Content, *, by: str, now: datetime) -> Published:
    """Keep the content and make it the one in force for its programme; the same content again changes nothing."""
    programme, digest = content.programme, digest_of(content)
    if store.load(CONTENT, digest) is None:
        with suppress(Conflict):  # another process kept the very same content a moment ago
            store.save(CONTENT, digest, content, expected=0)

    def point(before: Active | None) -> tuple[Active, bool]:
        if before is not None and before.digest == digest:
            return before, False
        acts = append_act(before.acts if before else (), "publish", by=by, at=now, facts={"digest": digest})
        return Active(programme=programme.id, digest=digest, published=now, acts=acts), True

    _, changed = update_with(store, ACTIVE, programme.id, point)
    return Published(programme=programme.id, title=programme.title, digest=digest, changed=changed)


def fingerprint(item: Item) -> str:
    """Identifies an item by what a learner reads of it."""
    text = json.dumps([item.type, item.stem.split(), sorted(item.options.values())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sample_items(items: Iterable[Item]) -> list[Item]:
    """Those of the items that this kit publishes for everybody to read: no real exam may be drawn from them."""
    known = set(files("grader").joinpath("sample_items.txt").read_text("utf-8").split())
    return [item for item in items if fingerprint(item) in known]


def lowered_by(store: Store, after: Content, *, now: datetime) -> list[str]:
    """Names of learners who have less under these rules than under those in force; nothing is taken from them."""
    try:
        before = Courses(store).of_programme(after.programme.id, now).content
    except NoProgramme:
        return []
    accounts = {row.id: row.summary for row in store.list(ACCOUNT)}
    lowered = []
    for row in store.list(DOSSIER, programme=after.programme.id):
        account, facts = accounts.get(row.summary.account), replace(row.summary, milestones={})
        if account is None:
            continue
        old = standing(before, account.tier, facts, exempt=False, now=now)
        new = standing(after, account.tier, facts, exempt=False, now=now)
        if (old.hours_met and not new.hours_met) or new.hours < old.hours:
            lowered.append(account.name)
    return lowered
