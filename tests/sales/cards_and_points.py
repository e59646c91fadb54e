"""A story of gift cards and points in which everything happens to them that books hear of."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.sales.models import Invoice, LoyaltyAccount
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.gift_cards.changing import adjust, give
from addons.sales.services.gift_cards.expiring import expire_cards
from addons.sales.services.gift_cards.handing_out import hand_out
from addons.sales.services.gift_cards.redeeming import pay_with_card, refund_to_card
from addons.sales.services.gift_cards.selling import sell
from addons.sales.services.loyalty.changing import expire_points
from addons.sales.services.loyalty.programs import create_program
from addons.sales.services.loyalty.redeeming import pay_with_points
from addons.sales.services.payments import reverse_payment
from addons.sales.services.posting import post_invoice
from tests.sales.conftest import DAY, Shop

D = Decimal


def live_with_cards_and_points(session: Session) -> None:
    """Cards that are sold, given, adjusted, spent, paid back to and expired; and points that are
    earned, taken back and used, and those that were earned long ago expire."""
    shop = Shop(session)
    club = {"name": "Club", "currency": "USD", "point_value": D("0.5")}
    create_program(session, club)
    create_program(session, {**club, "name": "Short club", "months": 1})
    customer = shop.customer(name="Layla")
    post_invoice(
        session, sell(session, {"contact_id": customer, "amount": D(50), "count": 2, "day": DAY})
    )
    prize = {"amount": D(70), "currency": "USD", "reason": "Prize", "day": DAY}
    card = give(session, prize)
    adjust(session, card, D(-5), "Typed wrongly", DAY)
    code, first = hand_out(session, card), _served(shop, customer, "1000")
    bounced = pay_with_card(session, first.id, code, D(40), DAY)
    reverse_payment(session, bounced, "Wrong invoice", DAY)
    pay_with_card(session, first.id, code, D(30), DAY)
    note = credit_invoice(session, first, "allowance", percent=D(20), reason="Late")
    note.day = DAY
    shop.paid(first)
    refund_to_card(session, post_invoice(session, note).id, day=DAY)
    points = session.query(LoyaltyAccount).order_by(LoyaltyAccount.id).first()
    assert points is not None
    pay_with_points(session, _served(shop, customer, "10").id, points.id, day=DAY)
    over = give(session, prize)
    over.expires_on = DAY
    session.flush()
    later = DAY + timedelta(days=60)
    assert (expire_cards(session, later), expire_points(session, later)) == (1, 1)


def _served(shop: Shop, customer: int, amount: str) -> Invoice:
    """An invoice for a service: it needs no stock."""
    service = {"product_id": shop.product(amount, kind="service"), "quantity": D(1)}
    return shop.invoiced(shop.confirmed([service], contact_id=customer))
