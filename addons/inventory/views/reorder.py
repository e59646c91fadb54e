"""Reorder rules, what they suggest, what was asked for, and the forecast of a product."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import ReorderRule, Replenishment, Warehouse
from addons.inventory.models.reorder import REPLENISHED_FROM, REPLENISHMENT_STATES
from addons.inventory.models.transfers import TRANSFER_KINDS
from addons.inventory.permissions import MOVE_GOODS, SET_UP_STOCK, VIEW_STOCK
from addons.inventory.services.keeping import available
from addons.inventory.services.reorder import asking, rules
from addons.inventory.services.reorder.forecasting import (
    HISTORY_DAYS,
    flows,
    suggestions,
    used_lately,
    usual_levels,
)
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Importing,
    InvalidInput,
    ListView,
    NotFound,
    Operations,
    Page,
    Redirect,
    Request,
    Resource,
    Route,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("open", "warning"), ("done", "good"))


def _dismiss(session: Session, replenishment: Replenishment) -> str:
    asking.dismiss(session, replenishment)
    return phrase("It will be suggested again when it is needed.")


RULES: Final = Resource(
    name="reorder-rules",
    model=ReorderRule,
    title=msg("Reorder rules"),
    singular=msg("Reorder rule"),
    help=msg("How much of a product a warehouse keeps, and where more of it comes from."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    importing=Importing(key=("product_id", "warehouse_id")),
    columns=(
        Column("product_id", msg("Product")),
        Column("warehouse_id", msg("Warehouse")),
        Column("minimum", msg("Minimum")),
        Column("maximum", msg("Maximum")),
        Column("multiple", msg("In multiples of")),
        Column("lead_days", msg("Days until it comes")),
        Column("source", msg("How"), choices=REPLENISHED_FROM),
        Column("automatic", msg("By itself")),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda rule: f"#{rule.id}",
    filters=(
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("warehouse_id", msg("Warehouse"), reference="inventory.warehouses"),
        Filter("active", msg("Active")),
    ),
    form=(
        Section(
            msg("Reorder rule"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("warehouse_id", msg("Warehouse"), reference="inventory.warehouses"),
                Field("minimum", msg("Minimum"), help=msg("Below it, more is ordered.")),
                Field("maximum", msg("Maximum"), help=msg("Up to which it is ordered.")),
                Field("multiple", msg("In multiples of"), initial=lambda session: 1),
                Field("lead_days", msg("Days until it comes"), initial=lambda session: 7),
                Field("source", msg("How"), choices=REPLENISHED_FROM),
                Field("from_warehouse_id", msg("From warehouse"), reference="inventory.warehouses"),
                Field(
                    "automatic",
                    msg("By itself"),
                    help=msg("Every night it is asked for, and nobody has to look."),
                ),
                Field("active", msg("Active"), initial=lambda session: True),
            ),
        ),
    ),
    operations=Operations(rules.create_rule, rules.update_rule),
)

REPLENISHMENTS: Final = Resource(
    name="replenishments",
    model=Replenishment,
    title=msg("Replenishments"),
    singular=msg("Replenishment"),
    help=msg("What was asked for because it runs low, until an order takes it up."),
    access=Access(VIEW_STOCK),
    columns=(
        Column("product_id", msg("Product")),
        Column("warehouse_id", msg("Warehouse")),
        Column("quantity", msg("Quantity")),
        Column("remaining", msg("Not ordered yet")),
        Column("needed_by", msg("Needed by")),
        Column("source", msg("How"), choices=REPLENISHED_FROM),
        Column("state", msg("State"), choices=REPLENISHMENT_STATES, tones=_TONES),
    ),
    record_title=lambda one: f"#{one.id}",
    filters=(
        Filter("state", msg("State"), choices=REPLENISHMENT_STATES),
        Filter("product_id", msg("Product"), reference="catalog.products"),
    ),
    views=(ListView("open", msg("Not ordered yet"), where=(("state", "open"),)),),
    order=("-id",),
    form=(
        Section(
            msg("Replenishment"),
            (
                Field("product_id", msg("Product"), reference="catalog.products", readonly=True),
                Field(
                    "warehouse_id",
                    msg("Warehouse"),
                    reference="inventory.warehouses",
                    readonly=True,
                ),
                Field("quantity", msg("Quantity"), readonly=True),
                Field("needed_by", msg("Needed by"), readonly=True),
                Field("state", msg("State"), choices=REPLENISHMENT_STATES, readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "dismiss",
            msg("Dismiss"),
            MOVE_GOODS,
            _dismiss,
            when=lambda one: one.state == "open",
            bulk=True,
        ),
    ),
    state="state",
)

RESOURCES: Final = (RULES, REPLENISHMENTS)


def to_order(session: Session, request: Request) -> Page:
    """What the rules suggest to order now."""
    found = suggestions(session)
    houses = session.execute(select(Warehouse.id, Warehouse.name))
    return Page(
        "inventory/reorder/suggestions.html",
        {
            "found": found,
            "products": get_products(session, {one.product_id for one in found}),
            "warehouses": {row.id: row.name for row in houses},
            "may_order": request.actor.may(MOVE_GOODS.code),
        },
    )


def order(session: Session, request: Request) -> Redirect:
    """Ask for what was chosen, in the quantities typed."""
    made = 0
    for written in request.form.getlist("rule"):
        if written.isdecimal() and len(written) < 19:
            quantity = _figure(request.form.get(f"quantity-{written}", ""))
            asking.ask_for(session, int(written), quantity)
            made += 1
    if not made:
        raise InvalidInput.of("rule", phrase("Choose what is to be ordered."))
    return Redirect("/inventory/to-order", phrase("{count} products were asked for.", count=made))


def forecast(session: Session, request: Request) -> Page:
    """What there will be of a product, day by day."""
    product_id = request.path_params["product"]
    product = get_products(session, [product_id]).get(product_id)
    if product is None:
        raise NotFound(phrase("There is no such product."))
    written = request.query.get("warehouse", "")
    warehouse_id = int(written) if written.isdecimal() and len(written) < 19 else None
    there = available(session, [product_id], warehouse_id)[product_id]
    rule = session.scalar(
        select(ReorderRule).where(
            ReorderRule.product_id == product_id,
            ReorderRule.active,
            *([ReorderRule.warehouse_id == warehouse_id] if warehouse_id else []),
        )
    )
    lead = rule.lead_days if rule is not None else 7
    return Page(
        "inventory/reorder/forecast.html",
        {
            "product": product,
            "there": there,
            "flows": flows(session, product_id, warehouse_id, there.on_hand),
            "rule": rule,
            "used": used_lately(session, product_id, warehouse_id),
            "days": HISTORY_DAYS,
            "levels": usual_levels(session, product_id, warehouse_id, lead),
            "lead": lead,
            "today": today(session),
            "kinds": dict(TRANSFER_KINDS),
            "warehouse_id": warehouse_id,
            "warehouses": session.scalars(
                select(Warehouse).where(Warehouse.active).order_by(Warehouse.code)
            ).all(),
        },
    )


def _figure(written: str) -> Decimal | None:
    if not written.strip():
        return None
    try:
        return Decimal(written.strip())
    except InvalidOperation as error:
        raise InvalidInput.of(
            "quantity", phrase("{written} is no quantity.", written=written[:40])
        ) from error


ROUTES: Final = (
    Route("GET", "/to-order", to_order, VIEW_STOCK),
    Route("POST", "/to-order", order, MOVE_GOODS),
    Route("GET", "/forecast/{product:int}", forecast, VIEW_STOCK),
)
