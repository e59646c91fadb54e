"""Steps of closing that look at the books themselves: earlier periods, drafts, suspense accounts,
open items, and at the end the trial balance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Account, JournalEntry, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import AccountBalance, balances
from addons.accounting.services.closing.doing import earlier_open
from addons.accounting.services.exact import exact_sum
from core.api import msg, options, phrase


def check_earlier(session: Session, period: Period) -> StepState:
    """Every period before this one is closed: an entry there would change this one's opening."""
    still_open = earlier_open(session, period)
    if not still_open:
        return StepState("done", phrase("Every earlier period is closed."))
    first = still_open[0]
    return StepState(
        "blocked",
        phrase(
            "Earlier periods still open: {count}, the first is {period}.",
            count=len(still_open),
            period=first.name,
        ),
        url=f"/accounting/closing/{first.id}",
        count=len(still_open),
    )


def check_drafts(session: Session, period: Period) -> StepState:
    """No entry dated in the period waits to be posted."""
    drafts = session.scalar(
        select(func.count())
        .select_from(JournalEntry)
        .where(
            JournalEntry.state == "draft",
            JournalEntry.number.is_(None),
            JournalEntry.date.between(period.start_date, period.end_date),
        )
    )
    if not drafts:
        return StepState("done", phrase("No entry waits to be posted."))
    return StepState(
        "open",
        phrase("Entries that are drafts: {count}.", count=drafts),
        url="/accounting/entries?state=draft"
        f"&date__gte={period.start_date}&date__lte={period.end_date}",
        count=drafts,
    )


def check_suspense(session: Session, period: Period) -> StepState:
    """The accounts for what is not explained yet are empty at the end of the period."""
    accounts = suspense_accounts(session)
    if not accounts:
        return StepState("not_needed", phrase("No account is used as a suspense account."))
    ids = {account.id for account in accounts}
    held = [
        balance
        for balance in balances(session, None, period.end_date)
        if balance.account_id in ids and balance.closing
    ]
    if not held:
        return StepState("done", phrase("Suspense accounts are empty."))
    return StepState(
        "open",
        "; ".join(
            phrase(
                "{account} holds {amount} {currency}.",
                account=balance.code,
                amount=f"{balance.closing:,f}",
                currency=balance.currency,
            )
            for balance in held[:3]
        ),
        url=ledger_url(held[0], period.end_date),
        count=len(held),
    )


def suspense_accounts(session: Session) -> Sequence[Account]:
    """The accounts that ought to be empty whenever a period is closed."""
    chosen = options(session, AccountingOptions).suspense_account
    return session.scalars(
        select(Account).where(
            or_(Account.report_line == "bs.suspense", (Account.code == chosen) & (chosen != ""))
        )
    ).all()


def check_trial_balance(session: Session, period: Period) -> StepState:
    """Debits and credits of all accounts are equal in each currency."""
    totals: dict[str, list[Decimal]] = {}
    for balance in balances(session, None, period.end_date):
        totals.setdefault(balance.currency, []).append(balance.closing)
    apart = {c: total for c, amounts in totals.items() if (total := exact_sum(amounts))}
    if apart:
        return StepState(
            "blocked",
            phrase(
                "Debits and credits differ by {amounts}. Run the checks under Settings > Repairs.",
                amounts=", ".join(f"{amount:,f} {currency}" for currency, amount in apart.items()),
            ),
            url=f"/accounting/trial-balance?to={period.end_date}",
            count=len(apart),
        )
    return StepState(
        "done",
        phrase("Debits equal credits in {count} currencies.", count=len(totals))
        if len(totals) > 1
        else phrase("Debits equal credits."),
        url=f"/accounting/trial-balance?to={period.end_date}",
    )


def ledger_url(balance: AccountBalance, end: date) -> str:
    """The lines of an account up to a day."""
    return f"/accounting/ledger/{balance.account_id}?currency={balance.currency}&to={end}"


EARLIER: Final = Step(
    "accounting.earlier", msg("Close the earlier periods"), 50, check_earlier, waivable=False
)
DRAFTS: Final = Step("accounting.drafts", msg("Post or delete drafts"), 100, check_drafts)
SUSPENSE: Final = Step("accounting.suspense", msg("Clear suspense accounts"), 150, check_suspense)
TRIAL_BALANCE: Final = Step(
    "accounting.trial_balance",
    msg("Check the trial balance"),
    900,
    check_trial_balance,
    waivable=False,
)
