"""The accounts that services post to by themselves, as the company decided them in its options."""

from __future__ import annotations

from dataclasses import fields
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.options import AccountingOptions
from core.api import Conflict, options, phrase

Purpose = Literal[
    "receivable_account",
    "payable_account",
    "exchange_gain_account",
    "exchange_loss_account",
    "unrealised_gain_account",
    "unrealised_loss_account",
    "suspense_account",
    "cash_rounding_account",
    "retained_earnings_account",
    "opening_account",
    "accrued_expense_account",
    "accrued_income_account",
    "vat_input_account",
    "vat_output_account",
    "deferred_revenue_account",
    "prepaid_expense_account",
    "bank_charges_account",
    "discount_allowed_account",
    "discount_received_account",
    "cheques_in_hand_account",
    "cheques_under_collection_account",
    "cheques_issued_account",
    "cheques_presented_account",
    "dunning_income_account",
]
_TITLES: Final = {
    item.name: item.metadata["title"]
    for item in fields(AccountingOptions)
    if "title" in item.metadata
}


class AccountIsNotChosen(Conflict):
    """The company has not decided which account serves this purpose."""

    code = "account-not-chosen"


def default_account(session: Session, purpose: Purpose) -> Account:
    """The account for this purpose; raises AccountIsNotChosen with the way out."""
    code = getattr(options(session, AccountingOptions), purpose)
    fix = phrase("Choose it under Settings > Accounting, or set up a chart of accounts.")
    if not code:
        raise AccountIsNotChosen(
            phrase("Not chosen yet: {account}.", account=phrase(_TITLES[purpose])), fix=fix
        )
    account = session.scalar(select(Account).where(Account.code == code))
    if account is None or not account.active:
        raise AccountIsNotChosen(
            phrase(
                "{purpose}: there is no active account {code}.",
                purpose=phrase(_TITLES[purpose]),
                code=code,
            ),
            fix=fix,
        )
    return account


def default_code(session: Session, purpose: Purpose) -> str:
    """The code of the account for this purpose; raises AccountIsNotChosen with the way out."""
    return default_account(session, purpose).code
