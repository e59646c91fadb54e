"""A customer pays: one posting settles the invoices, takes the early-payment discount with its VAT,
lets the bank keep its charges, leaves an advance where there is more, and can be undone when the
money is called back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from addons.accounting.models.terms import DiscountOffer
from addons.accounting.options import AccountingOptions
from addons.accounting.services.currencies import MissingRate, create_rate
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.documents import allocate, delete_payment, update_payment
from addons.accounting.services.payments.posting import post_payment
from addons.accounting.services.payments.reversing import reverse_payment
from addons.accounting.services.reversal import reverse
from core.api import Conflict, InvalidInput, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import (
    DAY,
    Trade,
    bill,
    closing,
    invoice,
    open_amounts,
    payment,
    set_up,
)

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "payments", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        return set_up(session)


def test_a_payment_settles_what_is_due_first_and_leaves_the_rest_open(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "300", due=DAY + timedelta(days=60))
    invoice(session, trade.noor, "500", due=DAY + timedelta(days=30))
    paid = payment(session, trade, amount=D(600))
    assert allocate(session, paid) == 2
    post_payment(session, paid)
    assert open_amounts(session, trade.noor) == [D(200)]
    assert closing(session) == {"1010": D(600), "1100": D(200), "4000": D(-800)}
    assert paid.state == "posted"


def test_what_no_invoice_takes_is_an_advance_that_is_open(session: Session, trade: Trade) -> None:
    line = invoice(session, trade.noor, "100")
    paid = payment(session, trade, amount=D(150), items=({"line_id": line, "amount": D(100)},))
    post_payment(session, paid)
    assert open_amounts(session, trade.noor) == [D(-50)]


def test_the_bank_keeps_its_charges_and_the_customer_is_credited_with_all_of_it(
    session: Session, trade: Trade
) -> None:
    line = invoice(session, trade.noor, "100")
    paid = payment(
        session, trade, amount=D(100), charges=D("2.50"),
        items=({"line_id": line, "amount": D(100)},),
    )  # fmt: skip
    post_payment(session, paid)
    assert closing(session) == {"1010": D("97.50"), "5200": D("2.50"), "4000": D(-100)}


def test_a_discount_on_the_gross_amount_takes_the_vat_along(session: Session, trade: Trade) -> None:
    line = invoice(session, trade.noor, "1000", vat="150")
    session.add(DiscountOffer(line_id=line, until=DAY, percent=D(2)))
    paid = payment(session, trade, amount=D(1127))
    allocate(session, paid)
    assert [(item.amount, item.discount) for item in paid.items] == [(D(1127), D("23.00"))]
    post_payment(session, paid)
    assert open_amounts(session, trade.noor) == []
    assert closing(session) == {
        "1010": D(1127), "4000": D(-1000), "2500": D(-147), "5100": D(20),
    }  # fmt: skip
    written = {line.account.code: line for line in paid.entry.lines}
    assert (written["5100"].tax_code, written["5100"].tax_role) == ("S15", "base")
    assert (written["2500"].tax_role, written["2500"].tax_base) == ("tax", D(20))


def test_a_discount_on_the_price_leaves_the_vat_as_invoiced(session: Session, trade: Trade) -> None:
    set_options(session, AccountingOptions, early_discount_on="net")
    line = invoice(session, trade.noor, "1000", vat="150")
    session.add(DiscountOffer(line_id=line, until=DAY, percent=D(2)))
    paid = payment(session, trade, amount=D(1130))
    allocate(session, paid)
    post_payment(session, paid)
    assert open_amounts(session, trade.noor) == []
    assert closing(session) == {
        "1010": D(1130), "4000": D(-1000), "2500": D(-150), "5100": D(20),
    }  # fmt: skip


@pytest.mark.parametrize(("day", "discount"), [(1, "23"), (0, "24")])
def test_no_more_discount_is_taken_than_is_offered_on_the_day(
    session: Session, trade: Trade, day: int, discount: str
) -> None:
    line = invoice(session, trade.noor, "1000", vat="150")
    session.add(DiscountOffer(line_id=line, until=DAY, percent=D(2)))
    item = {"line_id": line, "amount": D(1150) - D(discount), "discount": D(discount)}
    paid = payment(
        session, trade, amount=item["amount"], date=DAY + timedelta(days=day), items=(item,)
    )
    with pytest.raises(InvalidInput) as refused:
        post_payment(session, paid)
    assert refused.value.problems[0].field == "items.0.discount"


def test_a_supplier_is_paid_with_the_charges_on_top(session: Session, trade: Trade) -> None:
    line = bill(session, trade.eastern, "400")
    paid = payment(
        session, trade, kind="out", partner_id=trade.eastern, amount=D(400), charges=D(5),
        items=({"line_id": line, "amount": D(400)},),
    )  # fmt: skip
    post_payment(session, paid)
    assert open_amounts(session, trade.eastern) == []
    assert closing(session) == {"1010": D(-405), "5000": D(400), "5200": D(5)}


def test_an_invoice_in_dollars_paid_in_dollars_posts_the_exchange_gain(
    session: Session, trade: Trade
) -> None:
    line = invoice(session, trade.noor, "375", original=("100", "USD"))
    paid = payment(
        session, trade, amount=D(100), currency="USD", company_amount=D(380),
        items=({"line_id": line, "amount": D(100)},),
    )  # fmt: skip
    post_payment(session, paid)
    assert open_amounts(session, trade.noor) == []
    assert closing(session) == {"1010": D(380), "4000": D(-375), "4300": D(-5)}


def test_an_item_is_not_paid_twice_nor_beyond_what_is_open(session: Session, trade: Trade) -> None:
    line = invoice(session, trade.noor, "100")
    items = ({"line_id": line, "amount": D(100)},)
    first = payment(session, trade, amount=D(100), items=items)
    second = payment(session, trade, amount=D(100), items=items)
    post_payment(session, first)
    with pytest.raises(InvalidInput, match="not open any more"):
        post_payment(session, second)
    other = invoice(session, trade.noor, "40")
    third = payment(session, trade, amount=D(50), items=({"line_id": other, "amount": D(50)},))
    with pytest.raises(InvalidInput, match="only 40"):
        post_payment(session, third)


def test_items_cannot_take_more_than_is_paid(session: Session, trade: Trade) -> None:
    line = invoice(session, trade.noor, "100")
    paid = payment(session, trade, amount=D(90), items=({"line_id": line, "amount": D(100)},))
    with pytest.raises(InvalidInput, match="more than the 90"):
        post_payment(session, paid)


def test_a_payment_that_bounces_opens_what_it_paid_and_whatever_its_advance_paid_later(
    session: Session, trade: Trade
) -> None:
    line = invoice(session, trade.noor, "100")
    paid = payment(session, trade, amount=D(150), items=({"line_id": line, "amount": D(100)},))
    post_payment(session, paid)
    seal_now(session)
    reverse_payment(session, paid, on=DAY + timedelta(days=3), reason="No funds")
    assert paid.state == "reversed"
    assert open_amounts(session, trade.noor) == [D(100)]
    assert closing(session) == {"1100": D(100), "4000": D(-100)}
    with pytest.raises(Conflict, match="reversed already"):
        reverse_payment(session, paid)


def test_a_posted_payment_can_be_neither_changed_nor_deleted(
    session: Session, trade: Trade
) -> None:
    paid = post_payment(session, payment(session, trade, amount=D(10)))
    with pytest.raises(Conflict):
        update_payment(session, paid, {"amount": D(11)})
    with pytest.raises(Conflict):
        delete_payment(session, paid)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": D(0)}, "amount"),
        ({"amount": D("0.005")}, "amount"),
        ({"amount": D(1), "charges": D(2)}, "charges"),
        ({"amount": D(1), "charges": D(-1)}, "charges"),
        ({"amount": D(1), "journal_id": "SAL"}, "journal_id"),
        ({"amount": D(1), "account_id": "4000"}, "account_id"),
        ({"amount": D(1), "partner_id": 0}, "partner_id"),
    ],
)
def test_what_cannot_be_a_payment_is_refused_with_its_field(
    session: Session, trade: Trade, values: dict, field: str
) -> None:
    if "journal_id" in values:
        values = {**values, "journal_id": trade.journals[values["journal_id"]]}
    if "account_id" in values:
        values = {**values, "account_id": trade.accounts[values["account_id"]]}
    with pytest.raises(InvalidInput) as refused:
        payment(session, trade, **values)
    assert field in [problem.field for problem in refused.value.problems]


def test_years_far_away_are_no_accident(session: Session, trade: Trade) -> None:
    paid = payment(session, trade, amount=D(10), date=date(9999, 12, 31))
    with pytest.raises(Conflict):
        post_payment(session, paid)


def test_a_foreign_payment_takes_the_rate_of_the_day_and_says_when_there_is_none(
    session: Session, trade: Trade
) -> None:
    with pytest.raises(MissingRate):
        post_payment(session, payment(session, trade, amount=D(10), currency="USD"))
    create_rate(session, {"currency": "USD", "date": DAY, "rate": D("3.75")})
    post_payment(session, payment(session, trade, amount=D(10), currency="USD"))
    assert closing(session) == {"1010": D("37.50"), "1100": D("-37.50")}


def test_riyals_pay_an_invoice_in_dollars_at_the_rate_of_the_day(
    session: Session, trade: Trade
) -> None:
    line = invoice(session, trade.noor, "375", original=("100", "USD"))
    create_rate(session, {"currency": "USD", "date": DAY, "rate": D("3.70")})
    paid = payment(session, trade, amount=D(370), items=({"line_id": line, "amount": D(100)},))
    post_payment(session, paid)
    assert open_amounts(session, trade.noor) == []
    assert closing(session) == {"1010": D(370), "4000": D(-375), "5300": D(5)}


def test_the_entry_of_a_payment_is_undone_by_the_payment_alone(
    session: Session, trade: Trade
) -> None:
    paid = post_payment(session, payment(session, trade, amount=D(10)))
    seal_now(session)
    assert paid.entry_id is not None
    with pytest.raises(Conflict, match="belongs to a payment"):
        reverse(session, paid.entry_id)
    reverse_payment(session, paid)
    assert closing(session) == {}
