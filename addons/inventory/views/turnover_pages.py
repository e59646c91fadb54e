"""Pages on what of the stock leaves and what lies: ABC, and slow movers, each with its file."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.permissions import VIEW_VALUE
from addons.inventory.services.costs.money import ZERO
from addons.inventory.services.valuation.turnover import (
    A_SHARE,
    B_SHARE,
    SLOW_AFTER,
    cost_by_class,
    ranked,
    slow_movers,
)
from addons.inventory.services.valuation.turnover_tables import (
    YEAR,
    abc_table,
    as_csv,
    slow_table,
)
from addons.inventory.views.asked import asked_day, asked_page, money_of
from core.api import File, InvalidInput, Page, Reply, Request, Route, phrase, today

PAGE_SIZE: Final = 100
_CSV: Final = "text/csv; charset=utf-8"
_MOST_DAYS: Final = 36_500


def abc_page(session: Session, request: Request) -> Reply:
    """Products by their share of the cost of sales within the days asked for."""
    end = asked_day(request, "to", today(session))
    start = asked_day(request, "from", end - YEAR)
    if start > end:
        raise InvalidInput.of("from", phrase("The first day is after the last."))
    a_share, b_share = _percent(request, "a", A_SHARE), _percent(request, "b", B_SHARE)
    if a_share > b_share:
        raise InvalidInput.of("b", phrase("B ends after A."))
    found = ranked(session, start, end, a_share, b_share)
    if request.query.get("format") == "csv":
        return File(as_csv(abc_table(session, found)), f"abc {start} {end}.csv", _CSV)
    number, pages = asked_page(request, len(found), PAGE_SIZE)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    products = get_products(session, [one.product_id for one in shown])
    return Page(
        "inventory/value/abc.html",
        {
            "start": start,
            "end": end,
            "a_share": a_share,
            "b_share": b_share,
            "rows": [(products[one.product_id], one) for one in shown],
            "classes": cost_by_class(found),
            "cost": sum((one.cost for one in found), ZERO),
            "page": number,
            "pages": pages,
            **money_of(session),
        },
    )


def slow_page(session: Session, request: Request) -> Reply:
    """Goods in stock of which nothing was sold or used for so many days."""
    day = asked_day(request, "day", today(session))
    days = _days(request)
    found = slow_movers(session, day, days)
    if request.query.get("format") == "csv":
        return File(as_csv(slow_table(session, found)), f"slow movers {day}.csv", _CSV)
    number, pages = asked_page(request, len(found), PAGE_SIZE)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    products = get_products(session, [one.product_id for one in shown])
    context: dict[str, Any] = {
        "day": day,
        "days": days,
        "rows": [(products[one.product_id], one) for one in shown],
        "count": len(found),
        "total": sum((one.value for one in found), ZERO),
        "page": number,
        "pages": pages,
        **money_of(session),
    }
    return Page("inventory/value/slow.html", context)


def _days(request: Request) -> int:
    given = request.query.get("days", "") or str(SLOW_AFTER)
    if not given.isascii() or not given.isdecimal() or int(given) > _MOST_DAYS:
        raise InvalidInput.of("days", phrase("A number of days, such as 90."))
    return int(given)


def _percent(request: Request, name: str, default: Decimal) -> Decimal:
    given = request.query.get(name, "")
    try:
        found = Decimal(given) if given else default
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= 100:
        raise InvalidInput.of(name, phrase("A percentage lies between 0 and 100."))
    return found


ROUTES: Final = (
    Route("GET", "/abc", abc_page, VIEW_VALUE),
    Route("GET", "/slow-movers", slow_page, VIEW_VALUE),
)
