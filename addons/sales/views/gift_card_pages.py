"""Pages about gift cards: selling, handing out, blocking, adjusting, replacing; paying with one,
and paying a credit note back to one.

A code is on one page, once, or in one file; neither is kept.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.contacts.api import get_contact
from addons.sales.models import GiftCard, Invoice
from addons.sales.permissions import ADJUST_CARDS, EDIT_INVOICES, POST_PAYMENTS
from addons.sales.services.gift_cards import changing
from addons.sales.services.gift_cards.codes import grouped
from addons.sales.services.gift_cards.handing_out import card_pdf, hand_out
from addons.sales.services.gift_cards.redeeming import pay_with_card, refund_to_card
from addons.sales.services.gift_cards.selling import sell
from addons.sales.services.titles import invoice_title
from addons.sales.views.gift_cards import GIFT_CARDS, card_title
from addons.sales.views.payment_pages import pay_page
from addons.sales.views.reaching import reach
from addons.sales.views.typed import typed_amount, typed_day, typed_key
from core.api import (
    AppError,
    File,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    msg,
    phrase,
    savepoint,
)

_DEEDS: Final = {
    "block": (msg("Block"), msg("Nobody pays with it until it is released.")),
    "adjust": (msg("Adjust"), msg("The books are told of what you add or take.")),
    "replace": (
        msg("Replace"),
        msg("What is left goes to a new card. The old one pays nothing any more."),
    ),
}


def sell_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Who buys, how many cards of which amount, and for whom."""
    asked = request.query.get("contact_id", "")
    key = typed_key(request, "contact_id")
    if key is None and asked.isdecimal() and len(asked) < 19:
        key = int(asked)
    return Page(
        "sales/gift_card_sell.html",
        {
            "contact": None if key is None else get_contact(session, key),
            "currency": company_currency(session),
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def sell_typed(session: Session, request: Request) -> Reply:
    """Draft the invoice."""
    form = request.form
    count = form.get("count", "").strip()
    try:
        if not (count.isdecimal() and len(count) < 6):
            raise InvalidInput.of("count", phrase("Say how many cards."))
        with savepoint(session):
            invoice = sell(
                session,
                {
                    "contact_id": typed_key(request, "contact_id"),
                    "count": int(count),
                    "amount": typed_amount(request, "amount"),
                    "currency": form.get("currency", "").strip() or None,
                    "holder_name": form.get("holder_name", ""),
                    "holder_email": form.get("holder_email", ""),
                    "message": form.get("message", ""),
                    "expires_on": typed_day(request, "expires_on"),
                },
            )
    except AppError as error:
        return sell_page(session, request, error)
    return Redirect(
        f"/sales/invoices/{invoice.id}",
        phrase("The cards are valid once the invoice is posted, and paid."),
    )


def hand_out_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """How the card is handed out: shown, printed, or with the code that is on the plastic."""
    card = reach(session, request, GiftCard, POST_PAYMENTS)
    return Page(
        "sales/gift_card_hand_out.html",
        {"card": card, "title": card_title(card), "typed": request.form, "error": error},
        status=200 if error is None else error.status,
    )


def hand_out_typed(session: Session, request: Request) -> Reply:
    """Make the code, and show it or put it into a file: this once."""
    card = reach(session, request, GiftCard, POST_PAYMENTS)
    try:
        with savepoint(session):
            code = hand_out(session, card, request.form.get("code", ""))
            if request.form.get("how") == "print":
                pdf = card_pdf(session, GIFT_CARDS, card, code, "")
                return File(pdf.content, pdf.name, "application/pdf")
    except AppError as error:
        return hand_out_page(session, request, error)
    shown = {"card": card, "title": card_title(card), "code": grouped(code)}
    return Page("sales/gift_card_code.html", shown)


def change_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Why a card is blocked, adjusted or replaced, and by how much."""
    card, deed = _deed(session, request)
    title, help_text = _DEEDS[deed]
    return Page(
        "sales/gift_card_change.html",
        {
            "card": card,
            "title": card_title(card),
            "deed": deed,
            "deed_title": title,
            "help": help_text,
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def change_typed(session: Session, request: Request) -> Reply:
    """Block, adjust or replace the card."""
    card, deed = _deed(session, request)
    reason = request.form.get("reason", "")
    try:
        with savepoint(session):
            if deed == "adjust":
                card = changing.adjust(session, card, typed_amount(request, "amount"), reason)
            elif deed == "replace":
                card = changing.replace(session, card, reason)
            else:
                card = changing.block(session, card, reason)
    except AppError as error:
        return change_page(session, request, error)
    return Redirect(f"/sales/gift-cards/{card.id}", phrase("Done, and the reason is kept."))


def _deed(session: Session, request: Request) -> tuple[GiftCard, str]:
    deed: Any = request.path_params["deed"]
    if deed not in _DEEDS:
        raise NotFound(phrase("There is no such page."))
    return reach(session, request, GiftCard, ADJUST_CARDS), deed


def pay_by_card(session: Session, request: Request) -> Reply:
    """Pay an invoice with the card whose code was typed or scanned."""
    invoice = reach(session, request, Invoice, POST_PAYMENTS)
    try:
        with savepoint(session):
            payment = pay_with_card(
                session,
                invoice.id,
                request.form.get("code", ""),
                typed_amount(request, "card_amount"),
            )
    except AppError as error:
        return pay_page(session, request, error)
    return Redirect(
        f"/sales/invoices/{invoice.id}", phrase("Paid by {number}.", number=payment.number or "")
    )


def refund_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """To which card a credit note is paid back."""
    note = reach(session, request, Invoice, POST_PAYMENTS)
    return Page(
        "sales/gift_card_refund.html",
        {"note": note, "title": invoice_title(note), "typed": request.form, "error": error},
        status=200 if error is None else error.status,
    )


def refund_typed(session: Session, request: Request) -> Reply:
    """Pay the credit note back to a card."""
    note = reach(session, request, Invoice, POST_PAYMENTS)
    try:
        with savepoint(session):
            refund = refund_to_card(
                session, note.id, request.form.get("code", ""), typed_amount(request, "amount")
            )
    except AppError as error:
        return refund_page(session, request, error)
    return Redirect(
        f"/sales/gift-cards/{refund.gift_card_id}",
        phrase("Paid back by {number}.", number=refund.number or ""),
    )


ROUTES: Final = (
    Route("GET", "/sell-gift-cards", sell_page, EDIT_INVOICES),
    Route("POST", "/sell-gift-cards", sell_typed, EDIT_INVOICES),
    Route("GET", "/gift-cards/{id:int}/hand-out", hand_out_page, POST_PAYMENTS),
    Route("POST", "/gift-cards/{id:int}/hand-out", hand_out_typed, POST_PAYMENTS),
    Route("GET", "/gift-cards/{id:int}/change/{deed}", change_page, ADJUST_CARDS),
    Route("POST", "/gift-cards/{id:int}/change/{deed}", change_typed, ADJUST_CARDS),
    Route("POST", "/invoices/{id:int}/pay-by-card", pay_by_card, POST_PAYMENTS),
    Route("GET", "/invoices/{id:int}/refund-to-card", refund_page, POST_PAYMENTS),
    Route("POST", "/invoices/{id:int}/refund-to-card", refund_typed, POST_PAYMENTS),
)
