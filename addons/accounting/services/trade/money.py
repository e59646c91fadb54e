"""Where the money of a payment lies: the bank or till that it names, or one that fits it.

Payments name none where they were entered before the company kept books, and their event is told
to the books later. Nor where it has no bank yet: one of a plain name is made, as for sales.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services.account_codes import ensure_account
from addons.accounting.services.trade.asked import money_journals

_PLAIN: Final = "Assets:Bank"


def money_place(session: Session, journal: str, account: str, currency: str) -> tuple[str, str]:
    """The codes of the journal and the account of a payment in a currency. Without an account, it
    is that of the journal, or the first in the currency, or the first of all."""
    if account:
        return journal, account
    known = money_journals(session)
    if not known:
        ensure_account(session, _PLAIN, "Bank", "asset", subtype="bank")
        known = money_journals(session)
    fitting = [one for one in known if one[0] == journal] or known
    in_currency = [one for one in fitting if one[3] == currency]
    found_journal, found_account, *_ = (in_currency or fitting)[0]
    return found_journal, found_account
