"""Public verification of certificates by serial; signed statements are verified by `api`, or anywhere by the key."""

from __future__ import annotations

import base64
from datetime import datetime

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.certificates.certify import verify_serial
from grader.domain.errors import UnknownSerial
from grader.domain.serial import format_serial, parse_serial
from grader.web.access import Access, allow
from grader.web.service import service

bp = Blueprint("verify", __name__, url_prefix="/verify")

_LONGEST_SHOWN = 60
"""Characters of what was typed; a serial has 19."""


@bp.get("/")
@allow(Access.ANYONE)
def form() -> ResponseReturnValue:
    """The form to type a serial; what was typed leads to its own address."""
    typed = request.args.get("serial", "")[:_LONGEST_SHOWN].strip()
    serial = parse_serial(typed)
    if serial is not None:
        return redirect(url_for("verify.certificate", serial=serial))
    return _not_found(typed) if typed else render_template("verify.html", typed="", verification=None, refusal="")


@bp.get("/<serial>")
@allow(Access.ANYONE)
def certificate(serial: str) -> ResponseReturnValue:
    """What the certificate says and whether it holds."""
    try:
        verification = verify_serial(service().store, serial)
    except UnknownSerial:
        return _not_found(serial)
    return render_template(
        "verify.html",
        typed=format_serial(verification.award.serial),
        verification=verification,
        issued=_day(verification.award.issued),
        revoked=_day(verification.revocation.at) if verification.revocation else "",
        refusal="",
    )


@bp.get("/key")
@allow(Access.ANYONE)
def key() -> ResponseReturnValue:
    """The public key with which statements can be verified anywhere."""
    public = service().settings.signing_key.public_key().public_bytes_raw()
    return jsonify(algorithm="Ed25519", public_key=base64.b64encode(public).decode())


def _not_found(typed: str) -> ResponseReturnValue:
    refusal = str(UnknownSerial(serial=typed[:40]))
    return render_template("verify.html", typed=typed[:_LONGEST_SHOWN], verification=None, refusal=refusal), 404


def _day(moment: datetime) -> str:
    return service().courses.current(service().now()).content.programme.day_text(moment)
