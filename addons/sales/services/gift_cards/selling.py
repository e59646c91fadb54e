"""Gift cards that are sold: lines of an invoice, which become cards when it is posted.

A card that buys whatever the shop has is a multi-purpose voucher: no VAT is due when it is sold,
but when goods or services are supplied for it (articles 30a, 30b and 73a of Directive 2006/112/EC
as amended by Directive (EU) 2016/1065, for the European Union). So its line bears no tax, and the
goods bear theirs in full when the card pays for them. What is paid for a card is a contract
liability until then (IFRS 15.106 and B44).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import GiftCard, Invoice, InvoiceLine
from addons.sales.services.amounts import EXACT, ZERO, split, step_of
from addons.sales.services.blank_lines import new_line
from addons.sales.services.gift_cards.keeping import add_move, lock_cards
from addons.sales.services.gift_cards.making import blank_card, issue
from addons.sales.services.invoices import create_invoice, work_out_invoice
from addons.sales.services.payment_drafts import require_amount
from core.api import Conflict, InvalidInput, phrase

MOST_CARDS: Final = 500
"""As many are sold on one line."""


def sell(session: Session, values: Mapping[str, Any]) -> Invoice:
    """A draft invoice for gift cards: `contact_id` buys `count` of `amount` each, in `currency`,
    for `holder_name`, `holder_email`, with a `message`. The cards are valid once it is posted.

    Raises InvalidInput that names the field.
    """
    count = 1 if values.get("count") is None else values["count"]
    if not 1 <= count <= MOST_CARDS:
        raise InvalidInput.of("count", phrase("From 1 to {most} cards.", most=MOST_CARDS))
    invoice = create_invoice(
        session,
        {name: values[name] for name in ("contact_id", "day", "currency", "rate", "branch_id")
         if values.get(name) is not None},
    )  # fmt: skip
    require_amount(values.get("amount"), invoice.currency)
    line = new_line(
        role="gift_card",
        position=1,
        quantity=Decimal(count),
        price=values["amount"],
        description=phrase("Gift card of {amount} {currency}", amount=f"{values['amount']:f}",
                           currency=invoice.currency),
    )  # fmt: skip
    invoice.lines = [line]
    work_out_invoice(session, invoice)
    session.flush()
    session.add_all(_drafts(invoice, line, count, values))
    session.flush()
    return invoice


def _drafts(
    invoice: Invoice, line: InvoiceLine, count: int, values: Mapping[str, Any]
) -> list[GiftCard]:
    return [
        blank_card(
            currency=invoice.currency,
            amount=line.price,
            contact_id=invoice.contact_id,
            branch_id=invoice.branch_id,
            invoice_line_id=line.id,
            holder_name=(values.get("holder_name") or "").strip(),
            holder_email=(values.get("holder_email") or "").strip(),
            message=(values.get("message") or "").strip(),
            expires_on=values.get("expires_on"),
        )
        for _ in range(count)
    ]


def require_cards(invoice: Invoice) -> None:
    """Raise InvalidInput, naming the line, for a line of gift cards that is taxed, or counts them
    in parts."""
    for place, line in enumerate(invoice.lines):
        if line.role != "gift_card":
            continue
        if line.taxes.split() or line.tax:
            raise InvalidInput.of(
                f"lines.{place}.taxes",
                phrase("A gift card bears no tax: what is bought with it does."),
            )
        if line.quantity != line.quantity.to_integral_value() or line.quantity > MOST_CARDS:
            raise InvalidInput.of(
                f"lines.{place}.quantity",
                phrase("Gift cards are whole: from 1 to {most}.", most=MOST_CARDS),
            )
        if line.quantity and line.net <= 0:
            raise InvalidInput.of(f"lines.{place}.price", phrase("A gift card is worth something."))


def settle_cards(session: Session, invoice: Invoice) -> None:
    """Issue the cards of an invoice that was just posted; for a credit note, take those back whose
    sale it takes back. Raises Conflict where too few of them are unspent."""
    lines = [line for line in invoice.lines if line.role == "gift_card" and line.quantity]
    for line in lines:
        if invoice.kind == "invoice":
            _issue_line(session, invoice, line)
        else:
            _cancel_line(session, invoice, line)


def _issue_line(session: Session, invoice: Invoice, line: InvoiceLine) -> None:
    """As many cards as the line says. Each is worth what was paid for it, a discount counted."""
    count = int(line.quantity)
    drafts = list(
        session.scalars(
            select(GiftCard)
            .where(GiftCard.invoice_line_id == line.id, GiftCard.state == "draft")
            .order_by(GiftCard.id)
        )
    )
    for spare in drafts[count:]:
        session.delete(spare)
    missing = count - len(drafts)
    more = [blank_card(amount=line.price, invoice_line_id=line.id) for _ in range(missing)]
    worth = split(line.net, [Decimal(1)] * count, step_of(invoice.currency))
    if not all(worth):
        raise InvalidInput.of("lines", phrase("A gift card is worth something."))
    for card, amount in zip([*drafts[:count], *more], worth, strict=True):
        card.currency, card.branch_id = invoice.currency, invoice.branch_id
        card.contact_id = invoice.contact_id
        session.add(card)
        issue(session, card, amount, invoice.rate or Decimal(1), invoice.day)


def _cancel_line(session: Session, note: Invoice, line: InvoiceLine) -> None:
    """Take unspent cards back until they come to what is credited."""
    wanted = select(GiftCard.id).where(GiftCard.invoice_line_id == line.corrects_line_id)
    cards = lock_cards(session, session.scalars(wanted).all())
    left = line.net
    for card in cards.values():
        if card.state in ("active", "blocked") and ZERO < card.balance == card.amount <= left:
            left = EXACT.subtract(left, card.balance)
            cancel(session, card, note.day, phrase("{number} takes the sale back.",
                                                   number=note.number or ""))  # fmt: skip
    if left:
        raise Conflict(
            phrase("Gift cards for {left} {currency} were spent, or are not whole ones.",
                   left=f"{left:f}", currency=note.currency),
            fix=phrase("Credit whole cards that nobody paid with, at the most."),
        )  # fmt: skip


def cancel(session: Session, card: GiftCard, day: date, reason: str) -> None:
    """Take what is on a card off it, and let it be no card any more."""
    add_move(session, card, "cancel", -card.balance, day, reason=reason)
    card.state, card.reason = "cancelled", reason
    session.flush()
