"""Rules about the VAT of the whole document, in its own currency and in riyals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from addons.zatca.rules.document import Document
from addons.zatca.rules.figures import at, decimals, rounded, total
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.remedies import ADDED_UP_ITSELF
from addons.zatca.rules.rule import ERROR, WARNING, Rule, rule
from core.api import msg


@rule(
    "BR-CO-14",
    ERROR,
    field="/totals.vat",
    says=msg("The VAT of the document is not the sum of the VAT of its categories."),
    remedy=ADDED_UP_ITSELF,
)
def sum_of_vat(document: Document) -> Iterable[Node]:
    for one in document.invoice.every("cac:TaxTotal"):
        parts = one.every("cac:TaxSubtotal")
        if parts and at(one, "cbc:TaxAmount") != rounded(total(parts, "cbc:TaxAmount")):
            yield one


@rule(
    "BR-53",
    WARNING,
    field="/totals.vat",
    says=msg("The VAT of the document is not given in riyals."),
    remedy=ADDED_UP_ITSELF,
)
def vat_in_tax_currency(document: Document) -> Iterable[Node]:
    currencies = {one.text for one in document.invoice.every("cbc:TaxCurrencyCode")}
    for one in _vat_totals(document, broken_down=False) if currencies else []:
        amounts = one.every("cbc:TaxAmount")
        named = {amount.attributes.get("currencyID") for amount in amounts} - {None}
        if not amounts or not named <= currencies:
            yield one


@rule(
    "BR-DEC-13",
    WARNING,
    field="/totals.vat",
    says=msg("The VAT of the document has more than two decimals."),
    remedy=ADDED_UP_ITSELF,
)
def vat_in_cents(document: Document) -> Iterable[Node]:
    return _long_vat(document, "cbc:DocumentCurrencyCode")


@rule(
    "BR-DEC-15",
    WARNING,
    field="/totals.vat",
    says=msg("The VAT of the document in riyals has more than two decimals."),
    remedy=ADDED_UP_ITSELF,
)
def vat_in_halalas(document: Document) -> Iterable[Node]:
    return _long_vat(document, "cbc:TaxCurrencyCode")


@rule(
    "BR-KSA-EN16931-08",
    WARNING,
    field="/totals.vat",
    says=msg("The VAT is not broken down exactly once."),
    remedy=ADDED_UP_ITSELF,
)
def one_breakdown(document: Document) -> Iterable[Node]:
    if len(_vat_totals(document, broken_down=True)) != 1:
        yield document.invoice


@rule(
    "BR-KSA-EN16931-09",
    WARNING,
    field="/totals.vat",
    says=msg("The VAT in riyals is not given exactly once."),
    remedy=ADDED_UP_ITSELF,
)
def one_vat_in_riyals(document: Document) -> Iterable[Node]:
    once = len(_vat_totals(document, broken_down=False)) == 1
    return () if once else document.invoice.every("cbc:TaxCurrencyCode")


@rule(
    "BR-KSA-97",
    WARNING,
    field="/rate",
    says=msg("The VAT in riyals is the same figure as in the foreign currency."),
    remedy=msg("Enter the rate of exchange."),
)
def vat_is_converted(document: Document) -> Iterable[Node]:
    currency = document.invoice.value("cbc:DocumentCurrencyCode")
    own = _first_amount(_vat_totals(document, broken_down=True))
    riyals = _first_amount(_vat_totals(document, broken_down=False))
    if currency in ("", "SAR") or own is None or riyals is None:
        return
    if own > 0 and riyals > 0 and rounded(own) == rounded(riyals):
        yield document.invoice


def _vat_totals(document: Document, *, broken_down: bool) -> list[Node]:
    found = document.invoice.every("cac:TaxTotal")
    return [one for one in found if one.has("cac:TaxSubtotal") is broken_down]


def _first_amount(found: list[Node]) -> Decimal | None:
    return at(found[0], "cbc:TaxAmount") if found else None


def _long_vat(document: Document, code: str) -> Iterable[Node]:
    currencies = {one.text for one in document.all(code)}
    return (
        one
        for one in document.invoice.every("cac:TaxTotal/cbc:TaxAmount")
        if one.attributes.get("currencyID") in currencies and decimals(one.text) > 2
    )


RULES: tuple[Rule, ...] = (
    sum_of_vat,
    vat_in_tax_currency,
    vat_in_cents,
    vat_in_halalas,
    one_breakdown,
    one_vat_in_riyals,
    vat_is_converted,
)
