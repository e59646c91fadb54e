"""Two tills at the last of a card or of the points: what is there is spent once. And books that are
opened later hear of cards and points what books hear that were there from the start."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.sales.models import GiftCard, LoyaltyAccount
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.days import today
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
from core.addons.lifecycle import enable
from core.events.replay import replay
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.sales.test_together import both
from tests.trade.whole import ailing, balances_of, company, open_books

D = Decimal


def test_what_is_on_a_card_or_an_account_is_spent_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        shop = Shop(session)
        create_program(session, {"name": "Club", "currency": "USD", "point_value": D(1)})
        card = give(session, {"amount": D(100), "currency": "USD", "reason": "Prize"})
        code, customer = hand_out(session, card), shop.customer()
        owed = [
            shop.invoiced(shop.delivered(shop.sold("1", "500", contact_id=customer))).id
            for _ in range(2)
        ]
        account = session.query(LoyaltyAccount).filter_by(contact_id=customer).one()
        card_id, account_id = card.id, account.id
        assert account.points == 100
    turns = iter(owed * 2)
    told = both(kernel, tenant, lambda s: pay_with_card(s, next(turns), code, D(80)))
    assert "done" in told
    assert told.count("done") == 1
    told = both(kernel, tenant, lambda s: pay_with_points(s, next(turns), account_id, D(80)))
    assert told.count("done") == 1
    with kernel.session(tenant) as session:
        assert session.get_one(GiftCard, card_id).balance == 20
        assert session.get_one(LoyaltyAccount, account_id).points == 20
    assert ailing(kernel, tenant) == []


def test_books_that_follow_owe_bearers_what_books_from_the_start_do(kernel: Kernel) -> None:
    addons = ("contacts", "catalog", "sales")
    with company(kernel, *addons, "accounting") as early, company(kernel, *addons) as late:
        for tenant in (early, late):
            with kernel.session(tenant) as session:
                _live(session)
        enable(kernel, late, "accounting")
        with kernel.session(late) as session:
            open_books(session)
            replay(session, "accounting", date(2026, 1, 1))
        with kernel.session(early) as session:
            wanted = balances_of(session)
        assert wanted["Liabilities:Gift cards"] < 0
        assert wanted["Liabilities:Loyalty points"] < 0
        for _ in range(2):
            with kernel.session(late) as session:
                assert balances_of(session) == wanted
                replay(session, "accounting", date(2026, 1, 1))
        assert ailing(kernel, early) == []
        assert ailing(kernel, late) == []


def _live(session: Session) -> None:
    """Cards that are sold, given, adjusted, spent, paid back to and expired; and points that are
    earned, taken back and used, and those that were earned long ago expire."""
    shop = Shop(session)
    values = {"name": "Club", "currency": "USD", "point_value": D("0.5"), "months": 8}
    create_program(session, values)
    customer = shop.customer(name="Layla")
    post_invoice(session, sell(session, {"contact_id": customer, "amount": D(50), "count": 2}))
    given = give(session, {"amount": D(70), "currency": "USD", "reason": "Prize"})
    adjust(session, given, D(-5), "Typed wrongly")
    code = hand_out(session, given)
    first = shop.invoiced(shop.delivered(shop.sold("1", "1000", contact_id=customer)))
    bounced = pay_with_card(session, first.id, code, D(40))
    reverse_payment(session, bounced, "Wrong invoice", today(session))
    pay_with_card(session, first.id, code, D(30))
    note = credit_invoice(session, first, "allowance", percent=D(20), reason="Late")
    shop.paid(first)
    refund_to_card(session, post_invoice(session, note).id)
    account = session.query(LoyaltyAccount).one()
    pay_with_points(
        session,
        shop.invoiced(shop.delivered(shop.sold("1", "10", contact_id=customer))).id,
        account.id,
    )
    over = give(session, {"amount": D(9), "currency": "USD", "reason": "Prize"})
    past = today(session) - timedelta(days=1)
    session.execute(update(GiftCard).where(GiftCard.id == over.id).values(expires_on=past))
    assert expire_cards(session) == 1
    expire_points(session)
