"""What is always true of taxes and returns."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import TaxLineQuery, company_currency, posted_entry, tax_sums
from addons.vat.models import FiledLine, VatReturn
from addons.vat.services.audit import FIRST, LAST, disagreeing
from addons.vat.services.filing.differences import recompute
from addons.vat.services.filing.settlement import by_account
from addons.vat.services.known import known_taxes
from core.api import Invariant, InvariantResult, msg

_SHOWN = 20


def settlements_equal_filed_lines(session: Session) -> InvariantResult:
    """What filing moved to the authority is what the filed lines stand with on tax accounts."""
    taxes, currency = known_taxes(session), company_currency(session)
    filed = session.scalars(
        select(FiledLine.line_id).join(VatReturn, VatReturn.id == FiledLine.return_id)
        .where(VatReturn.state == "filed")
    ).all()  # fmt: skip
    left = by_account(taxes, tax_sums(session, TaxLineQuery(currency, ids=filed))) if filed else {}
    codes = {tax.account_id: tax.account for tax in taxes.values()}
    codes |= {tax.counter_account_id: tax.counter_account for tax in taxes.values()}
    by_name = {codes[account]: amount for account, amount in left.items()}
    entries = session.scalars(
        select(VatReturn.entry_id).where(VatReturn.entry_id.is_not(None))
    ).all()
    for entry_id in entries:
        entry = posted_entry(session, entry_id or 0)
        for line in entry.lines if entry is not None else ():
            if line.account in by_name or line.account in codes.values():
                by_name[line.account] = by_name.get(line.account, 0) + line.amount
    apart = {name: amount for name, amount in by_name.items() if amount}
    detail = "; ".join(f"{name}: {amount:f}" for name, amount in sorted(apart.items()))
    return InvariantResult(not apart, f"{len(entries)} settlements, {len(filed)} lines", detail)


def taxes_are_rate_times_base(session: Session) -> InvariantResult:
    """Every posted tax is the rate of its day times its base, within the rounding."""
    bad = disagreeing(session, FIRST, LAST, _SHOWN)
    detail = "; ".join(
        f"{one.entry.number} {one.entry.code}: {one.tax:f} for {one.expected:f}" for one in bad
    )
    return InvariantResult(not bad, f"{len(bad)} taxes apart", detail)


def filed_returns_are_proved(session: Session) -> InvariantResult:
    """Each filed return equals its evidence, and what its lines in the ledger give."""
    returns = session.scalars(
        select(VatReturn).where(VatReturn.state != "draft").order_by(VatReturn.id)
    ).all()
    bad = [one for one in returns if not recompute(session, one).equal]
    detail = ", ".join(f"{one.start_date} to {one.end_date}" for one in bad[:_SHOWN])
    return InvariantResult(not bad, f"{len(returns)} filed returns", detail)


INVARIANTS = (
    Invariant(
        "vat.settlements_equal_filed_lines",
        msg("Tax that was settled equals the lines of filed returns"),
        settlements_equal_filed_lines,
    ),
    Invariant(
        "vat.taxes_are_rate_times_base",
        msg("Every tax is its rate times its base"),
        taxes_are_rate_times_base,
    ),
    Invariant(
        "vat.filed_returns_are_proved",
        msg("Filed returns equal their evidence and the ledger"),
        filed_returns_are_proved,
    ),
)
