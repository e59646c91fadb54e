"""Customers are reminded of what is overdue: step by step, in their own language, after somebody
has looked at the proposal, and never of what is paid, disputed, or was reminded of before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from addons.accounting.models.dunning import DunningHold, DunningLetter, DunningLevel, DunningRun
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.collections.dunning import confirm, drop_letter, propose
from addons.accounting.services.collections.interest import simple_interest
from addons.accounting.services.collections.levels import (
    Reached,
    Rung,
    install_levels,
    next_rung,
    save_level,
)
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.agreed import save_partner_terms
from addons.accounting.services.payments.posting import post_payment
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, closing, invoice, open_amounts, payment, set_up

D = Decimal
RUNGS = (Rung(1, 7), Rung(2, 21), Rung(3, 35))


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "dunning", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        trade = set_up(session)
        install_levels(session)
        return trade


def remind(session: Session, on: date) -> list[DunningLetter]:
    return confirm(session, propose(session, on))


def test_levels_come_in_order_and_as_far_apart_as_they_are(session: Session, trade: Trade) -> None:
    invoice(session, trade.noor, "100", due=DAY)
    assert remind(session, DAY + timedelta(days=6)) == []
    (first,) = remind(session, DAY + timedelta(days=60))
    assert first.level.position == 1
    assert remind(session, DAY + timedelta(days=60)) == []
    assert remind(session, DAY + timedelta(days=73)) == []
    (second,) = remind(session, DAY + timedelta(days=74))
    assert second.level.position == 2


@settings(max_examples=80, deadline=None)
@given(days=st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_no_item_gets_a_level_twice_nor_skips_one(days: list[int]) -> None:
    overdue, reached, since = 0, 0, 0
    for step in days:
        overdue, since = overdue + step, since + step
        rung = next_rung(overdue, Reached(reached, since), RUNGS)
        if rung is not None:
            assert rung.position == reached + 1
            assert overdue >= rung.days
            reached, since = rung.position, 0


def test_the_letter_speaks_the_customers_language_and_names_the_amount(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "1234.50", due=DAY)
    (letter,) = propose(session, DAY + timedelta(days=10)).letters
    assert letter.language == "ar"
    assert letter.partner in letter.body
    assert "SAR" in letter.body
    assert "{" not in letter.body


def test_what_is_paid_between_proposal_and_confirmation_is_not_reminded_of(
    session: Session, trade: Trade
) -> None:
    line = invoice(session, trade.noor, "100", due=DAY)
    invoice(session, trade.noor, "50", due=DAY)
    run = propose(session, DAY + timedelta(days=10))
    paid = payment(session, trade, amount=D(100), items=({"line_id": line, "amount": D(100)},))
    post_payment(session, paid)
    (letter,) = confirm(session, run)
    assert [item.amount for item in letter.items] == [D(50)]
    assert letter.total == D(50)


def test_confirming_twice_sends_nothing_twice(session: Session, trade: Trade) -> None:
    invoice(session, trade.noor, "100", due=DAY)
    run = propose(session, DAY + timedelta(days=10))
    assert len(confirm(session, run)) == 1
    with pytest.raises(Conflict):
        confirm(session, run)


def test_proposing_twice_leaves_one_proposal(session: Session, trade: Trade) -> None:
    invoice(session, trade.noor, "100", due=DAY)
    first = propose(session, DAY + timedelta(days=10))
    assert propose(session, DAY + timedelta(days=11)).id == first.id
    assert len(first.letters) == 1


def test_held_customers_disputed_items_and_letters_left_out_are_not_sent(
    session: Session, trade: Trade
) -> None:
    on = DAY + timedelta(days=10)
    invoice(session, trade.noor, "100", due=DAY)
    save_partner_terms(session, PartnerTerms(), {"partner_id": trade.noor, "no_dunning": True})
    disputed = invoice(session, trade.cedar, "70", due=DAY)
    hold = DunningHold(line_id=disputed, reason="Goods were damaged", until=on)
    session.add(hold)
    session.flush()
    assert propose(session, on).letters == []
    (letter,) = propose(session, on + timedelta(days=1)).letters
    assert letter.partner_id == trade.cedar
    drop_letter(session, letter)
    assert confirm(session, letter.run) == []


def test_who_owes_nothing_on_balance_is_left_alone(session: Session, trade: Trade) -> None:
    invoice(session, trade.noor, "100", due=DAY)
    post_payment(session, payment(session, trade, amount=D(100)))
    assert propose(session, DAY + timedelta(days=10)).letters == []


def test_a_fee_and_interest_are_posted_once_and_not_reminded_of(
    session: Session, trade: Trade
) -> None:
    level = session.query(DunningLevel).filter_by(position=1).one()
    save_level(session, level, {"fee": D(25), "post_fee": True, "interest_percent": D(10)})
    invoice(session, trade.noor, "3650", due=DAY)
    (letter,) = remind(session, DAY + timedelta(days=10))
    assert (letter.interest, letter.fee, letter.total) == (D("10.00"), D(25), D("3685.00"))
    seal_now(session)
    assert closing(session)["4200"] == D(-35)
    assert sorted(open_amounts(session, trade.noor)) == [D(35), D(3650)]
    later = propose(session, DAY + timedelta(days=40))
    assert [item.amount for letter in later.letters for item in letter.items] == [D(3650)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"position": 2}, "position"),
        ({"days": 30}, "days"),
        ({"texts": ()}, "texts"),
        ({"fee": D(-1)}, "fee"),
    ],
)
def test_levels_that_make_no_sense_are_refused(
    session: Session, trade: Trade, values: dict, field: str
) -> None:
    level = session.query(DunningLevel).filter_by(position=1).one()
    with pytest.raises(InvalidInput) as refused:
        save_level(session, level, values)
    assert field in [problem.field for problem in refused.value.problems]
    session.rollback()


def test_interest_is_simple_and_of_a_year_of_365_days() -> None:
    assert simple_interest(D(1000), D("7.3"), 10, "SAR") == D("2.00")
    assert simple_interest(D(1000), D(10), 0, "SAR") == 0


def test_two_who_confirm_at_once_remind_once(kernel: Kernel, tenant: Tenant, trade: Trade) -> None:
    """The last of this file: what it commits stays."""
    with kernel.session(tenant) as session:
        invoice(session, trade.noor, "100", due=DAY)
        run_id = propose(session, DAY + timedelta(days=10)).id
    together = threading.Barrier(3)

    def work(_: int) -> str:
        together.wait(timeout=30)
        try:
            with kernel.session(tenant) as session:
                return f"{len(confirm(session, session.get_one(DunningRun, run_id)))} sent"
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(work, range(3))) == ["1 sent", "refused", "refused"]
