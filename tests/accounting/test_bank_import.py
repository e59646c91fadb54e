"""A bookkeeper imports statements: each movement is kept once, whatever is sent again, overlaps or
comes in another order; what is wrong is refused whole, or has to be accepted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankBalance, BankLine, BankStatement
from addons.accounting.services.bank.accounts import create_bank_account
from addons.accounting.services.bank.assertions import (
    assert_balance,
    checked_balances,
    failing_balances,
)
from addons.accounting.services.bank.errors import BankFileIsUnreadable, StatementDoesNotFit
from addons.accounting.services.bank.importing import chosen_account, keep, locked, plan_import
from addons.accounting.services.bank.reading import read_bank_file
from addons.accounting.services.bank.statements import take_back
from addons.accounting.services.chart import create_journal
from core.api import Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

IBAN = "SA0380000000608010167519"


@pytest.fixture
def session(kernel: Kernel, tenant: Tenant):
    """A session whose work is gone afterwards."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


@pytest.fixture
def bank(session: Session) -> BankAccount:
    return a_bank(session)


def a_bank(session: Session, **more: object) -> BankAccount:
    """A bank account in the company's currency, for the account Assets:Bank."""
    from addons.accounting.models import Account, Journal

    if session.scalar(select(Journal.id).where(Journal.type == "bank")) is None:
        create_journal(session, {"code": "BNK", "name": "Bank", "type": "bank"})
    account = session.scalars(select(Account).where(Account.code == "Assets:Bank")).one()
    return create_bank_account(
        session, {"account_id": account.id, "name": "Main", "iban": IBAN, **more}
    )


def mt940(
    lines: list[tuple[date, str, str]],
    opening: str = "100,00",
    closing: str = "",
    *,
    account: str = IBAN,
    currency: str = "USD",
    number: str = "1/1",
) -> bytes:
    """A statement with these movements: day, amount, id."""
    total = Decimal(opening.replace(",", ".")) + sum(Decimal(a) for _, a, _ in lines)
    ends = closing or f"{total:.2f}".replace(".", ",")
    days = [day for day, _, _ in lines] or [date(2026, 3, 1)]
    rows = [
        f":61:{day:%y%m%d}{day:%m%d}{'C' if Decimal(a) > 0 else 'D'}"
        f"{str(abs(Decimal(a))).replace('.', ',')}NTRFNONREF{'//' + bank_id if bank_id else ''}\n"
        f":86:Payment of {day:%d %B}"
        for day, a, bank_id in lines
    ]
    return "\n".join(
        [
            ":20:START",
            f":25:{account}",
            f":28C:{number}",
            f":60F:{sign(opening)}{min(days):%y%m%d}{currency}{opening.lstrip('-')}",
            *rows,
            f":62F:{sign(ends)}{max(days):%y%m%d}{currency}{ends.lstrip('-')}",
            "-",
        ]
    ).encode()


def sign(amount: str) -> str:
    return "D" if amount.startswith("-") else "C"


def imported(session: Session, bank: BankAccount, content: bytes) -> list[BankStatement]:
    """Keep a file, its warnings accepted."""
    kept: list[BankStatement] = []
    for file in read_bank_file(content, "file.sta"):
        kept += keep(session, bank, plan_import(session, locked(session, bank.id), file, content))
    return kept


def warnings(session: Session, bank: BankAccount, content: bytes) -> tuple[str, ...]:
    file = read_bank_file(content)[0]
    return plan_import(session, bank, file, content).warnings


def lines_of(session: Session, bank: BankAccount) -> list[tuple[date, Decimal, str]]:
    rows = session.scalars(select(BankLine).where(BankLine.bank_account_id == bank.id))
    return sorted((row.date, row.amount, row.bank_id) for row in rows)


DAY = date(2026, 3, 2)
MARCH = [
    (DAY, "50.00", "A1"),
    (DAY, "-20.00", "A2"),
    (DAY + timedelta(days=1), "7.50", ""),
    (DAY + timedelta(days=1), "7.50", ""),
    (DAY + timedelta(days=5), "-3.00", "A3"),
]


def test_importing_twice_is_importing_once(session: Session, bank: BankAccount) -> None:
    first = imported(session, bank, mt940(MARCH))
    before = lines_of(session, bank)
    assert [row.new_lines for row in first] == [5]
    assert imported(session, bank, mt940(MARCH)) == []
    assert lines_of(session, bank) == before


def test_two_equal_movements_of_a_day_are_two_lines(session: Session, bank: BankAccount) -> None:
    imported(session, bank, mt940(MARCH))
    assert [a for _, a, _ in lines_of(session, bank)].count(Decimal("7.50")) == 2


def test_a_statement_that_overlaps_another_adds_only_what_is_new(
    session: Session, bank: BankAccount
) -> None:
    imported(session, bank, mt940(MARCH[:4]))
    kept = imported(session, bank, mt940(MARCH[2:], opening="130,00", number="2/1"))
    assert [(row.new_lines, row.known_lines) for row in kept] == [(1, 2)]
    assert lines_of(session, bank) == sorted((d, Decimal(a), i) for d, a, i in MARCH)


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_overlapping_pieces_in_any_order_give_the_same_lines(
    kernel: Kernel, tenant: Tenant, data: st.DataObject
) -> None:
    days = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=12).map(sorted))
    lines = [
        (DAY + timedelta(days=day), data.draw(st.sampled_from(["5.00", "-5.00", "9.10"])), name)
        for day in days
        for name in [data.draw(st.sampled_from(["", "", "X1", "X2"]))]
    ]
    cuts = data.draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4))
    pieces = [(min(cut), max(cut)) for cut in cuts] + [(0, 4), (4, 9)]
    pieces = data.draw(st.permutations(pieces))
    with kernel.session(tenant) as session:
        bank = a_bank(session)
        for first, last in pieces:
            part = [ln for ln in lines if first <= (ln[0] - DAY).days <= last]
            if part:
                before = sum(Decimal(a) for d, a, _ in lines if d < part[0][0])
                opening = f"{Decimal(100) + before:.2f}".replace(".", ",")
                imported(session, bank, mt940(part, opening))
        assert lines_of(session, bank) == sorted((d, Decimal(a), i) for d, a, i in lines)
        assert failing_balances(session) == []
        assert bank.start_balance == Decimal(100)
        session.rollback()


def test_a_statement_that_does_not_add_up_says_by_how_much(
    session: Session, bank: BankAccount
) -> None:
    found = warnings(session, bank, mt940(MARCH, closing="999,00"))
    assert len(found) == 1
    assert "does not add up" in found[0]
    assert "857.00" in found[0]


def test_a_missing_statement_is_noticed(session: Session, bank: BankAccount) -> None:
    imported(session, bank, mt940(MARCH[:2]))
    later = [(DAY + timedelta(days=40), "1.00", "B1")]
    found = warnings(session, bank, mt940(later, opening="500,00", number="3/1"))
    assert [w for w in found if "missing" in w]
    assert not warnings(session, bank, mt940(later, opening="130,00", number="2/1"))


def test_the_same_movements_under_other_ids_are_asked_about(
    session: Session, bank: BankAccount
) -> None:
    imported(session, bank, mt940(MARCH))
    other = [(day, amount, f"OTHER{n}") for n, (day, amount, _) in enumerate(MARCH)]
    assert "another format" in warnings(session, bank, mt940(other))[0]


def test_a_statement_of_another_account_is_refused_with_its_number(
    session: Session, bank: BankAccount
) -> None:
    with pytest.raises(StatementDoesNotFit) as refused:
        imported(session, bank, mt940(MARCH, account="DE89370400440532013000"))
    assert "DE89370400440532013000" in refused.value.message
    assert lines_of(session, bank) == []


def test_a_statement_in_another_currency_is_refused(session: Session, bank: BankAccount) -> None:
    with pytest.raises(StatementDoesNotFit, match="EUR"):
        imported(session, bank, mt940(MARCH, currency="EUR"))


def test_the_account_is_found_by_its_iban(session: Session, bank: BankAccount) -> None:
    file = read_bank_file(mt940(MARCH))[0]
    assert chosen_account(session, file, None).id == bank.id


def test_an_account_without_a_number_takes_it_from_its_first_statement(session: Session) -> None:
    bank = a_bank(session, iban="")
    imported(session, bank, mt940(MARCH))
    assert bank.iban == IBAN


def test_a_damaged_line_is_named_and_nothing_is_kept(session: Session, bank: BankAccount) -> None:
    broken = mt940(MARCH).replace(b":61:2603030303C7,50", b":61:2613030303C7,50", 1)
    with pytest.raises(BankFileIsUnreadable, match="Line 9"):
        imported(session, bank, broken)
    assert lines_of(session, bank) == []


def test_an_entity_in_a_camt_file_is_never_followed() -> None:
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        b"<Stmt><Id>&x;</Id></Stmt></BkToCstmrStmt></Document>"
    )
    with pytest.raises(BankFileIsUnreadable, match="document type"):
        read_bank_file(evil)


def test_what_the_bank_reported_cannot_be_changed(session: Session, bank: BankAccount) -> None:
    imported(session, bank, mt940(MARCH))
    with pytest.raises(DBAPIError, match="cannot be changed"):
        session.execute(text("UPDATE accounting.bank_line SET amount = amount + 1"))


def test_closing_balances_are_asserted_and_hold(session: Session, bank: BankAccount) -> None:
    imported(session, bank, mt940(MARCH))
    assert [item.difference for item in checked_balances(session)] == [0]


def test_a_balance_entered_by_hand_that_differs_fails_loudly(
    session: Session, bank: BankAccount
) -> None:
    imported(session, bank, mt940(MARCH))
    values = {"bank_account_id": bank.id, "date": DAY, "amount": Decimal("131")}
    assert_balance(session, values)
    failing = failing_balances(session)
    assert [item.difference for item in failing] == [Decimal("-1.00")]
    assert "131" in failing[0].sentence


def test_a_statement_imported_by_mistake_is_taken_back(session: Session, bank: BankAccount) -> None:
    kept = imported(session, bank, mt940(MARCH))
    take_back(session, kept[0])
    assert lines_of(session, bank) == []
    assert session.scalars(select(BankBalance)).all() == []
    assert bank.start_date is None


def test_a_statement_of_which_something_was_made_is_not_taken_back(
    session: Session, bank: BankAccount
) -> None:
    from addons.accounting.services.bank.accepting import accept
    from addons.accounting.services.bank.matching.choice import Choice, PartChoice

    kept = imported(session, bank, mt940(MARCH))
    line = session.scalars(select(BankLine).order_by(BankLine.id)).first()
    assert line is not None
    accept(session, line.id, Choice(parts=(PartChoice("Income:Sales", line.amount),)))
    with pytest.raises(Conflict, match="matches stand"):
        take_back(session, kept[0])
