"""Many sales settled one after the other, each seeing those before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.pos.services.booking.days import Calendar
from addons.pos.services.booking.known import Known, SoldLine
from addons.pos.services.booking.settling import SettledSale, WaitsFor, settle
from addons.pos.services.booking.values import SaidSale
from core.api import AppError

_IDS: Final = text("SELECT nextval(:series) FROM generate_series(1, :count)")


@dataclass(slots=True)
class Settled:
    """The sales that can be booked; by sync_id what is wrong with others, and for which operation
    the rest waits."""

    sales: list[SettledSale] = field(default_factory=list)
    failed: dict[str, AppError] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)


def settle_all(
    session: Session, sales: Sequence[SaidSale], known: Known, unreadable: Collection[str] = ()
) -> Settled:
    """Settle sales in their order. A sale has its ids from here on, so that what brings back its
    goods finds it, though neither is written."""
    calendar, done = Calendar(session), Settled()
    lines = sum(len(sale.lines) for sale in sales)
    sale_ids = _ids(session, "pos.sale_id_seq", len(sales))
    line_ids = _ids(session, "pos.sale_line_id_seq", lines)
    for sale in sales:
        behind = _held_up(sale, done, unreadable)
        if behind:
            done.waits[sale.sync_id] = behind
            continue
        try:
            settled = settle(session, sale, known, calendar)
        except WaitsFor as waiting:
            done.waits[sale.sync_id] = waiting.sync_id
        except AppError as error:
            done.failed[sale.sync_id] = error
        else:
            _name(settled, sale_ids, line_ids, known)
            done.sales.append(settled)
    return done


def _held_up(sale: SaidSale, done: Settled, unreadable: Collection[str]) -> str:
    """The operation that has to be mended before this sale can be booked, if there is one."""
    for line in sale.lines:
        if line.of is not None and line.of.sync_id:
            named = line.of.sync_id
            if named in done.failed or named in done.waits or named in unreadable:
                return named
    return ""


def _name(
    settled: SettledSale, sale_ids: Iterator[int], line_ids: Iterator[int], known: Known
) -> None:
    settled.sale_id = next(sale_ids)
    for line in settled.lines:
        line.line_id, said = next(line_ids), line.said
        if said.back:
            continue
        number = settled.said.number
        sold = SoldLine(
            line.line_id, settled.sale_id, number, said.product_id, said.quantity, said.net
        )
        known.sold[settled.said.sync_id, said.line] = sold
        known.sold[number, said.line] = sold


def _ids(session: Session, series: str, count: int) -> Iterator[int]:
    return iter(session.scalars(_IDS, {"series": series, "count": count}).all())
