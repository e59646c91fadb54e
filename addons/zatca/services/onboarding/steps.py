"""The steps of a device, each of which can be repeated and says how it went.

    draft -> csr -> compliance -> checked -> active -> renewing -> active

A step that the authority refuses changes nothing and raises nothing: the log of the exchange is
kept with the same commit, and the result tells why. What is wrong with our own data raises an
AppError before anything is sent.
"""

from __future__ import annotations

import base64
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from addons.zatca.authority.answers import Message, Outcome, compliance_passed
from addons.zatca.authority.client import Authority, Submission
from addons.zatca.authority.csr import (
    DeviceName,
    as_sent,
    certificate_request,
    key_pem,
    new_key,
)
from addons.zatca.authority.environments import ENVIRONMENTS
from addons.zatca.documents.certificates import SigningCertificate, certificate_of
from addons.zatca.documents.signing import Signed, sign
from addons.zatca.models import Device
from addons.zatca.options import ZatcaOptions
from addons.zatca.services.keyring import (
    compliance_credential,
    production_credential,
    seal,
    signing_key,
)
from addons.zatca.services.onboarding.certifying import (
    TILL_ASKED,
    StepResult,
    certificate_from,
    keep_compliance,
    keep_production,
    spend_password,
)
from addons.zatca.services.onboarding.naming import device_name
from addons.zatca.services.onboarding.rehearsal import new_uuids, rehearse
from addons.zatca.services.preparing.parties import seller_of
from addons.zatca.services.sending.logbook import note
from addons.zatca.services.sending.queueing import wake
from addons.zatca.services.tills.asking import (
    ask_for_documents,
    ask_for_request,
    request_is_signed,
    signed_documents,
)
from core.api import Conflict, options, phrase, utc_now

_WAIT_FOR_TILL: Final = StepResult(False, (Message(TILL_ASKED, "", ""),))
REVOCABLE: Final = ("csr", "compliance", "checked", "active", "renewing", "expired")


def make_key(session: Session, device: Device) -> None:
    """draft -> csr: a key that is never stored in the open, and its request. Repeated before
    anything was certified, it makes another key. A till that holds its key itself is asked for it
    here, and the step is done when it has signed."""
    require_state(device, "draft", "csr")
    if device.of_till:
        _name(session, device)
        device.state, device.csr, device.public_key = "draft", "", None
        ask_for_request(device)
        session.flush()
        return
    key = new_key()
    device.csr = _request(session, device, key)
    seal(session, device, Device.key, key_pem(key))
    device.state = "csr"
    session.flush()


def request_compliance(session: Session, device: Device, otp: str) -> StepResult:
    """csr -> compliance: the compliance certificate, for a one-time password of the portal. May be
    asked for anew until the production certificate is there."""
    require_state(device, "csr", "compliance", "checked")
    digest = spend_password(session, otp)
    exchange = _authority(device).compliance_csid(as_sent(device.csr.encode()), otp.strip())
    answer = certificate_from(session, device, exchange, digest)
    if isinstance(answer, StepResult):
        return answer
    kept = keep_compliance(session, device, answer)
    if kept.done:
        device.state = "compliance"
        _ask_till(device)
        session.flush()
    return kept


def show_documents(session: Session, device: Device) -> StepResult:
    """compliance -> checked: the documents that the device must master, one after the other. The
    first that does not pass ends the step; all are shown again when it is repeated. A till that
    has not signed them yet is asked to."""
    require_state(device, "compliance", "checked", "renewing")
    credential = compliance_credential(session, device)
    certificate = certificate_of(base64.b64decode(credential.token).decode("ascii"))
    shown = _signed_documents(session, device, certificate)
    if shown is None:
        _ask_till(device)
        session.flush()
        return _WAIT_FOR_TILL
    authority = _authority(device)
    for uuid, signed in shown:
        exchange = authority.compliance_check(credential, Submission(uuid, signed.hash, signed.xml))
        answer = compliance_passed(exchange)
        note(session, device, exchange, answer.outcome.value)
        if answer.outcome is not Outcome.ACCEPTED:
            return StepResult(False, answer.errors)
    if device.state != "renewing":
        device.state = "checked"
    device.asked = None
    session.flush()
    return StepResult(True)


def request_production(session: Session, device: Device) -> StepResult:
    """checked -> active, or renewing -> active: the certificate that counts. From now on the
    device signs, and what waits at it is sent."""
    require_state(device, "checked", "renewing")
    credential = compliance_credential(session, device)
    exchange = _authority(device).production_csid(credential, device.request_id)
    answer = certificate_from(session, device, exchange)
    if isinstance(answer, StepResult):
        return answer
    kept = keep_production(session, device, answer)
    if kept.done:
        wake(session, device.id)
    return kept


def renew(session: Session, device: Device, otp: str) -> StepResult:
    """The next certificate before this one ends: in use at once, or, where the authority wants to
    see the documents again (428), after the steps of `renewing`. The device signs on with what it
    has until then; its key and its chain stay."""
    require_state(device, "active", "renewing", "expired")
    if device.of_till and not request_is_signed(session, device):
        ask_for_request(device)
        session.flush()
        return _WAIT_FOR_TILL
    digest = spend_password(session, otp)
    credential = production_credential(session, device)
    request = _renewed_request(session, device)
    exchange = _authority(device).renew_csid(credential, as_sent(request.encode()), otp.strip())
    answer = certificate_from(session, device, exchange, digest)
    if isinstance(answer, StepResult):
        return answer
    device.csr = request
    if answer.compliant:
        return keep_production(session, device, answer)
    kept = keep_compliance(session, device, answer)
    if kept.done:
        # Nothing may be signed with a certificate that has ended.
        device.state = "compliance" if device.state == "expired" else "renewing"
        _ask_till(device)
        session.flush()
    return kept


def revoke(session: Session, device: Device) -> None:
    """Take a device out of use for good: it signs nothing more, and its key is destroyed. What it
    signed is still sent. The certificate itself is withdrawn on the authority's portal, which has
    no call for it."""
    require_state(device, *REVOCABLE)
    device.state = "revoked"
    device.key = device.asked = None
    session.flush()


def require_state(device: Device, *allowed: str) -> None:
    """Raise Conflict for a step that this device is not at."""
    if device.state not in allowed:
        raise Conflict(
            phrase("{device} is not at this step.", device=device.name),
            fix=phrase("Its page says what comes next."),
        )


def _signed_documents(
    session: Session, device: Device, certificate: SigningCertificate
) -> list[tuple[str, Signed]] | None:
    """The documents to show with their UUIDs; None where the till has to sign them first."""
    if device.of_till:
        return signed_documents(session, device, certificate)
    key, now = signing_key(session, device), utc_now()
    seller = seller_of(session, device.branch_id)
    return [
        (one.uuid, sign(one.unsigned, key, certificate, now))
        for one in rehearse(seller, device.invoice_kinds, now, new_uuids())
    ]


def _ask_till(device: Device) -> None:
    """Ask a till that holds the key for the signatures of the documents to show."""
    if device.of_till:
        ask_for_documents(device)


def _renewed_request(session: Session, device: Device) -> str:
    return device.csr if device.of_till else _request(session, device, signing_key(session, device))


def _request(session: Session, device: Device, key: ec.EllipticCurvePrivateKey) -> str:
    name = _name(session, device)
    return certificate_request(name, key, ENVIRONMENTS[device.environment]).decode("ascii")


def _name(session: Session, device: Device) -> DeviceName:
    return device_name(session, device, industry=options(session, ZatcaOptions).industry)


def _authority(device: Device) -> Authority:
    return Authority(ENVIRONMENTS[device.environment])
