"""Batches: their list, and the walk through the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import Batch
from addons.inventory.permissions import MOVE_GOODS, VIEW_STOCK
from addons.inventory.services.batches import Worked, walk, work_off
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    NotFound,
    Page,
    Request,
    Resource,
    Route,
    Section,
    Slot,
    msg,
    phrase,
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
        Column("state", msg("State"), choices=_STATES, tones=(("done", "good"),)),
        Column("created_at", msg("Made at")),
    ),
    record_title=lambda batch: batch.name,
    search=("name",),
    filters=(Filter("state", msg("State")),),
    order=("-id",),
    form=(
        Section(
            msg("Batch"),
            (
                Field("name", msg("Name"), help=msg("Such as the name of who walks, and when.")),
                Field("state", msg("State"), choices=_STATES, readonly=True),
            ),
            help=msg("Choose transfers in their list, and give all of them this batch at once."),
        ),
    ),
    state="state",
)


def show(session: Session, request: Request) -> Page:
    """The walk: what to take where."""
    return _page(session, _batch(session, request))


def do(session: Session, request: Request) -> Page:
    """Do all that is ready, and say what came of it."""
    batch = _batch(session, request)
    return _page(session, batch, work_off(session, batch))


def beside_batch(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way from a batch to its walk."""
    return {"batch": given["record"]}


def _batch(session: Session, request: Request) -> Batch:
    batch = session.get(Batch, request.path_params["id"])
    if batch is None:
        raise NotFound(phrase("There is no such batch."))
    return batch


def _page(session: Session, batch: Batch, worked: Worked | None = None) -> Page:
    stops = walk(session, batch.id)
    return Page(
        "inventory/transfers/walk.html",
        {
            "batch": batch,
            "stops": stops,
            "products": get_products(session, {one.product_id for one in stops}),
            "worked": worked,
        },
    )


RESOURCES: Final = (BATCHES,)
SLOTS: Final = (
    Slot("inventory.batches.side", "inventory/transfers/batch_side.html", beside_batch, VIEW_STOCK),
)
ROUTES: Final = (
    Route("GET", "/batches/{id:int}/walk", show, VIEW_STOCK),
    Route("POST", "/batches/{id:int}/walk", do, MOVE_GOODS),
)
