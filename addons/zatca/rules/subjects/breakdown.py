"""Rules about the breakdown of VAT by category: what it must hold and how its VAT is counted."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from addons.zatca.rules.document import Document, category, is_vat
from addons.zatca.rules.figures import at, double, shown
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.remedies import ADDED_UP_ITSELF
from addons.zatca.rules.rule import ERROR, WARNING, Rule, in_cents, present, rule
from addons.zatca.rules.subjects.categories import breakdown
from core.api import msg

_TAX = msg("Choose the tax of the line again.")
_TOLERANCE = Decimal("0.01")


def subtotals(document: Document) -> list[Node]:
    return document.subtotals


def invoice(document: Document) -> list[Node]:
    return [document.invoice]


def _vat_categories(part: Node) -> list[Node]:
    return [one for one in part.every("cac:TaxCategory") if is_vat(one)]


@rule(
    "BR-47",
    ERROR,
    field="category",
    says=msg("A part of the breakdown of VAT has no category."),
    remedy=_TAX,
)
def has_a_category(document: Document) -> Iterable[Node]:
    for part in document.subtotals:
        if not any(one.has("cbc:ID") for one in _vat_categories(part)):
            yield part


@rule(
    "BR-48",
    ERROR,
    field="rate",
    says=msg("A part of the breakdown of VAT has no rate."),
    remedy=_TAX,
)
def has_a_rate(document: Document) -> Iterable[Node]:
    for part in document.subtotals:
        found = _vat_categories(part)
        if not any(one.has("cbc:Percent") or category(one) == "O" for one in found):
            yield part


@rule(
    "BR-CO-17",
    WARNING,
    field="rate",
    says=msg("The VAT of a category is not its taxable amount times its rate."),
    remedy=ADDED_UP_ITSELF,
)
def vat_of_category(document: Document) -> Iterable[Node]:
    for part in document.subtotals:
        if not any(_is_counted_right(document, part, one) for one in part.every("cac:TaxCategory")):
            yield part


@rule(
    "BR-S-09",
    WARNING,
    field="rate",
    says=msg("The VAT at the standard rate is not the taxable amount times the rate."),
    remedy=ADDED_UP_ITSELF,
)
def vat_at_standard_rate(document: Document) -> Iterable[Node]:
    for one in breakdown(document, "S"):
        if one.parent is None or not _is_counted_right(document, one.parent, one):
            yield one


@rule(
    "BR-S-10",
    WARNING,
    field="exemption",
    says=msg("The standard rate gives a reason for being free of VAT."),
    remedy=msg("Take away the reason, or choose another tax."),
)
def standard_rate_has_no_reason(document: Document) -> Iterable[Node]:
    for one in breakdown(document, "S"):
        if one.has("cbc:TaxExemptionReason") or one.has("cbc:TaxExemptionReasonCode"):
            yield one


def _is_counted_right(document: Document, part: Node, tax: Node) -> bool:
    """Within a cent for each line, as the authority rounds: half to even on doubles."""
    base, rate = double(part, "cbc:TaxableAmount"), double(tax, "cbc:Percent")
    vat = at(part, "cbc:TaxAmount")
    due = shown(None if base is None or rate is None else base * rate / 100)
    if vat is None or due is None or not is_vat(tax):
        return False
    return abs(vat - due) <= _TOLERANCE * len(document.lines)


RULES: tuple[Rule, ...] = (
    present(
        "BR-CO-18",
        invoice,
        "cac:TaxTotal/cac:TaxSubtotal",
        severity=ERROR,
        field="/totals.vat",
        says=msg("The document does not break its VAT down."),
        remedy=ADDED_UP_ITSELF,
    ),
    present(
        "BR-45",
        subtotals,
        "cbc:TaxableAmount",
        severity=ERROR,
        field="category",
        says=msg("A part of the breakdown of VAT has no taxable amount."),
        remedy=ADDED_UP_ITSELF,
    ),
    present(
        "BR-46",
        subtotals,
        "cbc:TaxAmount",
        severity=ERROR,
        field="category",
        says=msg("A part of the breakdown of VAT has no VAT."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-19",
        subtotals,
        "cbc:TaxableAmount",
        field="category",
        says=msg("A taxable amount has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-20",
        subtotals,
        "cbc:TaxAmount",
        field="category",
        says=msg("The VAT of a category has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    has_a_category,
    has_a_rate,
    vat_of_category,
    vat_at_standard_rate,
    standard_rate_has_no_reason,
)
