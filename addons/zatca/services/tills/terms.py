"""What a till must know to sign by itself, as the feed tells it (docs/pos-sync.md)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import offline_taxes, tax_statements, units
from addons.zatca.documents.certificates import SigningCertificate, certificate_of
from addons.zatca.documents.exemptions import EXEMPTIONS, NEEDS_CITIZEN, OUT_OF_SCOPE
from addons.zatca.documents.hashing import base64_text
from addons.zatca.documents.values import ACCOUNTING_CURRENCY, FIRST_PREVIOUS_HASH, Party
from addons.zatca.models import SIGNING, ChainEnd, Device
from addons.zatca.services.preparing.amounts import PIECE, Category, category_of
from addons.zatca.services.preparing.parties import seller_of
from addons.zatca.services.tills.asking import is_waiting
from core.api import InvalidInput

_KIND: Final = "zatca"


def device_of_till(session: Session, register_id: int) -> Device | None:
    """The device with which the till of a register signs by itself, or will once it is registered;
    None where it has none."""
    return session.scalar(
        select(Device)
        .where(
            Device.register_id == register_id, Device.held_by == "till", Device.state != "revoked"
        )
        .order_by(Device.state.in_(SIGNING).desc(), Device.id.desc())
        .limit(1)
    )


def terms_of(
    session: Session,
    register_id: int,
    branch_id: int | None,
    currency: str,
    words: Mapping[str, Any],
) -> dict[str, Any] | None:
    """The section for the till of a register; None where it signs nothing. `words` are those that
    only whoever books its sales knows."""
    device = device_of_till(session, register_id) if currency == ACCOUNTING_CURRENCY else None
    if device is None:
        return None
    seller = _seller(session, branch_id)
    signs = device.signs and seller is not None
    return {
        "kind": _KIND,
        "device": device.serial,
        "state": device.state,
        "asks": is_waiting(device),
        "signs": signs,
        "certificate": _certificate(device) if signs else None,
        "seller": seller,
        "categories": _categories(session),
        "out_of_scope": {"code": OUT_OF_SCOPE, "reason": EXEMPTIONS[OUT_OF_SCOPE].reason},
        "needs_citizen": sorted(NEEDS_CITIZEN),
        "units": {
            str(key): unit.standard_code or PIECE for key, unit in sorted(units(session).items())
        },
        **words,
        "chain": _chain(session, device),
    }


def _seller(session: Session, branch_id: int | None) -> dict[str, Any] | None:
    try:
        party: Party = seller_of(session, branch_id)
    except InvalidInput:
        return None
    identity = party.identity
    return {
        "name": party.name,
        "vat_number": party.vat_number,
        "identity": None
        if identity is None
        else {"scheme": identity.scheme, "value": identity.value},
        "street": party.street,
        "additional_street": party.additional_street,
        "building": party.building,
        "plot": party.plot,
        "district": party.district,
        "city": party.city,
        "postal_zone": party.postal_zone,
        "province": party.province,
        "country": party.country,
    }


def _certificate(device: Device) -> dict[str, str]:
    found: SigningCertificate = certificate_of(base64_text(device.certificate or b""))
    return {
        "text": found.text,
        "digest": found.digest,
        "issuer": found.issuer,
        "serial": str(found.serial),
        "public_key": base64.b64encode(found.public_key).decode("ascii"),
        "signature": base64.b64encode(found.signature).decode("ascii"),
        "until": found.not_after.isoformat(),
    }


def _categories(session: Session) -> dict[str, list[dict[str, str]]]:
    """How each tax is named, from each day on which its rate changed; the newest last."""
    changed: dict[date, set[str]] = {}
    for tax in offline_taxes(session).rules:
        for since, _ in tax.rates:
            changed.setdefault(since, set()).add(tax.code)
    found: dict[str, list[dict[str, str]]] = {}
    for since, codes in sorted(changed.items()):
        for code, stated in sorted(tax_statements(session, codes, since).items()):
            found.setdefault(code, []).append(_category(since, category_of([stated])))
    return found


def _category(since: date, stated: Category) -> dict[str, str]:
    exemption = stated.exemption
    return {
        "from": since.isoformat(),
        "category": stated.category,
        "rate": f"{stated.rate.normalize():f}",
        "code": "" if exemption is None else exemption.code,
        "reason": "" if exemption is None else exemption.reason,
    }


def _chain(session: Session, device: Device) -> dict[str, Any]:
    end = session.get(ChainEnd, device.id)
    if end is None:
        return {"counter": 0, "hash": FIRST_PREVIOUS_HASH}
    return {"counter": end.next_counter - 1, "hash": end.last_hash}
