"""Two tills at the last of a card or of the points: what is there is spent once. And books that are
opened later hear of cards and points what books hear that were there from the start."""

from __future__ import annotations

from decimal import Decimal

from addons.sales.models import GiftCard, LoyaltyAccount
from addons.sales.services.gift_cards.changing import give
from addons.sales.services.gift_cards.handing_out import hand_out
from addons.sales.services.gift_cards.redeeming import pay_with_card
from addons.sales.services.loyalty.programs import create_program
from addons.sales.services.loyalty.redeeming import pay_with_points
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.sales.test_together import both
from tests.trade.whole import ailing

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
