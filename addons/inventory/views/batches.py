"""Batches: their list, and the walk through the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import Batch, Location
from addons.inventory.permissions import MOVE_GOODS, VIEW_STOCK
from addons.inventory.services.batch_picking import Taken, scan_in_batch
from addons.inventory.services.batches import walk, work_off
from addons.inventory.views.work import figure, whole
from core.api import (
    Access,
    AppError,
    Column,
    Field,
    Filter,
    Fragment,
    NotFound,
    Page,
    Request,
    Resource,
    Route,
    Section,
    Slot,
    msg,
    phrase,
    savepoint,
)

_STATES: Final = (("open", msg("Open")), ("done", msg("Done")))

BATCHES: Final = Resource(
    name="batches",
    model=Batch,
    title=msg("Batches"),
    singular=msg("Batch"),
    help=msg("Several transfers that one person works off in one walk."),
    access=Access(VIEW_STOCK, MOVE_GOODS, MOVE_GOODS, None),
    columns=(
        Column("name", msg("Name")),
        Column("picker_id", msg("Picker")),
        Column("state", msg("State"), choices=_STATES, tones=(("done", "good"),)),
        Column("created_at", msg("Made at")),
    ),
    record_title=lambda batch: batch.name,
    search=("name",),
    filters=(
        Filter("state", msg("State")),
        Filter("picker_id", msg("Picker"), reference="core.users"),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Batch"),
            (
                Field("name", msg("Name"), help=msg("Such as the name of who walks, and when.")),
                Field(
                    "picker_id",
                    msg("Picker"),
                    reference="core.users",
                    required=False,
                    help=msg("Choose another one to hand the walk over: what is in hand stays."),
                ),
                Field("state", msg("State"), choices=_STATES, readonly=True),
            ),
            help=msg("Choose transfers in their list, and give all of them this batch at once."),
        ),
    ),
    state="state",
)


def show(session: Session, request: Request) -> Page:
    """The walk: what to take where, and into which box."""
    return Page("inventory/transfers/walk.html", _context(session, _batch(session, request)))


def scan(session: Session, request: Request) -> Fragment:
    """What was scanned on the walk, noted; or why it cannot be."""
    batch, form = _batch(session, request), request.form
    place = whole(form.get("place", ""))
    asks = whole(form.get("asks_lot", ""))
    problem: AppError | None = None
    taken = Taken("", place, asks)
    try:
        with savepoint(session):
            taken = scan_in_batch(
                session,
                batch.id,
                form.get("code", ""),
                place_id=place,
                asks_lot=asks,
                quantity=figure(form.get("asks_quantity", "") or "1"),
            )
    except AppError as error:
        problem = error
    context = {**_context(session, batch), "taken": taken, "problem": problem}
    if taken.place_id is not None:
        context["place"] = session.get(Location, taken.place_id)
    status = 200 if problem is None else 422
    return Fragment("inventory/transfers/stops.html", context, status=status)


def do(session: Session, request: Request) -> Page:
    """Do what is in hand, or all that is ready, and say what came of it."""
    batch = _batch(session, request)
    worked = work_off(session, batch)
    return Page("inventory/transfers/walk.html", {**_context(session, batch), "worked": worked})


def beside_batch(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way from a batch to its walk."""
    return {"batch": given["record"]}


def _batch(session: Session, request: Request) -> Batch:
    batch = session.get(Batch, request.path_params["id"])
    if batch is None:
        raise NotFound(phrase("There is no such batch."))
    return batch


def _context(session: Session, batch: Batch) -> dict[str, Any]:
    stops = walk(session, batch.id)
    return {
        "batch": batch,
        "stops": stops,
        "products": get_products(session, {one.product_id for one in stops}),
        "finished": sum(1 for one in stops if not one.left),
        "begun": any(one.taken for one in stops),
        "worked": None,
        "taken": Taken(""),
        "place": None,
        "problem": None,
    }


RESOURCES: Final = (BATCHES,)
SLOTS: Final = (
    Slot("inventory.batches.side", "inventory/transfers/batch_side.html", beside_batch, VIEW_STOCK),
)
ROUTES: Final = (
    Route("GET", "/batches/{id:int}/walk", show, VIEW_STOCK),
    Route("POST", "/batches/{id:int}/walk", do, MOVE_GOODS),
    Route("POST", "/batches/{id:int}/walk/scan", scan, MOVE_GOODS),
)
