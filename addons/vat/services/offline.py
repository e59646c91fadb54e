"""All taxes of sales as values, for those who sell without a network."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import OfflineTax, OfflineTaxes, Treatment
from addons.vat.models import (
    FiscalPosition,
    FiscalPositionLine,
    Tax,
    TaxGroup,
    TaxGroupLine,
    TaxRate,
)
from addons.vat.options import VatOptions
from core.api import options

_Taxes = dict[int, tuple[int, str]]
"""Taxes by their ids, each with its order."""
_GROUPS: Final = (
    select(TaxGroup.code, TaxGroupLine.tax_id)
    .outerjoin(TaxGroupLine, TaxGroupLine.group_id == TaxGroup.id)
    .order_by(TaxGroup.code, TaxGroupLine.id)
)
_POSITIONS: Final = (
    select(FiscalPosition, FiscalPositionLine.tax_id, FiscalPositionLine.replacement_id)
    .outerjoin(FiscalPositionLine, FiscalPositionLine.position_id == FiscalPosition.id)
    .where(FiscalPosition.active)
    .order_by(FiscalPosition.sequence, FiscalPosition.id)
)


def offline_taxes(session: Session) -> OfflineTaxes:
    """The taxes of sales with all their rates, each group's, and the fiscal positions that give
    others. Four statements."""
    chosen = options(session, VatOptions)
    order, rules = _taxes(session)
    members: dict[str, list[int]] = {}
    for code, tax_id in session.execute(_GROUPS):
        kept = members.setdefault(code, [])
        if tax_id in order:
            kept.append(tax_id)
    groups = {code: _codes(ids, {}, order) for code, ids in members.items()}
    treatments: dict[int, tuple[FiscalPosition, dict[int, int | None]]] = {}
    for position, tax_id, replacement in session.execute(_POSITIONS):
        _, swapped = treatments.setdefault(position.id, (position, {}))
        if tax_id is not None:
            swapped[tax_id] = replacement
    told = tuple(
        Treatment(
            position.code,
            frozenset(position.countries.split()),
            position.abroad,
            {"yes": True, "no": False}.get(position.registered),
            {code: _codes(ids, swapped, order) for code, ids in members.items()},
        )
        for position, swapped in treatments.values()
    )
    return OfflineTaxes(chosen.rounding, chosen.country, chosen.tax_number, rules, groups, told)


def _taxes(session: Session) -> tuple[_Taxes, tuple[OfflineTax, ...]]:
    rates: dict[int, list[Any]] = {}
    for tax_id, since, rate in session.execute(
        select(TaxRate.tax_id, TaxRate.valid_from, TaxRate.rate).order_by(TaxRate.valid_from)
    ):
        rates.setdefault(tax_id, []).append((since, rate))
    found = session.scalars(select(Tax).where(Tax.scope == "sale").order_by(Tax.code)).all()
    rules = tuple(
        OfflineTax(
            tax.code,
            tax.name,
            tax.name_local,
            tax.kind,
            tax.included,
            tax.compound,
            tax.sequence,
            tuple(rates.get(tax.id, ())),
        )
        for tax in found
    )
    return {tax.id: (tax.sequence, tax.code) for tax in found}, rules


def _codes(ids: list[int], swapped: dict[int, int | None], order: _Taxes) -> tuple[str, ...]:
    """The codes of these taxes after a position exchanged some, in the order of the engine."""
    kept = {swapped.get(one, one) for one in ids} - {None}
    return tuple(code for _, code in sorted(order[one] for one in kept if one in order))
