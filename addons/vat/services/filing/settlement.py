"""The entry that filing a return posts: the taxes of its lines go to the account of the authority.

    Dr output tax, Cr input tax (each account by what the return's lines stand there with)
    Cr tax authority: what is due, or Dr for a credit

An amendment posts what its new lines add. What was added to boxes by hand is no part of it: that
changes what the authority is told, and an entry of its own changes the books.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    Posting,
    TaxLineQuery,
    TaxSum,
    account_codes,
    account_id,
    can_post,
    journal_type,
    post_entry,
    tax_sums,
)
from addons.vat.errors import ReturnNotReady
from addons.vat.models import VatReturn
from addons.vat.options import VatOptions
from addons.vat.services.engine.values import ZERO
from addons.vat.services.filing.figures import is_due
from addons.vat.services.known import KnownTax
from core.api import options, phrase, today

SOURCE = "vat.returns"


def post_settlement(
    session: Session,
    vat_return: VatReturn,
    taxes: Mapping[str, KnownTax],
    currency: str,
    new_ids: Collection[int],
) -> int | None:
    """Post the settlement of the lines that no return had reported before; None for nothing."""
    moved = by_account(taxes, tax_sums(session, TaxLineQuery(currency, ids=new_ids)))
    if not moved:
        return None
    company = options(session, VatOptions)
    if account_id(session, company.payable_account) is None:
        raise ReturnNotReady(
            phrase("The account of the tax authority is not chosen, or not active."),
            fix=phrase("Choose it under Settings > VAT."),
        )
    codes = account_codes(session, moved)
    words = phrase(
        "VAT return {start} to {end}", start=vat_return.start_date, end=vat_return.end_date
    )
    lines = [
        LineDraft(codes[account], -amount, words, currency)
        for account, amount in sorted(moved.items())
    ]
    left = sum(moved.values(), ZERO)
    if left:
        lines.append(LineDraft(company.payable_account, left, words, currency))
    entry = EntryDraft(
        date=_day(session, vat_return.end_date, company.settlement_journal),
        lines=tuple(lines),
        journal=company.settlement_journal,
        narration=words,
        source_type=SOURCE,
        source_id=str(vat_return.id),
    )
    return post_entry(session, entry).id


def by_account(taxes: Mapping[str, KnownTax], sums: Iterable[TaxSum]) -> dict[int, Decimal]:
    """What tax lines stand with on each account of their taxes, where that is not nothing."""
    found: dict[int, Decimal] = {}
    for line in sums:
        if is_due(taxes, line):
            found[line.account_id] = found.get(line.account_id, ZERO) + line.amount
    return {account: amount for account, amount in found.items() if amount}


def _day(session: Session, end: date, journal: str) -> date:
    """The last day of the return where it can be posted to, else today."""
    posting = Posting(end, journal_type(session, journal), taxed=False)
    return end if can_post(session, posting) else today(session)
