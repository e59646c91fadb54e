"""A sale as the electronic invoice that it becomes, all but its place in a chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, rate_on
from addons.contacts.api import get_contact
from addons.zatca.documents.exemptions import NEEDS_CITIZEN
from addons.zatca.documents.signing import RIYADH
from addons.zatca.documents.texts import cleaned
from addons.zatca.documents.values import (
    ACCOUNTING_CURRENCY,
    NOTES,
    EInvoice,
    Flags,
    Party,
)
from addons.zatca.extension_points import Sale
from addons.zatca.models import SpecialInvoice
from addons.zatca.services.chain.choosing import device_for
from addons.zatca.services.preparing.advances import advances_of
from addons.zatca.services.preparing.amounts import Amounts, Category, amounts_of, categories
from addons.zatca.services.preparing.corrections import as_debit_note
from addons.zatca.services.preparing.parties import (
    HOME,
    business_buyer,
    consumer_buyer,
    is_business,
    seller_of,
)
from addons.zatca.services.preparing.rounding import tolerable
from addons.zatca.services.preparing.values import Ready
from addons.zatca.services.special_invoices import special_of
from core.api import InvalidInput, msg, phrase, utc_now

TAKEN_BACK: Final = msg("Goods or services were taken back.")
"""Why a credit note was issued, where nobody said it."""
_EXPORTS: Final = frozenset({"VATEX-SA-32", "VATEX-SA-33"})


@dataclass(frozen=True, slots=True)
class _Kind:
    """Whether a sale becomes a tax invoice or a simplified one, and who its buyer is."""

    standard: bool
    buyer: Party | None


def prepare(session: Session, sale: Sale, supersedes_id: int | None = None) -> Ready:
    """What a sale becomes. Raises InvalidInput that names the field where nobody has said who
    sells, where no device signs such a document, and where an amount has no counterpart in an
    electronic invoice."""
    issued = min(sale.happened_at, utc_now())
    kind = _kind(session, sale)
    seller = seller_of(session, sale.branch_id)
    device_id = device_for(session, kind.standard, sale.branch_id, sale.register_id)
    if device_id is None:
        raise InvalidInput.of(
            "device",
            phrase("No device is active that may sign this kind of invoice."),
            fix=phrase("Register one, or renew its certificate, under Tax → Devices."),
        )
    return Ready(
        source_type=sale.source_type,
        source_id=sale.source_id,
        device_id=device_id,
        invoice=_invoice(session, sale, kind, seller, issued),
        issue_at=issued,
        contact_id=sale.contact_id,
        branch_id=sale.branch_id,
        supersedes_id=supersedes_id,
    )


def _kind(session: Session, sale: Sale) -> _Kind:
    contact = get_contact(session, sale.contact_id) if sale.contact_id is not None else None
    if contact is not None and not sale.final and is_business(contact):
        return _Kind(True, business_buyer(session, contact))
    return _Kind(False, consumer_buyer(session, sale.contact_id))


def _invoice(
    session: Session, sale: Sale, kind: _Kind, seller: Party, issued: datetime
) -> EInvoice:
    sale = as_debit_note(session, sale)
    taxed = categories(session, sale)
    special = special_of(session, sale.source_type, sale.source_id)
    rest, prepayments = advances_of(session, sale, taxed)
    amounts = amounts_of(session, rest, taxed)
    if not amounts.lines:
        raise InvalidInput.of("lines", phrase("Nothing on it is sold."))
    local = issued.astimezone(RIYADH)
    stated = EInvoice(
        number=sale.number,
        issue_date=local.date(),
        issue_time=local.time().replace(microsecond=0),
        seller=seller,
        lines=tuple(amounts.lines),
        kind=sale.kind,
        standard=kind.standard,
        flags=_flags(special, export=_is_export(kind, taxed)),
        buyer=_named(kind, amounts),
        currency=sale.currency,
        rate=_rate(session, sale),
        supply_date=sale.supply_day,
        supply_end=None if special is None else special.supply_until,
        allowances=tuple(amounts.allowances),
        prepayments=prepayments,
        booked_taxes=amounts.booked_taxes,
        rounding=amounts.rounding,
        reason=_reason(sale),
        references=tuple(map(cleaned, sale.references)),
        payment_means=sale.payment_means,
        order_reference=cleaned(sale.order_reference),
        notes=tuple(map(cleaned, sale.notes)),
    )
    # A till states what it booked: its documents and ours are the same.
    as_booked = sale.final and sale.currency == ACCOUNTING_CURRENCY
    return stated if as_booked else tolerable(stated)


def _named(kind: _Kind, amounts: Amounts) -> Party | None:
    """The buyer. On a simplified invoice an identity is told to the authority only where it asks
    for one: education and healthcare of citizens (BR-KSA-49)."""
    buyer = kind.buyer
    if buyer is None or kind.standard:
        return buyer
    asked = any(
        line.exemption is not None and line.exemption.code in NEEDS_CITIZEN
        for line in amounts.lines
    )
    return Party(name=cleaned(buyer.name), identity=buyer.identity if asked else None)


def _flags(special: SpecialInvoice | None, *, export: bool) -> Flags:
    if special is None:
        return Flags(export=export)
    return Flags(
        third_party=special.third_party,
        nominal=special.nominal,
        export=export,
        summary=special.summary,
        self_billed=special.self_billed,
    )


def _is_export(kind: _Kind, taxed: Mapping[tuple[str, ...], Category]) -> bool:
    abroad = kind.standard and kind.buyer is not None and kind.buyer.country != HOME
    return abroad and any(
        one.exemption is not None and one.exemption.code in _EXPORTS for one in taxed.values()
    )


def _reason(sale: Sale) -> str:
    """Why a note was issued (KSA-10), which the authority asks of every one."""
    if sale.kind not in NOTES:
        return ""
    return cleaned(sale.reason) or TAKEN_BACK


def _rate(session: Session, sale: Sale) -> Decimal:
    """What one unit of the currency is in riyals."""
    if sale.currency == ACCOUNTING_CURRENCY:
        return Decimal(1)
    if company_currency(session) == ACCOUNTING_CURRENCY:
        return sale.rate
    of_riyal = rate_on(session, ACCOUNTING_CURRENCY, sale.day)
    if not of_riyal:
        raise InvalidInput.of(
            "currency",
            phrase("There is no rate of {currency} in riyals.", currency=sale.currency),
        )
    return sale.rate / of_riyal
