"""A bookkeeper matches what the bank moved: what it could be is suggested with reasons, accepting
posts and settles at once and once only, undoing takes all of it back, and choices teach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models.bank import BankAccount, BankMatch, BankParty
from addons.accounting.services.balances import balances
from addons.accounting.services.bank.accepting import accept
from addons.accounting.services.bank.assertions import assert_balance
from addons.accounting.services.bank.automatic import apply_sure
from addons.accounting.services.bank.checks import INVARIANTS, bank_troubles, check_bank
from addons.accounting.services.bank.errors import BankLineIsDone
from addons.accounting.services.bank.matching.choice import Choice, ItemChoice, PartChoice
from addons.accounting.services.bank.position import position
from addons.accounting.services.bank.undoing import undo_match
from addons.accounting.services.calendar import period_of
from addons.accounting.services.currencies import create_rate
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.posting import post_payment
from addons.accounting.services.reversal import reverse
from addons.accounting.services.settlement.items import open_items
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.banking import (
    DAY,
    NOOR_IBAN,
    arrived,
    camt,
    open_bank,
    posted,
    suggested,
    waiting,
)
from tests.accounting.trading import Trade, bill, invoice, payment, set_up


@pytest.fixture
def session(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session whose work is gone afterwards."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


@pytest.fixture
def trade(session: Session) -> Trade:
    return set_up(session)


@pytest.fixture
def bank(session: Session, trade: Trade) -> BankAccount:
    return open_bank(session)


def balance(session: Session, code: str) -> Decimal:
    seal_now(session)
    return sum((b.closing for b in balances(session) if b.code == code), Decimal())


def owed(session: Session) -> list[Decimal]:
    return [item.residual for item in open_items(session)]


def test_an_invoice_named_in_the_text_is_suggested_and_paid(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    invoice(session, trade.noor, "1150", reference="INV-2026-0042")
    invoice(session, trade.cedar, "1150")
    (line,) = arrived(session, bank, camt(("1150", "Payment INV 2026 0042")))
    best = suggested(session, line)[0]
    assert best.score > 80
    assert "INV-2026-0042 stands in the text" in best.reasons
    match = accept(session, line.id, best.choice, score=best.score)
    assert match.entry_id is not None
    assert balance(session, "1010") == Decimal(1150)
    assert owed(session) == [Decimal(1150)]
    assert waiting(session, bank) == []


def test_accepting_the_same_again_posts_nothing_more(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    invoice(session, trade.noor, "500")
    (line,) = arrived(session, bank, camt(("500", "Al Noor Trading")))
    choice = suggested(session, line)[0].choice
    first = accept(session, line.id, choice)
    assert accept(session, line.id, choice).id == first.id
    with pytest.raises(BankLineIsDone):
        accept(session, line.id, Choice(parts=(PartChoice("4000", Decimal(500)),)))
    assert balance(session, "1010") == Decimal(500)


def test_the_partner_is_known_by_the_account_next_time(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    invoice(session, trade.noor, "500")
    first, second = arrived(
        session,
        bank,
        camt(("500", "x", {"account": NOOR_IBAN}), ("70", "y", {"account": NOOR_IBAN})),
    )
    accept(session, first.id, suggested(session, first)[0].choice)
    assert session.scalars(select(BankParty.partner_id)).one() == trade.noor
    invoice(session, trade.noor, "70")
    invoice(session, trade.cedar, "70")
    best = suggested(session, second)[0]
    assert best.choice.partner_id == trade.noor
    assert any("it is the account of" in reason for reason in best.reasons)


def test_several_invoices_of_a_partner_make_the_amount(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    for amount in ("100", "230.50", "999"):
        invoice(session, trade.noor, amount)
    (line,) = arrived(session, bank, camt(("330.50", "AL NOOR TRADING transfer")))
    best = suggested(session, line)[0]
    assert len(best.choice.items) == 2
    accept(session, line.id, best.choice)
    assert owed(session) == [Decimal(999)]


def test_a_part_of_an_invoice_leaves_the_rest_open(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    invoice(session, trade.noor, "1000", reference="INV-77")
    (line,) = arrived(session, bank, camt(("400", "part of INV-77")))
    accept(session, line.id, suggested(session, line)[0].choice)
    assert owed(session) == [Decimal(600)]


def test_charges_and_a_discount_are_booked_beside_what_is_paid(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    item = invoice(session, trade.noor, "1000")
    (line,) = arrived(session, bank, camt(("960", "less fee and discount")))
    choice = Choice(
        items=(ItemChoice(item, Decimal(1000)),),
        parts=(PartChoice("5200", Decimal(-15)), PartChoice("5100", Decimal(-25))),
    )
    accept(session, line.id, choice)
    assert (balance(session, "5200"), balance(session, "5100")) == (Decimal(15), Decimal(25))
    assert owed(session) == []


def test_what_is_not_explained_is_refused_with_the_amount(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    item = invoice(session, trade.noor, "1000")
    (line,) = arrived(session, bank, camt(("960", "short")))
    with pytest.raises(InvalidInput, match="60"):
        accept(session, line.id, Choice(items=(ItemChoice(item, Decimal(900)),)))
    with pytest.raises(InvalidInput, match="only 1000"):
        accept(
            session,
            line.id,
            Choice((ItemChoice(item, Decimal(1010)),), (PartChoice("5200", Decimal(-50)),)),
        )
    assert line.state == "open"


def test_an_invoice_in_euros_paid_in_riyals_shows_the_exchange_difference(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    invoice(session, trade.noor, "400", original=("100", "EUR"))
    (line,) = arrived(session, bank, camt(("412", "from abroad", {"sent": "100 EUR"})))
    best = suggested(session, line)[0]
    assert "100 EUR were sent" in best.reasons[0]
    accept(session, line.id, best.choice)
    assert owed(session) == []
    assert balance(session, "1100") == 0
    assert balance(session, "4300") == Decimal(-12)


def test_an_account_in_euros_keeps_what_the_bank_says_and_its_worth(
    session: Session, trade: Trade
) -> None:
    create_rate(session, {"currency": "EUR", "date": DAY, "rate": Decimal("4.20")})
    bank = open_bank(session, currency="EUR")
    invoice(session, trade.noor, "400", original=("100", "EUR"))
    (line,) = arrived(session, bank, camt(("100", "Al Noor Trading"), currency="EUR"))
    accept(session, line.id, suggested(session, line)[0].choice)
    assert balance(session, "1010") == Decimal(420)
    assert owed(session) == []
    assert balance(session, "4300") == Decimal(-20)
    assert position(session, bank, DAY).unexplained == 0


def test_a_payment_that_is_in_the_books_is_found_and_not_posted_again(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    item = invoice(session, trade.noor, "300")
    draft = payment(session, trade, amount=Decimal(300), items=[{"line_id": item, "amount": 300}])
    post_payment(session, draft)
    (line,) = arrived(session, bank, camt(("300", "Al Noor Trading")))
    best = suggested(session, line)[0]
    assert best.kind == "found"
    match = accept(session, line.id, best.choice)
    assert match.entry_id is None
    assert balance(session, "1010") == Decimal(300)
    assert position(session, bank, DAY).outstanding == ()


def test_two_lines_of_the_bank_cannot_be_the_same_line_of_the_books(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    posted(session, ("1010", "80"), ("4000", "-80"))
    first, second = arrived(session, bank, camt(("80", "one"), ("80", "two")))
    choice = suggested(session, first)[0].choice
    accept(session, first.id, choice)
    with pytest.raises(BankLineIsDone):
        accept(session, second.id, choice)


def test_undoing_reverses_the_entry_and_opens_the_items(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    invoice(session, trade.noor, "500")
    (line,) = arrived(session, bank, camt(("500", "Al Noor Trading")))
    choice = suggested(session, line)[0].choice
    accept(session, line.id, choice)
    undone = undo_match(session, line.id)
    assert undone.reversal_id is not None
    assert owed(session) == [Decimal(500)]
    assert balance(session, "1010") == 0
    assert [ln.id for ln in waiting(session, bank)] == [line.id]
    assert suggested(session, line)[0].choice == choice
    again = accept(session, line.id, choice)
    assert again.entry_id != undone.entry_id
    assert owed(session) == []


def test_an_entry_of_a_matched_line_is_not_reversed_behind_the_bank(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    (line,) = arrived(session, bank, camt(("-20", "fee")))
    match = accept(session, line.id, Choice(parts=(PartChoice("5200", Decimal(-20)),)))
    entry = session.get_one(JournalEntry, match.entry_id)
    seal_now(session)
    with pytest.raises(Conflict, match="matched with the bank"):
        reverse(session, entry.id)


def test_only_what_is_sure_is_applied_without_asking(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    invoice(session, trade.noor, "100", reference="INV-1001")
    invoice(session, trade.noor, "55")
    invoice(session, trade.cedar, "55")
    arrived(session, bank, camt(("100", "INV-1001 Al Noor Trading"), ("55", "thanks")))
    assert apply_sure(session, bank) == 0
    bank.auto_threshold = 90
    assert apply_sure(session, bank) == 1
    assert [line.amount for line in waiting(session, bank)] == [Decimal(55)]
    match = session.scalars(select(BankMatch)).one()
    assert match.automatic


def test_the_reconciliation_leads_from_the_books_to_the_bank(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    posted(session, ("1010", "1000"), ("3000", "-1000"), day=date(2026, 3, 1))
    arrived(session, bank, camt(("-15", "fee"), ("250", "customer"), opening="1000"))
    posted(session, ("1010", "-400"), ("5000", "400"))
    here = position(session, bank, DAY)
    assert here.bank_balance == Decimal(1235)
    assert here.books == Decimal(600)
    assert here.unmatched_total == Decimal(235)
    assert here.outstanding_total == Decimal(-400)
    assert here.start_difference == 0
    assert here.unexplained == 0


def test_a_cheque_from_before_the_first_statement_may_clear_after_it(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    posted(session, ("1010", "1000"), ("3000", "-1000"), day=date(2026, 3, 1))
    posted(session, ("1010", "-90"), ("5000", "90"), day=date(2026, 3, 18))
    (line,) = arrived(session, bank, camt(("-90", "cheque 18"), opening="1000"))
    accept(session, line.id, suggested(session, line)[0].choice)
    here = position(session, bank, DAY)
    assert (here.start_difference, here.unexplained) == (0, 0)
    assert position(session, bank, date(2026, 3, 19)).outstanding_total == Decimal(-90)


def test_a_balance_that_does_not_hold_is_loud_everywhere(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    (line,) = arrived(session, bank, camt(("-15", "fee"), opening="1000"))
    period = period_of(session, DAY)
    assert period is not None
    assert check_bank(session, period).status == "open"
    accept(session, line.id, Choice(parts=(PartChoice("5200", Decimal(-15)),)))
    assert all(invariant.check(session).holds for invariant in INVARIANTS)
    assert_balance(
        session, {"bank_account_id": bank.id, "date": date(2026, 3, 31), "amount": Decimal(900)}
    )
    assert check_bank(session, period).status == "blocked"
    assert len(bank_troubles(session)) == 1
    assert not INVARIANTS[0].check(session).holds


def test_what_is_paid_to_suppliers_goes_the_other_way(
    session: Session, bank: BankAccount, trade: Trade
) -> None:
    bill(session, trade.eastern, "640")
    (line,) = arrived(session, bank, camt(("-640", "to Eastern Supplies", {"name": "Eastern"})))
    accept(session, line.id, suggested(session, line)[0].choice)
    assert owed(session) == []
    assert balance(session, "2100") == 0
