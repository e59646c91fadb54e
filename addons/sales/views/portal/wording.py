"""What states of documents are called for the customer, who need not know how we call them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from addons.sales.models import Delivery, Invoice, Payment, SalesOrder
from core.api import msg


@dataclass(frozen=True, slots=True)
class StateName:
    """A word and its colour: that of a badge."""

    title: str
    tone: str


_NEUTRAL: Final = "plain"
_ORDERS: Final[dict[str, StateName]] = {
    "held": StateName(msg("On hold"), "warning"),
    "done": StateName(msg("Completed"), "good"),
    "lost": StateName(msg("Closed"), _NEUTRAL),
    "cancelled": StateName(msg("Cancelled"), "bad"),
    "draft": StateName(msg("Being revised"), "warning"),
}


def state_of(document: SalesOrder | Invoice | Delivery | Payment, day: date) -> StateName:
    """How a document stands on this day."""
    if isinstance(document, SalesOrder):
        return _of_order(document, day)
    if isinstance(document, Invoice):
        return _of_invoice(document, day)
    if isinstance(document, Delivery):
        return StateName(msg("Delivered"), "good")
    return StateName(msg("Posted"), "good")


def _of_order(order: SalesOrder, day: date) -> StateName:
    if order.state == "sent":
        if order.valid_until is not None and order.valid_until < day:
            return StateName(msg("Expired"), "bad")
        return StateName(msg("Waits for your answer"), "warning")
    if order.state == "confirmed":
        if order.delivery_progress == "partly":
            return StateName(msg("Partly delivered"), "warning")
        if order.delivery_progress == "all":
            return StateName(msg("Delivered"), "good")
        return StateName(msg("Confirmed"), "good")
    return _ORDERS[order.state]


def _of_invoice(invoice: Invoice, day: date) -> StateName:
    if invoice.kind == "credit_note":
        return StateName(msg("Credit note"), _NEUTRAL)
    if invoice.payment_progress == "paid":
        return StateName(msg("Paid"), "good")
    if invoice.due_day is not None and invoice.due_day < day:
        return StateName(msg("Overdue"), "bad")
    if invoice.payment_progress == "partly":
        return StateName(msg("Partly paid"), "warning")
    return StateName(msg("Open"), "warning")
