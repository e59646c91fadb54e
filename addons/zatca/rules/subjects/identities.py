"""Rules about the registration numbers of seller and buyer, each kind in its own shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from addons.zatca.rules.codes import BUYER_SCHEMES, COUNTRIES, SELLER_SCHEMES
from addons.zatca.rules.document import Document
from addons.zatca.rules.nodes import Node, squeeze
from addons.zatca.rules.rule import ERROR, WARNING, Broken, Rule, rule
from core.api import msg

_CHECK = msg("Compare the number and its kind with the certificate, and correct them.")
_NUMBER = "cac:Party/cac:PartyIdentification/cbc:ID"
_RUN = 8
_ASCENDING = "0123456789"


def _parties(document: Document) -> list[Node]:
    return [
        *document.all("cac:AccountingSupplierParty"),
        *document.all("cac:AccountingCustomerParty"),
    ]


def _buyer_numbers(document: Document) -> list[Node]:
    return document.under("cac:AccountingCustomerParty/cac:Party/cac:PartyIdentification/cbc:ID")


def _first_numbers(document: Document) -> list[Node]:
    return [number for party in _parties(document) for number in party.every(_NUMBER)[:1]]


def _shaped(numbers: Callable[[Document], list[Node]], scheme: str, pattern: str) -> Broken:
    shape = re.compile(pattern)

    def broken(document: Document) -> Iterable[Node]:
        return (
            one
            for one in numbers(document)
            if squeeze(one.attribute("schemeID")) == scheme and not shape.fullmatch(one.text)
        )

    return broken


@rule(
    "BR-KSA-14",
    ERROR,
    field="identity",
    says=msg("The registration number of the buyer is of a kind that the authority does not know."),
    remedy=msg(
        "Choose the kind of the number: TIN, CRN, MOM, MLS, 700, SAG, NAT, GCC, IQA, PAS or OTH."
    ),
)
def buyer_scheme(document: Document) -> Iterable[Node]:
    # The authority looks for the kind inside the row of kinds.
    row = "TIN NAT IQA PAS CRN MOM MLS 700 SAG GCC OTH"
    for number in _buyer_numbers(document):
        scheme = squeeze(number.attribute("schemeID"))
        if len(scheme) <= 2 or scheme not in row:
            yield number


@rule(
    "BR-KSA-F-12",
    WARNING,
    field="identity",
    says=msg("The kind of a registration number has blanks around it."),
    remedy=_CHECK,
)
def scheme_has_no_blanks(document: Document) -> Iterable[Node]:
    for number in _first_numbers(document):
        seller = any(one.name == "cac:AccountingSupplierParty" for one in number.ancestors())
        written = number.attribute("schemeID")
        tidy = squeeze(written)
        if written != tidy and tidy.upper() in (SELLER_SCHEMES if seller else BUYER_SCHEMES):
            yield number


@rule(
    "BR-KSA-F-13",
    WARNING,
    field="identity",
    says=msg("A registration number looks invented: eight of its digits only count on or repeat."),
    remedy=_CHECK,
)
def number_is_not_invented(document: Document) -> Iterable[Node]:
    return (one for one in _first_numbers(document) if _looks_invented(one.squeezed))


def _looks_invented(number: str) -> bool:
    """Does it hold eight digits in a row that are equal, or that count up or down by one?"""
    if not re.fullmatch("[0-9]+", number):
        return False
    parts = (number[at : at + _RUN] for at in range(len(number) - _RUN + 1))
    return any(
        part in _ASCENDING or part in _ASCENDING[::-1] or len(set(part)) == 1 for part in parts
    )


@rule(
    "BR-CL-14",
    WARNING,
    field="country",
    says=msg("The country is not in the list of countries (ISO 3166-1)."),
    remedy=msg("Choose the country from the list."),
)
def country(document: Document) -> Iterable[Node]:
    found = document.under("cac:Country/cbc:IdentificationCode")
    return (one for one in found if one.squeezed not in COUNTRIES)


RULES: tuple[Rule, ...] = (
    buyer_scheme,
    scheme_has_no_blanks,
    number_is_not_invented,
    country,
    Rule(
        "BR-KSA-F-07",
        WARNING,
        "identity",
        msg("A tax identification number (TIN) has ten digits and begins with 3."),
        _CHECK,
        _shaped(_buyer_numbers, "TIN", "3[0-9]{9}"),
    ),
    Rule(
        "BR-KSA-F-08",
        WARNING,
        "identity",
        msg("A commercial registration number (CRN) has ten digits."),
        _CHECK,
        _shaped(_first_numbers, "CRN", "[0-9]{10}"),
    ),
    Rule(
        "BR-KSA-F-09",
        WARNING,
        "identity",
        msg("A 700 number has ten digits and begins with 7."),
        _CHECK,
        _shaped(_first_numbers, "700", "7[0-9]{9}"),
    ),
    Rule(
        "BR-KSA-F-10",
        WARNING,
        "identity",
        msg("A national identity number (NAT) has ten digits and begins with 1."),
        _CHECK,
        _shaped(_buyer_numbers, "NAT", "1[0-9]{9}"),
    ),
    Rule(
        "BR-KSA-F-11",
        WARNING,
        "identity",
        msg("A residence number (Iqama) has ten digits and begins with 2."),
        _CHECK,
        _shaped(_buyer_numbers, "IQA", "2[0-9]{9}"),
    ),
)
