"""A post-dated cheque lies in the drawer, goes to the bank, and comes back without cover; another
one, to a supplier, is presented and paid. The books say at each step where its value stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from addons.accounting.models.cheques import CHEQUE_STATES, Cheque
from addons.accounting.services.collections.figures import cheques_today, forgotten_cheques
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.cheque_states import next_states, place_of
from addons.accounting.services.payments.cheques import (
    ChequeHasMoved,
    advance,
    create_cheque,
    delete_cheque,
    update_cheque,
)
from addons.accounting.services.payments.documents import delete_payment, update_payment
from addons.accounting.services.reversal import reverse
from addons.accounting.services.settlement.items import open_items
from core.api import Amount, Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, bill, closing, invoice, open_amounts, set_up

D = Decimal
STATES = [state for state, _ in CHEQUE_STATES]


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "cheques", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        return set_up(session)


def cheque(session: Session, trade: Trade, **values: Any) -> Cheque:
    return create_cheque(
        session,
        {
            "kind": "received",
            "number": "000123",
            "bank": "Riyad Bank",
            "partner_id": trade.noor,
            "date": DAY,
            "due_date": DAY + timedelta(days=60),
            "amount": D(100),
            "bank_account_id": trade.accounts["1010"],
            **values,
        },
    )


def walk(session: Session, one: Cheque, *states: str) -> None:
    for place, state in enumerate(states):
        update_cheque(session, one, {"step_date": DAY + timedelta(days=place)})
        advance(session, one, state)


def test_a_cheque_pays_the_invoice_when_it_is_received_and_reaches_the_bank_when_it_clears(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "100")
    one = cheque(session, trade)
    assert closing(session) == {"1100": D(100), "4000": D(-100)}
    walk(session, one, "received")
    assert [item.account for item in open_items(session)] == ["1110"]
    assert closing(session) == {"1110": D(100), "4000": D(-100)}
    walk(session, one, "deposited")
    assert closing(session) == {"1120": D(100), "4000": D(-100)}
    walk(session, one, "cleared")
    assert closing(session) == {"1010": D(100), "4000": D(-100)}
    assert [step.state for step in one.steps] == ["received", "deposited", "cleared"]
    assert all(step.entry_id for step in one.steps)
    assert open_items(session) == []


def test_a_cheque_that_bounces_opens_the_invoice_and_posts_the_charges(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "100")
    one = cheque(session, trade)
    walk(session, one, "received", "deposited")
    update_cheque(session, one, {"step_charges": D(15), "step_date": DAY + timedelta(days=5)})
    advance(session, one, "bounced")
    assert open_amounts(session, trade.noor) == [D(100)]
    assert len(open_items(session)) == 1
    assert closing(session) == {
        "1010": D(-15), "1100": D(100), "5200": D(15), "4000": D(-100),
    }  # fmt: skip
    walk_on = DAY + timedelta(days=6)
    update_cheque(session, one, {"step_date": walk_on})
    advance(session, one, "received")
    assert [item.account for item in open_items(session)] == ["1110"]
    assert closing(session)["1110"] == D(100)


def test_charges_of_a_bounced_cheque_can_be_the_customers(session: Session, trade: Trade) -> None:
    invoice(session, trade.noor, "100")
    one = cheque(session, trade)
    walk(session, one, "received", "deposited")
    update_cheque(session, one, {"step_charges": D(15), "charge_partner": True})
    advance(session, one, "bounced")
    assert sorted(open_amounts(session, trade.noor)) == [D(15), D(100)]


def test_a_cleared_cheque_that_the_bank_takes_back_leaves_the_bank(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "100")
    one = cheque(session, trade)
    walk(session, one, "received", "deposited", "cleared", "bounced")
    assert closing(session) == {"1100": D(100), "4000": D(-100)}


def test_a_cheque_is_handed_back_and_the_debt_stands_again(session: Session, trade: Trade) -> None:
    invoice(session, trade.noor, "100")
    one = cheque(session, trade)
    walk(session, one, "received", "returned")
    assert open_amounts(session, trade.noor) == [D(100)]
    assert next_states(one.kind, one.state) == {}


def test_a_cheque_to_a_supplier_is_presented_and_paid(session: Session, trade: Trade) -> None:
    bill(session, trade.eastern, "100")
    one = cheque(session, trade, kind="issued", partner_id=trade.eastern)
    walk(session, one, "issued")
    assert [item.account for item in open_items(session)] == ["2110"]
    assert closing(session) == {"2110": D(-100), "5000": D(100)}
    walk(session, one, "presented")
    assert closing(session) == {"2120": D(-100), "5000": D(100)}
    walk(session, one, "cleared")
    assert closing(session) == {"1010": D(-100), "5000": D(100)}
    assert open_amounts(session, trade.eastern) == []


@pytest.mark.parametrize("states", [("issued",), ("issued", "presented")])
def test_a_cancelled_cheque_leaves_the_bill_open(
    session: Session, trade: Trade, states: tuple[str, ...]
) -> None:
    bill(session, trade.eastern, "100")
    one = cheque(session, trade, kind="issued", partner_id=trade.eastern)
    walk(session, one, *states, "cancelled")
    assert open_amounts(session, trade.eastern) == [D(-100)]
    assert closing(session) == {"2100": D(-100), "5000": D(100)}


def test_a_step_that_does_not_follow_is_refused(session: Session, trade: Trade) -> None:
    one = cheque(session, trade)
    with pytest.raises(ChequeHasMoved):
        advance(session, one, "cleared")


def test_a_step_is_not_dated_before_the_one_before_it(session: Session, trade: Trade) -> None:
    one = cheque(session, trade)
    walk(session, one, "received")
    update_cheque(session, one, {"step_date": DAY - timedelta(days=1)})
    with pytest.raises(InvalidInput, match="step before this one"):
        advance(session, one, "deposited")


def test_a_cheque_in_the_books_keeps_its_amount_and_is_not_deleted(
    session: Session, trade: Trade
) -> None:
    one = cheque(session, trade)
    walk(session, one, "received")
    with pytest.raises(InvalidInput):
        update_cheque(session, one, {"amount": D(99)})
    with pytest.raises(ChequeHasMoved):
        delete_cheque(session, one)


def test_the_same_cheque_is_not_taken_twice(session: Session, trade: Trade) -> None:
    cheque(session, trade)
    with pytest.raises(InvalidInput, match="known already"):
        cheque(session, trade)


def test_a_draft_that_is_thrown_away_leaves_nothing(session: Session, trade: Trade) -> None:
    delete_cheque(session, cheque(session, trade))
    assert session.query(Cheque).count() == 0


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["received", "issued"]),
    choices=st.lists(st.integers(0, 5), max_size=12),
)
def test_wherever_a_cheque_goes_its_value_is_carried_from_where_it_was(
    kind: str, choices: list[int]
) -> None:
    state, stands = "draft", "nowhere"
    for choice in choices:
        steps = list(next_states(kind, state).items())
        if not steps:
            break
        state, step = steps[choice % len(steps)]
        assert state in STATES
        if step.effect == "begins":
            assert stands == "nowhere"
        if step.effect in ("moves", "undoes"):
            assert stands != "nowhere"
        stands = "nowhere" if step.effect in ("undoes", "notes") else step.place
        assert stands == place_of(state)


def test_a_cheque_of_the_year_9999_is_refused_by_the_calendar(
    session: Session, trade: Trade
) -> None:
    one = cheque(session, trade, date=date(9999, 12, 31), due_date=date(9999, 12, 31))
    with pytest.raises(Exception, match="No fiscal year covers"):
        advance(session, one, "received")


def test_a_cheque_that_nobody_deposits_is_a_trouble_until_somebody_does(
    session: Session, trade: Trade
) -> None:
    one = cheque(session, trade, due_date=DAY)
    walk(session, one, "received")
    (trouble,) = forgotten_cheques(session)
    assert "past their day: 1" in trouble.cause
    assert cheques_today(session) == [Amount(1)]
    walk(session, one, "deposited")
    assert forgotten_cheques(session) == []
    assert cheques_today(session) == [Amount(0)]


def test_the_payment_of_a_cheque_says_what_the_cheque_says(session: Session, trade: Trade) -> None:
    one = cheque(session, trade)
    assert one.payment is not None
    with pytest.raises(InvalidInput, match="payment of a cheque"):
        update_payment(session, one.payment, {"amount": D(99)})
    with pytest.raises(Conflict, match="payment of a cheque"):
        delete_payment(session, one.payment)
    walk(session, one, "received", "deposited")
    seal_now(session)
    for entry_id in (one.payment.entry_id, one.steps[-1].entry_id):
        assert entry_id is not None
        with pytest.raises(Conflict):
            reverse(session, entry_id)
