"""What an extension of the exam means for the law that the items are right by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from grader.administration.year.change import RunningYear, WantedChange
from grader.domain.year_change import programme_in_force
from quizgen.law.lawbook import Exam, Lawbook
from quizgen.programme import Programme
from quizgen.words.days import day_text


@dataclass(frozen=True, slots=True, kw_only=True)
class LawChange:
    """Another version of a statute takes effect by the new last day of the exam; so many exam items cite it."""

    statute: str
    effective: date
    items: int

    def __str__(self) -> str:
        """The warning."""
        return (
            f"{self.statute}的新文本自{day_text(self.effective)}起施行，在延长后的考试时间以内，"
            f"题库里有 {self.items} 道试题引用它。请编辑先按新文本核对这些试题，再延长。"
        )


def law_changes(year: RunningYear, wanted: WantedChange) -> list[LawChange]:
    """The statutes that the last exam day finds in another version than it does without the change."""
    content, book = year.content, Lawbook(year.content.register)
    cited = Counter(source for item in content.items for source in {cite.source for cite in item.cites})
    before, after = map(_last_exam, (year.programme, programme_in_force(year.programme, wanted.laid)))
    held = ((id, book.at(id, before), book.at(id, after)) for id in content.register.statutes if cited[id])
    return [
        LawChange(statute=book.short(id), effective=now.effective, items=cited[id])
        for id, was, now in held
        if now and now is not was
    ]


def _last_exam(programme: Programme) -> Exam:
    return Exam(programme=programme, day=programme.last_exam_day)
