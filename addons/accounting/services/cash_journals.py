"""In which journal money of an account moves."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.bank import BankAccount
from addons.accounting.options import AccountingOptions
from core.api import InvalidInput, options, phrase


def money_account(session: Session, account_id: int) -> Account:
    """The account of a bank or of cash with this id; raises InvalidInput for another one."""
    account = session.get(Account, account_id)
    if account is None or not account.active or account.subtype not in ("bank", "cash"):
        raise InvalidInput.of(
            "account_id",
            phrase("Money does not lie on this account."),
            fix=phrase("Choose an active account whose use is bank or cash."),
        )
    return account


def money_journal(session: Session, account: Account) -> str:
    """The journal of the bank account that the account is; else the first active one for banks
    or for cash; else the company's usual journal."""
    of_bank = (
        select(Journal.code)
        .join(BankAccount, BankAccount.journal_id == Journal.id)
        .where(BankAccount.account_id == account.id, BankAccount.active, Journal.active)
    )
    of_type = select(Journal.code).where(Journal.type == account.subtype, Journal.active)
    for wanted in (of_bank.order_by(BankAccount.id), of_type.order_by(Journal.code)):
        code = session.scalar(wanted.limit(1))
        if code is not None:
            return code
    return options(session, AccountingOptions).default_journal
