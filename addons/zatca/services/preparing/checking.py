"""Looks at a document before its sale is posted, while a person can still mend it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.zatca.documents.signing import RIYADH, sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import Chain
from addons.zatca.models import Device
from addons.zatca.rules.checking import check
from addons.zatca.services.chain.signers import signer_of
from addons.zatca.services.preparing.values import Ready
from core.api import InvalidInput, Problem, utc_now

_TRIAL: Final = Chain("00000000-0000-4000-8000-000000000000", 1)
_LATE: Final = "BR-KSA-98"


def require_writable(ready: Ready) -> None:
    """Write a document on trial, for a sale that has happened: what cannot even be written must not
    come to light with the commit, which would undo the sale. Raises InvalidInput."""
    build(ready.invoice, _TRIAL)


def require_sound(session: Session, ready: Ready) -> None:
    """Sign a document on trial, at no place of the chain, and ask the authority's rules of it.
    Raises InvalidInput that names every field which is wrong. A warning of theirs is refused too:
    they announced that warnings will become errors."""
    device = session.get(Device, ready.device_id)
    assert device is not None
    signer, now = signer_of(session, device), utc_now()
    trial = sign(build(ready.invoice, _TRIAL), signer.key, signer.certificate, now)
    found = check(trial.xml, today=now.astimezone(RIYADH).date(), now=now)
    problems = {(one.field, one.message): one.remedy for one in found if one.rule != _LATE}
    if problems:
        (_, message), remedy = next(iter(problems.items()))
        raise InvalidInput(message, fix=remedy, problems=tuple(Problem(*key) for key in problems))
