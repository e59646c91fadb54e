"""What can be done with quotations and orders at once. What asks something first has a page
(`order_pages`)."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import SalesOrder
from addons.sales.permissions import CONFIRM_ORDERS, DELIVER, EDIT_INVOICES, EDIT_ORDERS
from addons.sales.services import confirming, delivering, quoting
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.sending import ask_for_mail
from core.api import Action, Made, msg, phrase


def _send(session: Session, order: SalesOrder) -> str:
    address = ask_for_mail(session, order)
    if order.is_quotation:
        quoting.mark_sent(session, order)
    return phrase("On its way to {address}.", address=address)


def _mark_sent(session: Session, order: SalesOrder) -> str:
    return phrase("Sent as {number}.", number=quoting.mark_sent(session, order).number or "")


def _confirm(session: Session, order: SalesOrder) -> str:
    done = confirming.confirm_order(session, order)
    return phrase("Confirmed as {number}.", number=done.number or "")


def _deliver(session: Session, order: SalesOrder) -> str:
    written = delivering.deliver(session, order)
    if written is None:
        direct = all(line.is_direct for line in order.lines if line.is_goods and line.is_sold)
        return phrase("Delivered.") if direct else phrase("Everything left the stock.")
    return phrase("Delivered as {number}.", number=written.number or "")


def _invoice(session: Session, order: SalesOrder) -> Made:
    draft = invoice_orders(session, [order.id])
    said = phrase(
        "A draft of an invoice of {total} {currency} was written.",
        total=f"{draft.total:f}",
        currency=draft.currency,
    )
    return Made("sales.invoices", draft.id, said)


def _revise(session: Session, order: SalesOrder) -> str:
    done = quoting.begin_version(session, order)
    return phrase("This is version {version} now.", version=str(done.quote_version))


def _release(session: Session, order: SalesOrder) -> str:
    confirming.release(session, order)
    return phrase("It goes on.")


def _close(session: Session, order: SalesOrder) -> str:
    confirming.close_rest(session, order)
    return phrase("The rest will not be delivered.")


def _cancel(session: Session, order: SalesOrder) -> str:
    confirming.cancel_order(session, order)
    return phrase("Cancelled.")


ACTIONS: Final = (
    Action(
        "confirm",
        msg("Confirm"),
        CONFIRM_ORDERS,
        _confirm,
        when=lambda order: order.is_quotation,
        style="primary",
        bulk=True,
    ),
    Action(
        "send",
        msg("Send by e-mail"),
        EDIT_ORDERS,
        _send,
        when=lambda order: order.state not in ("lost", "cancelled"),
        bulk=True,
    ),
    Action(
        "mark_sent",
        msg("Mark as sent"),
        EDIT_ORDERS,
        _mark_sent,
        when=lambda order: order.state == "draft",
        bulk=True,
    ),
    Action(
        "deliver",
        msg("Deliver everything"),
        DELIVER,
        _deliver,
        when=lambda order: order.is_open and order.delivery_progress != "all",
        style="primary",
        confirm=msg("This delivers, today, all that is left. Deliver it?"),
        bulk=True,
    ),
    Action(
        "invoice",
        msg("Write the invoice"),
        EDIT_INVOICES,
        _invoice,
        when=lambda order: order.is_open and order.invoice_progress != "all",
        bulk=True,
    ),
    Action(
        "revise",
        msg("New version"),
        EDIT_ORDERS,
        _revise,
        when=lambda order: order.state in ("sent", "lost"),
    ),
    Action(
        "release",
        msg("Let it go on"),
        CONFIRM_ORDERS,
        _release,
        when=lambda order: order.state == "held",
        style="primary",
        bulk=True,
    ),
    Action(
        "close",
        msg("Close the rest"),
        CONFIRM_ORDERS,
        _close,
        when=lambda order: (
            order.state in ("confirmed", "held")
            and (order.delivery_progress != "nothing" or order.invoice_progress != "nothing")
        ),
        confirm=msg("What was not delivered will not be delivered. Close the order?"),
        bulk=True,
    ),
    Action(
        "cancel",
        msg("Cancel"),
        CONFIRM_ORDERS,
        _cancel,
        when=lambda order: order.state in ("draft", "sent", "confirmed", "held"),
        confirm=msg("Nothing of it will be delivered. Cancel the order?"),
        style="danger",
        bulk=True,
    ),
)
MOVES: Final = (
    ("sent", "mark_sent"),
    ("confirmed", "confirm"),
    ("cancelled", "cancel"),
)
"""Which action brings a card on the board to which state."""
