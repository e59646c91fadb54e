"""An invoice as UBL 2.1, up to the moment where it is signed.

The text is assembled in canonical form, in the same order and with the same blanks by server and
browser, so both make the same bytes. Extensions, QR code and signature reference are no part of
what is hashed; the places where they will stand are known (Security Features Implementation
Standards 2.3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from addons.zatca.documents.figures import written
from addons.zatca.documents.hashing import base64_text, sha256
from addons.zatca.documents.parts import heading, lines, money, parties
from addons.zatca.documents.parts.markup import INDENT, Lines
from addons.zatca.documents.texts import trimmed, western
from addons.zatca.documents.totals import Totals, totals_of
from addons.zatca.documents.values import Chain, EInvoice

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
ROOT: Final = (
    f'<Invoice xmlns="{UBL}Invoice-2" xmlns:cac="{UBL}CommonAggregateComponents-2"'
    f' xmlns:cbc="{UBL}CommonBasicComponents-2" xmlns:ext="{UBL}CommonExtensionComponents-2">'
)
GAP: Final = f"\n{INDENT}"
"""Between blocks of the first level: it stays, and is hashed, where blocks are taken out."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the QR code repeats of a document (tags 1 to 5), letter for letter."""

    seller: str
    vat_number: str
    issued: str
    total: str
    tax: str


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A document that is done but for its signature: the text `before` the QR code and `after` the
    signature reference, the hash's `digest`, and what the QR code says of it."""

    before: str
    after: str
    digest: bytes
    stamp: Stamp
    simplified: bool

    @property
    def hash(self) -> str:
        """The hash as text: QR tag 6, the API's invoiceHash, the next document's previous hash."""
        return base64_text(self.digest)

    @property
    def canonical(self) -> bytes:
        """The bytes that are hashed, which browser and server must agree on."""
        return _canonical(self.before, self.after)


def build(invoice: EInvoice, chain: Chain) -> Unsigned:
    """Write an invoice at its place in the chain. Raises InvalidInput, naming the field, where a
    text holds what XML cannot carry; whether it keeps the authority's rules is for `rules`."""
    totals = totals_of(invoice)
    head = heading.identification(invoice, chain) + heading.references(invoice, chain)
    before = _first_level(head) + GAP
    after = _first_level(_body(invoice, totals)) + "\n</Invoice>"
    return Unsigned(
        before=before,
        after=after,
        digest=sha256(_canonical(before, after)),
        stamp=_stamp(invoice, totals),
        simplified=not invoice.standard,
    )


def _body(invoice: EInvoice, totals: Totals) -> Lines:
    found = parties.seller(invoice.seller) + parties.buyer(invoice.buyer)
    found += heading.delivery(invoice) + heading.payment(invoice)
    for position, each in enumerate(invoice.allowances):
        field = f"allowances[{position}]"
        found += money.allowance(each, invoice.currency, field, with_category=True)
    found += money.exchange_rate(invoice)
    found += money.tax_totals(totals, invoice.currency)
    found += money.monetary_total(invoice, totals)
    return found + lines.invoice_lines(invoice, totals)


def _first_level(found: Lines) -> str:
    return "".join(GAP + line for line in found)


def _canonical(before: str, after: str) -> bytes:
    return f"{ROOT}{before}{GAP}{after}".encode()


def _stamp(invoice: EInvoice, totals: Totals) -> Stamp:
    return Stamp(
        seller=trimmed(invoice.seller.name),
        vat_number=western(trimmed(invoice.seller.vat_number)),
        issued=f"{invoice.issue_date.isoformat()}T{invoice.issue_time.strftime('%H:%M:%S')}",
        total=written(totals.payable),
        tax=written(totals.tax_in_sar),
    )
