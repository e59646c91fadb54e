"""Two tills at the last of a card or of the points: what is there is spent once. Who may see cards
may not give or adjust them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest

from addons.sales.models import GiftCard, LoyaltyAccount
from addons.sales.permissions import VIEW_INVOICES
from addons.sales.services.gift_cards.changing import give
from addons.sales.services.gift_cards.handing_out import hand_out
from addons.sales.services.gift_cards.redeeming import pay_with_card
from addons.sales.services.loyalty.programs import create_program
from addons.sales.services.loyalty.redeeming import pay_with_points
from addons.sales.services.sample_values import fill_cards, start_programme
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.sales.conftest import Shop
from tests.sales.test_together import both
from tests.trade.whole import ailing
from tests.workspace.conftest import Person, hired

D = Decimal


@pytest.fixture(scope="module")
def reader(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, {VIEW_INVOICES.code: "all"})


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


def test_cards_and_points_are_given_and_adjusted_by_right(
    kernel: Kernel, tenant: Tenant, reader: Person
) -> None:
    with kernel.session(tenant) as session:
        start_programme(session)
        fill_cards(session, [Shop(session).customer()])
        given, *bought = session.query(GiftCard).order_by(GiftCard.id.desc()).limit(4).all()
        assert (given.origin, [one.balance for one in bought]) == ("given", [100, 100, 100])
        card_id = given.id
    assert reader.api.get(f"/api/v1/sales/gift-cards/{card_id}").status_code == 200
    new = {"amount": "10", "currency": "USD", "reason": "For me"}
    assert reader.api.post("/api/v1/sales/gift-cards", json=new).status_code == 403
    for path in (
        f"gift-cards/{card_id}/change/adjust",
        f"gift-cards/{card_id}/change/replace",
        f"gift-cards/{card_id}/hand-out",
        "loyalty-accounts/1/adjust",
    ):
        assert reader.http.get(f"/sales/{path}").status_code in (403, 404), path
