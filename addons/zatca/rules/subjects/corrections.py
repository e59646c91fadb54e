"""Rules about credit and debit notes: which invoice they correct, and why."""

from __future__ import annotations

from collections.abc import Iterable

from addons.zatca.rules.document import Document
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import ERROR, WARNING, Rule, rule
from core.api import msg

_REASON = msg("Enter the reason of the note.")
_ORIGINAL = msg("Choose the invoice that the note corrects.")
_ID = "cac:InvoiceDocumentReference/cbc:ID"


def _is_note(document: Document) -> bool:
    return any(one.text in ("381", "383") for one in document.invoice.every("cbc:InvoiceTypeCode"))


@rule(
    "BR-KSA-17",
    ERROR,
    field="/reason",
    says=msg("A credit or debit note gives no reason."),
    remedy=_REASON,
)
def reason(document: Document) -> Iterable[Node]:
    if _is_note(document):
        means = document.all("cac:PaymentMeans") or [document.invoice]
        yield from (one for one in means if not one.has("cbc:InstructionNote"))


@rule(
    "BR-KSA-F-06-C13",
    WARNING,
    field="/reason",
    says=msg("The reason of a note is empty or longer than 1,000 characters."),
    remedy=_REASON,
)
def reason_length(document: Document) -> Iterable[Node]:
    found = document.under("cac:PaymentMeans/cbc:InstructionNote") if _is_note(document) else []
    return (one for one in found if not 1 <= len(one.text) <= 1000)


@rule(
    "BR-KSA-56",
    WARNING,
    field="/references",
    says=msg("A credit or debit note does not name the invoice that it corrects."),
    remedy=_ORIGINAL,
)
def original(document: Document) -> Iterable[Node]:
    if _is_note(document):
        found = document.all("cac:BillingReference") or [document.invoice]
        yield from (one for one in found if not one.says(_ID))


@rule(
    "BR-KSA-F-06-C22",
    ERROR,
    field="/references",
    says=msg("The number of the corrected invoice is empty or longer than 5,000 characters."),
    remedy=_ORIGINAL,
)
def original_length(document: Document) -> Iterable[Node]:
    for reference in document.all("cac:BillingReference") if _is_note(document) else []:
        for one in reference.every(_ID)[:1]:
            if not 1 <= len(one.text) <= 5000:
                yield one


@rule(
    "BR-55",
    ERROR,
    field="/references",
    says=msg("A reference to an earlier invoice has no number."),
    remedy=_ORIGINAL,
)
def reference_has_a_number(document: Document) -> Iterable[Node]:
    return (one for one in document.all("cac:BillingReference") if not one.says(_ID))


RULES: tuple[Rule, ...] = (
    reason,
    reason_length,
    original,
    original_length,
    reference_has_a_number,
)
