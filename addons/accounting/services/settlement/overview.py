"""What is open of whom, and what a choice of items would come to, for those who settle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.settlement.items import items_of_lines, open_sums
from addons.accounting.services.settlement.matching import common_currency, match
from addons.accounting.services.settlement.values import OpenItem
from addons.contacts.api import contact_names

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """What is open of a partner on an account in one currency: what is owed to the company, what
    it owes, and how many items that are. `late` is what was due before the day."""

    account_id: int
    account: str
    partner_id: int | None
    partner: str
    currency: str
    debit: Decimal
    credit: Decimal
    late: Decimal
    count: int

    @property
    def balance(self) -> Decimal:
        """What remains when all of it meets."""
        return self.debit - self.credit


def open_groups(
    session: Session, on: date, *, now: bool = True, partner_id: int | None = None
) -> list[OpenGroup]:
    """Everything that is open, by account, partner and currency, partners by name. `on` is the
    day; unless it is `now`, what was settled later counts as open."""
    rows = open_sums(session, on, on=None if now else on, partner_id=partner_id)
    names = contact_names(session, {row.partner_id for row in rows})
    made = [
        OpenGroup(
            row.account_id,
            row.account,
            row.partner_id,
            names.get(row.partner_id) or row.named,
            row.currency,
            row.debit,
            row.credit,
            row.late,
            row.items,
        )
        for row in rows
    ]
    return sorted(made, key=lambda one: (one.account, one.partner.casefold(), one.currency))


@dataclass(frozen=True, slots=True)
class Preview:
    """What settling a choice of items comes to: the two sides and what is left, in the currency
    in which they meet, and the exchange difference in that of the books (a gain is positive)."""

    count: int
    currency: str
    debit: Decimal
    credit: Decimal
    matched: Decimal
    rest: Decimal
    books_currency: str
    gain: Decimal


def preview(
    session: Session, line_ids: Sequence[int], limits: Mapping[int, Decimal]
) -> Preview | None:
    """What settling these lines would come to; None where nothing is chosen."""
    items = items_of_lines(session, line_ids)
    if not items:
        return None
    foreign = common_currency(items)
    owed = [_chosen(item, foreign, limits) for item in items]
    debit = exact_sum(amount for amount in owed if amount > 0)
    credit = -exact_sum(amount for amount in owed if amount < 0)
    found = match(items, limits=limits)
    return Preview(
        count=len(items),
        currency=foreign or items[0].currency,
        debit=debit,
        credit=credit,
        matched=min(debit, credit),
        rest=debit - credit,
        books_currency=items[0].currency,
        gain=-found.difference,
    )


def _chosen(item: OpenItem, foreign: str, limits: Mapping[int, Decimal]) -> Decimal:
    whole = (item.original_residual or _ZERO) if foreign else item.residual
    return min(abs(whole), limits.get(item.line_id, abs(whole))).copy_sign(whole)


def write_off_accounts(session: Session) -> Iterable[Account]:
    """The accounts that what is left over may go to: those of the result."""
    return session.scalars(
        select(Account)
        .where(Account.active, Account.type.in_(("income", "expense")))
        .order_by(Account.code)
    ).all()
