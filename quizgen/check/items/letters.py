"""What goes wrong when options change places on a paper: letters in rationales, options about other options."""

from __future__ import annotations

from collections.abc import Iterator

from quizgen.check.faults import spot, warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.interaction import interaction
from quizgen.model import Item
from quizgen.words.clipping import clip
from quizgen.words.option_names import depends_on_others, option_names

_AROUND = 6
"""Characters on either side that show which letter is meant."""


def rationales_name_options_clearly(content: Content) -> Iterator[Diagnostic]:
    """Q115: no letter of an exam item's rationale may or may not be an option."""
    for item in _shuffled(content):
        for name in option_names(item.rationale, frozenset(item.options), parties=item.parties):
            if not name.is_sure:
                words = item.rationale[name.start : name.end]
                around = item.rationale[max(name.start - _AROUND, 0) : name.end + _AROUND].strip()
                span = spot(content.sources, item.places.get("rationale", item.where), around)
                message = f"解析里的“{around}”，看不出“{words}”是不是指选项"
                hint = "试卷上选项的次序会打乱。指选项的，请写成“B项”“B、C项”；不是的，请换个说法，或写waive保留"
                yield warning("Q115", span, message, hint=hint, item=item)


def options_about_others_are_pinned(content: Content) -> Iterator[Diagnostic]:
    """Q114: an exam item's option like 以上都不对 always comes last."""
    for item in _shuffled(content):
        loose = [
            letter for letter, text in item.options.items() if letter not in item.pinned and depends_on_others(text)
        ]
        if loose:
            span = item.places.get(f"options.{loose[0]}", item.where)
            message = f"选项“{clip(item.options[loose[0]])}”说的是别的选项，打乱次序后会排到它们前面"
            hint = f"请加一行 pinned: {''.join(sorted(item.pinned.union(loose)))}，让它总排在最后；或改成具体的选项"
            yield warning("Q114", span, message, hint=hint, item=item)


def _shuffled(content: Content) -> Iterator[Item]:
    """The items whose options are shown in an order of chance."""
    return (item for item in content.exam.items if not interaction(item.type).fixed)
