"""What editors have to do for a programme, as units of work.

There is no clock here: everything is judged against the programme's exam window, and the findings of `check` come in
as values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePosixPath

from quizgen.content import Content
from quizgen.diagnostics import Diagnostic, Severity, Span
from quizgen.draw.eligible import eligible
from quizgen.lesson import Lesson
from quizgen.model import Item, ItemId, Pool, Status, TierId
from quizgen.programme import Programme, Stratum, Window
from quizgen.rollover.renewal import WINDOWS, Renewal, later
from quizgen.rollover.usage import flagged, overexposed, unused
from quizgen.words.clipping import clip

CURRENCY = frozenset({"Q208", "Q314"})
"""Findings that say that the law has changed since an item or a lesson was reviewed."""
NO_NOTICE = "还没有本年度的学习通知"
"""The reason of the one thing about a programme that can be found by looking."""
RESERVE = 3
"""Eligible items for each one a paper takes: below it, a learner's later attempts soon repeat items."""


class WorkKind(StrEnum):
    """What a unit of work is about, the most pressing first."""

    PROGRAMME = "programme"
    ERROR = "error"
    STALE = "stale"
    WARNING = "warning"
    THIN = "thin"
    FLAGGED = "flagged"
    OVEREXPOSED = "overexposed"
    UNUSED = "unused"
    OLD = "old"
    DRAFT = "draft"
    OWN = "own"
    """What people added to a list by hand."""

    @property
    def label(self) -> str:
        """The name on the screen."""
        return _LABELS[self]


_LABELS = {
    WorkKind.PROGRAMME: "核对方案",
    WorkKind.ERROR: "改正错误",
    WorkKind.STALE: "法律已修改",
    WorkKind.WARNING: "检查提醒",
    WorkKind.THIN: "题量储备少",
    WorkKind.FLAGGED: "统计异常",
    WorkKind.OVEREXPOSED: "使用次数过多",
    WorkKind.UNUSED: "从未使用",
    WorkKind.OLD: "审核过久",
    WorkKind.DRAFT: "草稿",
    WorkKind.OWN: "自行添加",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One thing for one editor to do: about what, where it stands, why, and what to do."""

    kind: WorkKind
    area: str
    """练习题库, 考试题库, 课程, 方案 …"""
    subject: str
    """The id of the item, lesson or programme; a file's name where there is none."""
    title: str
    """The beginning of the stem, or the lesson's title."""
    place: Span
    reason: str
    task: str


def work_of(
    content: Content, found: Iterable[Diagnostic], renewal: Renewal | None, *, programme: Programme, review_years: int
) -> list[Work]:
    """Everything to be done before the exam of `programme` opens, the most pressing kinds first, then by place.

    `content` holds the new programme already, `found` are all its faults; `renewal` says what of the programme was
    just brought forward. Items and lessons reviewed more than `review_years` before the exam opens are to be reviewed.
    """
    findings = list(_findings(content, found, programme))
    stale = {(work.area, work.subject) for work in findings if work.kind is WorkKind.STALE}
    old = (work for work in _old(content, programme, review_years) if (work.area, work.subject) not in stale)
    everything = [
        *_programme_work(content, programme, renewal),
        *findings,
        *_thin(content, programme),
        *_usage(content, programme),
        *old,
        *_drafts(content),
    ]
    order = list(WorkKind)
    return sorted(everything, key=lambda work: (order.index(work.kind), work.place))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    area: str
    id: str
    title: str


class _Subjects:
    """Finds out whose a fault is: its item's, otherwise its file's."""

    def __init__(self, content: Content) -> None:
        items = [(item, bank.pool) for bank in content.banks for item in bank.items]
        self._items = {(item.where.path, item.id): _item_subject(item, pool) for item, pool in items}
        self._files = {item.where.path: _file_subject(item.where.path, pool.label) for item, pool in items}
        self._files |= {lesson.where.path: _lesson_subject(lesson) for lesson in content.lessons}
        self._files |= {p.where.path: _Subject(area="方案", id=p.id, title=p.title) for p in content.programmes}

    def of(self, fault: Diagnostic) -> _Subject:
        path = fault.span.path
        known = self._items.get((path, ItemId(fault.item or ""))) or self._files.get(path)
        return known or _file_subject(path, "其他")


def _file_subject(path: str, area: str) -> _Subject:
    return _Subject(area=area, id=PurePosixPath(path).name, title="")


def _item_subject(item: Item, pool: Pool) -> _Subject:
    return _Subject(area=pool.label, id=item.id, title=clip(item.stem))


def _lesson_subject(lesson: Lesson) -> _Subject:
    return _Subject(area="课程", id=lesson.id, title=clip(lesson.title))


def _work(kind: WorkKind, subject: _Subject, place: Span, reason: str, task: str) -> Work:
    return Work(
        kind=kind, area=subject.area, subject=subject.id, title=subject.title, place=place, reason=reason, task=task
    )


def _findings(content: Content, found: Iterable[Diagnostic], programme: Programme) -> Iterator[Work]:
    """One unit for all findings of a kind on one subject; what concerns earlier programmes only is past mending."""
    subjects = _Subjects(content)
    earlier = {p.where.path for p in content.programmes if p.id != programme.id}
    together: defaultdict[tuple[WorkKind, _Subject], list[Diagnostic]] = defaultdict(list)
    for fault in found:
        if fault.span.path not in earlier:
            together[_kind(fault), subjects.of(fault)].append(fault)
    for (kind, subject), faults in together.items():
        reason = "；".join(dict.fromkeys(f"{fault.message}（{fault.code}）" for fault in faults))
        hints = dict.fromkeys(fault.hint.rstrip("。") for fault in faults if fault.hint)
        task = "；".join(hints) or "请改正，或写明保留的理由"
        yield _work(kind, subject, min(fault.span for fault in faults), reason, task)


def _kind(fault: Diagnostic) -> WorkKind:
    if fault.severity is Severity.ERROR:
        return WorkKind.ERROR
    return WorkKind.STALE if fault.code in CURRENCY else WorkKind.WARNING


def _old(content: Content, programme: Programme, years: int) -> Iterator[Work]:
    opens = programme.local_day(programme.exam.opens)
    limit = later(opens, -years)

    def reason(reviewed: date) -> str:
        return f"最近一次审核是{reviewed}，到{programme.day_text(programme.exam.opens)}考试开始时超过{years}年"

    task = "请对照现行条文重新审核，再更新“reviewed”"
    for bank in content.banks:
        for item in bank.items:
            if item.is_active and item.reviewed < limit:
                yield _work(WorkKind.OLD, _item_subject(item, bank.pool), item.where, reason(item.reviewed), task)
    for lesson in content.lessons:
        if lesson.reviewed < limit:
            yield _work(WorkKind.OLD, _lesson_subject(lesson), lesson.where, reason(lesson.reviewed), task)


def _drafts(content: Content) -> Iterator[Work]:
    for bank in content.banks:
        for item in bank.items:
            if item.status is Status.DRAFT:
                subject = _item_subject(item, bank.pool)
                yield _work(WorkKind.DRAFT, subject, item.where, "还是草稿，不会使用", "请写完后改为“启用”，或删去")


def _thin(content: Content, programme: Programme) -> Iterator[Work]:
    """Strata that hold fewer than `RESERVE` eligible items for each one that a paper takes; one unit for all tiers."""
    tiers: defaultdict[tuple[Stratum, int, int, Span], list[str]] = defaultdict(list)
    for tier in programme.tiers.values():
        for stratum, need, have, place in _reserves(content, programme, tier.id):
            if need <= have < RESERVE * need:  # a cell that can't even be filled is an error already
                tiers[stratum, need, have, place].append(tier.title)
    subject = _Subject(area="方案", id=programme.id, title=programme.title)
    for (stratum, need, have, place), titles in tiers.items():
        cell = programme.cell_title(stratum)
        who = "各人员层次" if len(titles) == len(programme.tiers) > 1 else "、".join(titles)
        reason = f"{who}：每份试卷用{cell}{need}道，能用的只有{have}道，不到{RESERVE}倍"
        task = f"请补充或启用{RESERVE * need - have}道，以免同一学员再考时遇到做过的试题"
        yield _work(WorkKind.THIN, subject, place, reason, task)


def _reserves(content: Content, programme: Programme, tier: TierId) -> Iterator[tuple[Stratum, int, int, Span]]:
    """For each stratum of a tier's blueprint: how many items a paper takes, how many there are, where it is asked."""
    blueprint = programme.blueprints.get(programme.tiers[tier].blueprint)
    index = eligible(content.exam.items, tier=tier, modules=content.modules)
    needs: defaultdict[Stratum, int] = defaultdict(int)
    places: dict[Stratum, Span] = {}
    for quota in blueprint.quotas if blueprint else ():
        needs[quota.stratum] += quota.count
        places.setdefault(quota.stratum, quota.where)
    for stratum, need in needs.items():
        type, module, difficulty = stratum
        taken = sum(n for (t, m, d), n in needs.items() if (t, m) == (type, module) and d is not None)
        spared = taken if difficulty is None else 0
        yield stratum, need, max(0, len(index.strata.get(stratum, ())) - spared), places[stratum]


def _usage(content: Content, programme: Programme) -> Iterator[Work]:
    """What the statistics say of exam items; nothing where there are none."""
    if not content.statistics:
        return
    for item, reason in flagged(content):
        task = "请看题干有没有歧义、正确答案对不对、干扰项像不像、难度写得准不准，改写后更新“reviewed”"
        yield _work(WorkKind.FLAGGED, _item_subject(item, Pool.EXAM), item.where, reason, task)
    for item, reason in overexposed(content):
        task = "请补充同一格的试题，或改写、停用这一道"
        yield _work(WorkKind.OVEREXPOSED, _item_subject(item, Pool.EXAM), item.where, reason, task)
    for item, reason in unused(content, programme):
        task = "请核对模块、难度和人员层次；确实用不上的停用"
        yield _work(WorkKind.UNUSED, _item_subject(item, Pool.EXAM), item.where, reason, task)


def _programme_work(content: Content, programme: Programme, renewal: Renewal | None) -> Iterator[Work]:
    subject = _Subject(area="方案", id=programme.id, title=programme.title)
    if renewal:
        yield from _brought_forward(subject, programme, renewal)
        reason = f"合格所需的学时仍是{programme.required_hours:g}学时"
        yield _work(
            WorkKind.PROGRAMME, subject, programme.where, reason, "请对照本年度的通知核对学时、合格线和必修目录"
        )
    if f"notices/{programme.id}/" not in content.pages:
        task = f"请写 course/notices/{programme.id}.md，并加进 mkdocs.yml 的 nav"
        yield _work(WorkKind.PROGRAMME, subject, programme.where, NO_NOTICE, task)


_FIELDS = {
    "title": "名称",
    "contacts": "联系方式",
    "notice": "提示",
    "certificate.title": "证书名称",
    "certificate.body": "证书正文",
    "certificate.issuer": "签发机关",
}


def _brought_forward(subject: _Subject, programme: Programme, renewal: Renewal) -> Iterator[Work]:
    path = programme.where.path
    for field, line in renewal.renewed.items():
        place = Span(path=path, line=line)
        if field in WINDOWS:
            window: Window = getattr(programme, field)
            until = f"{_moment(programme, window.opens)}至{_moment(programme, window.closes)}"
            reason = f"{WINDOWS[field]}时间由上一年度顺延：{until}"
            yield _work(WorkKind.PROGRAMME, subject, place, reason, "请对照本年度的通知核对，注意星期和节假日")
        else:
            reason = f"{_FIELDS[field]}里的{renewal.old_year}年已改为{renewal.old_year + renewal.years}年"
            yield _work(WorkKind.PROGRAMME, subject, place, reason, "请通读一遍，看日期和文件名是否仍然正确")
    for line, text in renewal.left:
        reason = f"这一行还写着{renewal.old_year}，没有改动：{clip(text)}"
        yield _work(WorkKind.PROGRAMME, subject, Span(path=path, line=line), reason, "请改写，或删去")


def _moment(programme: Programme, moment: datetime) -> str:
    day = "一二三四五六日"[programme.local_day(moment).weekday()]
    return f"{programme.clock_text(moment)}（星期{day}）"
