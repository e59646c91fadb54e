"""Taxes on journal entries: what a base needs, and whether what was given agrees with it.

How a tax posts (amounts as the ledger has them, debits positive; `tax_base` has the sign of the
base lines, so that sales are negative):

- charged on a sale: Cr output tax; on a purchase: Dr input tax, for the deductible part. The part
  that cannot be deducted is debited to the account of its base, as a tax line without a base;
- reverse charge: Dr input tax and Cr output tax, both of the same base;
- withheld: on a purchase Cr what is owed to the authority, on a sale Dr what it owes;
- cash basis: as charged, on the suspense account, until the entry is settled (`cash_basis`);
- zero-rated, exempt, out of scope: no line; the base line says it all.

A reversal carries the taxes of its original with the sides exchanged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft
from addons.vat.options import VatOptions
from addons.vat.services.engine.compute import compute
from addons.vat.services.engine.rounding import product, to_digits, total
from addons.vat.services.engine.values import (
    UNTAXED,
    ZERO,
    Document,
    DocumentResult,
    Line,
    TaxPart,
)
from addons.vat.services.known import KnownTax, known_taxes, split_codes
from core.api import currency_digits, options

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Worked:
    """The taxes of an entry, worked out from its base lines. `places` are those of the lines."""

    taxes: Mapping[str, KnownTax]
    result: DocumentResult
    places: tuple[int, ...]

    @property
    def by_code(self) -> dict[str, TaxPart]:
        """The sum of each tax."""
        return {part.code: part for part in self.result.taxes}


def work_out(session: Session, entry: EntryDraft) -> Worked:
    """Work out the taxes of the base lines. Codes that are not known, or have no rate yet on the
    day, are left out: `checks.problems` speaks of them."""
    codes = {code for line in entry.lines for code in split_codes(line.tax_code)}
    taxes = known_taxes(session, codes)
    places, lines = [], []
    for at, line in enumerate(entry.lines):
        if line.tax_role != "base":
            continue
        rules = []
        for code in dict.fromkeys(split_codes(line.tax_code)):
            tax = taxes.get(code)
            rate = tax.rate_on(entry.date) if tax is not None else None
            if tax is not None and rate is not None:
                # What stands in the ledger is net, whatever prices contain.
                rules.append(tax.rule(rate, included=False))
        places.append(at)
        lines.append(Line(Decimal(1), line.amount, tuple(rules)))
    currency = entry.lines[0].currency if entry.lines else ""
    document = Document(
        tuple(lines), digits_of(currency), rounding=options(session, VatOptions).rounding
    )
    return Worked(taxes, compute(document), tuple(places))


def complete(session: Session, entry: EntryDraft) -> EntryDraft:
    """The entry followed by the tax lines that its bases need and that it does not have."""
    worked = work_out(session, entry)
    has = {line.tax_code for line in entry.lines if line.tax_role == "tax"}
    parts = worked.by_code
    lines = [_with_base(line, parts.get(line.tax_code)) for line in entry.lines]
    for code, part in parts.items():
        if code not in has and part.kind not in UNTAXED:
            lines += _tax_lines(entry, worked, part)
    return replace(entry, lines=tuple(lines))


def outdated(session: Session, entry: EntryDraft) -> Collection[int]:
    """The places of tax lines that were worked out from other bases than the entry has now."""
    parts = work_out(session, entry).by_code
    moved = {
        line.tax_code
        for line in entry.lines
        if line.tax_role == "tax" and line.tax_base is not None and line.tax_code in parts
        and line.tax_base != parts[line.tax_code].base
    }  # fmt: skip
    return {
        at
        for at, line in enumerate(entry.lines)
        if line.tax_role == "tax" and line.tax_code in moved
    }


def digits_of(currency: str) -> int:
    """The decimals of a currency; two where the text names none."""
    return currency_digits(currency) if currency else 2


def _with_base(line: LineDraft, part: TaxPart | None) -> LineDraft:
    """A tax line that came without its base gets that of the entry."""
    if line.tax_role != "tax" or line.tax_base is not None or part is None:
        return line
    return replace(line, tax_base=part.base)


def _tax_lines(entry: EntryDraft, worked: Worked, part: TaxPart) -> Iterable[LineDraft]:
    tax = worked.taxes[part.code]
    base_lines = [
        entry.lines[at] for at in worked.places
        if part.code in split_codes(entry.lines[at].tax_code)
    ]  # fmt: skip
    proto = LineDraft(
        "", ZERO, tax.name, base_lines[0].currency, tax_code=part.code, tax_role="tax",
        tax_base=part.base,
    )  # fmt: skip
    foreign = _foreign(base_lines, tax, entry)

    def line(account: str, amount: Decimal, sign: int = 1) -> LineDraft:
        if foreign is None:
            return replace(proto, account=account, amount=amount)
        currency, original = foreign
        return replace(
            proto, account=account, amount=amount,
            original_amount=original * sign, original_currency=currency,
        )  # fmt: skip

    if tax.kind == "withholding":
        if part.amount:
            yield line(tax.account, -part.amount, -1)
        return
    if part.deductible:
        yield line(tax.suspense_account if tax.cash_basis else tax.account, part.deductible)
    yield from _costs(worked, part, entry, proto)
    if tax.kind == "reverse_charge" and part.amount:
        yield line(tax.counter_account, -part.amount, -1)


def _costs(
    worked: Worked, part: TaxPart, entry: EntryDraft, proto: LineDraft
) -> Iterable[LineDraft]:
    """What cannot be deducted, on the accounts of the bases and with their dimensions."""
    for at, result in zip(worked.places, worked.result.lines, strict=True):
        for own in result.taxes:
            if own.code == part.code and own.not_deductible:
                base = entry.lines[at]
                yield replace(
                    proto,
                    account=base.account,
                    amount=own.not_deductible,
                    analytic=base.analytic,
                    tax_base=None,
                )


def _foreign(
    lines: list[LineDraft], tax: KnownTax, entry: EntryDraft
) -> tuple[str, Decimal] | None:
    """The tax in the currency that was agreed, where the whole base was agreed in one."""
    currencies = {line.original_currency for line in lines}
    originals = [line.original_amount for line in lines if line.original_amount is not None]
    rate = tax.rate_on(entry.date)
    if len(currencies) != 1 or len(originals) != len(lines) or rate is None or tax.compound:
        return None
    if tax.deductible != 100:
        return None
    currency = next(iter(currencies))
    exact = product(total(originals), rate, _PERCENT)
    return currency, to_digits(exact, digits_of(currency))
