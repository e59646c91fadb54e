"""How suppliers do: on time, complete, at the agreed price, without returns. Every share comes from
counted lines, and says which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.contacts.api import contact_names
from addons.purchases.options import PurchasesOptions
from core.api import Period, ReportTable, msg, options

_FACTS: Final = text("""
WITH considered AS (
  SELECT line.*, contacts.canonical_id(document.contact_id) AS contact_id,
         coalesce(line.expected_on, document.expected_on) AS due, document.currency
    FROM purchases.order_line AS line
    JOIN purchases."order" AS document ON document.id = line.order_id
   WHERE document.state IN ('approved', 'done')
     AND (CAST(:start AS date) IS NULL OR document.date >= :start)
     AND (CAST(:until AS date) IS NULL OR document.date <= :until)
     AND (CAST(:contact AS bigint) IS NULL
          OR contacts.canonical_id(document.contact_id) = contacts.canonical_id(:contact))
), arrivals AS (
  SELECT came.order_line_id, max(came.date) AS last_day,
         sum(came.stock_quantity) FILTER (WHERE came.date <= line.due) AS in_time
    FROM purchases.received AS came JOIN considered AS line ON line.id = came.order_line_id
   WHERE came.stock_quantity > 0
   GROUP BY came.order_line_id
), prices AS (
  SELECT billed.order_line_id,
         bool_or(billed.price * (100 - billed.discount_percent) / billed.factor
                 > line.price * (100 - line.discount_percent) / line.factor) AS dearer
    FROM purchases.bill_line AS billed
    JOIN purchases.bill AS bill ON bill.id = billed.bill_id
     AND bill.state = 'posted' AND bill.kind = 'bill'
    JOIN considered AS line ON line.id = billed.order_line_id AND line.currency = bill.currency
   GROUP BY billed.order_line_id
)
SELECT line.contact_id,
       count(*) FILTER (WHERE arrivals.last_day IS NOT NULL OR line.due < :today) AS due_lines,
       count(*) FILTER (WHERE arrivals.in_time >= line.stock_quantity - line.stock_closed
                          AND arrivals.last_day IS NOT NULL) AS on_time,
       count(*) FILTER (WHERE arrivals.last_day IS NOT NULL) AS come_lines,
       count(*) FILTER (WHERE arrivals.last_day IS NOT NULL
                          AND line.stock_received = line.stock_quantity) AS exact_lines,
       count(prices.dearer) AS billed_lines,
       count(*) FILTER (WHERE NOT prices.dearer) AS kept_prices,
       coalesce(sum(line.stock_received * line.net / line.stock_quantity), 0) AS came_value,
       coalesce(sum(line.stock_returned * line.net / line.stock_quantity), 0) AS returned_value
  FROM considered AS line
  LEFT JOIN arrivals ON arrivals.order_line_id = line.id
  LEFT JOIN prices ON prices.order_line_id = line.id
 GROUP BY line.contact_id
 ORDER BY line.contact_id
""")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; `percent` is None where there was nothing to count."""

    good: Decimal
    of: Decimal

    @property
    def percent(self) -> Decimal | None:
        """The share in percent, with one digit."""
        if not self.of:
            return None
        return (_HUNDRED * self.good / self.of).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A supplier's shares: lines that came whole by their day, lines that came with exactly the
    quantity ordered, lines billed at no more than the price ordered, value that was not sent back;
    and the score, their weighted mean. A share with nothing to count has no weight."""

    contact_id: int
    supplier: str
    on_time: Share
    quantity: Share
    price: Share
    quality: Share
    score: Decimal | None


def scorecards(
    session: Session, period: Period, day: date, contact_id: int | None = None
) -> list[Scorecard]:
    """The scorecards of orders of a time, the best first."""
    rows = session.execute(
        _FACTS,
        {"start": period.start, "until": period.end, "today": day, "contact": contact_id},
    ).all()
    names = contact_names(session, [row[0] for row in rows])
    company = options(session, PurchasesOptions)
    cards = [_card(row, names, company) for row in rows]
    return sorted(cards, key=lambda card: (-(card.score or 0), card.supplier))


def scorecard_table(cards: list[Scorecard]) -> ReportTable:
    """The same as a report's table."""
    return ReportTable(
        (
            msg("Supplier"),
            msg("On time"),
            msg("Complete"),
            msg("Price kept"),
            msg("Not returned"),
            msg("Score"),
        ),
        tuple(
            (
                card.supplier,
                card.on_time.percent,
                card.quantity.percent,
                card.price.percent,
                card.quality.percent,
                card.score,
            )
            for card in cards
        ),
    )


def _card(row: object, names: dict[int, str], company: PurchasesOptions) -> Scorecard:
    contact_id, due, on_time, come, exact, billed, kept, value, returned = row  # type: ignore[misc]
    shares = (
        Share(Decimal(on_time), Decimal(due)),
        Share(Decimal(exact), Decimal(come)),
        Share(Decimal(kept), Decimal(billed)),
        Share(value - returned, value),
    )
    weights = (
        company.weight_time,
        company.weight_quantity,
        company.weight_price,
        company.weight_quality,
    )
    known = [
        (share.percent, weight)
        for share, weight in zip(shares, weights, strict=True)
        if share.percent is not None and weight
    ]
    total = sum(weight for _, weight in known)
    score = None
    if total:
        weighted = sum((percent * weight for percent, weight in known), Decimal(0))
        score = (weighted / total).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Scorecard(contact_id, names.get(contact_id, ""), *shares, score)
