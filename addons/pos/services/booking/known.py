"""What the server knows of everything that sales name, read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session

from addons.catalog.api import Product, Unit, get_products, units
from addons.contacts.api import canonical_ids
from addons.pos.models import Method, OfflineCustomer, Register, TillSession
from addons.pos.services.booking.values import SaidSale
from addons.pos.services.sessions.people import names_of

_TEXTS: Final = ARRAY(TEXT)
_SOLD: Final = text("""
SELECT sale.sync_id, sale.number, line.line, line.id, line.sale_id, line.product_id,
       line.quantity + coalesce(back.quantity, 0) AS left_over,
       line.net + coalesce(back.net, 0) AS net
  FROM pos.sale AS sale JOIN pos.sale_line AS line ON line.sale_id = sale.id
  LEFT JOIN LATERAL (
       SELECT sum(one.quantity) AS quantity, sum(one.net) AS net
         FROM pos.sale_line AS one WHERE one.returns_line_id = line.id) AS back ON true
 WHERE sale.sync_id = ANY (:ids) OR sale.number = ANY (:numbers)
""").bindparams(bindparam("ids", type_=_TEXTS), bindparam("numbers", type_=_TEXTS))
_TAKEN: Final = text("SELECT number FROM pos.sale WHERE number = ANY (:numbers)").bindparams(
    bindparam("numbers", type_=_TEXTS)
)
_PENDING: Final = text("""
SELECT sync_id FROM pos.operation
 WHERE sync_id = ANY (:ids) AND state IN ('accepted', 'quarantined')
""").bindparams(bindparam("ids", type_=_TEXTS))


@dataclass(slots=True)
class SoldLine:
    """A line that was sold on a receipt, and how much of it, and of its net, has not come back."""

    line_id: int
    sale_id: int
    number: str
    product_id: int
    left: Decimal
    net: Decimal


SoldKey = tuple[str, int]
"""The sync_id or the number of a sale, and the line's number in it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything by what a till calls it. `sold` and `numbers` grow while sales are booked;
    `pending` are the operations that were stored and are not booked."""

    register: Register
    products: Mapping[int, Product]
    units: Mapping[int, Unit]
    methods: Mapping[int, Method]
    sessions: Mapping[str, TillSession]
    people: Mapping[int, str]
    contacts: Mapping[int, int]
    customers: dict[str, int]
    sold: dict[SoldKey, SoldLine]
    numbers: set[str]
    pending: frozenset[str]


def look_up(session: Session, register: Register, sales: Sequence[SaidSale]) -> Known:
    """What these sales of one register name."""
    lines = [line for sale in sales for line in sale.lines]
    origins = [line.of for line in lines if line.of is not None]
    customers = [sale.customer for sale in sales if sale.customer is not None]
    return Known(
        register,
        get_products(session, {line.product_id for line in lines}),
        units(session),
        {one.id: one for one in session.scalars(select(Method))},
        _sessions(session, {sale.session for sale in sales}),
        names_of(session, [sale.cashier_id for sale in sales]),
        canonical_ids(session, [one.id for one in customers]),
        _customers(session, {one.key for one in customers if one.key}),
        _sold(session, {one.sync_id for one in origins}, {one.number for one in origins}),
        set(session.scalars(_TAKEN, {"numbers": sorted({sale.number for sale in sales})})),
        _pending(session, {one.sync_id for one in origins if one.sync_id}),
    )


def _sessions(session: Session, keys: set[str]) -> dict[str, TillSession]:
    found = session.scalars(select(TillSession).where(TillSession.key.in_(sorted(keys))))
    return {one.key: one for one in found}


def _customers(session: Session, keys: set[str]) -> dict[str, int]:
    if not keys:
        return {}
    rows = session.execute(
        select(OfflineCustomer.key, OfflineCustomer.contact_id).where(
            OfflineCustomer.key.in_(sorted(keys))
        )
    )
    return {row.key: row.contact_id for row in rows}


def _sold(session: Session, ids: Iterable[str], numbers: Iterable[str]) -> dict[SoldKey, SoldLine]:
    asked: dict[str, Any] = {
        "ids": sorted(one for one in ids if one),
        "numbers": sorted(one for one in numbers if one),
    }
    if not asked["ids"] and not asked["numbers"]:
        return {}
    found: dict[SoldKey, SoldLine] = {}
    for row in session.execute(_SOLD, asked):
        line = SoldLine(row.id, row.sale_id, row.number, row.product_id, row.left_over, row.net)
        found[row.sync_id, row.line] = found[row.number, row.line] = line
    return found


def _pending(session: Session, ids: set[str]) -> frozenset[str]:
    if not ids:
        return frozenset()
    return frozenset(session.scalars(_PENDING, {"ids": sorted(ids)}))
