"""Jobs that send what is printed from a list's declaration."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import GiftCard, Invoice, SalesOrder
from addons.sales.services.gift_cards.expiring import expire_cards
from addons.sales.services.gift_cards.handing_out import MAIL_CARD, mail_card
from addons.sales.services.loyalty.changing import expire_points
from addons.sales.services.portal.coming_back import sweep_ways_back
from addons.sales.services.portal.links import sweep_links
from addons.sales.services.sending import MAIL_INVOICE, MAIL_ORDER, mail_document
from addons.sales.views.gift_cards import GIFT_CARDS
from addons.sales.views.invoices import INVOICES
from addons.sales.views.orders import ORDERS
from core.api import Job, Schedule, msg, phrase


def mail_order(session: Session, record_id: int) -> None:
    """Send a quotation or an order to its customer."""
    order = session.get(SalesOrder, record_id)
    if order is not None:
        mail_document(session, ORDERS, order)


def mail_invoice(session: Session, record_id: int) -> None:
    """Send an invoice or a credit note to its customer."""
    invoice = session.get(Invoice, record_id)
    if invoice is not None:
        mail_document(session, INVOICES, invoice)


def sweep(session: Session) -> str:
    """Delete links to documents that were over long ago, and ways back from payments."""
    sweep_ways_back(session)
    return sweep_links(session)


def mail_gift_card(session: Session, card_id: int) -> None:
    """Send a gift card to whom it is for."""
    card = session.get(GiftCard, card_id)
    if card is not None:
        mail_card(session, GIFT_CARDS, card)


def expire(session: Session) -> str:
    """Take what has expired: gift cards, and points."""
    return phrase(
        "{cards} gift cards and the points of {accounts} customers expired.",
        cards=str(expire_cards(session)),
        accounts=str(expire_points(session)),
    )


JOBS: Final = (
    Job(MAIL_CARD, msg("Send a gift card by e-mail"), mail_gift_card),
    Job(
        "sales.expire_cards_and_points",
        msg("Let gift cards and points expire"),
        expire,
        schedule=Schedule("10 1 * * *"),
    ),
    Job(MAIL_ORDER, msg("Send a quotation by e-mail"), mail_order),
    Job(MAIL_INVOICE, msg("Send an invoice by e-mail"), mail_invoice),
    Job(
        "sales.sweep_links",
        msg("Delete old links to documents"),
        sweep,
        schedule=Schedule("40 3 * * *"),
    ),
)
