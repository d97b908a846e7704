"""A style sheet without the rules that no page can need: those for classes that nothing names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_MARK = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|[{};]', re.DOTALL)
_CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
_EXCEPT = re.compile(r"/\*.*?\*/|:(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)", re.DOTALL)
"""What need not be there for a selector to match, as in `.a:not(.b)`; not in `.a.b`."""
_SELECTOR = re.compile(r'(?:"[^"]*"|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|[^,])+')
"""One of several, as in `.a,.b`; `:is(.a,:not(.b))` is one."""
_OWN = re.compile(r"(?<=[{;])(--[\w-]+):(?:\"[^\"]*\"|'[^']*'|\([^)]*\)|[^;}\"'(])*;?")
"""A custom property, as in `--icon:url("…");`; not `color:var(--icon)`."""
_ATTRIBUTE = re.compile(r"class\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)")
_WORD = re.compile(r"[A-Za-z_][\w-]*")


def classes_in(html: str) -> set[str]:
    """The classes of a page's elements."""
    return {name for value in set(_ATTRIBUTE.findall(html)) for name in value.strip("\"'").split()}


def words_in(script: str) -> set[str]:
    """All that a script may mean as a class."""
    return set(_WORD.findall(script))


def used_styles(css: str, names: Collection[str], *, properties: Collection[str] = ()) -> str:
    """The sheet without selectors that need a class not in `names`, and without custom properties that nothing reads.

    `properties` are those that are read elsewhere. What can't be read as rules stays as it is.
    """
    kept = _used_rules(css, names)
    read = {*properties, *properties_read(kept)}
    return _OWN.sub(lambda found: found[0] if found[1] in read else "", kept)


def properties_read(text: str) -> set[str]:
    """Custom properties that a sheet or script names otherwise than by setting them."""
    return set(re.findall(r"(--[\w-]+)(?!\s*:|[\w-])", text))


def _used_rules(css: str, names: Collection[str]) -> str:
    return "".join(_used_rule(head, body, names) for head, body in _rules(css))


def _used_rule(head: str, body: str | None, names: Collection[str]) -> str:
    if body is None:
        return head
    if head.startswith(("@media", "@supports")):
        inner = _used_rules(body, names)
        return f"{head}{{{inner}}}" if inner else ""
    selectors = [head] if head.startswith("@") else [one for one in _SELECTOR.findall(head) if _may_match(one, names)]
    return f"{','.join(selectors)}{{{body}}}" if selectors else ""


def _may_match(selector: str, names: Collection[str]) -> bool:
    return all(name.replace("\\", "") in names for name in _CLASS.findall(_EXCEPT.sub("", selector)))


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Rules as (selector, body); what has no body comes as it is."""
    start = inner = depth = 0
    for mark in _MARK.finditer(css):
        if mark[0] == "{":
            inner, depth = (inner if depth else mark.end()), depth + 1
        elif mark[0] == "}" and depth:
            depth -= 1
            if not depth:
                yield css[start : inner - 1], css[inner : mark.start()]
                start = mark.end()
        elif mark[0] == ";" and not depth:
            yield css[start : mark.end()], None
            start = mark.end()
    if css[start:]:
        yield css[start:], None
