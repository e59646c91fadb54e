"""Rules about allowances and charges, of the document and of its lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from addons.zatca.rules.codes import CHARGE_REASONS
from addons.zatca.rules.document import Document, charges, is_vat, squeezed_value
from addons.zatca.rules.figures import decimal, decimals, double, shown
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.remedies import SHORTEN
from addons.zatca.rules.rule import ERROR, WARNING, Rule, in_cents, present, rule, short
from core.api import msg

_AMOUNT = msg("Enter the amount of the discount or charge again.")
_REASON = msg("Enter the reason of the discount or charge.")


def document_allowances(document: Document) -> list[Node]:
    return [one for one in document.adjustments if charges(one) is False]


def document_charges(document: Document) -> list[Node]:
    return [one for one in document.adjustments if charges(one) is True]


def line_adjustments(document: Document) -> list[Node]:
    return document.under("cac:InvoiceLine/cac:AllowanceCharge")


def line_allowances(document: Document) -> list[Node]:
    return [one for one in line_adjustments(document) if charges(one) is False]


def line_charges(document: Document) -> list[Node]:
    return [one for one in line_adjustments(document) if charges(one) is True]


@rule(
    "BR-32",
    ERROR,
    field="category",
    says=msg("A discount on the whole document has no VAT category."),
    remedy=msg("Choose the tax of the discount; a discount over several taxes is split."),
)
def allowance_has_a_category(document: Document) -> Iterable[Node]:
    for one in document_allowances(document):
        if not any(is_vat(tax) and tax.says("cbc:ID") for tax in one.every("cac:TaxCategory")):
            yield one


@rule(
    "BR-KSA-CL-06",
    WARNING,
    field="reason_code",
    says=msg("The code for the reason of a charge is not in the list (UNTDID 7161)."),
    remedy=msg("Choose the code from the list."),
)
def known_reason(document: Document) -> Iterable[Node]:
    found = [*document_charges(document), *line_charges(document)]
    return (
        one for one in found if one.value("cbc:AllowanceChargeReasonCode") not in CHARGE_REASONS
    )


@rule(
    "BR-KSA-F-02",
    ERROR,
    field="charge",
    says=msg("It is not said whether an amount is a discount or a charge."),
    remedy=_AMOUNT,
)
def indicator(document: Document) -> Iterable[Node]:
    return (
        one
        for one in document.all("cac:AllowanceCharge")
        if one.has("cbc:ChargeIndicator") and charges(one) is None
    )


@rule(
    "BR-KSA-DEC-01",
    ERROR,
    field="percentage",
    says=msg("The percentage of a discount is not between 0 and 100 with at most two decimals."),
    remedy=msg("Correct the percentage; it is written without the percent sign."),
)
def percentage(document: Document) -> Iterable[Node]:
    for one in [*document_allowances(document), *line_allowances(document)]:
        written = one.value("cbc:MultiplierFactorNumeric")
        value = decimal(written)
        if written and (value is None or not 0 <= value <= 100 or decimals(written) > 2):
            yield one


@rule(
    "BR-KSA-EN16931-03",
    WARNING,
    field="amount",
    says=msg("The amount of a discount or charge is not its percentage of the base amount."),
    remedy=_AMOUNT,
)
def amount_of_percentage(document: Document) -> Iterable[Node]:
    return (
        one
        for one in [*document.adjustments, *line_adjustments(document)]
        if one.value("cbc:Amount") and one.value("cbc:BaseAmount") and not _is_percentage(one)
    )


@rule(
    "BR-KSA-EN16931-04",
    WARNING,
    field="base_amount",
    says=msg("A discount or charge has a percentage without the amount that it is taken of."),
    remedy=_AMOUNT,
)
def percentage_has_a_base(document: Document) -> Iterable[Node]:
    return (
        one
        for one in document.all("cac:AllowanceCharge")
        if one.has("cbc:MultiplierFactorNumeric") and not one.has("cbc:BaseAmount")
    )


@rule(
    "BR-KSA-EN16931-05",
    WARNING,
    field="percentage",
    says=msg("A discount or charge has a base amount without a percentage."),
    remedy=_AMOUNT,
)
def base_has_a_percentage(document: Document) -> Iterable[Node]:
    return (
        one
        for one in [*document.adjustments, *line_adjustments(document)]
        if one.has("cbc:BaseAmount") and not one.has("cbc:MultiplierFactorNumeric")
    )


def _is_percentage(one: Node) -> bool:
    base, factor = double(one, "cbc:BaseAmount"), double(one, "cbc:MultiplierFactorNumeric")
    due = None
    if base is not None and factor is not None:
        due = math.floor(base * factor / 100 * 100 + 0.5) / 100
    return shown(double(one, "cbc:Amount")) == shown(due)


def _given(
    code: str, where: Callable[[Document], list[Node]], path: str, field: str, says: str
) -> Rule:
    """A rule that the reason of an allowance or charge is filled in, at a path."""

    def broken(document: Document) -> Iterable[Node]:
        return (one for one in where(document) if not squeezed_value(one, path))

    return Rule(code, WARNING, field, says, _REASON, broken)


RULES: tuple[Rule, ...] = (
    present(
        "BR-31",
        document_allowances,
        "cbc:Amount",
        severity=ERROR,
        field="amount",
        says=msg("A discount on the whole document has no amount."),
        remedy=_AMOUNT,
    ),
    present(
        "BR-36",
        document_charges,
        "cbc:Amount",
        severity=WARNING,
        field="amount",
        says=msg("A charge on the whole document has no amount."),
        remedy=_AMOUNT,
    ),
    present(
        "BR-37",
        document_charges,
        "cac:TaxCategory/cbc:ID",
        severity=WARNING,
        field="category",
        says=msg("A charge on the whole document has no VAT category."),
        remedy=msg("Choose the tax of the charge."),
    ),
    present(
        "BR-41",
        line_allowances,
        "cbc:Amount",
        severity=ERROR,
        field="amount",
        says=msg("A discount on a line has no amount."),
        remedy=_AMOUNT,
    ),
    present(
        "BR-43",
        line_charges,
        "cbc:Amount",
        severity=WARNING,
        field="amount",
        says=msg("A charge on a line has no amount."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-01",
        document_allowances,
        "cbc:Amount",
        field="amount",
        says=msg("A discount on the whole document has more than two decimals."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-02",
        document_allowances,
        "cbc:BaseAmount",
        field="base_amount",
        says=msg("The base of a discount on the whole document has more than two decimals."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-05",
        document_charges,
        "cbc:Amount",
        field="amount",
        says=msg("A charge on the whole document has more than two decimals."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-06",
        document_charges,
        "cbc:BaseAmount",
        field="base_amount",
        says=msg("The base of a charge on the whole document has more than two decimals."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-24",
        line_allowances,
        "cbc:Amount",
        field="amount",
        says=msg("A discount on a line has more than two decimals."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-25",
        line_allowances,
        "cbc:BaseAmount",
        field="base_amount",
        says=msg("The base of a discount on a line has more than two decimals."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-27",
        line_charges,
        "cbc:Amount",
        field="amount",
        says=msg("A charge on a line has more than two decimals."),
        remedy=_AMOUNT,
    ),
    in_cents(
        "BR-DEC-28",
        line_charges,
        "cbc:BaseAmount",
        field="base_amount",
        says=msg("The base of a charge on a line has more than two decimals."),
        remedy=_AMOUNT,
    ),
    _given(
        "BR-KSA-19",
        document_charges,
        "cbc:AllowanceChargeReasonCode",
        "reason_code",
        msg("A charge on the whole document has no code for its reason."),
    ),
    _given(
        "BR-KSA-20",
        line_charges,
        "cbc:AllowanceChargeReasonCode",
        "reason_code",
        msg("A charge on a line has no code for its reason."),
    ),
    _given(
        "BR-KSA-21",
        document_charges,
        "cbc:AllowanceChargeReason",
        "reason",
        msg("A charge on the whole document has no reason."),
    ),
    _given(
        "BR-KSA-22",
        line_charges,
        "cbc:AllowanceChargeReason",
        "reason",
        msg("A charge on a line has no reason."),
    ),
    short(
        "BR-KSA-F-06-C33",
        document_charges,
        "cbc:AllowanceChargeReason",
        least=1,
        most=1000,
        field="reason",
        says=msg("The reason of a charge is empty or longer than 1,000 characters."),
        remedy=SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C34",
        line_charges,
        "cbc:AllowanceChargeReason",
        least=1,
        most=1000,
        field="reason",
        says=msg("The reason of a line's charge is empty or longer than 1,000 characters."),
        remedy=SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C35",
        document_allowances,
        "cbc:AllowanceChargeReason",
        least=1,
        most=1000,
        field="reason",
        says=msg("The reason of a discount is empty or longer than 1,000 characters."),
        remedy=SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C36",
        line_allowances,
        "cbc:AllowanceChargeReason",
        least=1,
        most=1000,
        field="reason",
        says=msg("The reason of a line's discount is empty or longer than 1,000 characters."),
        remedy=SHORTEN,
    ),
    allowance_has_a_category,
    known_reason,
    indicator,
    percentage,
    amount_of_percentage,
    percentage_has_a_base,
    base_has_a_percentage,
)
