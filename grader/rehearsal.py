"""模拟考试: a paper of the exam's shape from practice items, graded at once, kept nowhere but in the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from grader.course import Course
from grader.domain.errors import BadResponse
from grader.domain.people.account import Account
from grader.practice import note_tries
from grader.store.base import Store
from quizgen.draw.eligible import eligible
from quizgen.draw.rehearsal import rehearse
from quizgen.interaction import interaction
from quizgen.model import Item, ItemId, Letter
from quizgen.paper import Paper
from quizgen.score import Score, is_right, score_paper

Responses = Mapping[ItemId, frozenset[Letter]]


def rehearsal_paper(course: Course, account: Account, *, seed: str) -> Paper:
    """The paper of a seed for the learner's tier; the same one as long as the content is."""
    content = course.content
    index = eligible(content.practice, tier=account.tier, modules=content.modules)
    blueprint = content.blueprint(content.tier(account.tier))
    return rehearse(index, blueprint, seed=seed, content=course.digest)


def practice_items(course: Course) -> dict[ItemId, Item]:
    """The practice items by id."""
    return {item.id: item for item in course.content.practice}


def score_rehearsal(course: Course, paper: Paper, responses: Responses) -> Score:
    """The points of the responses. Raises BadResponse.

    Responses to items that are not on the paper are passed over.
    """
    rule = course.content.programme.blueprints[paper.blueprint].scoring
    return score_paper(paper, _given(paper, responses), keys=_keys(course, paper), rule=rule)


def note_rehearsal(
    store: Store, course: Course, account: Account, paper: Paper, responses: Responses, *, now: datetime
) -> None:
    """What was answered goes to the notebook as tries. Raises BadResponse; then nothing was kept."""
    keys = _keys(course, paper)
    answered = {item: letters for item, letters in _given(paper, responses).items() if letters}
    results = {item: is_right(letters, keys[item]) for item, letters in answered.items()}
    note_tries(store, course, account, results, now=now)


def _keys(course: Course, paper: Paper) -> dict[ItemId, frozenset[Letter]]:
    items = practice_items(course)
    return {place.item: items[place.item].key for place in paper.items}


def _given(paper: Paper, responses: Responses) -> dict[ItemId, frozenset[Letter]]:
    given = {place.item: responses.get(place.item, frozenset()) for place in paper.items}
    for place in paper.items:
        if not interaction(place.type).is_possible(given[place.item], set(place.options)):
            raise BadResponse(item=place.item)
    return given
