"""Whether the taxes of an entry are right: known, for this side, and rate times base.

An entry that somebody else made brings its own tax lines. They are accepted where they agree with
the rate within rounding: half a unit of the currency for every line that was rounded by itself,
and the difference that the company allows. An entry without the base, as for VAT that was paid to
customs, says it in `tax_base`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, journal_type
from addons.vat.options import VatOptions
from addons.vat.services.engine.rounding import product, total
from addons.vat.services.engine.values import UNTAXED, ZERO
from addons.vat.services.entry_taxes import Worked, digits_of, work_out
from addons.vat.services.known import KnownTax, split_codes
from core.api import Problem, options, phrase

_PERCENT: Final = Decimal("0.01")
RELEASE: Final = "vat.cash_basis"
"""The source of entries by which a tax that was posted long ago comes due."""
_OTHER: Final = {"sale": "purchase", "purchase": "sale"}


@dataclass(frozen=True, slots=True)
class Legs:
    """The tax lines of one tax: with their base, or against it."""

    along: Decimal
    against: Decimal
    lines: int


def problems(session: Session, entry: EntryDraft) -> Iterable[Problem]:
    """What is wrong with the taxes of an entry."""
    worked = work_out(session, entry)
    kind = journal_type(session, entry.journal)
    refused = False
    for at, line in enumerate(entry.lines):
        for code in split_codes(line.tax_code):
            sentence = _wrong_code(worked.taxes.get(code), code, entry, kind, line)
            if sentence:
                refused = True
                message = phrase("Line {line}: {what}", line=at + 1, what=sentence)
                yield Problem(f"lines.{at}.tax_code", message)
        if line.tax_role == "tax" and len(split_codes(line.tax_code)) != 1:
            refused = True
            message = phrase("Line {line}: a tax line bears one tax.", line=at + 1)
            yield Problem(f"lines.{at}.tax_code", message)
    if not refused:
        tolerance = options(session, VatOptions).tolerance
        for tax in worked.taxes.values():
            yield from _wrong_amounts(entry, worked, tax, tolerance)


def legs_of(lines: Sequence[LineDraft]) -> Legs:
    """Tax lines told apart by whether they run along with their base. One without a base of its
    own is the part of another that cannot be deducted, and runs along."""
    against = [line.amount for line in lines if (line.tax_base or ZERO) * line.amount < 0]
    along = [line.amount for line in lines if (line.tax_base or ZERO) * line.amount >= 0]
    return Legs(total(along), total(against), len(lines))


def _wrong_code(
    tax: KnownTax | None, code: str, entry: EntryDraft, journal: str, line: LineDraft
) -> str:
    if tax is None:
        return phrase("there is no tax {code}; see Tax > Taxes.", code=code)
    if not tax.active and entry.source_type != RELEASE:
        return phrase("tax {code} is not active; choose another or activate it.", code=code)
    if tax.rate_on(entry.date) is None:
        return phrase("tax {code} has no rate on {day}.", code=code, day=entry.date)
    if _OTHER.get(journal) == tax.scope:
        side = phrase("sales") if tax.scope == "sale" else phrase("purchases")
        return phrase("tax {code} is for {side}; this journal is not.", code=code, side=side)
    if line.tax_role == "tax" and tax.kind in UNTAXED:
        return phrase("tax {code} adds nothing, so that no line can be its tax.", code=code)
    return ""


def _wrong_amounts(
    entry: EntryDraft, worked: Worked, tax: KnownTax, tolerance: Decimal
) -> Iterable[Problem]:
    lines = [line for line in entry.lines if line.tax_role == "tax" and line.tax_code == tax.code]
    part = worked.by_code.get(tax.code)
    if tax.kind in UNTAXED or (part is None and not lines):
        return
    place = next((at for at, line in enumerate(entry.lines) if line in lines), 0)
    field = f"lines.{place}.amount"
    if part is None and any(line.tax_base is None for line in lines):
        yield Problem(
            f"lines.{place}.tax_base",
            phrase("Say the base of tax {code}: no line of the entry is it.", code=tax.code),
        )
        return
    legs = legs_of(lines)
    for wanted, found in _expected(entry, tax, lines, legs, part.amount if part else None):
        bases = sum(1 for line in entry.lines if tax.code in split_codes(line.tax_code))
        unit = Decimal(1).scaleb(-digits_of(entry.lines[0].currency))
        if abs(found - wanted) > tolerance + unit * bases / 2:
            yield Problem(
                field,
                phrase(
                    "Tax {code} should be {wanted}, {rate} % of its base; the entry has {found}.",
                    code=tax.code,
                    wanted=f"{abs(wanted):f}",
                    rate=f"{(tax.rate_on(entry.date) or ZERO).normalize():f}",
                    found=f"{abs(found):f}",
                ),
            )
            return


def _expected(
    entry: EntryDraft,
    tax: KnownTax,
    lines: Sequence[LineDraft],
    legs: Legs,
    amount: Decimal | None,
) -> list[tuple[Decimal, Decimal]]:
    """Pairs of what the tax should be and what it is, one for each leg that it must have."""
    if amount is None:
        amount = _of_stated_bases(entry, tax, lines)
    if tax.kind == "withholding":
        return [(-amount, legs.against + legs.along)]
    if tax.kind == "reverse_charge":
        return [(amount, legs.along), (-amount, legs.against)]
    return [(amount, legs.along + legs.against)]


def _of_stated_bases(entry: EntryDraft, tax: KnownTax, lines: Sequence[LineDraft]) -> Decimal:
    """The tax of the bases that the tax lines themselves state. Both legs of a reverse charge
    state the same one."""
    counted = [
        line.tax_base or ZERO
        for line in lines
        if tax.kind != "reverse_charge" or (line.tax_base or ZERO) * line.amount >= 0
    ]
    return product(total(counted), tax.rate_on(entry.date) or ZERO, _PERCENT)
