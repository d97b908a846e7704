"""What one certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grader.domain.serial import Serial


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateData:
    """What one certificate says; `body` is filled already, `issued` is aware and in the programme's time zone.

    `title` heads the page; `programme` is the programme's title; `hours` are credit hours, `score` is in points.
    """

    title: str
    name: str
    unit: str
    tier: str
    programme: str
    body: str
    issuer: str
    issued: datetime
    serial: Serial
    hours: float
    score: float
