"""The documents that a device must master before production: an invoice, a credit note and a debit
note of each kind that it declares. They are in a chain of their own and count for nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from addons.zatca.documents.signing import RIYADH
from addons.zatca.documents.ubl import Unsigned, build
from addons.zatca.documents.values import (
    CREDIT_NOTE,
    DEBIT_NOTE,
    FIRST_PREVIOUS_HASH,
    INVOICE,
    NOTES,
    Chain,
    EInvoice,
    Kind,
    Line,
    Party,
)

_KINDS: Final[tuple[Kind, ...]] = (INVOICE, CREDIT_NOTE, DEBIT_NOTE)
_BUYER_VAT_NUMBERS: Final = ("399999999800003", "300000000000003")
"""Two, as the buyer's may not be the seller's (BR-CUSTOM-VALIDATION-01)."""


MOST: Final = 6
"""Documents at the most: three of each kind."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A document to show, all but its signature."""

    uuid: str
    unsigned: Unsigned


def rehearse(
    seller: Party, invoice_kinds: str, at: datetime, uuids: Iterable[str]
) -> list[Rehearsed]:
    """The documents to show, each following the one before it. The same is asked and the same
    comes out: who signs them elsewhere signs what is shown."""
    found: list[Rehearsed] = []
    previous = FIRST_PREVIOUS_HASH
    shown = documents_to_show(seller, invoice_kinds, at)
    for counter, (uuid_, invoice) in enumerate(zip(uuids, shown, strict=False), 1):
        unsigned = build(invoice, Chain(uuid_, counter, previous))
        found.append(Rehearsed(uuid_, unsigned))
        previous = unsigned.hash
    return found


def new_uuids() -> list[str]:
    """Numbers for as many documents as any device has to show."""
    return [str(uuid.uuid4()) for _ in range(MOST)]


def documents_to_show(seller: Party, invoice_kinds: str, at: datetime) -> Iterator[EInvoice]:
    """The three or six documents, issued at this moment."""
    here = at.astimezone(RIYADH)
    sides = [
        side for side, flag in ((True, invoice_kinds[0]), (False, invoice_kinds[1])) if flag == "1"
    ]
    for standard in sides:
        for kind in _KINDS:
            yield EInvoice(
                number=f"CHECK-{'B' if standard else 'C'}-{kind}",
                issue_date=here.date(),
                issue_time=here.time().replace(microsecond=0),
                seller=seller,
                lines=(Line("1", "Compliance check", Decimal(1), Decimal("100.00")),),
                kind=kind,
                standard=standard,
                buyer=_buyer(seller) if standard else None,
                supply_date=here.date(),
                reason="Compliance check" if kind in NOTES else "",
                references=("CHECK",) if kind in NOTES else (),
                payment_means="10",
            )


def _buyer(seller: Party) -> Party:
    vat = next(each for each in _BUYER_VAT_NUMBERS if each != seller.vat_number)
    return Party(
        name="Compliance check",
        vat_number=vat,
        street=seller.street,
        building=seller.building,
        district=seller.district,
        city=seller.city,
        postal_zone=seller.postal_zone,
    )
