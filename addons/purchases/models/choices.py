"""The states that the documents of purchases go through, with their titles."""

from __future__ import annotations

from typing import Final

from core.api import msg

Choices = tuple[tuple[str, str], ...]

REQUEST_STATES: Final[Choices] = (
    ("draft", msg("Draft")),
    ("submitted", msg("Submitted")),
    ("approved", msg("Approved")),
    ("ordered", msg("Ordered")),
    ("rejected", msg("Rejected")),
    ("cancelled", msg("Cancelled")),
)
QUOTATION_STATES: Final[Choices] = (
    ("draft", msg("Draft")),
    ("sent", msg("Sent")),
    ("awarded", msg("Awarded")),
    ("cancelled", msg("Cancelled")),
)
OFFER_STATES: Final[Choices] = (
    ("invited", msg("Invited")),
    ("sent", msg("Asked")),
    ("answered", msg("Answered")),
    ("declined", msg("Declined")),
)
ORDER_STATES: Final[Choices] = (
    ("draft", msg("Draft")),
    ("to_approve", msg("To be approved")),
    ("approved", msg("Approved")),
    ("done", msg("Done")),
    ("cancelled", msg("Cancelled")),
)
RECEIPT_PROGRESS: Final[Choices] = (
    ("none", msg("Nothing received")),
    ("partial", msg("Partly received")),
    ("full", msg("Received")),
    ("over", msg("More received than ordered")),
)
BILL_PROGRESS: Final[Choices] = (
    ("none", msg("Not billed")),
    ("partial", msg("Partly billed")),
    ("full", msg("Billed")),
    ("over", msg("More billed than received")),
)
LINE_KINDS: Final[Choices] = (
    ("goods", msg("Goods")),
    ("service", msg("Service")),
    ("expense", msg("Expense")),
)
AGREEMENT_KINDS: Final[Choices] = (
    ("quantity", msg("Quantities")),
    ("value", msg("A value")),
)
AGREEMENT_STATES: Final[Choices] = (
    ("draft", msg("Draft")),
    ("active", msg("Active")),
    ("closed", msg("Closed")),
)
RECEIPT_KINDS: Final[Choices] = (
    ("receipt", msg("Receipt")),
    ("return", msg("Return to the supplier")),
)
POSTING_STATES: Final[Choices] = (
    ("draft", msg("Draft")),
    ("posted", msg("Posted")),
)
BILL_KINDS: Final[Choices] = (
    ("bill", msg("Bill")),
    ("debit_note", msg("Debit note")),
)
BILL_ROLES: Final[Choices] = (
    ("goods", msg("Goods")),
    ("expense", msg("Service or expense")),
    ("landed_cost", msg("Landed cost")),
    ("advance", msg("Advance")),
    ("rounding", msg("Rounding")),
)
MATCH_STATES: Final[Choices] = (
    ("yes", msg("Should be paid")),
    ("no", msg("Should not be paid")),
    ("released", msg("Released")),
)
PAID_STATES: Final[Choices] = (
    ("open", msg("Open")),
    ("partial", msg("Partly paid")),
    ("paid", msg("Paid")),
)
PAYMENT_KINDS: Final[Choices] = (
    ("payment", msg("Payment")),
    ("refund", msg("Refund")),
)
PAYMENT_STATES: Final[Choices] = (
    ("draft", msg("Draft")),
    ("posted", msg("Posted")),
    ("reversed", msg("Reversed")),
)


def one_of(column: str, choices: Choices) -> str:
    """The SQL condition that a column holds one of the choices."""
    return f"{column} IN ({', '.join(repr(value) for value, _ in choices)})"
