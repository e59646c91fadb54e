"""Bank accounts: setting them up, and finding the one that a statement is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.bank import BankAccount, BankLine
from addons.accounting.services.bank.errors import BankLineNotFound, StatementDoesNotFit
from addons.accounting.services.bank.iban import (
    is_iban,
    looks_like_iban,
    normalized,
    same_account,
)
from addons.accounting.services.bank.values import BankStatement
from addons.accounting.services.currencies import company_currency
from core.api import Conflict, InvalidInput, phrase

_CHANGEABLE = ("name", "journal_id", "iban", "number", "auto_threshold", "active")


def create_bank_account(session: Session, values: Mapping[str, Any]) -> BankAccount:
    """Set up a bank account for an account of the books; raises InvalidInput."""
    account = session.get(Account, values.get("account_id") or 0)
    if account is None or account.type not in ("asset", "liability"):
        raise InvalidInput.of(
            "account_id", phrase("Choose the account of the books that stands for the bank's.")
        )
    bank = BankAccount(
        name=(values.get("name") or account.name).strip(),
        account_id=account.id,
        journal_id=values.get("journal_id") or _bank_journal(session),
        currency=_currency(session, account, values.get("currency") or ""),
        iban=_checked_iban(values.get("iban") or ""),
        number=(values.get("number") or "").strip(),
        auto_threshold=values.get("auto_threshold") or 0,
        start_date=values.get("start_date"),
        start_balance=values.get("start_balance"),
    )
    _require_free(session, bank)
    session.add(bank)
    session.flush()
    return bank


def update_bank_account(
    session: Session, bank: BankAccount, values: Mapping[str, Any]
) -> BankAccount:
    """Change what can change once there are lines: never account and currency."""
    has_lines = session.scalar(
        select(BankLine.id).where(BankLine.bank_account_id == bank.id).limit(1)
    )
    for name in ("account_id", "currency"):
        if name in values and values[name] != getattr(bank, name):
            if has_lines:
                raise InvalidInput.of(
                    name, phrase("There are statements already; this cannot change any more.")
                )
            setattr(bank, name, values[name])
    for name in _CHANGEABLE:
        if name in values:
            setattr(bank, name, values[name])
    for name in ("start_date", "start_balance"):
        if name in values:
            setattr(bank, name, values[name])
    if (bank.start_date is None) != (bank.start_balance is None):
        raise InvalidInput.of("start_balance", phrase("Give day and balance, or neither."))
    bank.iban = _checked_iban(bank.iban)
    _require_free(session, bank)
    session.flush()
    return bank


def bank_account(session: Session, bank_account_id: int) -> BankAccount:
    """A bank account by its id; raises BankLineNotFound."""
    found = session.get(BankAccount, bank_account_id)
    if found is None:
        raise BankLineNotFound(phrase("There is no such bank account."))
    return found


def account_of(session: Session, statement: BankStatement) -> BankAccount | None:
    """The bank account that a statement names, by IBAN or number; None where none does."""
    written = statement.iban or statement.account
    if not written:
        return None
    known = session.scalars(select(BankAccount).where(BankAccount.active)).all()
    fits = [
        bank
        for bank in known
        if any(number and same_account(number, written) for number in (bank.iban, bank.number))
        and statement.currency in ("", bank.currency)
    ]
    return fits[0] if len(fits) == 1 else None


def require_fit(session: Session, bank: BankAccount, statement: BankStatement) -> None:
    """Raise StatementDoesNotFit for a statement of another account or currency. An account whose
    number nobody has entered yet takes over the statement's."""
    if statement.currency and statement.currency != bank.currency:
        raise StatementDoesNotFit(
            phrase(
                "The statement is in {statement}, the bank account {name} in {account}.",
                statement=statement.currency,
                name=bank.name,
                account=bank.currency,
            ),
            fix=phrase("Choose the bank account that the statement is of."),
        )
    written = statement.iban or statement.account
    if not written:
        return
    numbers = [number for number in (bank.iban, bank.number) if number]
    if any(same_account(number, written) for number in numbers):
        return
    other = account_of(session, statement)
    if numbers or other is not None:
        raise StatementDoesNotFit(
            phrase(
                "The statement is of account {written}, and {name} is {own}.",
                written=written,
                name=bank.name,
                own=" / ".join(numbers) or phrase("another"),
            ),
            fix=phrase("It belongs to {name}.", name=other.name)
            if other is not None
            else phrase("Choose the bank account that the statement is of, or set it up first."),
        )
    if is_iban(written):
        bank.iban = normalized(written)
    else:
        bank.number = written


def books_currency(session: Session, bank: BankAccount) -> str:
    """The currency in which the account's lines balance: its own, where the account takes that
    alone, else the company's."""
    return bank.account.currency or company_currency(session)


def _currency(session: Session, account: Account, given: str) -> str:
    currency = (given or account.currency or company_currency(session)).strip().upper()
    if len(currency) != 3 or not currency.isalpha():
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))
    if account.currency and account.currency != currency:
        raise InvalidInput.of(
            "currency", phrase("Account {code} takes {currency} alone.",
                               code=account.code, currency=account.currency)
        )  # fmt: skip
    return currency


def _checked_iban(written: str) -> str:
    text = normalized(written)
    if text and not is_iban(text):
        raise InvalidInput.of(
            "iban",
            phrase("The check digits of this IBAN are wrong.")
            if looks_like_iban(text)
            else phrase("This is no IBAN; enter it as the account number instead."),
        )
    return text


def _require_free(session: Session, bank: BankAccount) -> None:
    with session.no_autoflush:
        taken = select(BankAccount).where(BankAccount.account_id == bank.account_id)
        same = session.scalar(taken.where(BankAccount.id != (bank.id or 0)))
        iban = bank.iban and session.scalar(
            select(BankAccount).where(
                BankAccount.iban == bank.iban, BankAccount.id != (bank.id or 0)
            )
        )
    if same is not None:
        raise InvalidInput.of(
            "account_id", phrase("This account stands for {name} already.", name=same.name)
        )
    if iban:
        raise InvalidInput.of("iban", phrase("{name} has this IBAN already.", name=iban.name))


def _bank_journal(session: Session) -> int:
    found = session.scalar(
        select(Journal.id).where(Journal.type == "bank", Journal.active).order_by(Journal.id)
    )
    if found is None:
        raise Conflict(
            phrase("There is no journal for the bank."),
            fix=phrase("Create one of the type Bank under Accounting > Journals."),
        )
    return found
