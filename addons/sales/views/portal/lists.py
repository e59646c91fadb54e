"""A customer's lists: quotations, orders, deliveries, invoices, payments, and what is open."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import INVOICE_KINDS, PAYMENT_KINDS
from addons.sales.options import PortalOptions
from addons.sales.services.portal.documents import (
    KINDS,
    Kind,
    Wish,
    list_documents,
    open_documents,
    standings,
)
from addons.sales.services.portal.drawing import currencies_to_draw, draw_statement
from addons.sales.services.portal.gateways import ways_to_pay
from addons.sales.views.portal.entering import Entered, Handler, framed, inside
from addons.sales.views.portal.papers import as_file
from addons.sales.views.portal.wording import state_of
from core.api import (
    PUBLIC,
    AppError,
    InvalidInput,
    Page,
    Reply,
    Request,
    Route,
    msg,
    options,
    today,
)

_TITLES: Final[dict[Kind, str]] = {
    "quotations": msg("Quotations"),
    "orders": msg("Orders"),
    "deliveries": msg("Deliveries"),
    "invoices": msg("Invoices and credit notes"),
    "payments": msg("Payments"),
}
_EMPTY: Final[dict[Kind, str]] = {
    "quotations": msg("There are no quotations."),
    "orders": msg("There are no orders."),
    "deliveries": msg("There are no deliveries."),
    "invoices": msg("There are no invoices."),
    "payments": msg("There are no payments."),
}
_ONLY: Final[dict[Kind, str]] = {
    "quotations": msg("Only what waits for my answer"),
    "orders": msg("Only what was not delivered"),
    "invoices": msg("Only what is not paid"),
}
_MOST_PAGE_DIGITS: Final = 4


def _listing(kind: Kind) -> Handler:
    def show(session: Session, request: Request, entered: Entered) -> Reply:
        wish = _wish(request)
        rows, more = list_documents(session, entered.guest, kind, wish)
        day = today(session)
        context = {
            "kind": kind,
            "rows": rows,
            "states": {row.id: state_of(row, day) for row in rows},
            "names": dict(INVOICE_KINDS if kind == "invoices" else PAYMENT_KINDS),
            "more": more,
            "wish": wish,
            "only": _ONLY.get(kind, ""),
            "empty": _EMPTY[kind],
            "at": f"{entered.guest.base}/{kind}",
            "today": day,
        }
        return framed(entered, "sales/portal/list.html", context, title=_TITLES[kind])

    show.__doc__ = f"The customer's {kind}."
    return show


def statement(session: Session, request: Request, entered: Entered) -> Reply:
    """What is open, document by document, what is overdue, and ways to pay it."""
    return statement_page(session, entered)


def statement_page(session: Session, entered: Entered, error: AppError | None = None) -> Page:
    """The statement; with what was wrong with the choice that was sent."""
    found, day = open_documents(session, entered.guest), today(session)
    sums = standings(found, day)
    context = {
        "documents": found,
        "standings": sums,
        "ways": {one.currency: ways_to_pay(session, one.currency) for one in sums},
        "bank": options(session, PortalOptions).bank_details,
        "kinds": {**dict(INVOICE_KINDS), **dict(PAYMENT_KINDS)},
        "today": day,
        "error": error,
        "base": entered.guest.base,
        "drawn": currencies_to_draw(session, sums),
        "since": day.replace(month=1, day=1),
    }
    status = 200 if error is None else error.status
    title = msg("Statement")
    return framed(entered, "sales/portal/statement.html", context, title=title, status=status)


def statement_pdf(session: Session, request: Request, entered: Entered) -> Reply:
    """The statement of account over some days, as the company would send it."""
    day = today(session)
    wish = _wish(request)
    first, last = wish.since or day.replace(month=1, day=1), wish.until or day
    currency = request.query.get("currency", "")
    try:
        pdf = draw_statement(session, entered.guest, first, last, currency)
    except InvalidInput as error:
        return statement_page(session, entered, error)
    return as_file(pdf)


def _wish(request: Request) -> Wish:
    return Wish(
        text=request.query.get("q", "").strip()[:100],
        since=_day(request.query.get("since", "")),
        until=_day(request.query.get("until", "")),
        only=request.query.get("only") == "1",
        page=_page(request.query.get("page", "")),
    )


def _page(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_PAGE_DIGITS
    return max(int(text), 1) if is_number else 1


def _day(text: str) -> date | None:
    """A day as a date field sends it; what is none narrows nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


ROUTES: Final = (
    *(Route("GET", f"/portal/{kind}", inside(_listing(kind)), PUBLIC) for kind in KINDS),
    Route("GET", "/portal/statement", inside(statement), PUBLIC),
    Route("GET", "/portal/statement/pdf", inside(statement_pdf), PUBLIC),
)
