"""Rules about the rate of each VAT category, on lines, discounts and charges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from addons.zatca.rules.document import Document, category, charges, is_vat
from addons.zatca.rules.figures import at, decimal, decimals
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import ERROR, WARNING, Broken, Rule, rule
from addons.zatca.rules.subjects.allowances import document_allowances, document_charges
from addons.zatca.rules.subjects.categories import ADJUSTMENT, BREAKDOWN, LINE, RATE, of_lines
from core.api import msg


def _of_adjustments(document: Document, code: str, *, charge: bool) -> list[Node]:
    """The tax categories with a code of allowances, or of charges."""
    return [
        one
        for one in document.under(ADJUSTMENT)
        if one.parent is not None
        and charges(one.parent) is charge
        and category(one) == code
        and is_vat(one)
    ]


@rule(
    "BR-KSA-84",
    ERROR,
    field="rate",
    says=msg("The standard rate is neither 15 nor 5 percent."),
    remedy=RATE,
)
def standard_rates(document: Document) -> Iterable[Node]:
    adjusted = [
        one
        for one in document.under(ADJUSTMENT)
        if one.parent is not None and charges(one.parent) is not None
    ]
    for one in [*adjusted, *document.under(BREAKDOWN), *document.under(LINE)]:
        if category(one) == "S" and is_vat(one) and one.has("cbc:Percent"):
            rate = at(one, "cbc:Percent")
            if rate is None or not (15 <= rate < 16 or rate == 5):
                yield one


@rule(
    "BR-KSA-DEC-02",
    ERROR,
    field="rate",
    says=msg("A rate of VAT is not between 0 and 100 with at most two decimals."),
    remedy=msg("Correct the rate of the tax; it is written without the percent sign."),
)
def rates_are_percentages(document: Document) -> Iterable[Node]:
    for path in (ADJUSTMENT, BREAKDOWN, LINE):
        for one in document.under(f"{path}/cbc:Percent"):
            rate = decimal(one.text)
            if one.squeezed and (rate is None or not 0 <= rate <= 100 or decimals(one.text) > 2):
                yield one


@rule(
    "BR-Z-07",
    ERROR,
    field="rate",
    says=msg("A charge on the document is zero rated, with a rate other than 0."),
    remedy=RATE,
)
def zero_rate_of_charges(document: Document) -> Iterable[Node]:
    return _charges_with_a_rate(document, "Z")


@rule(
    "BR-E-07",
    ERROR,
    field="rate",
    says=msg("A charge on the document is exempt, with a rate other than 0."),
    remedy=RATE,
)
def exempt_rate_of_charges(document: Document) -> Iterable[Node]:
    return _charges_with_a_rate(document, "E")


def _charges_with_a_rate(document: Document, code: str) -> Iterable[Node]:
    # One rate of 0 among all allowances and charges is enough for the authority.
    adjustments = [one for node in document.adjustments for one in node.every("cac:TaxCategory")]
    free = any(decimal(p.text) == 0 for one in adjustments for p in one.every("cbc:Percent"))
    found = _of_adjustments(document, code, charge=True)
    own = (one for one in found if one.parent in document.adjustments)
    return () if free else own


def _rate(found: Callable[[Document], Iterable[Node]], sound: Callable[[Decimal], bool]) -> Broken:
    def broken(document: Document) -> Iterable[Node]:
        for one in found(document):
            rate = at(one, "cbc:Percent")
            if rate is None or not sound(rate):
                yield one

    return broken


def _outside_with_rate(found: Callable[[Document], Iterable[Node]]) -> Broken:
    def broken(document: Document) -> Iterable[Node]:
        return (
            one
            for one in found(document)
            if category(one) == "O" and (at(one, "cbc:Percent") or 0) != 0
        )

    return broken


def _taxes_of(nodes: Iterable[Node]) -> list[Node]:
    return [one for node in nodes for one in node.every("cac:TaxCategory")]


def _is_zero(rate: Decimal) -> bool:
    return rate == 0


def _is_positive(rate: Decimal) -> bool:
    return rate > 0


RULES: tuple[Rule, ...] = (
    standard_rates,
    rates_are_percentages,
    zero_rate_of_charges,
    exempt_rate_of_charges,
    Rule(
        "BR-S-05",
        WARNING,
        "rate",
        msg("A line is sold at the standard rate, and its rate is 0."),
        RATE,
        _rate(lambda document: of_lines(document, "S"), _is_positive),
    ),
    Rule(
        "BR-Z-05",
        ERROR,
        "rate",
        msg("A line is sold zero rated, with a rate other than 0."),
        RATE,
        _rate(lambda document: of_lines(document, "Z"), _is_zero),
    ),
    Rule(
        "BR-E-05",
        ERROR,
        "rate",
        msg("A line is sold exempt, with a rate other than 0."),
        RATE,
        _rate(lambda document: of_lines(document, "E"), _is_zero),
    ),
    Rule(
        "BR-S-06",
        ERROR,
        "rate",
        msg("A discount is at the standard rate, and its rate is 0."),
        RATE,
        _rate(lambda document: _of_adjustments(document, "S", charge=False), _is_positive),
    ),
    Rule(
        "BR-Z-06",
        ERROR,
        "rate",
        msg("A discount is zero rated, with a rate other than 0."),
        RATE,
        _rate(lambda document: _of_adjustments(document, "Z", charge=False), _is_zero),
    ),
    Rule(
        "BR-E-06",
        ERROR,
        "rate",
        msg("A discount is exempt, with a rate other than 0."),
        RATE,
        _rate(lambda document: _of_adjustments(document, "E", charge=False), _is_zero),
    ),
    Rule(
        "BR-S-07",
        WARNING,
        "rate",
        msg("A charge is at the standard rate, and its rate is 0."),
        RATE,
        _rate(lambda document: _of_adjustments(document, "S", charge=True), _is_positive),
    ),
    Rule(
        "BR-KSA-11",
        ERROR,
        "rate",
        msg("A line is outside of VAT, with a rate other than 0."),
        RATE,
        _outside_with_rate(lambda document: document.under(LINE)),
    ),
    Rule(
        "BR-KSA-12",
        WARNING,
        "rate",
        msg("A discount is outside of VAT, with a rate other than 0."),
        RATE,
        _outside_with_rate(lambda document: _taxes_of(document_allowances(document))),
    ),
    Rule(
        "BR-KSA-13",
        WARNING,
        "rate",
        msg("A charge is outside of VAT, with a rate other than 0."),
        RATE,
        _outside_with_rate(lambda document: _taxes_of(document_charges(document))),
    ),
)
