"""Is the document built as UBL 2.1 wants it: elements in their order, values of their type?"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator

from addons.zatca.rules.figures import decimal
from addons.zatca.rules.finding import Finding, Severity
from addons.zatca.rules.nodes import Node, squeeze
from addons.zatca.rules.remedies import BUILT_ITSELF
from addons.zatca.rules.sale_fields import field_of
from addons.zatca.rules.ubl_order import ORDER
from core.api import phrase

CODE = "XSD_ZATCA_INVALID"
"""What the authority answers to a document that is not UBL."""

READ_ONCE = "READ_ONCE"
"""Our own code: UBL lets these be repeated, the authority's rules cannot read more than one."""

_READ_ONCE = {
    "ubl:Invoice": ("cac:Delivery",),
    "cac:Party": ("cac:PartyIdentification", "cac:PartyTaxScheme", "cac:PartyLegalEntity"),
    "cac:AllowanceCharge": ("cbc:AllowanceChargeReason",),
    "cac:InvoiceLine": ("cac:TaxTotal",),
    "cac:TaxCategory": ("cbc:TaxExemptionReason",),
}
_REFERENCES_ONCE = ("ICV", "PIH", "QR")
_NUMBERS = ("Amount", "Quantity", "Measure", "Rate", "Numeric", "Percent")
_DATE = re.compile(r"-?[0-9]{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(Z|[+-][0-9:]{5})?")
_TIME = re.compile(r"([01][0-9]|2[0-3]|24):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-][0-9:]{5})?")
_DEMANDED = {"Amount": "currencyID", "Measure": "unitCode", "BinaryObject": "mimeCode"}


def structure(invoice: Node) -> Iterator[Finding]:
    """What is missing, misplaced, repeated or of the wrong type under the root."""
    if invoice.name != "ubl:Invoice":
        yield _finding(invoice, phrase("The document is not an invoice of UBL 2.1."))
        return
    yield from _references(invoice)
    waiting = [invoice]
    while waiting:
        node = waiting.pop()
        if node.name in ORDER:
            yield from _children(node)
            yield from _readings(node)
            waiting.extend(reversed(node.children))
        elif node.name.startswith("cbc:"):
            yield from _value(node)


def _children(node: Node) -> Iterator[Finding]:
    """A child must stand after all that UBL lists before it."""
    order = ORDER[node.name]
    rank = {name: at for at, (name, _, _) in enumerate(order)}
    if node.own_text.strip():
        yield _finding(node, phrase("{name} holds text of its own.", name=_short(node)))
    counts = Counter(child.name for child in node.children)
    reached = 0
    for child in node.children:
        name = _short(child)
        if child.name not in rank:
            yield _finding(child, phrase("{name} does not belong there.", name=name))
        elif rank[child.name] < reached:
            yield _finding(child, phrase("{name} stands in the wrong place.", name=name))
        else:
            reached = rank[child.name]
    for name, demanded, repeats in order:
        if demanded and not counts[name]:
            missing = phrase("{name} is missing.", name=name.partition(":")[2])
            yield _finding(node, missing)
        elif counts[name] > 1 and not repeats:
            second = node.every(name)[1]
            yield _finding(second, phrase("{name} is there more than once.", name=_short(second)))


def _readings(node: Node) -> Iterator[Finding]:
    for name in _READ_ONCE.get(node.name, ()):
        yield from (_repeated(one) for one in node.every(name)[1:])


def _references(invoice: Node) -> Iterator[Finding]:
    """Counter, previous hash and QR code stand in references of the same name, each once."""
    found = invoice.every("cac:AdditionalDocumentReference")
    purposes = [squeeze(one.value("cbc:ID")) for one in found]
    for at, (one, purpose) in enumerate(zip(found, purposes, strict=True)):
        if purpose in _REFERENCES_ONCE and purpose in purposes[:at]:
            yield _repeated(one)
    counted = [one for one in found if one.has("cbc:UUID")]
    yield from (_repeated(one) for one in counted[1:])


def _repeated(node: Node) -> Finding:
    message = phrase("{name} is there more than once.", name=_short(node))
    return _finding(node, message, READ_ONCE)


def _value(node: Node) -> Iterator[Finding]:
    """UBL names elements by the type of their value: an Amount, a Date, an Indicator …"""
    name = _short(node)
    if node.children or not _is_sound(name, node.squeezed):
        yield _finding(node, phrase("{name} is not of its type.", name=name))
    for suffix, attribute in _DEMANDED.items():
        if name.endswith(suffix) and attribute not in node.attributes:
            yield _finding(
                node, phrase("{name} has no {attribute}.", name=name, attribute=attribute)
            )


def _is_sound(name: str, value: str) -> bool:
    if name.endswith(_NUMBERS):
        return decimal(value) is not None
    if name.endswith("Date"):
        return _DATE.fullmatch(value) is not None
    if name.endswith("Time"):
        return _TIME.fullmatch(value) is not None
    if name.endswith("Indicator"):
        return value in ("true", "false", "1", "0")
    if name.endswith("BinaryObject"):
        return _is_base64(value)
    return True


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(re.sub(r"\s", "", value), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _short(node: Node) -> str:
    return node.name.partition(":")[2]


def _finding(node: Node, message: str, code: str = CODE) -> Finding:
    return Finding(code, Severity.ERROR, message, node.path, field_of(node, ""), BUILT_ITSELF)
