"""The page on which answers of suppliers stand side by side and are awarded, whole or in parts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.purchases.models import Quotation
from addons.purchases.permissions import EDIT_ORDERS, VIEW_PURCHASES
from addons.purchases.services.quotations.awarding import award, cheapest_split
from addons.purchases.services.quotations.comparing import compare
from addons.purchases.services.reach import require_reach
from addons.purchases.views.quotations import quotation_title
from core.api import (
    AppError,
    InvalidInput,
    NotFound,
    Page,
    Permission,
    Redirect,
    Reply,
    Request,
    Route,
    Slot,
    phrase,
    savepoint,
)

_PREFIX: Final = "award-"


def comparison(session: Session, request: Request) -> Page:
    """All answers of a request for quotation, the cheapest and the fastest of each line marked."""
    return _page(session, request, _quotation(session, request, VIEW_PURCHASES))


def award_chosen(session: Session, request: Request) -> Reply:
    """Write draft orders for the quantities that were typed."""
    quotation = _quotation(session, request, EDIT_ORDERS)
    try:
        with savepoint(session):
            orders = award(session, quotation, _typed(request.form))
    except AppError as error:
        return _page(session, request, quotation, error)
    said = phrase("{count} draft orders were written.", count=len(orders))
    if len(orders) == 1:
        return Redirect(f"/purchases/orders/{orders[0].id}", said)
    return Redirect("/purchases/orders?view=drafts", said)


def compare_tool(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The way from a request for quotation to the comparison of its answers."""
    record = given["record"]
    if not isinstance(record, Quotation) or record.state == "draft":
        return None
    return {"quotation": record}


def _page(
    session: Session, request: Request, quotation: Quotation, error: AppError | None = None
) -> Page:
    compared = compare(session, quotation)
    typed = dict(request.form.items()) if error is not None else {}
    return Page(
        "purchases/comparison.html",
        {
            "quotation": quotation,
            "title": quotation_title(quotation),
            "compared": compared,
            "split": cheapest_split(session, quotation) if quotation.state == "sent" else {},
            "typed": typed,
            "error": error,
            "may_award": quotation.state == "sent" and request.actor.may(EDIT_ORDERS.code),
        },
        status=200 if error is None else 422,
    )


def _quotation(session: Session, request: Request, permission: Permission) -> Quotation:
    found = session.get(Quotation, request.path_params["quotation_id"])
    if found is None:
        raise NotFound(phrase("There is no such document."))
    require_reach(session, permission, owner_id=found.buyer_id, branch_id=found.branch_id)
    return found


def _typed(form: Mapping[str, Any]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for name, value in form.items():
        key = name.removeprefix(_PREFIX)
        if name == key or not key.isdecimal() or not str(value).strip():
            continue
        try:
            found[int(key)] = Decimal(str(value).strip())
        except InvalidOperation:
            raise InvalidInput.of(name, phrase("{value} is no number.", value=value)) from None
    return found


ROUTES: Final = (
    Route("GET", "/compare/{quotation_id:int}", comparison, VIEW_PURCHASES),
    Route("POST", "/compare/{quotation_id:int}", award_chosen, EDIT_ORDERS),
)
SLOTS: Final = (
    Slot("core.record.tools", "purchases/compare_tool.html", compare_tool, VIEW_PURCHASES),
)
