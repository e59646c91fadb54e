"""The taxes of the company as values, for whatever is worked out with them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from addons.accounting.api import account_codes
from addons.vat.models import Tax, TaxRate
from addons.vat.services.engine.values import Kind, TaxRule
from core.api import cached_until_change

_ALL: Final = (
    select(*Tax.__table__.columns, TaxRate.valid_from, TaxRate.rate)
    .join(TaxRate, TaxRate.tax_id == Tax.id, isouter=True)
    .order_by(Tax.code, TaxRate.valid_from)
)


@dataclass(frozen=True, slots=True)
class KnownTax:
    """A tax with its rates by the day from which they hold, and its accounts by code and id."""

    code: str
    name: str
    scope: str
    kind: Kind
    treatment: str
    included: bool
    compound: bool
    sequence: int
    deductible: Decimal
    cash_basis: bool
    active: bool
    rates: tuple[tuple[date, Decimal], ...]
    account: str
    account_id: int | None
    counter_account: str
    counter_account_id: int | None
    suspense_account: str
    suspense_account_id: int | None
    category: str
    reason_code: str
    reason: str

    def rate_on(self, day: date) -> Decimal | None:
        """The rate, or None where the tax has none yet."""
        at = bisect_right([since for since, _ in self.rates], day)
        return self.rates[at - 1][1] if at else None

    def rule(self, rate: Decimal, *, included: bool | None = None) -> TaxRule:
        """What the engine needs; `included` overrides what the tax says of prices."""
        return TaxRule(
            code=self.code,
            rate=rate,
            kind=self.kind,
            included=self.included if included is None else included,
            compound=self.compound,
            sequence=self.sequence,
            deductible=self.deductible,
        )


def known_taxes(session: Session, codes: Iterable[str] | None = None) -> Mapping[str, KnownTax]:
    """The taxes by code: those that are asked for, or all."""
    taxes = _all(session)
    if codes is None:
        return taxes
    return {code: taxes[code] for code in sorted(set(codes)) if code in taxes}


@cached_until_change(Tax, TaxRate, "accounting.account")
def _all(session: Session) -> Mapping[str, KnownTax]:
    rates: dict[str, list[tuple[date, Decimal]]] = {}
    taxes = {}
    for row in session.execute(_ALL):
        taxes[row.code] = row
        if row.valid_from is not None:
            rates.setdefault(row.code, []).append((row.valid_from, row.rate))
    named = {
        account
        for row in taxes.values()
        for account in (row.account_id, row.counter_account_id, row.suspense_account_id)
        if account is not None
    }
    accounts = account_codes(session, named) if named else {}
    return {code: _known(row, tuple(rates.get(code, ())), accounts) for code, row in taxes.items()}


def split_codes(codes: str) -> tuple[str, ...]:
    """The taxes that a line names, which commas separate."""
    return tuple(code for code in codes.split(",") if code)


def _known(
    tax: Row[Any], rates: tuple[tuple[date, Decimal], ...], accounts: Mapping[int, str]
) -> KnownTax:
    def code(account_id: int | None) -> str:
        return "" if account_id is None else accounts.get(account_id, "")

    return KnownTax(
        code=tax.code,
        name=tax.name,
        scope=tax.scope,
        kind=cast(Kind, tax.kind),
        treatment=tax.treatment,
        included=tax.included,
        compound=tax.compound,
        sequence=tax.sequence,
        deductible=tax.deductible,
        cash_basis=tax.cash_basis,
        active=tax.active,
        rates=rates,
        account=code(tax.account_id),
        account_id=tax.account_id,
        counter_account=code(tax.counter_account_id),
        counter_account_id=tax.counter_account_id,
        suspense_account=code(tax.suspense_account_id),
        suspense_account_id=tax.suspense_account_id,
        category=tax.category,
        reason_code=tax.reason_code,
        reason=tax.reason,
    )
