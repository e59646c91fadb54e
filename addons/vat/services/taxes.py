"""Writing taxes: what a tax must have, and what of one that is used stays as it is.

Lines in the ledger bear the code of their tax. What would change the meaning of those lines, in
whichever box they were reported, is refused once there is one; names, and rates from a later day
on, can change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import used_tax_codes
from addons.vat.errors import TaxIsInvalid, TaxIsUsed
from addons.vat.models import FiscalPositionLine, Tax, TaxGroupLine, TaxRate
from addons.vat.services.treatments import TREATMENTS
from core.api import Problem, phrase

_MEANING: Final = (
    "code",
    "scope",
    "kind",
    "treatment",
    "included",
    "compound",
    "deductible",
    "cash_basis",
    "account_id",
    "counter_account_id",
    "suspense_account_id",
)
_KNOWN: Final = frozenset(treatment for treatment, _ in TREATMENTS)
_RATED: Final = frozenset({"standard", "reverse_charge", "withholding"})


def create_tax(session: Session, values: Mapping[str, Any]) -> Tax:
    """A new tax with its rates."""
    plain = {name: value for name, value in values.items() if name != "rates"}
    tax = Tax(**plain, rates=_rates(values.get("rates", ())))
    _require_sound(tax)
    session.add(tax)
    session.flush()
    return tax


def update_tax(session: Session, tax: Tax, values: Mapping[str, Any]) -> Tax:
    """Change a tax; of one that lines bear, only what means nothing to them."""
    used = bool(used_tax_codes(session, [tax.code]))
    if used:
        _require_same_meaning(tax, values)
    for name, value in values.items():
        if name != "rates":
            setattr(tax, name, value)
    if "rates" in values:
        before = {rate.valid_from: rate.rate for rate in tax.rates}
        given = _rates(values["rates"])
        if used:
            _require_rates_kept(tax, before, given)
        _replace_rates(session, tax, given)
    _require_sound(tax)
    session.flush()
    return tax


def delete_tax(session: Session, tax: Tax) -> None:
    """Delete a tax that nothing names."""
    if used_tax_codes(session, [tax.code]):
        raise _used(tax)
    for model, column in (
        (TaxGroupLine, TaxGroupLine.tax_id),
        (FiscalPositionLine, FiscalPositionLine.tax_id),
        (FiscalPositionLine, FiscalPositionLine.replacement_id),
    ):
        if session.scalar(select(model.id).where(column == tax.id).limit(1)) is not None:
            raise TaxIsUsed(
                phrase("Tax {code} is named by a tax group or a fiscal position.", code=tax.code),
                fix=phrase("Take it out of them first, or make it inactive."),
            )
    session.delete(tax)
    session.flush()


def _used(tax: Tax) -> TaxIsUsed:
    return TaxIsUsed(
        phrase("Entries bear the tax {code}.", code=tax.code),
        fix=phrase("Make it inactive, and create another one."),
    )


def _require_same_meaning(tax: Tax, values: Mapping[str, Any]) -> None:
    changed = [name for name in _MEANING if name in values and values[name] != getattr(tax, name)]
    if changed:
        raise TaxIsUsed(
            phrase("Entries bear the tax {code}: what it means stays.", code=tax.code),
            fix=phrase("Make it inactive, and create another one."),
            problems=tuple(
                Problem(name, phrase("This cannot change any more.")) for name in changed
            ),
        )


def _require_rates_kept(tax: Tax, before: Mapping[Any, Decimal], given: Iterable[TaxRate]) -> None:
    after = {rate.valid_from: rate.rate for rate in given}
    kept = all(after.get(day) == rate for day, rate in before.items())
    latest = max(before, default=None)
    inserted = [day for day in after if day not in before]
    if not kept or (latest is not None and any(day <= latest for day in inserted)):
        raise TaxIsUsed(
            phrase("Entries bear the tax {code}: the rates that it had stay.", code=tax.code),
            fix=phrase("Add the new rate with the day from which it holds."),
        )


def _rates(given: Iterable[Mapping[str, Any]]) -> list[TaxRate]:
    rates = [TaxRate(valid_from=values["valid_from"], rate=values["rate"]) for values in given]
    return sorted(rates, key=lambda rate: rate.valid_from)


def _replace_rates(session: Session, tax: Tax, given: list[TaxRate]) -> None:
    days = [rate.valid_from for rate in given]
    if len(set(days)) != len(days):
        raise TaxIsInvalid.of("rates", phrase("Two rates begin on the same day."))
    tax.rates = []
    session.flush()
    tax.rates = given


def _require_sound(tax: Tax) -> None:
    problems = list(_problems(tax))
    if problems:
        raise TaxIsInvalid(problems[0].message, problems=tuple(problems))


def _problems(tax: Tax) -> Iterable[Problem]:
    days = [rate.valid_from for rate in tax.rates]
    if not days:
        yield Problem("rates", phrase("Give the rate, and the day from which it holds."))
    if len(set(days)) != len(days):
        yield Problem("rates", phrase("Two rates begin on the same day."))
    if tax.treatment not in _KNOWN or not tax.treatment.startswith(f"{tax.scope}."):
        yield Problem("treatment", phrase("Choose a treatment of the same side as the tax."))
    kind = tax.kind or "standard"
    if kind not in _RATED and any(rate.rate for rate in tax.rates):
        yield Problem("rates", phrase("A tax of this kind has the rate 0."))
    if kind in _RATED and tax.account_id is None:
        yield Problem("account_id", phrase("Choose the account that the tax is posted to."))
    if kind == "reverse_charge" and tax.counter_account_id is None:
        yield Problem(
            "counter_account_id", phrase("Choose the account of the tax that the buyer owes.")
        )
    if tax.cash_basis and tax.suspense_account_id is None:
        yield Problem(
            "suspense_account_id", phrase("Choose the account of the tax that is not due yet.")
        )
    if tax.cash_basis and tax.deductible not in (None, 100):
        yield Problem("deductible", phrase("A cash-basis tax is deductible as a whole."))
    same = {tax.account_id} & {tax.counter_account_id, tax.suspense_account_id}
    if same - {None}:
        yield Problem("account_id", phrase("The accounts of a tax must differ."))
