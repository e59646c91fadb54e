"""Deciding which accounts the products of a category post to.

What is posted stays where it is, but for stock: its balance must be found on the account that was
chosen, so that it moves there with the decision.

    another account for stock    Dr new account of stock    Cr the one before

Once for each decision.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.trade import CategoryAccount
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.trade.accounts import BY_CATEGORY, account_code
from addons.accounting.services.trade.journals import stock_journal
from addons.accounting.services.trade.stock_control import CHOSEN, worth_of_category
from core.api import InvalidInput, announce, phrase, today


def accounts_of_category(session: Session, category_id: int) -> dict[str, str]:
    """The codes of the category's own accounts by purpose."""
    chosen = (
        select(CategoryAccount.purpose, Account.code)
        .join(CategoryAccount.account)
        .where(CategoryAccount.category_id == category_id)
    )
    return {row.purpose: row.code for row in session.execute(chosen)}


def choose_accounts(
    session: Session, category_id: int, category: str, codes: Mapping[str, str]
) -> None:
    """Give a category these accounts by purpose; an empty code goes back to the company's account.
    Raises InvalidInput naming the purpose of a code that is no active account."""
    known = dict(BY_CATEGORY)
    before = account_code(session, "stock", category_id)
    for purpose, typed in codes.items():
        if purpose not in known:
            raise InvalidInput.of("purpose", phrase("There is no such purpose."))
        _choose(session, category_id, category, purpose, typed.strip(), known[purpose])
    _move_stock(session, category_id, category, before)
    announce(session, "accounting.accounts")


def _choose(
    session: Session, category_id: int, category: str, purpose: str, code: str, title: str
) -> None:
    if not code:
        session.execute(
            delete(CategoryAccount).where(
                CategoryAccount.category_id == category_id, CategoryAccount.purpose == purpose
            )
        )
        return
    account_id = session.scalar(select(Account.id).where(Account.code == code, Account.active))
    if account_id is None:
        raise InvalidInput.of(
            purpose,
            phrase(
                "{purpose}: there is no active account {code}.", purpose=phrase(title), code=code
            ),
            fix=phrase("Choose one of the chart of accounts, or leave it empty."),
        )
    row = {"category_id": category_id, "category": category, "purpose": purpose}
    session.execute(
        insert(CategoryAccount)
        .values(**row, account_id=account_id)
        .on_conflict_do_update(
            index_elements=["category_id", "purpose"],
            set_={"account_id": account_id, "category": category},
        )
    )


def _move_stock(session: Session, category_id: int, category: str, before: str) -> None:
    after = account_code(session, "stock", category_id)
    if after == before:
        return
    day = today(session)
    worth = worth_of_category(session, category_id, day)
    if not worth:
        return
    decision = session.scalar(select(func.txid_current()))
    post(
        session,
        EntryDraft(
            date=day,
            lines=(LineDraft(after, worth, category), LineDraft(before, -worth, category)),
            journal=stock_journal(session),
            narration=phrase("Another account for the stock of {category}", category=category),
            source_type=CHOSEN,
            source_id=f"{category_id}:{decision}",
        ),
    )
