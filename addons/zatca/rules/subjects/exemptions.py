"""Rules about the reasons for selling without VAT: a code and its text, for Z, E and O."""

from __future__ import annotations

from collections.abc import Iterable

from addons.zatca.rules.codes import EXEMPTION_CODES
from addons.zatca.rules.document import Document, category, squeezed_value
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import WARNING, Broken, Rule, rule
from core.api import msg

CODE = "cbc:TaxExemptionReasonCode"
REASON = "cbc:TaxExemptionReason"
CHOOSE = msg("Choose the reason at the tax code.")


def free(document: Document) -> list[Node]:
    """The tax categories without VAT in the breakdown."""
    found = [one for part in document.subtotals for one in part.every("cac:TaxCategory")]
    return [one for one in found if category(one) in EXEMPTION_CODES]


@rule(
    "BR-KSA-CL-04",
    WARNING,
    field="exemption",
    says=msg("The reason for selling without VAT is not one that its category may have."),
    remedy=CHOOSE,
)
def known_code(document: Document) -> Iterable[Node]:
    for one in free(document):
        code = squeezed_value(one, CODE)
        if code and code not in EXEMPTION_CODES[category(one)]:
            yield one


@rule(
    "BR-KSA-83",
    WARNING,
    field="exemption",
    says=msg("The reason for selling without VAT is given as a code without its text."),
    remedy=CHOOSE,
)
def text_of_code(document: Document) -> Iterable[Node]:
    return (one for one in free(document) if one.has(CODE) and not squeezed_value(one, REASON))


@rule(
    "BR-KSA-F-06-C16",
    WARNING,
    field="exemption",
    says=msg("The text of the reason is empty or longer than 1,000 characters."),
    remedy=CHOOSE,
)
def text_length(document: Document) -> Iterable[Node]:
    for one in free(document):
        found = one.one(REASON)
        if found is not None and not 1 <= len(found.text) <= 1000:
            yield one


def _given(code: str) -> Broken:
    def broken(document: Document) -> Iterable[Node]:
        return (
            one for one in free(document) if category(one) == code and not squeezed_value(one, CODE)
        )

    return broken


RULES: tuple[Rule, ...] = (
    known_code,
    text_of_code,
    text_length,
    Rule(
        "BR-KSA-69",
        WARNING,
        "exemption",
        msg("What is sold zero rated gives no reason for it."),
        CHOOSE,
        _given("Z"),
    ),
    Rule(
        "BR-KSA-23",
        WARNING,
        "exemption",
        msg("What is sold exempt gives no reason for it."),
        CHOOSE,
        _given("E"),
    ),
    Rule(
        "BR-KSA-24",
        WARNING,
        "exemption",
        msg("What is sold outside of VAT gives no reason for it."),
        CHOOSE,
        _given("O"),
    ),
)
