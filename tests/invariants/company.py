"""A company in which there is something of everything that an invariant speaks of: the sample data
of all addons, and the few documents that they leave out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.assets import AssetCategory
from addons.accounting.services.assets import keeping
from addons.accounting.services.bank.accepting import accept
from addons.accounting.services.ledger import seal_now
from addons.contacts.services.merging import merge_contacts
from addons.sales.models import GatewayReceipt, LoyaltyAccount, PaymentIntent, PaymentIntentPart
from addons.sales.services.commissions.plans import create_plan
from addons.sales.services.commissions.statements import work_out_open
from addons.sales.services.loyalty.programs import create_program
from addons.sales.services.loyalty.redeeming import pay_with_points
from addons.sales.services.portal.confirmed import confirm_payment
from addons.vat.models import VatReturn
from addons.vat.services.filing.returns import Papers, file_return
from core.api import utc_now
from core.auth.users import create_user
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.sample.filling import fill_sample
from tenants.testing.tenants import fresh_tenant
from tests.accounting.banking import DAY, arrived, camt, open_bank, suggested
from tests.zatca.trade.trader import business, goods, have_device, have_seller, line, posted

_PAPERS = Papers(lambda *_: b"%PDF", lambda *_: b"PK")


@contextmanager
def lived_in(kernel: Kernel) -> Iterator[Tenant]:
    """A company with every addon that has traded for a while."""
    with fresh_tenant(kernel, "invariants") as tenant:
        with kernel.session(tenant) as session:
            fill_sample(session, demo=True)
        for chapter in _CHAPTERS:
            with kernel.session(tenant) as session:
                chapter(session)
        with kernel.session(tenant) as session:
            seal_now(session)
        yield tenant


def _merge(session: Session) -> None:
    kept, merged = business(session), business(session)
    merge_contacts(session, kept, merged)


def _sell_with_points(session: Session) -> None:
    club = {"name": "Club", "currency": "SAR", "point_value": Decimal("0.5")}
    create_program(session, club)
    buyer, tea = business(session), goods(session, kind="service")
    posted(session, buyer, line(tea, "10"))
    points = session.scalars(select(LoyaltyAccount)).one()
    pay_with_points(session, posted(session, buyer, line(tea)).id, points.id)


def _pay_online(session: Session) -> None:
    buyer = business(session)
    owed = posted(session, buyer, line(goods(session, kind="service")))
    intent = PaymentIntent(gateway="teller", contact_id=buyer, currency="SAR", amount=owed.total)
    intent.parts = [PaymentIntentPart(invoice_id=owed.id, amount=owed.total)]
    session.add(intent)
    session.flush()
    confirm_payment(session, intent.id, "T-1", owed.total, "SAR")
    assert session.scalars(select(GatewayReceipt)).one()


def _file_taxes(session: Session) -> None:
    file_return(session, session.scalars(select(VatReturn)).one().id, _PAPERS)


def _sell_on_commission(session: Session) -> None:
    today = utc_now().date()
    seller = create_user(session, email="seller@example.com", name="Seller")
    rate = {"above": Decimal(0), "percent": Decimal(5)}
    create_plan(session, {"name": "Everybody", "valid_from": today, "rates": [rate]})
    service = line(goods(session, kind="service"))
    posted(session, business(session), service, salesperson_id=seller.id)
    assert work_out_open(session, today)


def _sign(session: Session) -> None:
    have_seller(session)
    have_device(session)
    buyer, tea = business(session), goods(session, kind="service")
    for _ in range(3):
        posted(session, buyer, line(tea))


def _buy_a_press(session: Session) -> None:
    """A fixed asset that is paid from the bank, whose statement shows it."""
    ids = {account.code: account.id for account in session.scalars(select(Account))}
    bank = open_bank(session, code="1030")
    category = AssetCategory(
        name="Presses",
        asset_account_id=ids["1530"],
        depreciation_account_id=ids["1630"],
        expense_account_id=ids["6400"],
        gain_account_id=ids["4500"],
        loss_account_id=ids["7000"],
        months=60,
    )
    session.add(category)
    session.flush()
    press = {
        "name": "Press",
        "category_id": category.id,
        "acquired_on": DAY,
        "cost": Decimal(6000),
        "counter_account_id": ids["1030"],
    }
    keeping.put_into_service(session, keeping.create_asset(session, press))
    seal_now(session)
    (moved,) = arrived(session, bank, camt(("-6000", "Press")))
    accept(session, moved.id, suggested(session, moved)[0].choice)


_CHAPTERS: Final = (
    _merge,
    _sell_with_points,
    _pay_online,
    _file_taxes,
    _sell_on_commission,
    _sign,
    _buy_a_press,
)
