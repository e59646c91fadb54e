"""From a place in the document to the field of the sale that mends it.

The names are those of `documents.values.EInvoice`: "number", "lines[2].price",
"lines[0].allowances[1].amount", "buyer.vat_number", "seller.street". Indexes count from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from addons.zatca.rules.nodes import Node

_PARTIES = {
    "cac:AccountingSupplierParty": "seller",
    "cac:AccountingCustomerParty": "buyer",
}

Owner = Literal["sale", "company", "contact"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a person mends a field: at the sale itself, at the company, or at the contact; `line`
    is the line of the sale, counted from 0."""

    owner: Owner
    field: str
    line: int | None = None


def field_of(place: Node, name: str) -> str:
    """The field at a place of the document. A `name` that begins with "/" says it whole."""
    if name.startswith("/"):
        return name[1:]
    return ".".join(part for part in (*_owners(place), name) if part)


def origin_of(field: str) -> Origin:
    """Who holds a field of a finding, and under which name."""
    head, _, rest = field.partition(".")
    if head == "seller":
        return Origin("company", rest)
    if head == "buyer":
        return Origin("contact", rest)
    if head.startswith("lines["):
        return Origin("sale", rest, int(head[len("lines[") : -1]))
    return Origin("sale", field)


def _owners(place: Node) -> list[str]:
    """The names of what a place is part of, outermost first."""
    owners: list[str] = []
    for node in place.ancestors():
        if node.name in _PARTIES:
            owners.append(_PARTIES[node.name])
        elif node.name == "cac:InvoiceLine":
            owners.append(_line(node))
        elif node.name == "cac:AllowanceCharge" and not node.within("cac:Price"):
            owners.append(f"allowances[{node.ordinal}]")
        elif node.name == "cac:TaxSubtotal" and node.within("ubl:Invoice", "cac:TaxTotal"):
            owners.append(_taxed(node))
    return list(reversed(owners))


def _line(line: Node) -> str:
    """Lines that take off an advance are the prepayments of the sale, and come after its lines."""
    siblings = line.parent.every(line.name) if line.parent is not None else [line]
    advances = line.has("cac:DocumentReference")
    alike = [one for one in siblings if one.has("cac:DocumentReference") is advances]
    at = next(at for at, one in enumerate(alike) if one is line)
    return f"prepayments[{at}]" if advances else f"lines[{at}]"


def _taxed(subtotal: Node) -> str:
    """A category of the breakdown is mended at the first line that is taxed by it."""
    code = subtotal.value("cac:TaxCategory/cbc:ID")
    invoice = subtotal.parent.parent if subtotal.parent is not None else None
    for line in invoice.every("cac:InvoiceLine") if invoice is not None else []:
        if line.value("cac:Item/cac:ClassifiedTaxCategory/cbc:ID") == code:
            return _line(line)
    return ""
