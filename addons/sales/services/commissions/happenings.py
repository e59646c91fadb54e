"""What happened that earns or costs a commission: lines that were invoiced, credited, or paid.

By payments, what is set against an invoice earns its share of each line. A credit note takes from
what was earned when it is paid back or set against another invoice; set against the invoice that
it corrects, it only leaves less to be paid. An invoice of nothing, paid ahead altogether, counts
as paid on its day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from addons.catalog.api import category_paths, company_currency, get_products
from addons.sales.models import Application, Invoice, InvoiceLine
from addons.sales.services.amounts import EXACT, ZERO, part_of, step_of, to_step

_COLUMNS: Final = (
    InvoiceLine.id,
    InvoiceLine.corrects_line_id,
    InvoiceLine.product_id,
    InvoiceLine.category_id,
    InvoiceLine.description,
    InvoiceLine.company_net,
    (InvoiceLine.cost * InvoiceLine.quantity * InvoiceLine.factor).label("cost"),
    Invoice.id.label("invoice_id"),
    Invoice.kind,
    Invoice.number,
    Invoice.day,
    Invoice.total,
    Invoice.corrects_id,
    Invoice.salesperson_id,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of a document, or what was paid of it. `net` and `margin` are in the company's
    currency, negative where something is taken back; `origin_id` is the line that was sold."""

    line_id: int
    origin_id: int
    application_id: int | None
    invoice_id: int
    label: str
    day: date
    seller_id: int
    product_id: int | None
    categories: tuple[int, ...]
    net: Decimal
    margin: Decimal

    @property
    def is_credit(self) -> bool:
        """Whether it takes something back that was sold."""
        return self.line_id != self.origin_id


def invoiced(session: Session, since: date, until: date) -> list[Happening]:
    """The lines of invoices and credit notes of these days, in the order of the days."""
    rows = _lines(session, Invoice.day.between(since, until))
    read = _Reader(session, rows)
    return [read.whole(row, row.day, None) for row in rows]


def paid(session: Session, since: date, until: date) -> list[Happening]:
    """What was paid in these days of the lines of invoices, and paid back of credit notes."""
    touched = session.execute(
        select(Application.invoice_id, Application.credit_note_id).where(
            Application.day.between(since, until), Application.undone.is_(False)
        )
    ).all()
    wanted = {key for row in touched for key in row if key is not None}
    nothing = and_(Invoice.total == 0, Invoice.day.between(since, until))
    rows = _lines(session, or_(Invoice.id.in_(wanted), nothing))
    read = _Reader(session, rows)
    steps = _settlements(session, rows)
    found = []
    for row in rows:
        if not row.total:
            found.append(read.whole(row, row.day, None))
        for one in steps.get(row.invoice_id, ()):
            if one.counts and since <= one.day <= until:
                found.append(read.part(row, one))
    return sorted(found, key=lambda one: (one.day, one.application_id or 0, one.line_id))


@dataclass(frozen=True, slots=True)
class _Settled:
    """An application to a document, after others; `counts` unless it only left less to be paid."""

    application_id: int
    day: date
    before: Decimal
    amount: Decimal
    counts: bool


def _lines(session: Session, which: ColumnElement[bool]) -> Sequence[Any]:
    wanted = (
        select(*_COLUMNS)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            Invoice.state == "posted",
            InvoiceLine.kind == "product",
            InvoiceLine.role == "sale",
            Invoice.salesperson_id.is_not(None),
            which,
        )
        .order_by(Invoice.day, Invoice.id, InvoiceLine.position, InvoiceLine.id)
    )
    return session.execute(wanted).all()


def _settlements(session: Session, rows: Iterable[Any]) -> Mapping[int, list[_Settled]]:
    """All that was ever set against these documents, in order."""
    corrected = {row.invoice_id: row.corrects_id for row in rows}
    if not corrected:
        return {}
    notes = {row.invoice_id for row in rows if row.kind == "credit_note"}
    made = session.execute(
        select(
            Application.id,
            Application.day,
            Application.amount,
            Application.invoice_id,
            Application.credit_note_id,
            func.coalesce(Invoice.corrects_id, 0).label("corrects_id"),
        )
        .outerjoin(Invoice, Invoice.id == Application.credit_note_id)
        .where(
            Application.undone.is_(False),
            or_(
                Application.invoice_id.in_(corrected),
                Application.credit_note_id.in_(notes),
            ),
        )
        .order_by(Application.day, Application.id)
    )
    found: dict[int, list[_Settled]] = defaultdict(list)
    reached: dict[int, Decimal] = defaultdict(Decimal)
    for one in made:
        own = one.invoice_id is not None and one.corrects_id == one.invoice_id
        for key in {one.invoice_id, one.credit_note_id} & corrected.keys():
            found[key].append(_Settled(one.id, one.day, reached[key], one.amount, not own))
            reached[key] += one.amount
    return found


class _Reader:
    """Makes happenings of rows; looks categories and kinds of products up once."""

    def __init__(self, session: Session, rows: Sequence[Any]) -> None:
        self._paths = category_paths(session, {row.category_id for row in rows if row.category_id})
        products = get_products(session, {row.product_id for row in rows if row.product_id})
        self._goods = {one.id for one in products.values() if one.kind == "goods"}
        self._step = step_of(company_currency(session))

    def whole(self, row: Any, day: date, application_id: int | None) -> Happening:
        """A line as a whole."""
        sign = -1 if row.kind == "credit_note" else 1
        return self._made(
            row, day, application_id, sign * row.company_net, sign * self._margin(row)
        )

    def part(self, row: Any, one: _Settled) -> Happening:
        """What one application paid of a line."""
        sign = -1 if row.kind == "credit_note" else 1
        net, margin = (
            part_of(whole, row.total, one.before, one.amount, self._step)
            for whole in (row.company_net, self._margin(row))
        )
        return self._made(row, one.day, one.application_id, sign * net, sign * margin)

    def _margin(self, row: Any) -> Decimal:
        """What is left above the cost. Services have none; goods whose cost nobody knows leave
        nothing that could be known."""
        if row.cost is not None:
            return EXACT.subtract(row.company_net, to_step(row.cost, self._step))
        return ZERO if row.product_id in self._goods else row.company_net

    def _made(
        self, row: Any, day: date, application_id: int | None, net: Decimal, margin: Decimal
    ) -> Happening:
        return Happening(
            line_id=row.id,
            origin_id=row.corrects_line_id or row.id,
            application_id=application_id,
            invoice_id=row.invoice_id,
            label=f"{row.number} {row.description}",
            day=day,
            seller_id=row.salesperson_id,
            product_id=row.product_id,
            categories=self._paths.get(row.category_id, ()),
            net=net,
            margin=margin,
        )
