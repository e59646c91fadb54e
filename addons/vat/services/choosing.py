"""Which taxes a line of a document bears: those of its product's group at home, exchanged by the
fiscal position of the partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from addons.vat.errors import NoSuchTax
from addons.vat.models import FiscalPosition, FiscalPositionLine, Tax, TaxGroup, TaxGroupLine
from addons.vat.options import VatOptions
from addons.vat.services.engine.values import TaxRule
from addons.vat.services.known import known_taxes
from core.api import InvalidInput, cached_until_change, options, phrase

Side = Literal["sale", "purchase"]

# Built once, and of few columns: every line of a document that is written asks them.
_GROUP: Final = (
    select(Tax.id, Tax.sequence, Tax.code, Tax.scope)
    .select_from(TaxGroup)
    .outerjoin(TaxGroupLine, TaxGroupLine.group_id == TaxGroup.id)
    .outerjoin(Tax, Tax.id == TaxGroupLine.tax_id)
    .where(TaxGroup.code == bindparam("code"))
)
_POSITIONS: Final = (
    select(
        FiscalPosition.id.label("position"),
        FiscalPosition.countries,
        FiscalPosition.abroad,
        FiscalPosition.registered,
        FiscalPositionLine.tax_id,
        Tax.id,
        Tax.sequence,
        Tax.code,
    )
    .outerjoin(FiscalPositionLine, FiscalPositionLine.position_id == FiscalPosition.id)
    .outerjoin(Tax, Tax.id == FiscalPositionLine.replacement_id)
    .where(FiscalPosition.active)
    .order_by(FiscalPosition.sequence, FiscalPosition.id)
)


class _Tax(NamedTuple):
    id: int
    sequence: int
    code: str
    scope: str = ""


def document_taxes(
    session: Session, group: str, side: Side, *, country: str = "", registered: bool = True
) -> tuple[str, ...]:
    """The codes of the taxes for a group of products and a partner of this country, which is the
    company's own where it is empty. Raises NoSuchTax for a group that is not there."""
    return _chosen(session, group, side, country, registered)


@cached_until_change("core.option", Tax, TaxGroup, TaxGroupLine, FiscalPosition, FiscalPositionLine)
def _chosen(
    session: Session, group: str, side: Side, country: str, registered: bool
) -> tuple[str, ...]:
    found = session.execute(_GROUP, {"code": group}).all()
    if not found:
        raise NoSuchTax(phrase("There is no tax group {code}.", code=group))
    exchanged = _exchanged(session, country, registered)
    taxes = [_Tax(*row) for row in found if row.id is not None and row.scope == side]
    kept = {new.id: new for tax in taxes if (new := exchanged.get(tax.id, tax)) is not None}
    return tuple(tax.code for tax in sorted(kept.values(), key=lambda tax: tax[1:3]))


def _exchanged(session: Session, country: str, registered: bool) -> dict[int, _Tax | None]:
    """What the first fiscal position that fits a partner puts in the place of taxes: another one,
    or none; nothing where no position fits."""
    own = options(session, VatOptions).country
    country = country or own
    fits: int | None = None
    exchanged: dict[int, _Tax | None] = {}
    for row in session.execute(_POSITIONS):
        if fits is None and _fits(row, country, own, registered):
            fits = row.position
        if row.position == fits and row.tax_id is not None:
            exchanged[row.tax_id] = None if row.id is None else _Tax(row.id, row.sequence, row.code)
    return exchanged


def _fits(position: Any, country: str, own: str, registered: bool) -> bool:
    if position.abroad and (not country or country == own):
        return False
    if position.countries and country not in position.countries.split():
        return False
    return not position.registered or (position.registered == "yes") == registered


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
