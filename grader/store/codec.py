"""Values to JSON documents and back, with upcasts from older schemas.

A document is `{"kind", "schema", "id", "version", "value"}`. Fields that do not count for a value's equality
(`compare=False`: where an editor wrote it) are not kept. The order of fields and mappings is kept and sets are
sorted, so a value always gives the same text. Times must be aware.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AbstractMapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache, lru_cache
from sys import intern
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.json import JsonConverter, make_converter

from grader.store.base import Kind, S, Stored, T, Unusable

V = TypeVar("V")
Document = dict[str, Any]


class Part(NamedTuple):
    """A field as every later load gives it, and its text, which is "" until it is asked for.

    `members` are the texts of a mapping's members, name included.
    """

    value: object
    text: str = ""
    members: AbstractMapping[Any, str] = MappingProxyType({})


Parts = dict[str, Part]
"""Fields by name."""


class Texts(NamedTuple):
    """The JSON texts of a value's fields by name, and the schema that they are of."""

    schema: object = None
    fields: AbstractMapping[str, str] = MappingProxyType({})


_NO_TEXTS = Texts()
_BEFORE_FIELDS, _BEHIND_FIELDS = ',"value":{', "}}"
"""What stands around the fields in a document's text, behind its version."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


def is_id(text: str) -> bool:
    """Whether the contract allows it as an id."""
    return _ID.fullmatch(text) is not None


def require_id(id: str) -> None:
    """Raises ValueError for an id that the contract does not allow."""
    if not is_id(id):
        raise ValueError(f"not a document id: {id!r}")


class Sealed:
    """The fields of the documents last loaded or sealed: what is the very same object can be read and has one text.

    Values are frozen, so an object says for ever what it said then. At most `most` documents; may be used from any
    thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._documents: OrderedDict[tuple[str, str], Parts] = OrderedDict()

    def parts(self, kind: str, id: str) -> Parts:
        """The fields as they were last; none for a document that was not met lately."""
        with self._lock:
            return self._documents.get((kind, id), {})

    def loaded(self, kind: Kind[T, S], id: str, value: T, texts: Texts = _NO_TEXTS) -> None:
        """Remember the fields of a document that was just read, and the texts that it has of them."""
        value_type: Any = kind.value_type
        known = texts.fields if texts.schema == kind.schema else {}
        parts = {name: Part(getattr(value, name), known.get(name, "")) for name, _ in _kept_fields(value_type)}
        self.keep(kind.name, id, parts)

    def keep(self, kind: str, id: str, parts: Parts) -> None:
        """Remember a document's fields."""
        with self._lock:
            self._documents[kind, id] = parts
            self._documents.move_to_end((kind, id))
            if len(self._documents) > self._most:
                self._documents.popitem(last=False)


def seal(kind: Kind[T, S], id: str, value: T, *, version: int, sealed: Sealed | None = None) -> tuple[str, Stored[T]]:
    """The text of the document to keep, and the value as every later load will give it.

    Each field is written and read back, so that nothing is kept which could not be read; one that `sealed` knows need
    not be read back. Raises ValueError for a value that could not be read back (a bug of the caller: a naive time, a
    wrong type, half a character).
    """
    known = sealed.parts(kind.name, id) if sealed else {}
    value_type: Any = kind.value_type
    try:
        parts = {name: _part(getattr(value, name), form, known.get(name)) for name, form in _kept_fields(value_type)}
        body = ",".join(f'"{name}":{part.text}' for name, part in parts.items())
        body.encode()  # half a character (a lone surrogate) cannot be written anywhere
        stored = Stored(value_type(**{name: part.value for name, part in parts.items()}), version)
    except Exception as fault:  # whatever keeps the body from being read back
        raise ValueError(f"{kind.name} {id}: the value cannot be kept") from fault
    if sealed:
        sealed.keep(kind.name, id, parts)
    envelope = to_json({"kind": kind.name, "schema": kind.schema, "id": id, "version": version})
    return f"{envelope[:-1]}{_BEFORE_FIELDS}{body}{_BEHIND_FIELDS}", stored


def _part(value: Any, form: _Form, known: Part | None) -> Part:
    """A field as every later load will give it, and its text."""
    if known and known.value is value and known.text:
        return known
    if form.member:
        return _named_part(value, form, form.member, known=known)
    return Part(*form.kept(value, is_known=known is not None and known.value is value))


def _named_part(value: AbstractMapping[Any, Any], form: _Form, member_form: _Form, *, known: Part | None) -> Part:
    """As `_part`, for a mapping: members that it had before are left as they are, and one object is prepared once."""
    before: Any = known.value if known else None
    texts = known.members if known else {}
    found, members, prepared = {}, {}, dict[int, tuple[object, str]]()
    for name, member in value.items():
        if (text := texts.get(name)) and before[name] is member:
            found[name], members[name] = member, text
            continue
        if id(member) not in prepared:
            prepared[id(member)] = member_form.kept(member, is_known=before is value)
        key = form.key(name)
        found[key], text = prepared[id(member)]
        members[key] = f"{to_json(key)}:{text}"
    return Part(value if before is value else found, f"{{{','.join(members.values())}}}", members)


@dataclass(frozen=True, slots=True)
class _Form:
    """How values of one type are written and read; `key` and `member` those of a mapping from texts."""

    prepare: Callable[[Any], Any]
    restore: Callable[[Any], Any]
    key: Callable[[Any], Any] = str
    member: _Form | None = None

    def kept(self, value: object, *, is_known: bool) -> tuple[object, str]:
        """The value as every later load will give it, which what `is_known` is already, and its text."""
        plain = self.prepare(value)
        text = to_json(plain)
        if is_known:
            return value, text
        return self.restore(plain if plain.__class__ in _ATOMS else json.loads(text)), text


_ATOMS = frozenset({str, int, float, bool, type(None)})
"""What JSON gives back as it is."""


@cache
def _form(type: Any) -> _Form:
    """Found once for each type."""
    prepare, restore = _converter.get_unstructure_hook(type), _reader(type)
    if get_origin(type) is AbstractMapping and _is_text(get_args(type)[0]):
        name_type, member_type = get_args(type)
        return _Form(prepare, restore, _reader(name_type), _form(member_type))
    return _Form(prepare, restore)


def _reader(type: Any) -> Callable[[Any], Any]:
    hook = _converter.get_structure_hook(type)
    return lambda data: hook(data, type)


@cache
def _kept_fields(type: type[Any]) -> tuple[tuple[str, _Form], ...]:
    """The names and forms of the fields that are kept, in order."""
    hints = get_type_hints(type)
    return tuple((field.name, _form(hints[field.name])) for field in fields(type) if field.compare)


def decode(kind: Kind[T, S], id: str, document: object, *, where: str) -> Stored[T]:
    """The value of a document, upcast to the kind's schema.

    `where` names the document in Chinese, such as 文件 ….json. Raises Unusable for a newer schema, for one too old
    to be upcast, and for nonsense.
    """
    try:
        schema, version, body = _envelope(kind, id, document)
    except (KeyError, TypeError, ValueError) as fault:
        raise Unusable(damaged(where)) from fault
    if schema > kind.schema:
        raise Unusable(
            f"{where} 由较新版本的系统写入（格式 {schema}，本系统只识别到 {kind.schema}）。请先升级本系统，再打开。"
        )
    try:
        for step in range(schema, kind.schema):
            body = kind.upcasts[step](body)
        return Stored(_converter.structure(body, kind.value_type), version)
    except Exception as fault:  # whatever a body breaks, in upcasts or in the value's own checks, it is damaged
        raise Unusable(damaged(where)) from fault


def read(text: str) -> tuple[object, Texts]:
    """A document from its text, and the texts of its value's fields: none where it is not written as `seal` writes.

    Raises ValueError for what is no JSON.
    """
    head, _, fields = text.partition(_BEFORE_FIELDS)
    try:
        document, value, texts = json.loads(f"{head}}}"), {}, {}
        for name, found, field in _read_fields(fields):
            value[name], texts[name] = found, field
        return {**document, "value": value}, Texts(document["schema"], texts)
    except (ValueError, LookupError, TypeError):
        return json.loads(text), _NO_TEXTS


def _read_fields(text: str) -> Iterator[tuple[str, Any, str]]:
    """What the document says behind the bracket that opens its value. Raises ValueError or IndexError for more."""
    end = 0
    while text[end] != "}":
        name, colon = _decoder.raw_decode(text, end + 1 if end else 0)
        value, after = _decoder.raw_decode(text, colon + 1)
        if name.__class__ is not str or text[colon] != ":" or text[after] not in ",}":
            raise ValueError("not as it is sealed")
        yield name, value, text[colon + 1 : after]
        end = after
    if text[end:] != _BEHIND_FIELDS:
        raise ValueError("more than a document")


def damaged(where: str) -> str:
    """The sentence for what cannot be read."""
    return f"{where} 无法读取：内容已损坏，或不是本系统写入的。原有内容没有改动。请从备份恢复它，再重新启动服务。"


def to_plain(value: V, type: type[V]) -> Any:
    """A summary or another plain value as JSON data."""
    return _converter.unstructure(value, unstructure_as=type)


def from_plain(data: object, type: type[V]) -> V:
    """A summary or another plain value from JSON data. Raises whatever nonsense causes."""
    return _converter.structure(data, type)


def to_json(data: object) -> str:
    """Compact JSON text; Chinese stays readable. Raises ValueError for NaN and infinities."""
    return _encoder.encode(data)


def _envelope(kind: Kind[T, S], id: str, document: object) -> tuple[int, int, Document]:
    if not isinstance(document, dict) or (document["kind"], document["id"]) != (kind.name, id):
        raise ValueError("not this document")
    schema, version = document["schema"], document["version"]
    if type(schema) is not int or type(version) is not int or schema < 1 or version < 1:
        raise ValueError("no schema or version")
    return schema, version, document["value"]


def _exactly(*types: type) -> Callable[[Any, Any], Any]:
    """A hook that takes these JSON types and no other, where cattrs would convert; also serves StrEnums."""

    def structure(data: Any, type: Any) -> Any:
        if data.__class__ not in types:
            raise TypeError(f"expected {type}, found {data!r}")
        return data if data.__class__ is type else type(data)

    return structure


def _time(text: str, _type: object) -> datetime:
    return _time_of(text)


@lru_cache(maxsize=1024)
def _time_of(text: str) -> datetime:
    """Remembered, because the responses of a paper have few times among them."""
    time = datetime.fromisoformat(text)
    if time.utcoffset() is None:
        raise ValueError(f"a time without a zone: {text}")
    return time


def _text(data: Any, _type: object) -> Any:
    """As `_exactly(str)`, for names such as ItemId, plain text at run time; equal ones become one object."""
    if data.__class__ is not str:
        raise TypeError(f"expected text, found {data!r}")
    return intern(data)


def _texts(make: Callable[[Iterable[str]], Any]) -> Callable[[Any, Any], Any]:
    """A hook for many texts at once; a sitting holds hundreds of letters."""

    def structure(data: Any, _type: object) -> Any:
        if data.__class__ is not list or {*map(type, data)} - {str}:
            raise TypeError(f"expected a list of texts, found {data!r}")
        return make(data)

    return structure


def _is_text(type: Any) -> bool:
    return type is str or getattr(type, "__supertype__", None) is str


def _is_texts(type: Any, collection: type) -> bool:
    members = get_args(type)[:1]
    return get_origin(type) is collection and len(get_args(type)) < 3 and all(map(_is_text, members))


def _is_tuple_of_texts(type: Any) -> bool:
    return _is_texts(type, tuple) and get_args(type)[1:] == (...,)


def _in_order(members: Iterable[Any]) -> list[Any]:
    found = list(members)
    return sorted(found, key=to_json) if len(found) > 1 else found


def _make_converter() -> JsonConverter:
    converter = make_converter(
        detailed_validation=False,
        forbid_extra_keys=True,
        unstruct_collection_overrides={AbstractSet: _in_order},
    )
    converter.register_structure_hook(str, _exactly(str))
    converter.register_structure_hook(int, _exactly(int))
    converter.register_structure_hook(bool, _exactly(bool))
    converter.register_structure_hook(float, _exactly(float, int))
    converter.register_structure_hook(datetime, _time)
    converter.register_structure_hook_func(lambda found: _is_text(found) and found is not str, _text)
    converter.register_structure_hook_func(lambda found: _is_texts(found, frozenset), _texts(frozenset))
    converter.register_structure_hook_func(_is_tuple_of_texts, _texts(tuple))
    converter.register_unstructure_hook_func(_is_tuple_of_texts, list)

    def omitted(type: Any) -> dict[str, Any]:
        return {field.name: override(omit=True) for field in fields(type) if not field.compare}

    @converter.register_unstructure_hook_factory(is_dataclass)
    def _to_document(type: Any) -> Callable[[Any], Any]:
        return make_dict_unstructure_fn(type, converter, **omitted(type))

    @converter.register_structure_hook_factory(is_dataclass)
    def _from_document(type: Any) -> Callable[[Any, Any], Any]:
        return make_dict_structure_fn(type, converter, **omitted(type))

    return converter


_converter = _make_converter()
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_decoder = json.JSONDecoder()
