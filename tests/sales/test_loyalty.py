"""Loyalty: points for what is sold, more of them by rule and tier, taken back when goods come back,
used like money, expired oldest first. The books put a part of each sale off until its points are
used, and hold the account of it against the points themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from addons.accounting.services.trade.liability_control import INVARIANTS as OWED
from addons.catalog.services.categories import create_category
from addons.contacts.services.merging import merge_contacts
from addons.sales.models import (
    Invoice,
    LoyaltyAccount,
    LoyaltyProgram,
    LoyaltyRule,
    LoyaltyTier,
)
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.invariants import INVARIANTS as SALES
from addons.sales.services.loyalty.changing import adjust_points, expire_points
from addons.sales.services.loyalty.expiry_rules import PointMove, expired_by, open_points
from addons.sales.services.loyalty.redeeming import pay_with_points
from addons.sales.services.loyalty.statements import points_of, statement_lines
from addons.sales.services.payments import reverse_payment
from addons.sales.services.posting import post_invoice
from core.db.base import utc_now
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop, whole_company
from tests.trade.whole import balances_of

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel, ("sales", "vat", "accounting")) as tenant:
        yield tenant


def programme(session: Session, *parts: LoyaltyRule | LoyaltyTier, **more) -> LoyaltyProgram:
    """One point for each 10 SAR; a point pays 0.50."""
    made = LoyaltyProgram(
        name=f"Club {len(parts)} {sorted(more)}", currency="SAR", point_value=D("0.5"), **more
    )
    made.rules = [one for one in parts if isinstance(one, LoyaltyRule)]
    made.tiers = [one for one in parts if isinstance(one, LoyaltyTier)]
    session.add(made)
    session.flush()
    return made


def bought(shop: Shop, contact_id: int, amount: str = "100", **line) -> Invoice:
    """A posted invoice of one thing."""
    line = {"product_id": shop.product(amount, **line), "quantity": D(1)}
    return shop.invoiced(shop.delivered(shop.confirmed([line], contact_id=contact_id)))


def account(session: Session, contact_id: int) -> LoyaltyAccount:
    """The customer's points."""
    return session.scalars(
        select(LoyaltyAccount).where(LoyaltyAccount.contact_id == contact_id)
    ).one()


def ailing(session: Session) -> list[str]:
    """What is not true of documents, cards and points, or not as the books have it."""
    return [
        f"{one.name}: {result.detail}"
        for one in (*SALES, *OWED)
        if not (result := one.check(session)).holds
    ]


def test_points_are_earned_put_off_used_and_given_back(session: Session, shop: Shop) -> None:
    programme(session, months=1200)
    customer = shop.customer()
    bought(shop, customer, "1009.90")
    mine = account(session, customer)
    # 100 points pay 50: of 1009.90 that is 1009.90 x 50 / 1059.90, the price of the points.
    assert (mine.points, mine.worth) == (100, D("47.64"))
    assert balances_of(session)["Liabilities:Loyalty points"] == D("-47.64")
    owed = bought(shop, customer, "20")
    with pytest.raises(InvalidInput, match="to 40 points"):
        pay_with_points(session, owed.id, mine.id, D(41))
    with pytest.raises(InvalidInput, match="whole"):
        pay_with_points(session, owed.id, mine.id, D("1.5"))
    payment = pay_with_points(session, owed.id, mine.id)
    session.refresh(mine)
    assert (payment.amount, payment.points, owed.payment_progress, mine.points) == (
        20, 40, "paid", 62)  # fmt: skip
    assert ailing(session) == []
    reverse_payment(session, payment, "Wrong customer")
    assert (mine.points, owed.residual) == (102, 20)
    (told,) = points_of(session, customer)
    assert (told.points, told.amount, sum(one.points for one in told.expiring)) == (102, 51, 102)
    assert [one.balance for one in statement_lines(session, mine.id)] == [100, 102, 62, 102]
    assert ailing(session) == []


def test_points_go_back_with_the_goods_even_if_they_were_spent(
    session: Session, shop: Shop
) -> None:
    programme(session)
    customer = shop.customer()
    first = bought(shop, customer, "1000")
    mine = account(session, customer)
    half = credit_invoice(session, first, "allowance", percent=D(50), reason="Half of it broken")
    post_invoice(session, half)
    assert mine.points == 50
    owed = bought(shop, customer, "9")
    pay_with_points(session, owed.id, mine.id, D(10))
    post_invoice(session, credit_invoice(session, first, "cancellation"))
    assert (mine.points, mine.owed, mine.worth) == (0, 10, 0)
    bought(shop, customer, "250")
    assert (mine.points, mine.owed) == (15, 0)
    assert ailing(session) == []


def test_rules_and_tiers_multiply(session: Session, shop: Shop) -> None:
    drinks = create_category(session, {"name": "Drinks of the club"}).id
    tea = create_category(session, {"name": "Tea of the club", "parent_id": drinks}).id
    programme(
        session,
        LoyaltyRule(position=1, category_id=drinks, factor=D(3)),
        LoyaltyRule(position=2, weekdays="1", factor=D(0)),
        LoyaltyTier(name="Silver", from_points=D(30), factor=D(2)),
    )
    customer = shop.customer()
    bought(shop, customer, "100", category_id=tea)
    mine = account(session, customer)
    assert mine.points == 30
    bought(shop, customer, "100")  # the day is a Saturday, and the customer silver by now
    assert mine.points == 50
    assert points_of(session, customer)[0].tier == "Silver"


def test_points_for_what_is_paid_come_and_go_with_the_payment(session: Session, shop: Shop) -> None:
    customer = shop.customer()
    earlier = bought(shop, customer, "900")
    club = programme(session, earn_when="paid")
    begun, club.created_at = club.created_at, utc_now() + timedelta(minutes=1)
    shop.paid(earlier)
    club.created_at = begun
    invoice = bought(shop, customer, "500")
    shop.paid(invoice, amount="499")
    assert session.scalars(select(LoyaltyAccount).filter_by(contact_id=customer)).all() == []
    last = shop.paid(invoice)
    mine = account(session, customer)
    assert mine.points == 50
    reverse_payment(session, last, "Bounced")
    assert mine.points == 0
    shop.paid(invoice)
    assert mine.points == 50
    assert ailing(session) == []


def test_points_expire_oldest_first_and_are_adjusted_by_reason(
    session: Session, shop: Shop
) -> None:
    programme(session, months=1)
    customer = shop.customer()
    owed = bought(shop, customer, "1000")
    mine = account(session, customer)
    # Months have passed since: what was earned then cannot be used any more.
    with pytest.raises(Conflict, match="no points that could pay"):
        pay_with_points(session, owed.id, mine.id)
    adjust_points(session, mine, D(7), "Complaint")
    with pytest.raises(InvalidInput, match="107 points"):
        adjust_points(session, mine, D(-108), "Too many")
    with pytest.raises(InvalidInput, match="Say why"):
        adjust_points(session, mine, D(1), "")
    adjust_points(session, mine, D(-40), "Typed wrongly")
    assert (expire_points(session), expire_points(session)) == (1, 0)
    # The forty that were taken were the oldest: sixty expire, and the seven stay.
    session.refresh(mine)
    assert mine.points == 7
    assert ailing(session) == []


def test_merged_contacts_put_their_points_together(session: Session, shop: Shop) -> None:
    programme(session, months=6)
    kept, merged = shop.customer(), shop.customer()
    for customer, amount in ((kept, "100"), (merged, "200")):
        bought(shop, customer, amount)
    merge_contacts(session, kept, merged)
    session.expire_all()
    assert account(session, kept).points == 30
    assert account(session, merged).points == 0
    assert ailing(session) == []


def test_nobody_pays_with_what_is_not_there(session: Session, shop: Shop) -> None:
    programme(session, least_points=D(50), most_percent=D(25))
    customer, other = shop.customer(), shop.customer()
    bought(shop, customer, "1000")
    bought(shop, other, "1000")
    small, large = bought(shop, customer, "90"), bought(shop, customer, "120")
    with pytest.raises(Conflict, match="no points that could pay"):
        pay_with_points(session, small.id, account(session, customer).id)
    with pytest.raises(Conflict, match="no points that could pay"):
        pay_with_points(session, large.id, account(session, other).id)
    assert pay_with_points(session, large.id, account(session, customer).id).amount == 30


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE sales.loyalty_account SET points = points + 1 WHERE id = :account",
        "UPDATE sales.loyalty_move SET points = 1000 WHERE account_id = :account",
        "DELETE FROM sales.loyalty_move WHERE account_id = :account",
        "INSERT INTO sales.loyalty_move (account_id, kind, day, points, reason)"
        " VALUES (:account, 'adjust', '2026-03-14', -101, 'more than there are')",
    ],
)
def test_the_database_lets_nobody_forge_points(session: Session, shop: Shop, forged: str) -> None:
    programme(session)
    customer = shop.customer()
    bought(shop, customer, "1000")
    with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
        session.execute(text(forged), {"account": account(session, customer).id})


_DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 3, 31))
_STEPS = st.lists(
    st.tuples(st.sampled_from(["earn", "use", "expire", "give back"]), st.integers(1, 50), _DAYS),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(steps=_STEPS, day=_DAYS)
def test_what_is_left_is_the_sum_whatever_the_order(steps, day) -> None:
    moves: list[PointMove] = []
    used: list[D] = []
    for what, size, when in steps:
        balance = sum((one.points for one in moves), D(0))
        if what == "earn":
            moves.append(PointMove(D(size), when, True))
        elif what == "use" and balance >= size:
            moves.append(PointMove(D(-size), None, False))
            used.append(D(size))
        elif what == "give back" and used:
            moves.append(PointMove(used.pop(), None, False))
        elif what == "expire" and expired_by(moves, when):
            moves.append(PointMove(-expired_by(moves, when), None, False))
            assert expired_by(moves, when) == 0
        left = open_points(moves)
        assert sum((one.points for one in left), D(0)) == sum((one.points for one in moves), D(0))
        assert all(one.points > 0 for one in left)
        assert left == open_points(list(reversed(moves)))
    assert 0 <= expired_by(moves, day) <= sum((one.points for one in moves), D(0))
