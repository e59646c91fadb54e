"""All taxes of sales as values, for whoever works documents out without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.vat.models import (
    FiscalPosition,
    FiscalPositionLine,
    Tax,
    TaxGroup,
    TaxGroupLine,
    TaxRate,
)

Groups = Mapping[str, tuple[str, ...]]
"""The codes of a product's taxes by its tax group, in the order of the engine."""
_Taxes = dict[int, tuple[int, str]]
"""Taxes by their ids, each with its order."""


@dataclass(frozen=True, slots=True)
class SalesTax:
    """A tax of sales with its rates in percent, each from its day on."""

    code: str
    name: str
    name_local: str
    kind: str
    included: bool
    compound: bool
    sequence: int
    rates: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A fiscal position, with the groups as it exchanges them. `registered` is None where it does
    not matter."""

    code: str
    countries: frozenset[str]
    abroad: bool
    registered: bool | None
    groups: Groups


@dataclass(frozen=True, slots=True)
class SalesTaxes:
    """The taxes of sales: rules, the groups at home, and the positions in the order in which the
    first that fits is taken."""

    rules: tuple[SalesTax, ...]
    groups: Groups
    positions: tuple[Position, ...]


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


def sales_taxes(session: Session) -> SalesTaxes:
    """The taxes of sales with all their rates, each group's, and the fiscal positions that give
    others. Four statements."""
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
        Position(
            position.code,
            frozenset(position.countries.split()),
            position.abroad,
            {"yes": True, "no": False}.get(position.registered),
            {code: _codes(ids, swapped, order) for code, ids in members.items()},
        )
        for position, swapped in treatments.values()
    )
    return SalesTaxes(rules, groups, told)


def _taxes(session: Session) -> tuple[_Taxes, tuple[SalesTax, ...]]:
    rates: dict[int, list[Any]] = {}
    for tax_id, since, rate in session.execute(
        select(TaxRate.tax_id, TaxRate.valid_from, TaxRate.rate).order_by(TaxRate.valid_from)
    ):
        rates.setdefault(tax_id, []).append((since, rate))
    found = session.scalars(select(Tax).where(Tax.scope == "sale").order_by(Tax.code)).all()
    rules = tuple(
        SalesTax(
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
