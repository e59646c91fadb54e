"""Contracts are invoiced by themselves: each period once, whatever happens, and what stands in the
way of one holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.models.recurring import Contract, ContractPeriod
from addons.sales.services.invoices import delete_invoice
from addons.sales.services.recurring import making
from addons.sales.services.recurring.coming import coming, monthly_revenue
from addons.sales.services.recurring.contracts import (
    create_contract,
    delete_contract,
    update_contract,
)
from addons.sales.services.recurring.invariants import INVARIANTS as RECURRING_INVARIANTS
from addons.sales.services.recurring.steps import (
    Change,
    begin,
    change_line,
    end,
    pause,
    resume,
)
from core.errors import AppError, Conflict, InvalidInput
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.sales.test_together import both

D = Decimal
START = date(2026, 1, 1)
TODAY = date(2026, 3, 14)


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 14, 12, tzinfo=UTC), tick=True):
        yield


def agreed(shop: Shop, price: str | None = "100", begun: bool = True, **more: Any) -> Contract:
    """A monthly contract over one service, from the beginning of the year."""
    line = {
        "product_id": shop.product(price or "80", kind="service", name="Support"),
        "quantity": D(1),
        "price": None if price is None else D(price),
    }
    values = {
        "name": "Support",
        "contact_id": more.pop("contact_id", None) or shop.customer(),
        "starts_on": START,
        "lines": [line],
        "making": "post",
        **more,
    }
    contract = create_contract(shop.session, values)
    return begin(shop.session, contract) if begun else contract


def invoices_of(session: Session, contract: Contract) -> list[Invoice]:
    return list(
        session.scalars(
            select(Invoice)
            .join(ContractPeriod, ContractPeriod.invoice_id == Invoice.id)
            .where(ContractPeriod.contract_id == contract.id)
            .order_by(ContractPeriod.first_day)
        )
    )


def test_missed_periods_are_invoiced_one_by_one_and_never_twice(
    session: Session, shop: Shop
) -> None:
    contract = agreed(shop)
    made = making.make_contract(session, contract.id, TODAY)
    assert (len(made.invoices), made.problem) == (3, "")
    written = invoices_of(session, contract)
    assert [one.day for one in written] == [START, date(2026, 2, 1), date(2026, 3, 1)]
    assert [one.state for one in written] == ["posted"] * 3
    assert [one.net for one in written] == [D(100)] * 3
    assert written[1].lines[0].description == "Support: Feb 1, 2026 to Feb 28, 2026"
    assert (written[1].lines[0].covers_from, written[1].lines[0].covers_until) == (
        date(2026, 2, 1),
        date(2026, 2, 28),
    )
    assert (contract.covered_until, contract.next_day) == (date(2026, 3, 31), date(2026, 4, 1))
    assert making.make_contract(session, contract.id, TODAY).invoices == []
    with pytest.raises(Conflict, match="Nothing is due"):
        making.make_now(session, contract, TODAY)


def test_arrears_are_invoiced_on_the_last_day(session: Session, shop: Shop) -> None:
    contract = agreed(shop, timing="arrears", anchor=date(2025, 12, 31), making="draft")
    making.make_contract(session, contract.id, TODAY)
    written = invoices_of(session, contract)
    assert [one.day for one in written] == [date(2026, 1, 30), date(2026, 2, 27)]
    assert [one.supply_day for one in written] == [one.day for one in written]
    assert [one.state for one in written] == ["draft", "draft"]
    # 30 of the 31 days between 31 December and 30 January
    assert [one.net for one in written] == [D("96.77"), D(100)]
    assert "30 of 31 days" in written[0].lines[0].description
    assert contract.next_day == date(2026, 3, 30)


def test_the_database_takes_only_the_period_that_follows(session: Session, shop: Shop) -> None:
    contract = agreed(shop)
    making.make_contract(session, contract.id, TODAY)

    dealt = insert(ContractPeriod)
    for first in (START, date(2026, 3, 31), date(2026, 4, 2)):
        period = {"first_day": first, "last_day": first, "day": first, "outcome": "nothing"}
        with pytest.raises(IntegrityError, match="begins on"), session.begin_nested():
            session.execute(dealt.values(contract_id=contract.id, **period))
    with pytest.raises(IntegrityError, match="dealt with"), session.begin_nested():
        session.execute(text("UPDATE sales.contract_period SET last_day = last_day + 1"))


def test_a_draft_that_was_deleted_can_be_written_again(session: Session, shop: Shop) -> None:
    contract = agreed(shop, making="draft")
    making.make_contract(session, contract.id, START)
    delete_invoice(session, invoices_of(session, contract)[0])
    session.expire_all()
    (again,) = making.make_again(session, contract)
    assert (again.day, again.net) == (START, D(100))
    with pytest.raises(Conflict, match="No invoice"):
        making.make_again(session, contract)


def test_pauses_are_left_out_and_what_was_invoiced_stays(session: Session, shop: Shop) -> None:
    contract = agreed(shop)
    making.make_contract(session, contract.id, START)
    with pytest.raises(Conflict, match="settled until"):
        pause(session, contract, date(2026, 1, 20))
    pause(session, contract, date(2026, 2, 15), reason="Renovation")
    assert contract.state == "paused"
    making.make_contract(session, contract.id, date(2026, 2, 20))
    assert [one.net for one in invoices_of(session, contract)] == [D(100), D(50)]
    assert contract.monthly == 0
    resume(session, contract, date(2026, 3, 11))
    assert (contract.state, contract.next_day) == ("running", date(2026, 3, 11))
    making.make_contract(session, contract.id, TODAY)
    # 21 of 31 days, from the day on which it goes on
    march = invoices_of(session, contract)[2]
    assert (march.day, march.net) == (date(2026, 3, 11), D("67.74"))
    with pytest.raises(Conflict, match="not paused"):
        resume(session, contract, date(2026, 4, 1))


def test_a_whole_period_of_rest_has_no_invoice(session: Session, shop: Shop) -> None:
    contract = agreed(shop)
    pause(session, contract, START, date(2026, 2, 28))
    making.make_contract(session, contract.id, TODAY)
    outcomes = [one.outcome for one in session.get_one(Contract, contract.id).periods]
    assert outcomes == ["nothing", "nothing", "invoiced"]


def test_lines_change_and_prices_rise_from_a_day_on(session: Session, shop: Shop) -> None:
    contract = agreed(shop, notice_days=30)
    making.make_contract(session, contract.id, START)
    (line,) = contract.lines
    with pytest.raises(Conflict, match="settled until"):
        change_line(session, contract, line.id, date(2026, 1, 31), Change(quantity=D(2)))
    change_line(session, contract, line.id, date(2026, 2, 15), Change(quantity=D(2)))
    assert [one.net for one in coming(session, contract, 2)] == [D(150), D(200)]
    rise = {"from_day": date(2026, 3, 1), "told_on": date(2026, 2, 15), "percent": D(5)}
    with pytest.raises(InvalidInput, match="30 days of notice"), session.begin_nested():
        update_contract(session, contract, {"indexations": [rise]})
    session.expire_all()
    by_index = {"index_before": D(120), "index_after": D(126), "told_on": date(2026, 1, 30)}
    update_contract(
        session, contract, {"indexations": [{"from_day": date(2026, 3, 1), **by_index}]}
    )
    assert [one.net for one in coming(session, contract, 2)] == [D(150), D(210)]
    making.make_contract(session, contract.id, TODAY)
    assert [one.net for one in invoices_of(session, contract)] == [D(100), D(150), D(210)]
    assert contract.monthly == D(210)
    # Another quantity at the price as it was raised, and another price as it is said.
    last = max(contract.lines, key=lambda one: one.id)
    after = change_line(session, contract, last.id, date(2026, 4, 1), Change(quantity=D(3)))
    assert coming(session, contract, 1)[0].net == D(315)
    change_line(session, contract, after.id, date(2026, 5, 1), Change(price=D(90)))
    assert [one.net for one in coming(session, contract, 2)] == [D(315), D(270)]


def test_what_was_invoiced_cannot_be_rewritten(session: Session, shop: Shop) -> None:
    contract = agreed(shop)
    making.make_contract(session, contract.id, START)
    (line,) = contract.lines
    for values in (
        {"unit": "week"},
        {"starts_on": date(2025, 12, 1)},
        {"lines": [{"id": line.id, "price": D(50)}]},
        {"pauses": [{"first_day": date(2026, 1, 10)}]},
    ):
        with pytest.raises(Conflict, match="invoiced until"), session.begin_nested():
            update_contract(session, contract, values)
        session.expire_all()
    later = {"lines": [{"id": line.id, "until_day": date(2026, 2, 28)}], "note": "As agreed"}
    assert update_contract(session, contract, later).note == "As agreed"
    with pytest.raises(Conflict, match="has begun"):
        delete_contract(session, contract)


def test_a_contract_ends_with_a_reason(session: Session, shop: Shop) -> None:
    contract = agreed(shop)
    making.make_contract(session, contract.id, START)
    with pytest.raises(InvalidInput, match="why"):
        end(session, contract, date(2026, 2, 28), " ")
    with pytest.raises(Conflict, match="invoiced until"):
        end(session, contract, date(2026, 1, 15), "Moved away")
    end(session, contract, date(2026, 2, 14), "Moved away")
    assert len(coming(session, contract, 5)) == 1
    making.make_contract(session, contract.id, TODAY)
    assert [one.net for one in invoices_of(session, contract)] == [D(100), D(50)]
    assert (contract.state, contract.next_day, contract.monthly) == ("ended", None, 0)
    with pytest.raises(Conflict, match="has ended"):
        pause(session, contract, TODAY)


def test_prices_of_the_list_setup_fees_and_what_a_month_brings(
    session: Session, shop: Shop
) -> None:
    before = monthly_revenue(session)
    contract = agreed(shop, None, begun=False)
    fee = {"description": "Setting up", "charge": "once", "price": D(250), "quantity": D(1)}
    kept = [{"id": contract.lines[0].id}, fee]
    update_contract(session, contract, {"lines": kept, "unit": "quarter"})
    begin(session, contract)
    making.make_contract(session, contract.id, TODAY)
    assert [[line.net for line in one.lines] for one in invoices_of(session, contract)] == [
        [D(80), D(250)]
    ]
    assert contract.monthly == D("26.67")
    assert monthly_revenue(session) - before == D("26.67")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"every": 0}, "every"),
        ({"every": 121}, "every"),
        ({"ends_on": date(2025, 1, 1)}, "ends_on"),
        ({"starts_on": date(1066, 10, 14)}, "starts_on"),
        ({"currency": "riyal"}, "currency"),
        ({"discount_percent": D(101)}, "discount_percent"),
        ({"lines": [{"quantity": D(1)}]}, "lines.0.product_id"),
        ({"lines": [{"description": "Rent"}]}, "lines.0.price"),
        (
            {"lines": [{"description": "Rent", "price": D(1), "quantity": D(-1)}]},
            "lines.0.quantity",
        ),
        ({"lines": [{"description": "Rent", "price": D(1), "quantity": D(0)}]}, "lines.0.quantity"),
        ({"indexations": [{"from_day": START, "told_on": START}]}, "indexations.0.percent"),
        ({"pauses": [{"first_day": TODAY, "last_day": START}]}, "pauses.0.last_day"),
    ],
)
def test_what_no_contract_can_say(
    session: Session, shop: Shop, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        agreed(shop, begun=False, notice_days=0, **values)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_contract_that_charges_nothing_does_not_begin(session: Session, shop: Shop) -> None:
    contract = agreed(shop, begun=False, lines=[])
    with pytest.raises(InvalidInput, match="Nothing is charged"):
        begin(session, contract)
    delete_contract(session, contract)


def test_the_job_invoices_all_but_the_one_that_is_stuck(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        shop = Shop(session)
        good = agreed(shop, starts_on=date(2026, 3, 1)).id
        # Without books nobody knows what a yen is worth.
        stuck = agreed(shop, currency="JPY", starts_on=date(2026, 3, 1)).id
        other = agreed(shop, starts_on=date(2026, 3, 1)).id
        enqueue(session, "sales.recurring")
    work_off(kernel, tenant)
    with kernel.session(tenant) as session:
        assert len(invoices_of(session, session.get_one(Contract, good))) == 1
        assert len(invoices_of(session, session.get_one(Contract, other))) == 1
        held = session.get_one(Contract, stuck)
        assert "There is no rate of JPY" in held.problem
        assert (held.covered_until, invoices_of(session, held)) == (None, [])
        update_contract(session, held, {"rate": D("0.025")})
        assert len(making.make_now(session, held, TODAY).invoices) == 1
        assert held.problem == ""
        assert all(one.check(session).holds for one in RECURRING_INVARIANTS)


def test_a_job_that_is_killed_leaves_nothing_and_is_done_by_the_next(
    kernel: Kernel, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kernel.session(tenant) as session:
        key = agreed(Shop(session)).id
    for when in (1, 2, 3):
        calls = []

        def dying(*args: Any, when: int = when, calls: list[int] = calls) -> None:
            calls.append(1)
            if len(calls) == when:
                raise KeyboardInterrupt

        monkeypatch.setattr(making, "_send", dying)
        with pytest.raises(KeyboardInterrupt), kernel.session(tenant) as session:
            making.make_contract(session, key, TODAY)
        monkeypatch.undo()
        with kernel.session(tenant) as session:
            assert session.get_one(Contract, key).periods == []
    with kernel.session(tenant) as session:
        assert len(making.make_contract(session, key, TODAY).invoices) == 3


def test_two_who_make_at_once_make_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        key = agreed(Shop(session)).id
    both(kernel, tenant, lambda session: making.make_contract(session, key, TODAY))
    with kernel.session(tenant) as session:
        assert len(invoices_of(session, session.get_one(Contract, key))) == 3


def test_two_who_end_and_pause_at_once_are_told(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        key = agreed(Shop(session)).id

    def work(session: Session) -> None:
        pause(session, session.get_one(Contract, key), TODAY + timedelta(days=1))

    assert both(kernel, tenant, work) == ["conflict", "done"]
    with kernel.session(tenant) as session, pytest.raises(AppError):
        pause(session, session.get_one(Contract, key), TODAY + timedelta(days=2))
