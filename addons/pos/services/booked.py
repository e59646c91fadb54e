"""Sales of the tills as values, with all that stands on their lines: for those who make a document
of another form of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, JSONB
from sqlalchemy.orm import Session, aliased

from addons.pos.models import Method, Operation, Register, Sale, SaleLine, SalePayment
from core.api import fetch_rows

_IDS: Final = bindparam("ids", type_=ARRAY(BIGINT))
_RETURNED = aliased(SaleLine)
_ORIGIN = aliased(Sale)
_PAYLOAD: Final = func.coalesce(Operation.payload, Operation.content["payload"], type_=JSONB)
_SALES: Final = (
    select(
        Sale.id,
        Sale.kind,
        Sale.number,
        Sale.register_id,
        Register.branch_id,
        Sale.contact_id,
        Sale.occurred_at,
        Sale.currency,
        Sale.rate,
        Sale.rounding,
        Sale.note,
        _PAYLOAD["einvoice"].label("signed"),
    )
    .join(Operation, Operation.id == Sale.operation_id)
    .join(Register, Register.id == Sale.register_id)
    .where(Sale.id == func.any(_IDS))
    .order_by(Sale.id)
)
_LINES: Final = (
    select(
        SaleLine.sale_id,
        SaleLine.id,
        SaleLine.label,
        SaleLine.quantity,
        SaleLine.unit_id,
        SaleLine.price,
        SaleLine.tax_codes,
        SaleLine.net,
        SaleLine.tax,
        _ORIGIN.number.label("returns"),
    )
    .outerjoin(_RETURNED, _RETURNED.id == SaleLine.returns_line_id)
    .outerjoin(_ORIGIN, _ORIGIN.id == _RETURNED.sale_id)
    .where(SaleLine.sale_id == func.any(_IDS))
    .order_by(SaleLine.sale_id, SaleLine.line)
)
_WAYS: Final = (
    select(SalePayment.sale_id, Method.kind)
    .join(Method, Method.id == SalePayment.method_id)
    .where(SalePayment.sale_id == func.any(_IDS))
    .order_by(SalePayment.sale_id, SalePayment.id)
)


@dataclass(frozen=True, slots=True)
class TillLine:
    """A line of a receipt; what came back is negative, and names its receipt in `returns` where
    that is known."""

    line_id: int
    label: str
    quantity: Decimal
    unit_id: int | None
    price: Decimal
    net: Decimal
    tax: Decimal
    tax_codes: tuple[str, ...]
    returns: str


@dataclass(frozen=True, slots=True)
class TillSale:
    """A sale or refund of a till. `ways` are the kinds of its payments. `signed` is what the till
    signed of it, as it said that (`SignedReceipts`); None where it signed nothing."""

    sale_id: int
    kind: str
    number: str
    register_id: int
    branch_id: int | None
    contact_id: int | None
    occurred_at: datetime
    currency: str
    rate: Decimal
    rounding: Decimal
    note: str
    ways: tuple[str, ...]
    lines: tuple[TillLine, ...]
    signed: Mapping[str, Any] | None = None


def till_sales(session: Session, ids: Collection[int]) -> Sequence[TillSale]:
    """These sales in the order of their ids. Three statements."""
    asked = {"ids": sorted(set(ids))}
    lines: dict[int, list[TillLine]] = {}
    for row in fetch_rows(session, _LINES, asked):
        lines.setdefault(row.sale_id, []).append(_line(row))
    ways: dict[int, list[str]] = {}
    for row in fetch_rows(session, _WAYS, asked):
        ways.setdefault(row.sale_id, []).append(row.kind)
    return [
        TillSale(
            sale_id=row.id,
            kind=row.kind,
            number=row.number,
            register_id=row.register_id,
            branch_id=row.branch_id,
            contact_id=row.contact_id,
            occurred_at=row.occurred_at,
            currency=row.currency,
            rate=row.rate,
            rounding=row.rounding,
            note=row.note,
            ways=tuple(dict.fromkeys(ways.get(row.id, ()))),
            lines=tuple(lines.get(row.id, ())),
            signed=_signed(row.signed),
        )
        for row in fetch_rows(session, _SALES, asked)
    ]


def _signed(said: Any) -> Mapping[str, Any] | None:
    """What is no object says nothing, but that the till meant to sign."""
    return said if said is None or isinstance(said, dict) else {}


def _line(row: Any) -> TillLine:
    return TillLine(
        row.id,
        row.label,
        row.quantity,
        row.unit_id,
        row.price,
        row.net,
        row.tax,
        tuple(row.tax_codes),
        row.returns or "",
    )
