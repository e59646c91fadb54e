"""A customer gets a statement of account: opening balance, movements, closing balance, and how old
it is. It adds up, is made once, and stays as it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models.collections import AccountStatement
from addons.accounting.services.collections.account_statements import statements_of
from addons.accounting.services.collections.statement_run import make_statements
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.posting import post_payment
from addons.accounting.views.collections import ACCOUNT_STATEMENTS
from core.api import InvalidInput, print_pdf
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, invoice, payment, set_up

D = Decimal
MONTH = (DAY.replace(day=1), DAY.replace(day=31))


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "statements", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        return set_up(session)


def pay(session: Session, trade: Trade, amount: str, line: int) -> None:
    item = {"line_id": line, "amount": D(amount)}
    post_payment(session, payment(session, trade, amount=D(amount), items=(item,)))
    seal_now(session)


def test_a_statement_adds_up_and_tells_how_old_the_balance_is(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "100", day=DAY - timedelta(days=40), due=DAY - timedelta(days=40))
    line = invoice(session, trade.noor, "300", due=DAY + timedelta(days=60))
    pay(session, trade, "250", line)
    (statement,) = statements_of(session, trade.noor, "receivable", *MONTH)
    assert (statement.opening, statement.debits, statement.credits, statement.closing) == (
        D(100), D(300), D(250), D(150),
    )  # fmt: skip
    assert [line.balance for line in statement.lines] == [D(400), D(150)]
    assert [(age.days, age.amount) for age in statement.ages] == [
        ("0", D(50)), ("1-30", D(0)), ("31-60", D(100)), ("61-90", D(0)), ("90+", D(0)),
    ]  # fmt: skip
    assert (statement.overdue, statement.language) == (D(100), "ar")


def test_each_currency_has_a_statement_of_its_own(session: Session, trade: Trade) -> None:
    line = invoice(session, trade.noor, "375", original=("100", "USD"))
    invoice(session, trade.noor, "10")
    item = {"line_id": line, "amount": D(100)}
    paid = payment(
        session, trade, amount=D(100), currency="USD", company_amount=D(380), items=(item,)
    )
    post_payment(session, paid)
    seal_now(session)
    made = statements_of(session, trade.noor, "receivable", *MONTH)
    assert [(one.currency, one.closing) for one in made] == [("SAR", D(10)), ("USD", D(0))]
    for one in made:
        assert sum((age.amount for age in one.ages), D(0)) == one.closing


def test_a_run_makes_one_for_everybody_who_owes_and_none_twice(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "10")
    invoice(session, trade.cedar, "20")
    asked = {"start": str(MONTH[0]), "end": str(MONTH[1]), "side": "receivable", "send": False}
    make_statements(session, **asked)
    make_statements(session, **asked)
    count = select(func.count()).select_from(AccountStatement)
    assert session.scalar(count) == 2


def test_what_was_stated_stays_though_something_is_posted_into_its_time(
    session: Session, trade: Trade
) -> None:
    invoice(session, trade.noor, "10")
    (statement,) = statements_of(session, trade.noor, "receivable", *MONTH, source="march")
    invoice(session, trade.noor, "5")
    (again,) = statements_of(session, trade.noor, "receivable", *MONTH, source="march")
    assert again.id == statement.id
    assert again.closing == D(10)


def test_days_in_the_wrong_order_are_refused(session: Session, trade: Trade) -> None:
    with pytest.raises(InvalidInput):
        statements_of(session, trade.noor, "receivable", MONTH[1], MONTH[0])


@pytest.mark.parametrize("language", ["en", "ar", "bn"])
def test_a_statement_is_printed_in_the_partners_language(
    session: Session, trade: Trade, language: str
) -> None:
    invoice(session, trade.noor, "1234.56")
    (statement,) = statements_of(session, trade.noor, "receivable", *MONTH, language=language)
    pdf = print_pdf(session, ACCOUNT_STATEMENTS, statement, statement.language)
    assert pdf.content.startswith(b"%PDF")
    assert statement.language == language
