"""The page that gathers transfers into batches by a rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import find_product
from addons.inventory.models import Carrier, Location, Warehouse
from addons.inventory.models.transfers import TRANSFER_KINDS
from addons.inventory.permissions import MOVE_GOODS
from addons.inventory.services.batch_gathering import (
    APART,
    GATHERED_KINDS,
    Apart,
    Rule,
    gather,
)
from addons.inventory.views.work import whole
from core.api import (
    AppError,
    InvalidInput,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    actor,
    msg,
    phrase,
    savepoint,
    today,
)

_APART: Final[Mapping[str, str]] = {
    "": msg("Together"),
    "carrier": msg("By carrier"),
    "day": msg("By day"),
    "zone": msg("By zone"),
}


def show(session: Session, request: Request) -> Page:
    """The rule, to be filled in."""
    return _page(session, {"day": today(session).isoformat(), "kind": "delivery", "most": "10"})


def make(session: Session, request: Request) -> Reply:
    """Make the batches, and lead to the first walk or to all of them."""
    form = request.form
    try:
        with savepoint(session):
            made = gather(session, _rule(session, form), form.get("name", ""))
    except AppError as error:
        return _page(session, form, error)
    said = phrase("{count} batches were made.", count=len(made))
    if len(made) == 1:
        return Redirect(f"/inventory/batches/{made[0].id}/walk", said)
    return Redirect("/inventory/batches", said)


def _rule(session: Session, form: Mapping[str, str]) -> Rule:
    code = form.get("product", "").strip()
    product = find_product(session, code)
    if code and product is None:
        raise InvalidInput.of("product", phrase("There is no such product."))
    apart = form.get("apart", "")
    return Rule(
        kind=form.get("kind", ""),
        warehouse_id=whole(form.get("warehouse", "")),
        until=_day(form.get("day", "")),
        carrier_id=whole(form.get("carrier", "")),
        product_id=product.id if product else None,
        zone_id=whole(form.get("zone", "")),
        picker_id=actor(session).user_id if form.get("mine") else None,
        apart=cast("Apart", apart) if apart in APART else "",
        most=whole(form.get("most", "")) or 0,
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip()) if written.strip() else None
    except ValueError as error:
        raise InvalidInput.of(
            "day", phrase("{written} is no day.", written=written[:40])
        ) from error


def _page(session: Session, form: Mapping[str, str], problem: AppError | None = None) -> Page:
    zones = (
        select(Location)
        .where(Location.active, Location.kind == "internal")
        .order_by(Location.path)
        .limit(500)
    )
    context: dict[str, Any] = {
        "form": form,
        "problem": problem,
        "kinds": [(kind, title) for kind, title in TRANSFER_KINDS if kind in GATHERED_KINDS],
        "warehouses": session.scalars(select(Warehouse).where(Warehouse.active)).all(),
        "carriers": session.scalars(select(Carrier).where(Carrier.active)).all(),
        "zones": session.scalars(zones).all(),
        "apart": _APART,
    }
    status = problem.status if problem else 200
    return Page("inventory/transfers/gathering.html", context, status=status)


ROUTES: Final = (
    Route("GET", "/batch-gathering", show, MOVE_GOODS),
    Route("POST", "/batch-gathering", make, MOVE_GOODS),
)
