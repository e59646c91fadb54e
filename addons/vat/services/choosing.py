"""Which taxes a line of a document bears: those of its product's group at home, exchanged by the
fiscal position of the partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from addons.vat.errors import NoSuchTax
from addons.vat.models import FiscalPosition, FiscalPositionLine, Tax, TaxGroup, TaxGroupLine
from addons.vat.options import VatOptions
from addons.vat.services.engine.values import TaxRule
from addons.vat.services.known import known_taxes
from core.api import InvalidInput, options, phrase

Side = Literal["sale", "purchase"]


def document_taxes(
    session: Session, group: str, side: Side, *, country: str = "", registered: bool = True
) -> tuple[str, ...]:
    """The codes of the taxes for a group of products and a partner of this country, which is the
    company's own where it is empty. Raises NoSuchTax for a group that is not there."""
    found = (
        session.scalars(
            select(TaxGroup)
            .where(TaxGroup.code == group)
            .options(joinedload(TaxGroup.lines).joinedload(TaxGroupLine.tax))
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NoSuchTax(phrase("There is no tax group {code}.", code=group))
    taxes = [line.tax for line in found.lines if line.tax.scope == side]
    position = position_for(session, country=country, registered=registered)
    if position is not None:
        exchanged = {line.tax_id: line.replacement for line in position.lines}
        taxes = [new for tax in taxes if (new := exchanged.get(tax.id, tax)) is not None]
    return tuple(tax.code for tax in _in_order(taxes))


def position_for(
    session: Session, *, country: str = "", registered: bool = True
) -> FiscalPosition | None:
    """The first fiscal position that fits a partner; None where nothing differs from home."""
    own = options(session, VatOptions).country
    country = country or own
    wanted = (
        select(FiscalPosition)
        .where(FiscalPosition.active)
        .order_by(FiscalPosition.sequence, FiscalPosition.id)
        .options(joinedload(FiscalPosition.lines).joinedload(FiscalPositionLine.replacement))
    )
    for position in session.scalars(wanted).unique():
        if position.abroad and (not country or country == own):
            continue
        if position.countries and country not in position.countries.split():
            continue
        if position.registered and (position.registered == "yes") != registered:
            continue
        return position
    return None


def rules_for(session: Session, codes: Sequence[str], day: date) -> tuple[TaxRule, ...]:
    """The taxes of these codes as the engine takes them, with the rates of a day."""
    known = known_taxes(session, codes)
    rules = []
    for code in dict.fromkeys(codes):
        tax = known.get(code)
        if tax is None:
            raise NoSuchTax(
                phrase("There is no tax {code}.", code=code), fix=phrase("See Tax > Taxes.")
            )
        rate = tax.rate_on(day)
        if rate is None:
            raise InvalidInput.of(
                "date", phrase("Tax {code} has no rate on {day}.", code=code, day=day)
            )
        rules.append(tax.rule(rate))
    return tuple(rules)


def _in_order(taxes: Sequence[Tax]) -> list[Tax]:
    return sorted({tax.id: tax for tax in taxes}.values(), key=lambda tax: (tax.sequence, tax.code))
