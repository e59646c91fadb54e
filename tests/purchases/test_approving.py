"""Orders beyond an amount wait for somebody whose limit covers them, who may be on holiday and have
given it to a colleague."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from addons.purchases.models import ApprovalStep, Order
from addons.purchases.options import PurchasesOptions
from addons.purchases.permissions import APPROVE_ORDERS, EDIT_ORDERS
from addons.purchases.services.approvals.keeping import (
    create_delegation,
    create_limit,
    revoke_delegation,
)
from addons.purchases.services.orders.approving import (
    approve_order,
    confirm_order,
    reject_order,
)
from core.api import Actor, Conflict, Forbidden, InvalidInput, set_options, today
from core.auth import roles, users
from tests.purchases.buying import Buyer, acting

_RIGHTS = {EDIT_ORDERS.code: "all", APPROVE_ORDERS.code: "all"}


@dataclass
class Staff:
    """People of the company, each with the right to approve."""

    session: Session

    def hire(self, limit: str | None = None, rights: dict[str, str] = _RIGHTS) -> Actor:
        """A new user; with a limit where one is given."""
        name = f"user-{os.urandom(4).hex()}"
        role = roles.create_role(self.session, title=name, grants=rights)  # type: ignore[arg-type]
        user = users.create_user(
            self.session, email=f"{name}@example.com", name=name, roles=(role.code,)
        )
        self.session.flush()
        if limit is not None:
            create_limit(self.session, {"user_id": user.id, "amount": Decimal(limit)})
        return Actor("user", name, user_id=user.id, grants=rights)  # type: ignore[arg-type]


@pytest.fixture
def staff(session: Session) -> Staff:
    set_options(session, PurchasesOptions, approvals=True, approval_from=Decimal(100))
    return Staff(session)


def _order(buyer: Buyer, who: Actor, price: str) -> Order:
    with acting(buyer.session, who):
        line = {"product_id": buyer.product(), "quantity": Decimal(1), "price": Decimal(price)}
        return confirm_order(buyer.session, buyer.draft(line))


def test_small_orders_approve_themselves_and_large_ones_wait(buyer: Buyer, staff: Staff) -> None:
    clerk, head = staff.hire("0"), staff.hire("5000")
    assert _order(buyer, clerk, "99").state == "approved"
    order = _order(buyer, clerk, "1000")
    assert (order.state, order.number) == ("to_approve", None)
    with acting(buyer.session, clerk), pytest.raises(Forbidden, match="more than the 0"):
        approve_order(buyer.session, order)
    with acting(buyer.session, head):
        approve_order(buyer.session, order)
        with pytest.raises(Conflict, match="does not wait"):
            approve_order(buyer.session, order)
    assert (order.state, order.approved_by) == ("approved", head.name)
    assert _order(buyer, head, "4000").state == "approved"
    assert _order(buyer, head, "6000").state == "to_approve"
    steps = buyer.session.query(ApprovalStep).filter_by(order_id=order.id).all()
    assert [step.decision for step in steps] == ["asked", "approved"]


def test_without_any_limit_the_right_is_enough(buyer: Buyer, staff: Staff) -> None:
    assert _order(buyer, staff.hire(), "1000").state == "approved"
    order = _order(buyer, staff.hire(rights={EDIT_ORDERS.code: "all"}), "1000")
    with acting(buyer.session, staff.hire(rights={})), pytest.raises(Forbidden):
        approve_order(buyer.session, order)


def test_who_is_away_gives_their_limit_to_a_colleague_for_a_time(
    buyer: Buyer, staff: Staff
) -> None:
    clerk, head = staff.hire("10"), staff.hire("5000")
    day = today(buyer.session)
    values = {"to_user_id": clerk.user_id, "start_on": day, "end_on": day + timedelta(days=5)}
    with acting(buyer.session, head):
        given = create_delegation(buyer.session, {**values, "reason": "Holiday"})
    order = _order(buyer, staff.hire("0"), "1000")
    with acting(buyer.session, clerk):
        approve_order(buyer.session, order)
    step = buyer.session.query(ApprovalStep).filter_by(decision="approved", order_id=order.id).one()
    assert (step.user_name, step.in_place_of, step.limit) == (clerk.name, head.name, 5000)
    with acting(buyer.session, clerk), pytest.raises(Forbidden):
        revoke_delegation(buyer.session, given)
    with acting(buyer.session, head):
        revoke_delegation(buyer.session, given)
    later = _order(buyer, staff.hire("0"), "1000")
    with acting(buyer.session, clerk), pytest.raises(Forbidden):
        approve_order(buyer.session, later)


def test_a_delegation_counts_on_its_days_and_among_those_who_may(
    buyer: Buyer, staff: Staff
) -> None:
    clerk, head = staff.hire("10"), staff.hire("5000")
    day = today(buyer.session)
    past = {"start_on": day - timedelta(days=9), "end_on": day - timedelta(days=1)}
    with acting(buyer.session, head):
        create_delegation(buyer.session, {"to_user_id": clerk.user_id, **past})
        for wrong, message in (
            ({"to_user_id": head.user_id, **past}, "somebody else"),
            (
                {"to_user_id": clerk.user_id, "start_on": day, "end_on": day - timedelta(1)},
                "before",
            ),
            ({"to_user_id": staff.hire(rights={}).user_id, **past}, "may not approve"),
        ):
            with pytest.raises(InvalidInput, match=message):
                create_delegation(buyer.session, wrong)
    with acting(buyer.session, clerk), pytest.raises(Forbidden, match="yours"):
        create_delegation(
            buyer.session,
            {"from_user_id": head.user_id, "to_user_id": clerk.user_id, **past},
        )
    order = _order(buyer, clerk, "1000")
    with acting(buyer.session, clerk), pytest.raises(Forbidden):
        approve_order(buyer.session, order)


def test_nobody_approves_their_own_orders_where_that_is_the_rule(
    buyer: Buyer, staff: Staff
) -> None:
    set_options(buyer.session, PurchasesOptions, own_approval=False)
    head, other = staff.hire("5000"), staff.hire("5000")
    order = _order(buyer, head, "1000")
    assert order.state == "to_approve"
    with acting(buyer.session, head), pytest.raises(Forbidden, match="their own"):
        approve_order(buyer.session, order)
    with acting(buyer.session, other):
        reject_order(buyer.session, order)
    assert order.state == "draft"


def test_a_limit_is_of_a_role_or_of_a_user_and_there_is_one(buyer: Buyer, staff: Staff) -> None:
    head = staff.hire("5")
    for values in ({}, {"user_id": head.user_id, "role_id": 1}):
        with pytest.raises(InvalidInput, match="either"):
            create_limit(buyer.session, {"amount": Decimal(1), **values})
    with pytest.raises(Conflict, match="already"):
        create_limit(buyer.session, {"user_id": head.user_id, "amount": Decimal(9)})
