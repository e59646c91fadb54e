"""What trade asks the books before it posts to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.models import JournalType
from addons.accounting.services.currencies import company_currency, rate
from addons.accounting.services.posting_days import (
    Posting,
    is_plainly_open,
    require_postable,
)
from addons.accounting.services.trade.asked import (
    agreed_instalments,
    credit_of,
    customers_with_limits,
    money_journals,
)
from addons.catalog.api import (
    TALLY_BLOCK,
    Books,
    CreditStanding,
    Instalment,
    MoneyJournal,
    Side,
    Tally,
)
from core.api import Extension

_JOURNALS: Final[dict[Side | None, JournalType]] = {
    "sale": "sale",
    "purchase": "purchase",
    None: "general",
}
_TALLY: Final = text("""
SELECT CAST(source_id AS bigint) / :block AS block, count(*), count(*),
       sum(CAST(source_id AS bigint))::bigint, min(CAST(source_id AS bigint))
  FROM accounting.journal_entry WHERE source_type = :source AND state = 'posted' GROUP BY 1
""")


class AccountingBooks:
    """The company's books (catalog's `Books`)."""

    def company_currency(self, session: Session, /) -> str:
        """The currency in which the books are kept."""
        return company_currency(session)

    def rate(self, session: Session, currency: str, day: date, /) -> Decimal:
        """The rate of the day, or the last before it."""
        return rate(session, currency, day)

    def instalments(
        self,
        session: Session,
        contact_id: int,
        side: Side,
        day: date,
        total: Decimal,
        currency: str,
        /,
    ) -> tuple[Instalment, ...]:
        """By the terms that were agreed with the contact; at once without."""
        parts = agreed_instalments(session, contact_id, side == "sale", day, total, currency)
        return tuple(Instalment(part.due_date, part.amount) for part in parts)

    def credit(self, session: Session, contact_id: int, /) -> CreditStanding:
        """The limit that holds today, and what is owed."""
        limit, policy, owed = credit_of(session, contact_id)
        return CreditStanding(limit, policy, owed)

    def credits(
        self, session: Session, contact_ids: Collection[int] | None, /
    ) -> Mapping[int, CreditStanding]:
        """The same of those for whom a limit was agreed."""
        found = customers_with_limits(session, contact_ids)
        return {key: CreditStanding(*credit_of(session, key)) for key in found}

    def money_journals(self, session: Session, /) -> Sequence[MoneyJournal]:
        """The active accounts of banks and cash, each with its journal."""
        return [MoneyJournal(*found) for found in money_journals(session)]

    def require_open(self, session: Session, day: date, side: Side | None, /) -> None:
        """Raise PeriodIsNotOpen for a day that takes nothing of the kind."""
        if not is_plainly_open(session, day):
            require_postable(session, Posting(day, _JOURNALS[side], side is not None))

    def tally(self, session: Session, source_type: str, /) -> Mapping[int, Tally]:
        """Posted entries, by what they were made from."""
        asked = {"source": source_type, "block": TALLY_BLOCK}
        return {row.block: Tally(*row[1:]) for row in session.execute(_TALLY, asked)}


EXTENSIONS: Final = (Extension(Books, "accounting", AccountingBooks()),)
