"""Publishing: check the content folder, keep it by digest, move the active pointer. Nothing is half-published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from grader.administration.year.change import LaidChanges, changes_left, dropped
from grader.course import content_in_force
from grader.domain.audit.acts import append_act
from grader.domain.content import Active, PublishedContent, summarise_active
from grader.domain.errors import NotNow
from grader.domain.learning.standing import standing
from grader.domain.year_change import Laid, laid_by
from grader.milestones import date_reached
from grader.store.base import Conflict, Store
from grader.store.codec import to_json, to_plain
from grader.store.kinds import ACCOUNT, ACTIVE, CONTENT, DOSSIER
from grader.store.update import update_with
from quizgen.check.rules import check_content
from quizgen.content import Content, read_content
from quizgen.diagnostics import Diagnostic, has_errors
from quizgen.model import Item
from quizgen.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedContent:
    """What the content folder holds, with every fault found; `is_sound` allows publishing."""

    source: Content
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
    closed: bool = False
    """The programme is over: its rules stay as they are, whatever the folder says."""
    lowered: tuple[str, ...] = ()
    """Names of learners who would have less under the new rules; what they have reached is not taken away."""

    @property
    def outcome(self) -> str:
        """What became of it, for the screen."""
        if self.closed:
            return "已结束，不再变动"
        return "新内容已生效" if self.changed else "与正在使用的相同"


class NothingToPublish(NotNow):
    """The folder has no programme, or not the one that was named."""

    code = "nothing-to-publish"
    sentence = "内容文件夹里没有{what}，没有发布。请检查 programmes 文件夹里的方案文件（.yml）。"


class RuleOfCredit(NotNow):
    """The folder credits by another rule than the programme under which learners have earned already."""

    code = "rule-of-credit"
    sentence = (
        "{title}原来{before}（credit_by: {old}），现在写的是{after}（credit_by: {new}）。"
        "已有 {count} 名学员有学习记录，年度中间不能改，没有发布。"
        "请把方案里的 credit_by 改回 {old} 再发布；新的办法请写进下一份方案。"
    )


class SampleBank(NotNow):
    """The exam would be drawn from items that this kit publishes for everybody to read."""

    code = "sample-bank"
    sentence = (
        "考试题库里有 {count} 道是本软件自带的公开示例题（如 {first}），人人可见，不宜用于正式考试，没有发布。"
        "请换成本单位的题库；确实只是试用的，请明确允许使用示例题（{way}）。"
    )


def check_folder(root: Path) -> CheckedContent:
    """Read and check everything below the content folder."""
    source, faults = read_content(root)
    return CheckedContent(source=source, diagnostics=tuple(check_content(source, faults)))


def publish_folder(
    store: Store,
    checked: CheckedContent,
    *,
    by: str,
    now: datetime,
    programme: str | None = None,
    allow_sample: bool = False,
    changes: LaidChanges = LaidChanges.REFUSE,
) -> list[Published]:
    """Publish every programme of a sound folder, or the one named; one that is over is left as it is.

    `changes` says what becomes of changes of the year's rules that the folder does not have. Raises NothingToPublish,
    RuleOfCredit, ChangesInForce, SampleBank or BadYearChange before anything is changed.
    """
    programmes = [p for p in checked.source.programmes if programme in (None, p.id)]
    if not programmes:
        raise NothingToPublish(what="可以发布的方案" if programme is None else f"方案“{programme}”")
    closed = {p.id: done for p in programmes if (done := _closed(store, p.id, now=now))}
    contents = [content_of(checked.source, programme) for programme in programmes if programme.id not in closed]
    for content in contents:
        _keep_rule(store, content.programme)
        pointer = store.load(ACTIVE, content.programme.id)
        changes_left(pointer.value.changes if pointer else (), content.programme, changes)
    sample = sample_items(item for content in contents for item in content.items)
    if sample and not allow_sample:
        way = "命令行加 --allow-sample-bank，或在发布页面勾选"
        raise SampleBank(count=len({item.id for item in sample}), first=sample[0].id, way=way)
    published = dict(closed)
    for content in contents:
        lowered = lowered_by(store, content, now=now)
        done = publish(store, content, by=by, now=now, changes=changes)
        published[content.programme.id] = replace(done, lowered=tuple(lowered))
        date_reached(store, content, now=now)
    return [published[programme.id] for programme in programmes]


def _closed(store: Store, programme: str, *, now: datetime) -> Published | None:
    """What is in force for a programme that is over; None for one that runs, is to come or was never published."""
    digest, content = _in_force(store, programme)
    if content is None or now < content.programme.closes:
        return None
    title = content.programme.title
    return Published(programme=programme, title=title, digest=digest, changed=False, closed=True)


def _keep_rule(store: Store, after: Programme) -> None:
    """Raises RuleOfCredit where learners have credit under another rule than this programme's."""
    _, content = _in_force(store, after.id)
    if content is None or content.programme.credit_by is after.credit_by:
        return
    before = content.programme.credit_by
    count = sum(row.summary.has_studied for row in store.list(DOSSIER, programme=after.id))
    if count:
        raise RuleOfCredit(
            title=after.title,
            before=before.label,
            old=before,
            after=after.credit_by.label,
            new=after.credit_by,
            count=count,
        )


def _in_force(store: Store, programme: str) -> tuple[str, PublishedContent | None]:
    pointer = store.load(ACTIVE, programme)
    if pointer is None:
        return "", None
    return pointer.value.digest, content_in_force(store, summarise_active(pointer.value))


def content_of(source: Content, programme: Programme) -> PublishedContent:
    """A programme with its lessons and all of its modules', and their active items: what `check` fills papers from."""
    named = {id for tier in programme.tiers.values() for id in (*tier.required, *tier.electives)}
    lessons = [lesson for lesson in source.lessons if lesson.id in named or lesson.module in programme.modules]
    used = {lesson.id for lesson in lessons}
    return PublishedContent(
        programme=programme,
        lessons=tuple(lessons),
        items=tuple(item for item in source.exam.items if item.is_active and item.lesson in used),
        practice=tuple(item for item in source.practice.items if item.is_active and item.lesson in used),
        register=source.register,
    )


def digest_of(content: PublishedContent) -> str:
    """SHA-256 over everything that counts, the order of tiers and options too; the same content, the same digest."""
    return hashlib.sha256(to_json(to_plain(content, PublishedContent)).encode()).hexdigest()[:40]


def publish(
    store: Store,
    content: PublishedContent,
    *,
    by: str,
    now: datetime,
    changes: LaidChanges = LaidChanges.REFUSE,
) -> Published:
    """Keep the content and make it the one in force for its programme; the same content again changes nothing.

    Raises as `changes_left` does.
    """
    programme, digest = content.programme, digest_of(content)
    if store.load(CONTENT, digest) is None:
        with suppress(Conflict):  # another process kept the very same content a moment ago
            store.save(CONTENT, digest, content, expected=0)

    def point(before: Active | None) -> tuple[Active, bool]:
        left = changes_left(before.changes if before else (), programme, changes)
        if before is not None and (before.digest, before.changes) == (digest, left):
            return before, False
        facts = {"digest": digest, **dropped(programme, before.laid if before else Laid(), laid_by(left))}
        acts = append_act(before.acts if before else (), "publish", by=by, at=now, facts=facts)
        return Active(programme=programme.id, digest=digest, published=now, acts=acts, changes=left), True

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


def lowered_by(store: Store, after: PublishedContent, *, now: datetime) -> list[str]:
    """Names of learners who have less under these rules than under those in force; nothing is taken from them.

    Hours make the difference, and windows, the only rules that may lie over the programme and matter here, don't.
    """
    _, before = _in_force(store, after.programme.id)
    if before is None:
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
