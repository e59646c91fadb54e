"""Rules about VAT categories and their rates: standard (S), zero (Z), exempt (E), outside (O)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from addons.zatca.rules.codes import TAX_CATEGORIES, ZATCA_CATEGORIES
from addons.zatca.rules.document import Document, category, is_vat
from addons.zatca.rules.figures import at, total
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.remedies import ADDED_UP_ITSELF
from addons.zatca.rules.rule import ERROR, WARNING, Broken, Rule, rule
from addons.zatca.rules.subjects.allowances import document_allowances, document_charges
from core.api import msg

_TAX = msg("Choose the tax of the line, the discount or the charge again.")
RATE = msg("Correct the rate of the tax.")

LINE = "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory"
ADJUSTMENT = "cac:AllowanceCharge/cac:TaxCategory"
BREAKDOWN = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"


def _coded(document: Document) -> list[Node]:
    """The category codes of breakdown, lines, advances, allowances and charges."""
    places = (
        "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID",
        "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID",
        "cac:AllowanceCharge/cac:TaxCategory/cbc:ID",
        "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
    )
    return [one for path in places for one in document.invoice.every(path)]


def breakdown(document: Document, code: str) -> list[Node]:
    """The tax categories with a code in the breakdown of the document."""
    found = [one for part in document.subtotals for one in part.every("cac:TaxCategory")]
    return [one for one in found if category(one) == code and is_vat(one)]


def of_lines(document: Document, code: str) -> list[Node]:
    return [one for one in document.under(LINE) if category(one) == code and is_vat(one)]


@rule(
    "BR-CL-18",
    ERROR,
    field="category",
    says=msg("A VAT category is not in the international list (UNTDID 5305)."),
    remedy=_TAX,
)
def known_category(document: Document) -> Iterable[Node]:
    return (one for one in _coded(document) if one.squeezed not in TAX_CATEGORIES)


@rule(
    "BR-KSA-18",
    ERROR,
    field="category",
    says=msg("A VAT category is none of S, Z, E and O."),
    remedy=_TAX,
)
def accepted_category(document: Document) -> Iterable[Node]:
    # The authority looks for the text inside this row.
    row = f" {' '.join(ZATCA_CATEGORIES)} "
    return (one for one in _coded(document) if one.text not in row)


def _broken_down(code: str) -> Broken:
    """A category of a line, allowance or charge that the breakdown lacks."""

    def broken(document: Document) -> Iterable[Node]:
        used = [
            *(one for one in document.under(ADJUSTMENT)),
            *(one for one in document.all("cac:ClassifiedTaxCategory")),
        ]
        used = [one for one in used if category(one) == code and is_vat(one)]
        return used[:1] if used and not breakdown(document, code) else ()

    return broken


def _taxable(code: str) -> Broken:
    """A taxable amount that is not what lines, charges and allowances of the category add up to."""

    def broken(document: Document) -> Iterable[Node]:
        found = breakdown(document, code)
        if not found:
            return
        parts = [
            one for one in document.lines if _has(one, "cac:Item/cac:ClassifiedTaxCategory", code)
        ]
        more = [one for one in document_charges(document) if _has(one, "cac:TaxCategory", code)]
        less = [one for one in document_allowances(document) if _has(one, "cac:TaxCategory", code)]
        due = total(parts, "cbc:LineExtensionAmount") + total(more, "cbc:Amount")
        due -= total(less, "cbc:Amount")
        used = of_lines(document, code) or any(
            category(one) == code and is_vat(one)
            for node in document.adjustments
            for one in node.every("cac:TaxCategory")
        )
        for one in found:
            if not used or _declared(one, code) != due:
                yield one

    return broken


def _declared(one: Node, code: str) -> Decimal | None:
    """The taxable amount of a category; of the standard rate, that of all its rates together."""
    if one.parent is None:
        return None
    if code != "S":
        return at(one.parent, "cbc:TaxableAmount")
    siblings = one.parent.parent.every("cac:TaxSubtotal") if one.parent.parent else []
    return total(
        (part for part in siblings if _has(part, "cac:TaxCategory", "S")), "cbc:TaxableAmount"
    )


def _has(node: Node, path: str, code: str) -> bool:
    return any(category(one) == code for one in node.every(path))


def _no_vat(code: str) -> Broken:
    def broken(document: Document) -> Iterable[Node]:
        for one in breakdown(document, code):
            if one.parent is None or at(one.parent, "cbc:TaxAmount") != 0:
                yield one

    return broken


RULES: tuple[Rule, ...] = (
    known_category,
    accepted_category,
    Rule(
        "BR-S-01",
        WARNING,
        "category",
        msg("Something is sold at the standard rate that the breakdown of VAT lacks."),
        ADDED_UP_ITSELF,
        _broken_down("S"),
    ),
    Rule(
        "BR-Z-01",
        WARNING,
        "category",
        msg("Something is sold zero rated that the breakdown of VAT lacks."),
        ADDED_UP_ITSELF,
        _broken_down("Z"),
    ),
    Rule(
        "BR-E-01",
        WARNING,
        "category",
        msg("Something is sold exempt that the breakdown of VAT lacks."),
        ADDED_UP_ITSELF,
        _broken_down("E"),
    ),
    Rule(
        "BR-O-01",
        WARNING,
        "category",
        msg("Something is sold outside of VAT that the breakdown of VAT lacks."),
        ADDED_UP_ITSELF,
        _broken_down("O"),
    ),
    Rule(
        "BR-S-08",
        WARNING,
        "category",
        msg("What the breakdown taxes at the standard rate is not what is sold at it."),
        ADDED_UP_ITSELF,
        _taxable("S"),
    ),
    Rule(
        "BR-Z-08",
        WARNING,
        "category",
        msg("What the breakdown has as zero rated is not what is sold zero rated."),
        ADDED_UP_ITSELF,
        _taxable("Z"),
    ),
    Rule(
        "BR-E-08",
        WARNING,
        "category",
        msg("What the breakdown has as exempt is not what is sold exempt."),
        ADDED_UP_ITSELF,
        _taxable("E"),
    ),
    Rule(
        "BR-O-08",
        WARNING,
        "category",
        msg("What the breakdown has as outside of VAT is not what is sold outside of it."),
        ADDED_UP_ITSELF,
        _taxable("O"),
    ),
    Rule(
        "BR-Z-09",
        ERROR,
        "rate",
        msg("There is VAT on what is zero rated."),
        RATE,
        _no_vat("Z"),
    ),
    Rule("BR-E-09", ERROR, "rate", msg("There is VAT on what is exempt."), RATE, _no_vat("E")),
    Rule(
        "BR-O-09",
        ERROR,
        "rate",
        msg("There is VAT on what is outside of VAT."),
        RATE,
        _no_vat("O"),
    ),
)
