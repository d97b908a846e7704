"""What a certificate attests, signed so that it can be verified without the store. Uses `cryptography`.

The text form is `base64url(payload).base64url(signature)` without padding. The payload is a JSON array in UTF-8, its
first element the layout's version, packed with raw deflate (RFC 1951) so that the QR code stays coarse; the signature
is Ed25519 over the packed payload.
"""

from __future__ import annotations

import binascii
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass, replace
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from grader.domain.serial import Serial

_VERSION = 1
_MAX_PAYLOAD = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The facts of an award as they stood at issue; `hours` are credit hours, `score` is in points.

    The order of the fields is the order of the payload: a change needs a new version.
    """

    serial: Serial
    name: str
    unit: str
    tier: str
    programme: str
    programme_title: str
    hours: float
    score: float
    issued: date
    issuer: str


def sign_statement(statement: Statement, private_key: Ed25519PrivateKey) -> str:
    """The statement with its signature, safe in a URL's fragment; usually 280 to 330 characters."""
    payload = _pack(statement)
    return f"{_encode(payload)}.{_encode(private_key.sign(payload))}"


def read_statement(text: str, public_key: Ed25519PublicKey) -> Statement | None:
    """The statement if the signature is the issuer's and the layout is known, otherwise None."""
    payload, _, signature = text.strip().partition(".")
    try:
        packed = _decode(payload)
        public_key.verify(_decode(signature), packed)
    except (InvalidSignature, ValueError):
        return None
    return _unpack(packed)


def _pack(statement: Statement) -> bytes:
    values = astuple(replace(statement, hours=_plain(statement.hours), score=_plain(statement.score)))
    text = json.dumps([_VERSION, *values], ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    deflate = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return deflate.compress(text.encode()) + deflate.flush()


def _unpack(packed: bytes) -> Statement | None:
    values = json.loads(zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(packed, _MAX_PAYLOAD))
    if values[0] != _VERSION:
        return None
    _, serial, name, unit, tier, programme, programme_title, hours, score, issued, issuer = values
    return Statement(
        serial=serial,
        name=name,
        unit=unit,
        tier=tier,
        programme=programme,
        programme_title=programme_title,
        hours=hours,
        score=score,
        issued=date.fromisoformat(issued),
        issuer=issuer,
    )


def _plain(number: float) -> float:
    """The number without a needless fraction, because 86 is shorter than 86.0."""
    return int(number) if number == int(number) else number


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    """The bytes of unpadded base64url; ValueError for any other character (`urlsafe_b64decode` would skip it)."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(data) != text:
        raise binascii.Error("not canonical base64url")
    return data
