"""Sales written down, all of them by one COPY for each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from psycopg import Connection
from sqlalchemy.orm import Session

from addons.pos.services.booking.paying import Paid
from addons.pos.services.booking.settling import SettledSale

_SALES: Final = b"""
COPY pos.sale (id, operation_id, sync_id, kind, number, session_id, register_id, cashier_id,
  contact_id, day, occurred_at, currency, rate, net, tax, total, rounding, due, change, note,
  coupons, overrides, flags) FROM STDIN
"""
_LINES: Final = b"""
COPY pos.sale_line (id, sale_id, line, product_id, category_id, label, quantity, unit_id,
  stock_quantity, price, discount_percent, discount, tax_codes, net, tax, returns_line_id,
  promotions, lots) FROM STDIN
"""
_TAXES: Final = b"COPY pos.sale_tax (sale_id, code, kind, base, amount) FROM STDIN"
_PAYMENTS: Final = b"""
COPY pos.sale_payment (sale_id, session_id, method_id, amount, tendered, reference, gift_card_id,
  short, points) FROM STDIN
"""
Row = tuple[Any, ...]


def write_sales(
    session: Session, sales: Sequence[SettledSale], paid: Mapping[int, Sequence[Paid]]
) -> None:
    """Write sales with their lines, taxes and payments; `paid` are those of each sale's id."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    _copy(connection, _SALES, map(_sale, sales))
    _copy(connection, _LINES, (row for sale in sales for row in _lines(sale)))
    _copy(connection, _TAXES, (row for sale in sales for row in _taxes(sale)))
    _copy(connection, _PAYMENTS, (row for sale in sales for row in _paid(sale, paid)))


def _copy(connection: Connection, statement: bytes, rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _sale(sale: SettledSale) -> Row:
    said = sale.said
    return (
        sale.sale_id,
        said.operation_id,
        said.sync_id,
        said.kind,
        said.number,
        sale.session_id,
        said.register_id,
        sale.cashier_id,
        sale.contact_id,
        sale.day,
        said.occurred_at,
        said.currency,
        sale.rate,
        said.net,
        said.tax,
        said.total,
        said.rounding,
        said.due,
        said.change,
        said.note,
        list(said.coupons),
        _json(said.overrides),
        sale.flags,
    )


def _lines(sale: SettledSale) -> Iterator[Row]:
    for line in sale.lines:
        said = line.said
        yield (
            line.line_id,
            sale.sale_id,
            said.line,
            said.product_id,
            line.product.category_id,
            said.label or line.product.name,
            said.quantity,
            said.unit_id,
            line.stock_quantity,
            said.price,
            said.discount_percent,
            said.discount,
            list(said.tax_codes),
            said.net,
            said.tax,
            None if line.origin is None else line.origin.line_id,
            _json(said.promotions),
            _json([[name, f"{quantity:f}"] for name, quantity in said.lots]),
        )


def _taxes(sale: SettledSale) -> Iterator[Row]:
    for tax in sale.said.taxes:
        yield (sale.sale_id, tax.code, tax.kind, tax.base, tax.amount)


def _paid(sale: SettledSale, paid: Mapping[int, Sequence[Paid]]) -> Iterator[Row]:
    for one in paid[sale.sale_id]:
        yield (
            sale.sale_id,
            sale.session_id,
            one.said.method_id,
            one.said.amount,
            one.said.tendered,
            one.said.reference,
            one.card_id,
            one.short,
            one.points,
        )


def _json(value: Sequence[Any]) -> str | None:
    return orjson.dumps(value).decode() if value else None
