"""What every report stands on: the days, the branches in reach, the currency, the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from addons.accounting.api import (
    ReportAccount,
    company_currency,
    posted_currencies,
    rate,
    report_accounts,
)
from addons.reporting.services.asking import Asked
from addons.reporting.services.definitions.values import Definition
from addons.reporting.services.periods import Days, days_of
from addons.reporting.services.scope import Reach, reach_of
from core.api import InvalidInput, currency_digits, phrase


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a report needs to know before it reads a figure.

    `currency` is the one of the ledger that is read, `shown` the one that figures are shown in,
    `factor` what they are multiplied with for that.
    """

    session: Session
    definition: Definition
    asked: Asked
    language: str
    days: Days
    reach: Reach
    branches: frozenset[int] | None
    accounts: Sequence[ReportAccount]
    currency: str
    currencies: tuple[str, ...]
    shown: str
    factor: Decimal
    notes: tuple[str, ...]

    @property
    def digits(self) -> int:
        """After the point, in the currency that is shown."""
        return currency_digits(self.shown)

    @property
    def start(self) -> date | None:
        """The first day; None from the beginning."""
        return self.days.start

    @property
    def end(self) -> date:
        """The last day."""
        return self.days.end

    def money(self, amount: Decimal) -> Decimal:
        """An amount of the ledger in the currency that is shown."""
        if self.factor == 1:
            return amount
        step = Decimal(1).scaleb(-self.digits - 4)
        return (amount * self.factor).quantize(step, ROUND_HALF_UP)

    def name(self, account: ReportAccount) -> str:
        """What an account is called by this reader."""
        name = account.name_local if self.language != "en" and account.name_local else account.name
        return account.code if name == account.code else f"{account.code} {name}".strip()


def ground(session: Session, definition: Definition, asked: Asked, language: str) -> Ground:
    """Resolve what was asked against the company's books and the reader's rights."""
    days = days_of(session, asked.period, asked.start, asked.end)
    reach = reach_of(session)
    branches = reach.ids(asked.branch)
    own, posted = company_currency(session), posted_currencies(session)
    currency = asked.currency or (own if own in posted or not posted else posted[0])
    shown = asked.present or currency
    notes: list[str] = []
    factor = Decimal(1)
    if shown != currency:
        factor = _factor(session, currency, shown, days.end)
        notes.append(
            phrase(
                "Converted for reading at 1 {currency} = {rate} {shown}, the rate of {day}.",
                currency=currency,
                rate=f"{factor:.6f}",
                shown=shown,
                day=days.end,
            )
        )
    notes += _branch_notes(reach, asked.branch)
    others = [code for code in posted if code != currency]
    if others:
        named = ", ".join(others[:12])
        notes.append(
            phrase("The books hold lines in other currencies too: {currencies}.", currencies=named)
        )
    return Ground(
        session=session,
        definition=definition,
        asked=asked,
        language=language,
        days=days,
        reach=reach,
        branches=branches,
        accounts=report_accounts(session),
        currency=currency,
        currencies=tuple(dict.fromkeys((currency, own, *posted))),
        shown=shown,
        factor=factor,
        notes=tuple(notes),
    )


def _factor(session: Session, currency: str, shown: str, on: date) -> Decimal:
    try:
        return rate(session, currency, on) / rate(session, shown, on)
    except InvalidInput as missing:
        raise InvalidInput.of("present", str(missing), fix=missing.fix) from missing


def _branch_notes(reach: Reach, branch: int | None) -> list[str]:
    if branch is not None:
        return [phrase("Of the branch {branch} alone.", branch=reach.name(branch))]
    if reach.is_limited:
        names = ", ".join(one.name for one in reach.branches)
        return [phrase("Of your branches alone: {branches}.", branches=names)]
    return []
