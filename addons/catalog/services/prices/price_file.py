"""Price lists from a file: a row says what a product costs in a list, from which quantity and when.

Lists that are missing are made, for nobody yet. A price that is there already, for the same list,
product, unit, quantity and period, is changed to that of the file; a file again changes nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from addons.catalog.models import Barcode, PriceList, PriceRule, Product, Unit
from addons.catalog.services.codes import plain_code
from addons.catalog.services.prices.list_keeping import LISTS_LOCK, create_list
from addons.catalog.services.prices.periods import overlap
from addons.catalog.services.prices.price_columns import (
    PriceRow,
    cells_of,
    columns_of,
    read_rows,
)
from addons.catalog.services.trading import company_currency
from core.api import (
    AppError,
    ImportOutcome,
    ImportProblem,
    InvalidInput,
    phrase,
    read_table,
    savepoint,
)

_MOST: Final = 200_000
_BATCH: Final = 2_000
Place = tuple[int, int, int, Decimal]
"""Where prices can overlap: list, product, unit (0 for all) and quantity."""
Period = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows of a file name, by how they name it."""

    lists: Mapping[str, int]
    products: Mapping[str, int]
    units: Mapping[str, int]


def import_prices(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """Take over the prices of a CSV or XLSX file; with a problem anywhere nothing of it is kept.
    What changed counts with what is new."""
    try:
        table = read_table(io.BytesIO(content), limit=_MOST)
    except InvalidInput as error:
        return ImportOutcome(0, 0, (ImportProblem(1, error.message),))
    if not table.rows:
        return ImportOutcome(0, 0, (ImportProblem(1, phrase("There is nothing in the file.")),))
    columns = columns_of(table.rows[0].cells)
    missing = {"list", "product", "price"} - set(columns.values())
    if missing:
        return ImportOutcome(0, 0, (_missing(sorted(missing)[0]),))
    cells = [cells_of(row.line, row.cells, columns) for row in table.rows[1:]]
    rows, problems = read_rows(cells)
    try:
        if problems:
            raise _Refused(problems)
        with savepoint(session):
            return _taken_over(session, rows, _known(session, rows))
    except _Refused as refused:
        told = sorted(refused.problems, key=lambda one: one.line)
        return ImportOutcome(0, 0, tuple(told))
    except AppError as error:
        return ImportOutcome(0, 0, (ImportProblem(1, error.message),))


class _Refused(Exception):
    """Rows that cannot be taken over, so that nothing is."""

    def __init__(self, problems: Sequence[ImportProblem]) -> None:
        super().__init__()
        self.problems = problems


def _missing(name: str) -> ImportProblem:
    titles = {"list": "Price list", "product": "Product code", "price": "Price"}
    return ImportProblem(
        1,
        phrase("No column is called {title}. Put the titles of the columns into the first row.",
               title=titles[name]),
    )  # fmt: skip


def _known(session: Session, rows: Sequence[PriceRow]) -> _Known:
    # One after the other: whoever writes prices by hand meanwhile waits for the lists below.
    session.execute(select(func.pg_advisory_xact_lock(LISTS_LOCK)))
    lists = {row[0]: row[1] for row in session.execute(select(PriceList.name, PriceList.id))}
    for row in rows:
        if row.list_name not in lists:
            currency = row.currency or company_currency(session)
            made = create_list(session, {"name": row.list_name, "currency": currency})
            lists[row.list_name] = made.id
    session.scalars(
        select(PriceList.id)
        .where(PriceList.id.in_({lists[row.list_name] for row in rows}))
        .order_by(PriceList.id)
        .with_for_update(key_share=True)
    ).all()
    codes = {row.product for row in rows}
    products = {
        row[0]: row[1]
        for row in session.execute(select(Product.sku, Product.id).where(Product.sku.in_(codes)))
    }
    plain = {plain_code(code): code for code in codes - products.keys()}
    barcodes = select(Barcode.code, Barcode.product_id).where(Barcode.code.in_(plain))
    products |= {plain[row[0]]: row[1] for row in session.execute(barcodes)}
    units: dict[str, int] = {}
    for unit_id, *texts in session.execute(select(Unit.id, Unit.name, Unit.code)):
        units |= {text.casefold(): unit_id for text in texts}
    return _Known(lists, products, units)


def _unknown(rows: Iterable[PriceRow], known: _Known) -> list[ImportProblem]:
    found = []
    for row in rows:
        if row.product not in known.products:
            sentence = phrase("No product has the code {code}.", code=row.product)
            found.append(ImportProblem(row.line, sentence))
        if row.unit and row.unit.casefold() not in known.units:
            found.append(ImportProblem(row.line, phrase("There is no unit {unit}.", unit=row.unit)))
    return found


def _taken_over(session: Session, rows: Sequence[PriceRow], known: _Known) -> ImportOutcome:
    unknown = _unknown(rows, known)
    if unknown:
        raise _Refused(unknown)
    there = _there(session, {known.lists[row.list_name] for row in rows})
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    unchanged = 0
    problems: list[ImportProblem] = []
    for row in rows:
        place = _place(row, known)
        periods = there.setdefault(place, {})
        period = (row.valid_from, row.valid_until)
        if period in periods:
            rule_id, amount = periods[period]
            if amount == row.price:
                unchanged += 1
            elif rule_id is None:
                problems.append(_twice(row))
            else:
                changed.append({"id": rule_id, "amount": row.price})
                periods[period] = (None, row.price)
            continue
        if any(_collide(period, other) for other in periods):
            problems.append(_twice(row))
            continue
        periods[period] = (None, row.price)
        new.append(_values(place, period, row))
    if problems:
        raise _Refused(problems)
    for start in range(0, len(new), _BATCH):
        session.execute(insert(PriceRule), new[start : start + _BATCH])
    for one in changed:
        session.execute(
            update(PriceRule)
            .where(PriceRule.id == one["id"])
            .values(
                method="fixed", amount=one["amount"], percent=0, surcharge=0, base_list_id=None,
                rounding_step=None, version=PriceRule.version + 1,
            )
        )  # fmt: skip
    session.expire_all()
    return ImportOutcome(len(new) + len(changed), unchanged)


def _there(
    session: Session, list_ids: Iterable[int]
) -> dict[Place, dict[Period, tuple[int | None, Decimal | None]]]:
    """The rules for products that these lists have: id and fixed price, by place and period."""
    found: dict[Place, dict[Period, tuple[int | None, Decimal | None]]] = {}
    rules = session.execute(
        select(
            PriceRule.list_id,
            PriceRule.product_id,
            func.coalesce(PriceRule.unit_id, 0),
            PriceRule.min_quantity,
            PriceRule.valid_from,
            PriceRule.valid_until,
            PriceRule.id,
            PriceRule.amount,
        ).where(PriceRule.list_id.in_(set(list_ids)), PriceRule.product_id.is_not(None))
    )
    for list_id, product_id, unit_id, quantity, start, end, rule_id, amount in rules:
        place = (list_id, product_id or 0, unit_id, quantity)
        found.setdefault(place, {})[start, end] = (rule_id, amount)
    return found


def _place(row: PriceRow, known: _Known) -> Place:
    unit = known.units[row.unit.casefold()] if row.unit else 0
    return known.lists[row.list_name], known.products[row.product], unit, row.min_quantity


def _collide(one: Period, other: Period) -> bool:
    """Whether two rules cannot stand side by side: both for always, or both for a while that
    overlaps."""
    if (one == (None, None)) != (other == (None, None)):
        return False
    return overlap(*one, *other)


def _values(place: Place, period: Period, row: PriceRow) -> dict[str, Any]:
    list_id, product_id, unit_id, quantity = place
    return {
        "list_id": list_id,
        "product_id": product_id,
        "unit_id": unit_id or None,
        "min_quantity": quantity,
        "valid_from": period[0],
        "valid_until": period[1],
        "method": "fixed",
        "amount": row.price,
        "note": "",
    }


def _twice(row: PriceRow) -> ImportProblem:
    return ImportProblem(
        row.line,
        phrase("{product} has another price in {list} for this quantity on some of the days.",
               product=row.product, list=row.list_name),
    )  # fmt: skip
