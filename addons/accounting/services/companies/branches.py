"""What goes from one branch of a company to another.

An entry belongs to one branch, so that each branch's books balance by themselves. What goes from
one to another is two entries, which meet on the inter-branch account, and so cancel out in the
company's:

    sending branch     Dr inter-branch account    Cr the account it goes from
    receiving branch   Dr the account it goes to  Cr inter-branch account
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, BranchTransfer
from addons.accounting.options import AccountingOptions
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.money import round_money
from core.api import Conflict, InvalidInput, options, phrase


def create_transfer(session: Session, values: Mapping[str, Any]) -> BranchTransfer:
    """Post a transfer: both entries or neither."""
    if values["from_branch_id"] == values["to_branch_id"]:
        raise InvalidInput.of("to_branch_id", phrase("Choose another branch than the sending one."))
    company = options(session, AccountingOptions)
    amount = round_money(values["amount"], company.company_currency)
    if amount <= 0:
        raise InvalidInput.of("amount", phrase("The amount must be more than zero."))
    between = session.scalar(
        select(Account).where(Account.code == company.interbranch_account, Account.active)
    )
    if between is None:
        raise Conflict(
            phrase("There is no inter-branch account."),
            fix=phrase("Choose one under Settings > Accounting."),
        )
    transfer = BranchTransfer(**{**values, "amount": amount})
    session.add(transfer)
    session.flush()
    transfer.out_entry_id = _post(
        session, transfer, "out", between.code, transfer.from_account.code, transfer.from_branch_id
    )
    transfer.in_entry_id = _post(
        session, transfer, "in", transfer.to_account.code, between.code, transfer.to_branch_id
    )
    session.flush()
    return transfer


def _post(
    session: Session, transfer: BranchTransfer, side: str, debit: str, credit: str, branch: int
) -> int:
    entry = EntryDraft(
        date=transfer.date,
        narration=transfer.narration,
        lines=(LineDraft(debit, transfer.amount), LineDraft(credit, -transfer.amount)),
        branch_id=branch,
        source_type="branch_transfer",
        source_id=f"{transfer.id}:{side}",
    )
    return post(session, entry).id
