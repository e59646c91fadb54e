"""Rules about the lines that take off what was paid in advance."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from addons.zatca.rules.codes import PREPAYMENT_EXEMPTION_CODES
from addons.zatca.rules.document import Document, category, is_vat, squeezed_value
from addons.zatca.rules.figures import (
    at,
    decimals,
    double,
    is_zero,
    rounded,
    rounded_double,
    shown,
    total,
)
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import ERROR, WARNING, Broken, Rule, rule
from addons.zatca.rules.subjects.exemptions import CHOOSE, CODE, REASON
from core.api import msg

_AGAIN = msg("Choose the advance invoice again.")
_TOLERANCE = Decimal("0.01")
_REFERENCE = "cac:InvoiceLine/cac:DocumentReference"
_PART = "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal"
_PARTS = (
    "cbc:TaxAmount",
    "cbc:TaxableAmount",
    "cac:TaxCategory/cbc:ID",
    "cac:TaxCategory/cbc:Percent",
)


def references(document: Document) -> list[Node]:
    """The advance invoices that the lines refer to, when something is taken off."""
    return document.under(_REFERENCE) if document.prepaid else []


def parts(document: Document) -> list[Node]:
    """What the lines say of an advance, by category."""
    return document.under(_PART)


def _taken_off(document: Document) -> list[Node]:
    return parts(document) if document.prepaid else []


@rule(
    "BR-KSA-73",
    WARNING,
    field="/prepayments",
    says=msg("An advance is taken off without number, date and time of its advance invoice."),
    remedy=_AGAIN,
)
def names_the_advance(document: Document) -> Iterable[Node]:
    wanted = ("cbc:ID", "cbc:IssueDate", "cbc:IssueTime", "cbc:DocumentTypeCode")
    if document.prepaid and not references(document):
        yield document.invoice
    for one in references(document):
        if not all(one.has(part) for part in wanted):
            yield one


@rule(
    "BR-KSA-74",
    ERROR,
    field="/prepayments",
    says=msg("What is taken off was not invoiced as an advance (386)."),
    remedy=_AGAIN,
)
def is_an_advance(document: Document) -> Iterable[Node]:
    for one in references(document):
        kind = one.one("cbc:DocumentTypeCode")
        if kind is not None and kind.squeezed != "386":
            yield one


@rule(
    "BR-KSA-75",
    WARNING,
    field="/prepayments",
    says=msg("An advance is taken off without its taxable amount, VAT, category and rate."),
    remedy=_AGAIN,
)
def says_its_tax(document: Document) -> Iterable[Node]:
    for one in references(document):
        taxed = one.parent.every("cac:TaxTotal/cac:TaxSubtotal") if one.parent else []
        if not all(any(part.has(path) for part in taxed) for path in _PARTS):
            yield one


@rule(
    "BR-KSA-82",
    ERROR,
    field="/prepayments",
    says=msg("A line that takes off an advance has amounts of its own."),
    remedy=_AGAIN,
)
def line_is_empty(document: Document) -> Iterable[Node]:
    amounts = (
        "cbc:LineExtensionAmount",
        "cac:TaxTotal/cbc:TaxAmount",
        "cac:TaxTotal/cbc:RoundingAmount",
        "cac:Price/cbc:PriceAmount",
    )
    for one in references(document):
        line = one.parent
        if line is None:
            continue
        adjusted = line.has("cac:AllowanceCharge")
        nothing = all(is_zero(line, path) for path in amounts)
        if not nothing or (adjusted and not is_zero(line, "cac:AllowanceCharge/cbc:Amount")):
            yield one


@rule(
    "BR-KSA-80",
    WARNING,
    field="/prepayments",
    says=msg("The prepaid amount is not what the advances and their VAT add up to."),
    remedy=_AGAIN,
)
def sum_of_advances(document: Document) -> Iterable[Node]:
    prepaid = next(
        (amount for one in document.totals if (amount := at(one, "cbc:PrepaidAmount")) is not None),
        Decimal(0),
    )
    found = parts(document)
    taxable, tax = total(found, "cbc:TaxableAmount"), total(found, "cbc:TaxAmount")
    kinds = document.under(f"{_REFERENCE}/cbc:DocumentTypeCode")
    other = any(one.squeezed != "386" for one in kinds)
    if (
        (prepaid == 0 and any(p.has("cbc:TaxableAmount") or p.has("cbc:TaxAmount") for p in found))
        or (prepaid != 0 and taxable > 0 and tax > 0 and other)
        or shown(float(prepaid)) != shown(float(taxable + tax))
    ):
        yield document.invoice


@rule(
    "BR-KSA-79",
    WARNING,
    field="/prepayments",
    says=msg("The VAT of an advance is not its taxable amount times its rate."),
    remedy=_AGAIN,
)
def vat_of_advance(document: Document) -> Iterable[Node]:
    return (one for one in parts(document) if not (_is_free(one) and _is_within_a_cent(one)))


@rule(
    "BR-KSA-DEC-06",
    WARNING,
    field="/prepayments",
    says=msg("An advance or its VAT has more than two decimals."),
    remedy=_AGAIN,
)
def in_cents(document: Document) -> Iterable[Node]:
    for one in _taken_off(document):
        if max(decimals(one.value(path)) for path in ("cbc:TaxableAmount", "cbc:TaxAmount")) > 2:
            yield one


@rule(
    "BR-KSA-CL-07",
    WARNING,
    field="/prepayments",
    says=msg("The reason of an advance without VAT is not one that its category may have."),
    remedy=CHOOSE,
)
def known_code(document: Document) -> Iterable[Node]:
    for one in _free_of_vat(document):
        code = squeezed_value(one, CODE)
        if code and code not in PREPAYMENT_EXEMPTION_CODES[category(one)]:
            yield one


@rule(
    "BR-KSA-96",
    WARNING,
    field="/prepayments",
    says=msg("The reason of an advance without VAT is given as a code without its text."),
    remedy=CHOOSE,
)
def text_of_code(document: Document) -> Iterable[Node]:
    found = _free_of_vat(document)
    return (one for one in found if one.has(CODE) and not squeezed_value(one, REASON))


@rule(
    "BR-KSA-F-06-C39",
    WARNING,
    field="/prepayments",
    says=msg("The text of the reason of an advance is empty or longer than 1,000 characters."),
    remedy=CHOOSE,
)
def text_length(document: Document) -> Iterable[Node]:
    for one in _free_of_vat(document):
        found = one.one(REASON)
        if found is not None and not 1 <= len(found.text) <= 1000:
            yield one


def _free_of_vat(document: Document) -> list[Node]:
    found = document.under(f"{_PART}/cac:TaxCategory")
    return [one for one in found if category(one) in PREPAYMENT_EXEMPTION_CODES]


def _is_free(one: Node) -> bool:
    """An advance without VAT has none, and its rate says so."""
    tax = shown(double(one, "cbc:TaxAmount"))
    code, rate = (
        squeezed_value(one, "cac:TaxCategory/cbc:ID"),
        at(one, "cac:TaxCategory/cbc:Percent"),
    )
    unrated = not squeezed_value(one, "cac:TaxCategory/cbc:Percent")
    if code == "S" or not (code in ("E", "Z") or unrated):
        return True
    taxable = at(one, "cbc:TaxableAmount")
    due = None if taxable is None or rate is None else rounded(taxable * rate / 100)
    return tax == 0 and due is not None and tax == shown(float(due))


def _is_within_a_cent(one: Node) -> bool:
    taxable = double(one, "cbc:TaxableAmount")
    rates = [tax for tax in one.every("cac:TaxCategory") if is_vat(tax)]
    rate = double(rates[0], "cbc:Percent") if rates else None
    tax = shown(double(one, "cbc:TaxAmount"))
    if taxable is None or rate is None or tax is None:
        return False
    due = rounded_double((taxable * rate / 100) + 0.0001)
    return any(tax == shown(due + off) for off in (0.0, 0.01, -0.01))


def _rate(code: str) -> Broken:
    def broken(document: Document) -> Iterable[Node]:
        for part in _taken_off(document):
            for one in part.every("cac:TaxCategory"):
                if category(one) == code and is_vat(one) and at(one, "cbc:Percent") != 0:
                    yield one

    return broken


def _reason(code: str) -> Broken:
    def broken(document: Document) -> Iterable[Node]:
        found = _free_of_vat(document)
        return (one for one in found if category(one) == code and not squeezed_value(one, CODE))

    return broken


def _advance(code: str, says: str, broken: Broken, remedy: str = _AGAIN) -> Rule:
    return Rule(code, WARNING, "/prepayments", says, remedy, broken)


RULES: tuple[Rule, ...] = (
    names_the_advance,
    is_an_advance,
    says_its_tax,
    line_is_empty,
    sum_of_advances,
    vat_of_advance,
    in_cents,
    known_code,
    text_of_code,
    text_length,
    _advance("BR-KSA-76", msg("An advance is zero rated, with a rate other than 0."), _rate("Z")),
    _advance("BR-KSA-77", msg("An advance is exempt, with a rate other than 0."), _rate("E")),
    _advance(
        "BR-KSA-78", msg("An advance is outside of VAT, with a rate other than 0."), _rate("O")
    ),
    _advance(
        "BR-KSA-93", msg("A zero rated advance gives no reason for it."), _reason("Z"), CHOOSE
    ),
    _advance("BR-KSA-94", msg("An exempt advance gives no reason for it."), _reason("E"), CHOOSE),
    _advance(
        "BR-KSA-95", msg("An advance outside of VAT gives no reason for it."), _reason("O"), CHOOSE
    ),
)
