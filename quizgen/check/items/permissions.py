"""Keys that begin with 可以 while the law that the rationale retells only forbids.

Options of many items begin with their verdict: 可以，…… and 不可以，……. A lost 不 makes the right one a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from quizgen.check.faults import items_of, warning
from quizgen.content import Content
from quizgen.diagnostics import Diagnostic
from quizgen.interaction import interaction
from quizgen.model import Item, may_ask_for_wrong

_ALLOWS = re.compile("(?:可以|可行|可|能|允许|成立|合法|有效|得)[^，,；但只除先]{0,6}(?:[，,；]|。?$)")
"""可以，……; 可以写，……; 成立，…… An option that begins with its verdict."""
_UNLESS = re.compile("但|只要|除非|也可|不得|不能|须|要先")
"""In an option that says under which condition, or what besides."""
_OWN = re.compile(
    "[，；,][^但只除]*(?:不得|不能|没有[^，]{0,8}(?:依据|规定|权)|禁止|未经|不是[^，]{0,10}理由|不在|算不上)"
)
_BESIDES = re.compile("但|只要|除非|也可|也不|仍|同时")
"""What follows the verdict in an option: why one must not, and words that say it is something else."""
_FORBIDS = re.compile("不得|不能|不可以|禁止|不予|无权|不允许|无效")
_PERMITS = re.compile("(?<!不)可以|有权|(?<!不)允许|不需|不受|方可|除[^，。]{2,40}外|有效")


def permitted_keys_are_not_forbidden(content: Content) -> Iterator[Diagnostic]:
    """Q236: a keyed option that allows gives no reason against it, nor does a law that only forbids; once an item."""
    for item in items_of(content):
        if not interaction(item.type).fixed and not may_ask_for_wrong(item.stem):
            yield from islice(_faults(item), 1)


def _faults(item: Item) -> Iterator[Diagnostic]:
    law = item.rationale.partition("。")[0]
    forbidden = None if _PERMITS.search(law) else _FORBIDS.search(law)
    for letter in sorted(item.key & item.options.keys()):
        option = item.options[letter]
        own = None if _BESIDES.search(option) else _OWN.search(option)
        if _ALLOWS.match(option) and (own or (forbidden and not _UNLESS.search(option))):
            against = f"同一项里却说“{own[0][1:]}”" if own else f"解析里的法律只说“{forbidden and forbidden[0]}”"
            hint = "请核对正确答案，看选项是不是漏了“不”；没有写错的，请在解析的第一句写明凭什么可以"
            span = item.places.get(f"options.{letter}", item.where)
            yield warning("Q236", span, f"正确选项开头说可以，{against}", hint=hint, item=item)
