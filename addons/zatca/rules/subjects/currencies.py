"""Rules about currencies and the rate of exchange."""

from __future__ import annotations

from collections.abc import Iterable

from addons.zatca.rules.codes import CURRENCIES
from addons.zatca.rules.document import Document, squeezed_value
from addons.zatca.rules.nodes import Node, squeeze
from addons.zatca.rules.remedies import WRITTEN_ITSELF
from addons.zatca.rules.rule import ERROR, WARNING, Rule, present, rule
from core.api import msg

_CHOOSE = msg("Choose the currency from the list.")
_RATE = msg("Enter the rate of exchange again.")
_EXCHANGE = "cac:TaxExchangeRate"
_PRICED = (
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:LineExtensionAmount",
    "cbc:PriceAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
)
_TAXED = ("cbc:TaxAmount", "cbc:TaxableAmount")
_IN_DOCUMENT_CURRENCY = (
    "ubl:Invoice/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount",
    "ubl:Invoice/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount",
    "cac:InvoiceLine/cac:TaxTotal/cbc:TaxAmount",
    "cac:InvoiceLine/cac:TaxTotal/cbc:RoundingAmount",
    "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount",
    "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount",
)
_LINE_TAXES = _IN_DOCUMENT_CURRENCY[-2:]


def invoice(document: Document) -> list[Node]:
    return [document.invoice]


@rule(
    "BR-CL-03",
    ERROR,
    field="/currency",
    says=msg("An amount is in a currency that is not in the list of the authority (ISO 4217)."),
    remedy=_CHOOSE,
)
def currency_of_amounts(document: Document) -> Iterable[Node]:
    for name in (*_PRICED, *_TAXED):
        for one in document.all(name):
            written = one.attribute("currencyID")
            if written and squeeze(written) not in CURRENCIES:
                yield one


@rule(
    "BR-CL-04",
    ERROR,
    field="/currency",
    says=msg("The currency of the document is not in the list of the authority (ISO 4217)."),
    remedy=_CHOOSE,
)
def currency_of_document(document: Document) -> Iterable[Node]:
    return (
        one for one in document.all("cbc:DocumentCurrencyCode") if one.squeezed not in CURRENCIES
    )


@rule(
    "BR-KSA-CL-01",
    ERROR,
    field="/currency",
    says=msg("The document, its rounding or an advance is in a currency that is not in the list."),
    remedy=_CHOOSE,
)
def currency_of_rounding_and_advances(document: Document) -> Iterable[Node]:
    yield from currency_of_document.broken(document)
    paths = (*_LINE_TAXES, "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount")
    for one in (one for path in paths for one in document.under(path)):
        written = one.attributes.get("currencyID")
        if written is not None and squeeze(written) not in CURRENCIES:
            yield one


@rule(
    "BR-CL-05",
    ERROR,
    field="/tax_currency",
    says=msg("The currency of the VAT is not in the list of the authority (ISO 4217)."),
    remedy=WRITTEN_ITSELF,
)
def currency_of_vat(document: Document) -> Iterable[Node]:
    return (one for one in document.all("cbc:TaxCurrencyCode") if one.squeezed not in CURRENCIES)


@rule(
    "BR-KSA-EN16931-02",
    ERROR,
    field="/tax_currency",
    says=msg("The VAT of the document is not in Saudi riyals."),
    remedy=WRITTEN_ITSELF,
)
def vat_in_riyals(document: Document) -> Iterable[Node]:
    return (one for one in document.all("cbc:TaxCurrencyCode") if one.squeezed.upper() != "SAR")


@rule(
    "BR-KSA-CL-02",
    ERROR,
    field="/currency",
    says=msg("An amount is not in the currency of the document."),
    remedy=WRITTEN_ITSELF,
)
def one_currency(document: Document) -> Iterable[Node]:
    currency = squeezed_value(document.invoice, "cbc:DocumentCurrencyCode")
    found = [
        *(one for name in _PRICED for one in document.all(name)),
        *(one for path in _IN_DOCUMENT_CURRENCY for one in document.under(path)),
    ]
    # The authority looks for the one inside the other.
    for one in found:
        written = one.attribute("currencyID")
        if not written or written not in currency:
            yield one


@rule(
    "BR-KSA-87",
    WARNING,
    field="/rate",
    says=msg("The rate of exchange misses one of its currencies, or the rate itself."),
    remedy=_RATE,
)
def exchange_is_whole(document: Document) -> Iterable[Node]:
    parts = ("cbc:SourceCurrencyCode", "cbc:TargetCurrencyCode", "cbc:CalculationRate")
    rates = document.invoice.every(_EXCHANGE)
    if rates and not all(any(one.says(part) for one in rates) for part in parts):
        yield rates[0]


@rule(
    "BR-KSA-88",
    ERROR,
    field="/rate",
    says=msg("The rate of exchange is not from the currency of the document."),
    remedy=_RATE,
)
def exchange_from(document: Document) -> Iterable[Node]:
    return _foreign(document, "cbc:SourceCurrencyCode", "cbc:DocumentCurrencyCode")


@rule(
    "BR-KSA-89",
    ERROR,
    field="/rate",
    says=msg("The rate of exchange is not to the currency of the VAT."),
    remedy=_RATE,
)
def exchange_to(document: Document) -> Iterable[Node]:
    return _foreign(document, "cbc:TargetCurrencyCode", "cbc:TaxCurrencyCode")


@rule(
    "BR-KSA-90",
    ERROR,
    field="/rate",
    says=msg("The rate of exchange has more than 14 characters."),
    remedy=msg("Round the rate."),
)
def exchange_length(document: Document) -> Iterable[Node]:
    found = document.invoice.every(f"{_EXCHANGE}/cbc:CalculationRate")
    return (one for one in found if len(one.squeezed) > 14)


def _foreign(document: Document, side: str, code: str) -> Iterable[Node]:
    currency = squeezed_value(document.invoice, code)
    found = document.invoice.every(f"{_EXCHANGE}/{side}")
    return (one for one in found if one.text and one.text not in currency)


RULES: tuple[Rule, ...] = (
    present(
        "BR-05",
        invoice,
        "cbc:DocumentCurrencyCode",
        severity=ERROR,
        filled=True,
        field="/currency",
        says=msg("The document has no currency."),
        remedy=_CHOOSE,
    ),
    present(
        "BR-KSA-68",
        invoice,
        "cbc:TaxCurrencyCode",
        severity=ERROR,
        filled=True,
        field="/tax_currency",
        says=msg("The document does not say the currency of its VAT."),
        remedy=WRITTEN_ITSELF,
    ),
    currency_of_amounts,
    currency_of_document,
    currency_of_rounding_and_advances,
    currency_of_vat,
    vat_in_riyals,
    one_currency,
    exchange_is_whole,
    exchange_from,
    exchange_to,
    exchange_length,
)
