"""Asking for a certificate, and keeping what was issued."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.authority import client
from addons.zatca.authority.answers import Issued, Message, NotIssued, issued
from addons.zatca.documents.certificates import (
    CertificateUnreadable,
    SigningCertificate,
    certificate_of,
)
from addons.zatca.models import Device, Exchange
from addons.zatca.services.keyring import compliance_credential, public_key, seal
from addons.zatca.services.onboarding.clock import clock_error
from addons.zatca.services.sending.logbook import note
from core.api import InvalidInput, phrase, utc_now

CLOCK_WRONG: Final = "clock-wrong"
NOT_OURS: Final = "certificate-not-ours"
EXPIRED: Final = "certificate-expired"
TILL_ASKED: Final = "till-asked"
"""Codes of what we ourselves say of a step: what is wrong with an answer, or who is to sign."""

_FAILED: Final = 500
"""From here on an answer says that the question was not received."""

_PASSWORD_LIVES: Final = timedelta(days=1)
_SECRETS: Final = frozenset({"binarySecurityToken", "secret"})


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step went; `problems`, mostly in the authority's words, where it was not done."""

    done: bool
    problems: tuple[Message, ...] = ()


def spend_password(session: Session, otp: str) -> str:
    """The digest under which the use of a one-time password is noted. Raises InvalidInput for one
    that is none, or that was shown to the authority before: it takes each once."""
    text = otp.strip()
    if not (text.isdecimal() and text.isascii() and len(text) == 6):
        raise InvalidInput.of(
            "otp",
            phrase("A one-time password has six digits, 0 to 9."),
            fix=phrase("Copy it from the Fatoora portal, where it is shown for an hour."),
        )
    digest = hashlib.sha256(f"otp:{text}".encode()).hexdigest()
    used = select(Exchange.id).where(
        Exchange.request_digest == digest,
        Exchange.status < _FAILED,
        Exchange.at > utc_now() - _PASSWORD_LIVES,
    )
    if session.scalar(used.limit(1)) is not None:
        raise InvalidInput.of(
            "otp",
            phrase("This one-time password was used already."),
            fix=phrase("Have the Fatoora portal make a new one: each is good for one device."),
        )
    return digest


def certificate_from(
    session: Session, device: Device, exchange: client.Exchange, digest: str = ""
) -> Issued | StepResult:
    """Note the exchange, without the secrets in its answer. Gives what was issued, or why it is
    of no use."""
    answer = issued(exchange)
    outcome = "refused" if isinstance(answer, NotIssued) else "issued"
    note(session, device, _without_secrets(exchange), outcome, digest=digest)
    if isinstance(answer, NotIssued):
        return StepResult(False, answer.errors)
    if error := clock_error(exchange.headers, utc_now()):
        minutes = str(round(error.total_seconds() / 60))
        return StepResult(False, (Message(CLOCK_WRONG, "", minutes),))
    return answer


def keep_compliance(session: Session, device: Device, answer: Issued) -> StepResult:
    """Keep a compliance certificate, if it is for the device's key."""
    certificate = _read(answer.token)
    if certificate is None or certificate.public_key != public_key(session, device):
        return StepResult(False, (Message(NOT_OURS, "", ""),))
    seal(session, device, Device.compliance_token, answer.token)
    seal(session, device, Device.compliance_secret, answer.secret)
    device.request_id = answer.request_id
    return StepResult(True)


def keep_production(session: Session, device: Device, answer: Issued) -> StepResult:
    """Put a production certificate into use, and the device with it.

    The sandbox hands everybody the same production certificate, which is for nobody's key: there
    the compliance certificate goes on signing, which is for this one.
    """
    key = public_key(session, device)
    certificate = _read(answer.token)
    if device.environment == "sandbox" and (certificate is None or certificate.public_key != key):
        certificate = _read(compliance_credential(session, device).token)
    if certificate is None or certificate.public_key != key:
        return StepResult(False, (Message(NOT_OURS, "", ""),))
    if certificate.not_after <= utc_now():
        return StepResult(False, (Message(EXPIRED, "", ""),))
    seal(session, device, Device.production_token, answer.token)
    seal(session, device, Device.production_secret, answer.secret)
    if device.certificate is not None:
        device.earlier_certificates = [*device.earlier_certificates, device.certificate]
    device.certificate = base64.b64decode(certificate.text)
    device.expires_at = certificate.not_after
    device.state = "active"
    device.active_since = device.active_since or utc_now()
    device.stopped_at, device.stopped_why = None, ""
    session.flush()
    return StepResult(True)


def _read(token: str) -> SigningCertificate | None:
    """The certificate in a binarySecurityToken: base64 of the base64 of its DER form."""
    try:
        return certificate_of(base64.b64decode(token, validate=True).decode("ascii"))
    except (CertificateUnreadable, binascii.Error, UnicodeDecodeError):
        return None


def _without_secrets(exchange: client.Exchange) -> client.Exchange:
    try:
        content = orjson.loads(exchange.body)
    except orjson.JSONDecodeError:
        return exchange
    if not isinstance(content, dict):
        return exchange
    kept = {name: value for name, value in content.items() if name not in _SECRETS}
    return replace(exchange, body=orjson.dumps(kept))
