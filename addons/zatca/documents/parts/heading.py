"""What stands before the parties: number, kind, currencies, references, place in the chain; and
between parties and sums: delivery and payment."""

from __future__ import annotations

from typing import Final

from addons.zatca.documents.parts.markup import Lines, block, leaf, text
from addons.zatca.documents.values import ACCOUNTING_CURRENCY, NOTES, Chain, EInvoice

_MEANS_NOT_SAID: Final = "1"
"""UN/CEFACT 4461: instrument not defined."""


def identification(invoice: EInvoice, chain: Chain) -> Lines:
    """Everything up to the references."""
    return [
        leaf("cbc:ProfileID", "reporting:1.0"),
        *text("cbc:ID", invoice.number, "number"),
        *text("cbc:UUID", chain.uuid, "uuid"),
        leaf("cbc:IssueDate", invoice.issue_date.isoformat()),
        leaf("cbc:IssueTime", invoice.issue_time.strftime("%H:%M:%S")),
        leaf("cbc:InvoiceTypeCode", invoice.kind, f' name="{invoice.type_name}"'),
        *(line for note in invoice.notes for line in text("cbc:Note", note, "notes")),
        leaf("cbc:DocumentCurrencyCode", invoice.currency),
        leaf("cbc:TaxCurrencyCode", ACCOUNTING_CURRENCY),
    ]


def references(invoice: EInvoice, chain: Chain) -> Lines:
    """Order, corrected invoices, contract; then counter (ICV) and previous hash (PIH)."""
    found: Lines = []
    if invoice.order_reference:
        found += block(
            "cac:OrderReference", text("cbc:ID", invoice.order_reference, "order_reference")
        )
    for number in invoice.references:
        reference = block("cac:InvoiceDocumentReference", text("cbc:ID", number, "references"))
        found += block("cac:BillingReference", reference)
    if invoice.contract_reference:
        found += block(
            "cac:ContractDocumentReference",
            text("cbc:ID", invoice.contract_reference, "contract_reference"),
        )
    found += block(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", "ICV"),
        leaf("cbc:UUID", str(chain.counter)),
    )
    return found + attached("PIH", chain.previous_hash)


def attached(name: str, content: str) -> Lines:
    """A reference that carries its text: the previous hash, the QR code."""
    carried = leaf("cbc:EmbeddedDocumentBinaryObject", content, ' mimeCode="text/plain"')
    return block(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", name),
        block("cac:Attachment", carried),
    )


def delivery(invoice: EInvoice) -> Lines:
    """When it was supplied (KSA-5), and for how long (KSA-24)."""
    if invoice.supply_date is None:
        return []
    lines = [leaf("cbc:ActualDeliveryDate", invoice.supply_date.isoformat())]
    if invoice.supply_end is not None:
        lines.append(leaf("cbc:LatestDeliveryDate", invoice.supply_end.isoformat()))
    return block("cac:Delivery", lines)


def payment(invoice: EInvoice) -> Lines:
    """How it is paid (BT-81), and in notes why there is one (KSA-10, BR-KSA-17)."""
    reason = invoice.reason if invoice.kind in NOTES else ""
    if not (invoice.payment_means or reason):
        return []
    return block(
        "cac:PaymentMeans",
        text("cbc:PaymentMeansCode", invoice.payment_means or _MEANS_NOT_SAID, "payment_means"),
        text("cbc:InstructionNote", reason, "reason"),
    )
