"""Units: conversions, and what may not change about one that is in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from addons.catalog.models import Product as _Product
from addons.catalog.models import Template, UnitCategory
from addons.catalog.models import Unit as _Row
from core.api import Conflict, InvalidInput, phrase

_EXACT: Final = Context(prec=50, rounding=ROUND_HALF_UP)
MOST: Final = Decimal("1e12")
"""Quantities from here on are refused: they are slips of the keyboard."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as other addons see it: `factor` is how many of its category's reference unit are
    one of it, `digits` how many decimals its quantities have."""

    id: int
    category_id: int
    code: str
    name: str
    name_local: str
    factor: Decimal
    digits: int
    standard_code: str
    active: bool


_COLUMNS: Final = tuple(getattr(_Row, name) for name in Unit.__dataclass_fields__)


def units(session: Session) -> dict[int, Unit]:
    """All units by their ids, the reference unit of each category first."""
    rows = session.execute(select(*_COLUMNS).order_by(_Row.category_id, _Row.factor != 1, _Row.id))
    return {row[0]: Unit(*row) for row in rows}


def convert(quantity: Decimal, source: Unit, target: Unit, field: str = "quantity") -> Decimal:
    """A quantity in another unit of the same category, rounded half-up to its digits.

    Raises InvalidInput, naming the field, for units that do not convert into each other, for
    quantities beyond all measure, and where something that is counted in whole numbers would have
    to be a fraction: half a piece is no rounding error.
    """
    if source.category_id != target.category_id:
        raise InvalidInput.of(
            field,
            phrase("{one} cannot be converted into {other}.", one=source.name, other=target.name),
            fix=phrase("Choose a unit of the same category."),
        )
    with localcontext(_EXACT):
        return rounded(quantity * source.factor / target.factor, target, field)


def rounded(quantity: Decimal, unit: Unit, field: str = "quantity") -> Decimal:
    """A quantity with the decimals of its unit; errors as in `convert`."""
    if not quantity.is_finite() or abs(quantity) >= MOST:
        raise InvalidInput.of(field, phrase("This quantity is larger than any that can be kept."))
    whole = quantity.quantize(Decimal(1).scaleb(-unit.digits), context=_EXACT)
    # A dozen of a dozenth may differ in the last of fifty digits, half a piece does not.
    if unit.digits == 0 and abs(whole - quantity) > Decimal("1e-20"):
        raise InvalidInput.of(
            field,
            phrase("{unit} is counted in whole numbers.", unit=unit.name),
            fix=phrase("Give another quantity, or choose another unit."),
        )
    return whole


def to_stock_unit(
    session: Session, product_id: int, quantity: Decimal, unit_id: int | None
) -> Decimal:
    """A quantity of a product in its stock unit; errors as in `convert`. Without a unit it is in
    the stock unit already."""
    return to_stock_units(session, [(product_id, quantity, unit_id)])[0]


def to_stock_units(
    session: Session, asked: Sequence[tuple[int, Decimal, int | None]], field: str = "lines"
) -> list[Decimal]:
    """As `to_stock_unit`, for many lines in two statements. An error names its line:
    lines.2.quantity."""
    known = units(session)
    wanted = {product_id for product_id, _, _ in asked}
    of_product: dict[int, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(_Product.id, _Product.unit_id).where(_Product.id.in_(wanted))
        )
    }
    found = []
    for place, (product_id, quantity, unit_id) in enumerate(asked):
        at = f"{field}.{place}.quantity" if len(asked) > 1 else "quantity"
        if product_id not in of_product:
            raise InvalidInput.of(at, phrase("There is no such product."))
        stock = known[of_product[product_id]]
        given = known.get(unit_id) if unit_id is not None else stock
        if given is None:
            raise InvalidInput.of(at, phrase("There is no such unit."))
        found.append(convert(quantity, given, stock, at))
    return found


def create_unit(session: Session, values: Mapping[str, Any]) -> _Row:
    """A new unit. Raises InvalidInput for a factor or digits that make no unit."""
    given = {name: value for name, value in values.items() if value is not None}
    unit = _Row(**{**given, "code": str(given.get("code", "")).strip()})
    _require_sound(unit)
    session.add(unit)
    session.flush()
    return unit


def update_unit(session: Session, unit: _Row, values: Mapping[str, Any]) -> _Row:
    """Change a unit. What it is worth cannot change once products are kept in it: every quantity
    that was ever written down would mean another one."""
    session.refresh(unit, with_for_update=True)
    for name in ("factor", "category_id", "digits"):
        if name in values and values[name] != getattr(unit, name):
            if name == "digits" and values[name] > unit.digits:
                continue
            _require_unused(session, unit, name)
    for name, value in values.items():
        setattr(unit, name, value)
    _require_sound(unit)
    session.flush()
    return unit


def delete_unit(session: Session, unit: _Row) -> None:
    """Delete a unit that nothing is kept in."""
    _require_unused(session, unit, "")
    session.delete(unit)
    session.flush()


def find_unit(session: Session, text: str) -> _Row | None:
    """The unit with this code, name or standard code."""
    ways = or_(_Row.code == text, _Row.name == text, _Row.standard_code == text)
    return session.scalar(
        select(_Row).where(ways).order_by((_Row.code == text).desc(), _Row.id).limit(1)
    )


def _require_sound(unit: _Row) -> None:
    if not (unit.factor is None or (unit.factor.is_finite() and 0 < unit.factor < MOST)):
        raise InvalidInput.of("factor", phrase("A factor is a number above zero."))
    if not 0 <= (unit.digits or 0) <= 6:
        raise InvalidInput.of("digits", phrase("A quantity has up to six decimals."))


def _require_unused(session: Session, unit: _Row, field: str) -> None:
    columns = [
        getattr(model, name)
        for model in (Template, _Product)
        for name in ("unit_id", "sale_unit_id", "purchase_unit_id")
    ]
    for column in columns:
        holder = column.class_
        name = session.scalar(select(holder.name).where(column == unit.id).limit(1))
        if name is not None:
            raise _in_use(unit, name, field)


def _in_use(unit: _Row, product: str, field: str) -> Conflict:
    message = phrase(
        "{unit} is the unit of {product}, among others.", unit=unit.name, product=product
    )
    if not field:
        return Conflict(message, fix=phrase("Make the unit inactive instead."))
    return Conflict(
        message,
        fix=phrase("Leave it as it is, add another unit and give it to new products."),
    )


def unit_category(session: Session, name: str) -> UnitCategory:
    """The category of this name, made if need be."""
    found = session.scalar(select(UnitCategory).where(UnitCategory.name == name))
    if found is None:
        found = UnitCategory(name=name)
        session.add(found)
        session.flush()
    return found


def any_unit(session: Session) -> bool:
    """Whether there is a unit at all."""
    return bool(session.scalar(select(exists(select(_Row.id)))))
