"""The old system beside ours, account by account, with every difference named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.opening import Opening, OpeningAccount
from addons.accounting.services.balances import balances
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.exact import exact_sum
from core.api import Problem, phrase

CONTROL: Final = ("receivable", "payable")


@dataclass(frozen=True, slots=True)
class Compared:
    """An account: what the old system said, what its open items sum to if it has any, and what
    stands here, or would. `account_id` None gathers rows that no account takes over yet."""

    account_id: int | None
    code: str
    name: str
    old_codes: str
    old: Decimal
    items: Decimal | None
    item_count: int
    ours: Decimal

    @property
    def difference(self) -> Decimal:
        """What is missing here; zero where both systems agree."""
        return exact_sum((self.old, self.ours.copy_negate()))

    @property
    def holds(self) -> bool:
        """Whether account and open items agree with the old system."""
        agreed = self.items is None or self.items == self.old
        return agreed and not self.difference and self.account_id is not None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All accounts, their totals, and whether both systems agree in everything."""

    rows: Sequence[Compared]
    debit: Decimal
    credit: Decimal
    problems: Sequence[Problem]

    @property
    def holds(self) -> bool:
        """Whether the opening is proved."""
        return not self.problems and all(row.holds for row in self.rows)


def compare(session: Session, opening: Opening) -> Comparison:
    """An opening in preparation is compared with what posting it would give; a posted one with
    what stands in the books at its day."""
    rows = list(_rows(session, opening))
    return Comparison(
        rows=rows,
        debit=exact_sum(row.debit for row in opening.accounts),
        credit=exact_sum(row.credit for row in opening.accounts),
        problems=[*_row_problems(opening), *_account_problems(rows), *_item_problems(opening)],
    )


def is_itemised(account: Account, opening: Opening) -> bool:
    """Whether the account is taken over by open items: a control account always is."""
    return account.subtype in CONTROL or any(
        item.account_id == account.id for item in opening.items
    )


def _rows(session: Session, opening: Opening) -> Iterable[Compared]:
    accounts: dict[int | None, Account | None] = {}
    old: dict[int | None, list[OpeningAccount]] = {}
    for row in opening.accounts:
        old.setdefault(row.account_id, []).append(row)
        accounts[row.account_id] = row.account
    for item in opening.items:
        accounts[item.account_id] = item.account
    ours = _posted(session, opening) if opening.state == "posted" else None
    for account_id, account in sorted(accounts.items(), key=_place):
        given = old.get(account_id, [])
        items = [item.amount for item in opening.items if item.account_id == account_id]
        total = exact_sum(amount for row in given for amount in (row.debit, -row.credit))
        itemised = account is not None and is_itemised(account, opening)
        taken = exact_sum(items) if itemised else total if account is not None else Decimal(0)
        yield Compared(
            account_id=account_id,
            code=account.code if account else "",
            name=account.name if account else "",
            old_codes=", ".join(row.old_code for row in given),
            old=total,
            items=exact_sum(items) if itemised else None,
            item_count=len(items),
            ours=taken if ours is None else ours.get(account_id or 0, Decimal(0)),
        )


def _place(found: tuple[int | None, Account | None]) -> tuple[bool, str]:
    account = found[1]
    return account is None, "" if account is None else account.code


def _posted(session: Session, opening: Opening) -> dict[int, Decimal]:
    company = company_currency(session)
    found = balances(session, None, opening.date)
    return {row.account_id: row.closing for row in found if row.currency == company}


def _row_problems(opening: Opening) -> Iterable[Problem]:
    if not opening.accounts:
        yield Problem("accounts", phrase("There is no trial balance yet."))
    total = exact_sum(amount for row in opening.accounts for amount in (row.debit, -row.credit))
    if total:
        yield Problem(
            "accounts",
            phrase("The trial balance does not balance: it is out by {amount}.", amount=total),
        )
    for place, row in enumerate(opening.accounts):
        if row.account_id is None and (row.debit or row.credit):
            yield Problem(
                f"accounts.{place}.account_id",
                phrase(
                    "No account takes over {code} {name}.", code=row.old_code, name=row.old_name
                ),
            )


def _account_problems(rows: Sequence[Compared]) -> Iterable[Problem]:
    for row in rows:
        if row.items is not None and row.items != row.old:
            yield Problem(
                "items",
                phrase(
                    "The open items of {account} sum to {items}; the trial balance has {balance}.",
                    account=row.code,
                    items=row.items,
                    balance=row.old,
                ),
            )
        elif row.difference and row.account_id is not None:
            yield Problem(
                "accounts",
                phrase(
                    "{account} differs by {amount} from the old system.",
                    account=row.code,
                    amount=row.difference,
                ),
            )


def _item_problems(opening: Opening) -> Iterable[Problem]:
    for place, item in enumerate(opening.items):
        if item.account.subtype in CONTROL and item.partner_id is None:
            yield Problem(
                f"items.{place}.partner_id",
                phrase(
                    "Open item {number}: there is no contact {name} yet.",
                    number=item.number or place + 1,
                    name=item.partner,
                ),
            )
        if item.date > opening.date:
            yield Problem(
                f"items.{place}.date",
                phrase(
                    "Open item {number} is dated after {day}.",
                    number=item.number or place + 1,
                    day=opening.date,
                ),
            )
