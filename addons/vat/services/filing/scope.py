"""Which lines of the ledger a return reports.

Those of its days; and those of days that were filed before, posted since by an exception to the
lock, that no return has reported yet: late items. An amendment reports its days anew, with the late
items of the return that it replaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    TaxLineQuery,
    TaxSum,
    company_currency,
    count_tax_lines,
    tax_line_ids,
    tax_sums,
)
from addons.vat.models import FiledLine, VatReturn


@dataclass(frozen=True, slots=True)
class Scope:
    """The days, and the ids of the late lines."""

    currency: str
    start: date
    end: date
    late: tuple[int, ...]

    @property
    def own(self) -> TaxLineQuery:
        """The lines of the return's days."""
        return TaxLineQuery(self.currency, self.start, self.end)

    @property
    def late_lines(self) -> TaxLineQuery:
        """The late lines."""
        return TaxLineQuery(self.currency, ids=self.late)

    @property
    def whole(self) -> TaxLineQuery:
        """All of them."""
        return TaxLineQuery(self.currency, self.start, self.end, self.late)


def scope_of(session: Session, vat_return: VatReturn) -> Scope:
    """What a return reports, or would."""
    currency = vat_return.currency or company_currency(session)
    if vat_return.state != "draft":
        late = _outside(session, vat_return, currency)
    elif vat_return.replaces is not None:
        late = _outside(session, vat_return.replaces, currency)
    else:
        late = _unreported(session, vat_return, currency)
    return Scope(currency, vat_return.start_date, vat_return.end_date, late)


def sums_of(session: Session, scope: Scope) -> tuple[list[TaxSum], list[TaxSum]]:
    """The lines of the days added up, and the late ones."""
    late = tax_sums(session, scope.late_lines) if scope.late else []
    return tax_sums(session, scope.own), late


def filed_line_ids(session: Session, vat_return: VatReturn) -> set[int]:
    """The lines that a filed return reported."""
    return set(
        session.scalars(select(FiledLine.line_id).where(FiledLine.return_id == vat_return.id))
    )


def _outside(session: Session, filed: VatReturn, currency: str) -> tuple[int, ...]:
    """The late lines of a filed return: those that are not of its days."""
    own = set(tax_line_ids(session, TaxLineQuery(currency, filed.start_date, filed.end_date)))
    return tuple(sorted(filed_line_ids(session, filed) - own))


def _unreported(session: Session, draft: VatReturn, currency: str) -> tuple[int, ...]:
    """Lines of days that were filed before, which no return that counts reports."""
    before = session.scalars(
        select(VatReturn).where(VatReturn.state == "filed", VatReturn.end_date < draft.start_date)
    ).all()
    if not before:
        return ()
    queries = [TaxLineQuery(currency, one.start_date, one.end_date) for one in before]
    reported = sum(one.line_count for one in before)
    # Nearly always everything was reported, and counting is quicker than comparing.
    if sum(count_tax_lines(session, query) for query in queries) == reported:
        return ()
    ids = {line_id for query in queries for line_id in tax_line_ids(session, query)}
    counted = select(FiledLine.line_id).join(VatReturn, VatReturn.id == FiledLine.return_id)
    return tuple(sorted(ids - set(session.scalars(counted.where(VatReturn.state == "filed")))))


def count_filed(session: Session, vat_return: VatReturn) -> int:
    """How many lines a return reported."""
    counted = select(func.count()).where(FiledLine.return_id == vat_return.id)
    return session.scalar(counted) or 0
