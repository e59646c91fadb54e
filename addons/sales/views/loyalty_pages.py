"""Pages about points: adjusting them, and paying with them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import Invoice, LoyaltyAccount
from addons.sales.permissions import ADJUST_POINTS, POST_PAYMENTS
from addons.sales.services.loyalty.changing import adjust_points
from addons.sales.services.loyalty.redeeming import pay_with_points
from addons.sales.views.loyalty import account_title
from addons.sales.views.payment_pages import pay_page
from addons.sales.views.reaching import reach
from addons.sales.views.typed import typed_amount, typed_key
from core.api import AppError, Page, Redirect, Reply, Request, Route, phrase, savepoint


def adjust_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """How many points are added or taken, and why."""
    account = reach(session, request, LoyaltyAccount, ADJUST_POINTS)
    return Page(
        "sales/points_adjust.html",
        {
            "account": account,
            "title": account_title(account),
            "typed": request.form,
            "error": error,
        },
        status=200 if error is None else error.status,
    )


def adjust_typed(session: Session, request: Request) -> Reply:
    """Add the points, or take them."""
    account = reach(session, request, LoyaltyAccount, ADJUST_POINTS)
    try:
        with savepoint(session):
            adjust_points(
                session, account, typed_amount(request, "points"), request.form.get("reason", "")
            )
    except AppError as error:
        return adjust_page(session, request, error)
    return Redirect(
        f"/sales/loyalty-accounts/{account.id}", phrase("Done, and the reason is kept.")
    )


def pay_by_points(session: Session, request: Request) -> Reply:
    """Pay an invoice with points of its customer."""
    invoice = reach(session, request, Invoice, POST_PAYMENTS)
    try:
        with savepoint(session):
            payment = pay_with_points(
                session,
                invoice.id,
                typed_key(request, "account") or 0,
                typed_amount(request, "points"),
            )
    except AppError as error:
        return pay_page(session, request, error)
    return Redirect(
        f"/sales/invoices/{invoice.id}", phrase("Paid by {number}.", number=payment.number or "")
    )


ROUTES: Final = (
    Route("GET", "/loyalty-accounts/{id:int}/adjust", adjust_page, ADJUST_POINTS),
    Route("POST", "/loyalty-accounts/{id:int}/adjust", adjust_typed, ADJUST_POINTS),
    Route("POST", "/invoices/{id:int}/pay-by-points", pay_by_points, POST_PAYMENTS),
)
