"""Certificates: award one to a qualified learner, find it again by its serial, revoke it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader.certificates.data import CertificateData
from grader.certificates.statement import Statement, sign_statement
from grader.course import Course, Courses
from grader.domain.audit.acts import append_act
from grader.domain.content import PublishedContent
from grader.domain.errors import CertificateRevoked, NotQualified, UnknownSerial
from grader.domain.learning.dossier import Award, Dossier, Revocation, add_award, revoke_award
from grader.domain.learning.standing import Standing, mark_milestones
from grader.domain.people.account import Account
from grader.domain.serial import Serial, draw_serial, format_serial, parse_serial
from grader.dossiers import change_dossier, standing_of
from grader.store.base import Name, Store
from grader.store.kinds import DOSSIER, SERIAL
from grader.store.update import update
from grader.units import unit_name
from quizgen.programme import Programme

Bits = Callable[[int], int]
"""Gives that many random bits, such as `secrets.randbits`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a stranger learns of a serial: the award as issued and, if it no longer holds, its revocation."""

    award: Award
    revocation: Revocation | None


def award_certificate(
    store: Store,
    course: Course,
    account: Account,
    *,
    now: datetime,
    bits: Bits,
    reissue: bool = False,
    fonts: tuple[Path, ...] = (),
) -> Award:
    """The learner's certificate in force; issued now if there is none yet.

    Raises NotQualified with what is missing, and CertificateRevoked where the last one was revoked: another is an
    administrator's decision (`reissue`), not the learner's. Raises MissingGlyph or TextTooLong where it could not be
    printed: its words are kept for good, so that one would never be.
    """
    content = course.content
    serial, unit = draw_serial(bits), unit_name(store, account.unit)

    def change(dossier: Dossier) -> tuple[Dossier, Award]:
        if dossier.award is not None:
            return dossier, dossier.award
        standing = standing_of(course, account, dossier, now=now)
        if not standing.qualified:
            raise NotQualified(missing="；".join(standing.missing))
        if dossier.awards and not reissue:
            raise CertificateRevoked(serial=format_serial(dossier.awards[-1].serial))
        award = _award(content, account, standing, unit=unit, serial=serial, now=now)
        _require_printable(_data(award, content.programme), fonts)
        return mark_milestones(add_award(dossier, award), content, account.tier, now=now), award

    return change_dossier(store, content.programme.id, account.id, change)[1]


def _require_printable(data: CertificateData, fonts: tuple[Path, ...]) -> None:
    from grader.certificates.fonts import fonts_with
    from grader.certificates.page import check_certificate

    check_certificate(data, verify_url="", fonts=fonts_with(fonts))


def _award(
    content: PublishedContent, account: Account, standing: Standing, *, unit: str, serial: Serial, now: datetime
) -> Award:
    """The certificate with its words as they are now."""
    programme, text = content.programme, content.programme.certificate
    facts = {"name": account.name, "unit": unit, "tier": content.tier(account.tier).title, "programme": programme.title}
    hours, score = standing.hours, standing.best or 0
    return Award(
        serial=serial,
        issued=now,
        hours=hours,
        score=score,
        title=text.title,
        body=text.body.format(**facts, hours=f"{hours:g}", score=f"{score:g}", year=programme.exam_year),
        issuer=text.issuer,
        **facts,
    )


def certificate_pdf(
    award: Award, programme: Programme, *, verify_url: str, key: Ed25519PrivateKey, fonts: tuple[Path, ...] = ()
) -> bytes:
    """The award as a PDF/A page that anyone can verify at `verify_url`; the same bytes each time.

    Its words are the award's; of its programme only the id and the time zone are asked. Raises MissingGlyph or
    TextTooLong.
    """
    from grader.certificates.fonts import fonts_with
    from grader.certificates.page import render_certificate

    data = _data(award, programme)
    statement = Statement(
        serial=award.serial,
        name=award.name,
        unit=award.unit,
        tier=award.tier,
        programme=programme.id,
        programme_title=award.programme,
        hours=award.hours,
        score=award.score,
        issued=data.issued.date(),
        issuer=award.issuer,
    )
    signed = sign_statement(statement, key)
    return render_certificate(data, verify_url=verify_url, statement=signed, fonts=fonts_with(fonts))


def _data(award: Award, programme: Programme) -> CertificateData:
    return CertificateData(
        title=award.title,
        name=award.name,
        unit=award.unit,
        tier=award.tier,
        programme=award.programme,
        body=award.body,
        issuer=award.issuer,
        issued=award.issued.astimezone(programme.zone),
        serial=award.serial,
        hours=award.hours,
        score=award.score,
    )


def verify_serial(store: Store, text: str) -> Verification:
    """The award of a serial as people type it. Raises UnknownSerial."""
    return _found(store, text)[1]


def own_award(store: Store, courses: Courses, account: Account, text: str, *, now: datetime) -> tuple[Award, Programme]:
    """The learner's own award of this serial, and its programme. Raises UnknownSerial or CertificateRevoked."""
    dossier, found = _found(store, text)
    if dossier.account != account.id:
        raise UnknownSerial(serial=text[:40])
    if found.revocation:
        raise CertificateRevoked(serial=format_serial(found.award.serial))
    return found.award, courses.of_programme(dossier.programme, now).content.programme


def _found(store: Store, text: str) -> tuple[Dossier, Verification]:
    serial = parse_serial(text)
    id = store.find(DOSSIER, Name(SERIAL, serial)) if serial else None
    stored = store.load(DOSSIER, id) if id else None
    if stored is None:
        raise UnknownSerial(serial=text[:40])
    dossier = stored.value
    award = next(award for award in dossier.awards if award.serial == serial)
    revocation = next((r for r in dossier.revocations if r.serial == serial), None)
    return dossier, Verification(award=award, revocation=revocation)


def revoke_certificate(store: Store, text: str, *, by: str, reason: str, now: datetime) -> None:
    """The certificate no longer holds from now on; the first revocation stays. Raises UnknownSerial."""
    serial = parse_serial(text)
    id = store.find(DOSSIER, Name(SERIAL, serial)) if serial else None
    if serial is None or id is None:
        raise UnknownSerial(serial=text[:40])
    revocation = Revocation(serial=serial, at=now, by=by, reason=reason)

    def change(before: Dossier | None) -> Dossier:
        if before is None:
            raise UnknownSerial(serial=text[:40])
        after = revoke_award(before, revocation)
        if after is before:
            return before
        acts = append_act(before.acts, "revoke-certificate", by=by, at=now, facts={"serial": serial})
        return replace(after, acts=acts)

    update(store, DOSSIER, id, change)
