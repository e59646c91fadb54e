"""Rules about how the document is paid."""

from __future__ import annotations

from collections.abc import Iterable

from addons.zatca.rules.codes import PAYMENT_MEANS, ZATCA_PAYMENT_MEANS
from addons.zatca.rules.document import Document
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.remedies import SHORTEN
from addons.zatca.rules.rule import WARNING, Rule, rule
from core.api import msg

_CHOOSE = msg("Choose another way of payment.")
_ACCOUNT = "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:"
_CODE = "cac:PaymentMeans/cbc:PaymentMeansCode"


@rule(
    "BR-49",
    WARNING,
    field="/payment_means",
    says=msg("A tax invoice names a payment without saying how it is made."),
    remedy=_CHOOSE,
)
def means(document: Document) -> Iterable[Node]:
    for one in document.all("cac:PaymentMeans"):
        if document.standard and not one.has("cbc:PaymentMeansCode"):
            yield one


@rule(
    "BR-CL-16",
    WARNING,
    field="/payment_means",
    says=msg("The way of payment is not in the international list (UNTDID 4461)."),
    remedy=_CHOOSE,
)
def known_means(document: Document) -> Iterable[Node]:
    return (one for one in document.under(_CODE) if one.squeezed not in PAYMENT_MEANS)


@rule(
    "BR-KSA-16",
    WARNING,
    field="/payment_means",
    says=msg("The way of payment is not one that the authority takes."),
    remedy=_CHOOSE,
)
def accepted_means(document: Document) -> Iterable[Node]:
    found = document.under(_CODE) if _asked(document) else []
    return (one for one in found if one.squeezed not in ZATCA_PAYMENT_MEANS)


@rule(
    "BR-KSA-F-06-C14",
    WARNING,
    field="/payment_means",
    says=msg("The terms of payment are empty or longer than 1,000 characters."),
    remedy=SHORTEN,
)
def terms(document: Document) -> Iterable[Node]:
    found = document.under(f"{_ACCOUNT}PaymentNote") if _asked(document) else []
    return (one for one in found if not 1 <= len(one.text) <= 1000)


@rule(
    "BR-KSA-F-06-C15",
    WARNING,
    field="/payment_means",
    says=msg("The account to pay to is longer than 127 characters."),
    remedy=SHORTEN,
)
def account(document: Document) -> Iterable[Node]:
    found = document.under(f"{_ACCOUNT}ID") if _asked(document) else []
    return (one for one in found if len(one.text) > 127)


def _asked(document: Document) -> bool:
    return document.type_name[:2] in ("01", "02")


RULES: tuple[Rule, ...] = (means, known_means, accepted_means, terms, account)
