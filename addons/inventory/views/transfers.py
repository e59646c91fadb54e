"""Transfers: list, form, and what can be done with one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.models import Transfer
from addons.inventory.models.transfers import TRANSFER_KINDS, TRANSFER_STATES
from addons.inventory.permissions import MOVE_GOODS, VIEW_STOCK
from addons.inventory.services.transfers import acts, drafts
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.returning import make_return
from addons.inventory.services.transfers.scanning import line_of_scan
from addons.inventory.services.transfers.values import INCOMING
from core.api import (
    Access,
    Action,
    Calendar,
    Column,
    Displays,
    Duplicate,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Print,
    Related,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("waiting", "warning"),
    ("ready", "good"),
    ("cancelled", "bad"),
)
_OPEN: Final = (("state", "waiting"), ("state", "ready"))
_ACTIVE: Final = ("waiting", "ready")
_SHIPPED: Final = ("delivery", "supplier_return", "send")
"""Kinds that a carrier takes along: their tracking number often comes after they are done."""


def _confirm(session: Session, transfer: Transfer) -> str:
    confirm(session, transfer.id)
    session.refresh(transfer)
    return phrase("{transfer} was confirmed.", transfer=drafts.title_of(transfer))


def _do(session: Session, transfer: Transfer) -> str:
    done = acts.do_transfer(session, transfer.id)
    session.refresh(transfer)
    if done.warnings:
        return done.warnings[0]
    if done.backorder_id is not None:
        return phrase("Done as {number}. The rest waits in a back-order.", number=done.number)
    return phrase("Done as {number}.", number=done.number)


def _do_without_rest(session: Session, transfer: Transfer) -> str:
    done = acts.do_transfer(session, transfer.id, backorder=False)
    session.refresh(transfer)
    return phrase("Done as {number}. Nothing more of it is expected.", number=done.number)


def _reserve(session: Session, transfer: Transfer) -> str:
    acts.reserve_transfer(session, transfer.id)
    session.refresh(transfer)
    if transfer.state == "ready":
        return phrase("All that it needs is reserved.")
    return phrase("What there is was reserved. The rest is missing.")


def _release(session: Session, transfer: Transfer) -> str:
    acts.release_transfer(session, transfer.id)
    session.refresh(transfer)
    return phrase("What was reserved is free for others.")


def _lost(session: Session, transfer: Transfer) -> str:
    done = acts.write_off_missing(session, transfer.id, phrase("Lost on the way"))
    session.refresh(transfer)
    return phrase("Written off as {number}.", number=done.number)


def _cancel(session: Session, transfer: Transfer) -> str:
    acts.cancel_transfer(session, transfer.id)
    session.refresh(transfer)
    return phrase("Cancelled.")


def _return(session: Session, transfer: Transfer) -> str:
    made = make_return(session, transfer.id)
    return phrase("A return was drafted: #{number}.", number=made)


def _related(session: Session, transfer: Transfer) -> Iterable[Related]:
    yield Related(
        "inventory.transfers", transfer.backorder_of_id, msg("Back-order of"), before=True
    )
    yield Related("inventory.transfers", transfer.returns_id, msg("Brings back"), before=True)
    follow = select(Transfer.id).where(Transfer.backorder_of_id == transfer.id)
    for one in session.scalars(follow.order_by(Transfer.id)):
        yield Related("inventory.transfers", one, msg("Back-order"))
    returns = select(Transfer.id).where(Transfer.returns_id == transfer.id)
    for one in session.scalars(returns.order_by(Transfer.id)):
        yield Related("inventory.transfers", one, msg("Return"))
    if transfer.for_type:
        yield Related(f"{transfer.for_type}s", transfer.for_id, msg("For"), before=True)
    if transfer.source_type:
        resource = f"{transfer.source_type}s"
        yield Related(resource, transfer.source_id, msg("Asked for by"), before=True)


TRANSFERS: Final = Resource(
    name="transfers",
    model=Transfer,
    title=msg("Transfers"),
    singular=msg("Transfer"),
    help=msg("Goods that come, go, or change their place: what is to move and what has moved."),
    access=Access(VIEW_STOCK, MOVE_GOODS, MOVE_GOODS, MOVE_GOODS),
    columns=(
        Column("number", msg("Number")),
        Column("id", msg("Reference")),
        Column("kind", msg("Kind"), choices=TRANSFER_KINDS),
        Column("state", msg("State"), choices=TRANSFER_STATES, tones=_TONES),
        Column("day", msg("Wanted on")),
        Column("source_number", msg("For")),
        Column("contact_id", msg("Contact")),
        Column("from_location.path", msg("From")),
        Column("to_location.path", msg("To")),
        Column("warehouse.name", msg("Warehouse"), optional=True),
        Column("for_number", msg("Customer's order"), optional=True),
        Column("done_on", msg("Done on"), optional=True),
        Column("batch.name", msg("Batch"), optional=True),
        Column("carrier.name", msg("Carrier"), optional=True),
        Column("tracking_number", msg("Tracking number"), optional=True),
    ),
    record_title=drafts.title_of,
    search=("number", "source_number", "for_number", "tracking_number"),
    filters=(
        Filter("state", msg("State"), choices=TRANSFER_STATES),
        Filter("kind", msg("Kind"), choices=TRANSFER_KINDS),
        Filter("day", msg("Wanted on")),
        Filter("warehouse_id", msg("Warehouse"), reference="inventory.warehouses"),
        Filter("contact_id", msg("Contact"), reference="contacts.contacts"),
        Filter("done_on", msg("Done on")),
        Filter("batch_id", msg("Batch"), reference="inventory.batches"),
        Filter("carrier_id", msg("Carrier"), reference="inventory.carriers"),
    ),
    views=(
        ListView(
            "to_do",
            msg("To do"),
            where=_OPEN,
            sort=("day",),
            default_for=("inventory.storekeeper",),
        ),
        ListView("receive", msg("To receive"), where=(("kind", "receipt"), *_OPEN), sort=("day",)),
        ListView(
            "ship",
            msg("To pick and ship"),
            where=(("kind", "pick"), ("kind", "pack"), ("kind", "delivery"), *_OPEN),
            sort=("day",),
        ),
        ListView(
            "direct",
            msg("From supplier to customer"),
            where=(("kind", "direct"), ("kind", "direct_return"), *_OPEN),
            sort=("day",),
        ),
        ListView(
            "between",
            msg("Between warehouses"),
            where=(("kind", "send"), ("kind", "arrive"), *_OPEN),
        ),
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView(
            "written_off", msg("Scrap and own use"), where=(("kind", "scrap"), ("kind", "consume"))
        ),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Transfer"),
            (
                Field(
                    "kind",
                    msg("Kind"),
                    choices=TRANSFER_KINDS,
                    initial=lambda session: "internal",
                ),
                Field(
                    "warehouse_id",
                    msg("Warehouse"),
                    reference="inventory.warehouses",
                    required=False,
                ),
                Field(
                    "from_location_id",
                    msg("From"),
                    reference="inventory.locations",
                    required=False,
                    help=msg("Left empty: the usual place of the warehouse."),
                ),
                Field(
                    "to_location_id",
                    msg("To"),
                    reference="inventory.locations",
                    required=False,
                    help=msg("In another warehouse, goods are on the way until they arrive."),
                ),
                Field("contact_id", msg("Contact"), reference="contacts.contacts"),
                Field("day", msg("Wanted on"), initial=today),
                Field("reason", msg("Reason"), help=msg("For scrap and own use.")),
                Field("note", msg("Note"), widget="multiline"),
                Field("source_number", msg("For"), readonly=True),
                Field("for_number", msg("Customer's order"), readonly=True),
                Field("batch_id", msg("Batch"), reference="inventory.batches"),
                Field("carrier_id", msg("Carrier"), reference="inventory.carriers", required=False),
                Field("tracking_number", msg("Tracking number"), required=False),
                Field("state", msg("State"), choices=TRANSFER_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Goods"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("quantity", msg("Quantity")),
                Field(
                    "unit_price",
                    msg("Cost of a unit"),
                    widget="money",
                    required=False,
                    help=msg("For receipts that nobody ordered."),
                ),
                Field("moved", msg("Moved"), readonly=True),
            ),
            order="position",
            scan=line_of_scan,
        ),
    ),
    actions=(
        Action(
            "confirm",
            msg("Confirm"),
            MOVE_GOODS,
            _confirm,
            when=lambda transfer: transfer.state == "draft",
            style="primary",
            bulk=True,
        ),
        Action(
            "do",
            msg("Do it"),
            MOVE_GOODS,
            _do,
            when=lambda transfer: transfer.state in _ACTIVE,
            style="primary",
            bulk=True,
        ),
        Action(
            "do_without_rest",
            msg("Do it without a back-order"),
            MOVE_GOODS,
            _do_without_rest,
            when=lambda transfer: transfer.state in _ACTIVE,
            confirm=msg("What is not picked will not be expected any more."),
        ),
        Action(
            "reserve",
            msg("Reserve"),
            MOVE_GOODS,
            _reserve,
            when=lambda transfer: transfer.state == "waiting",
            bulk=True,
        ),
        Action(
            "release",
            msg("Release"),
            MOVE_GOODS,
            _release,
            when=lambda transfer: transfer.state in _ACTIVE and transfer.kind not in INCOMING,
            bulk=True,
        ),
        Action(
            "return",
            msg("Return"),
            MOVE_GOODS,
            _return,
            when=lambda transfer: transfer.state == "done",
        ),
        Action(
            "lost",
            msg("Lost on the way"),
            MOVE_GOODS,
            _lost,
            when=lambda transfer: transfer.state in _ACTIVE and transfer.kind == "arrive",
            confirm=msg("What has not arrived is written off. Has it been lost?"),
            style="danger",
        ),
        Action(
            "cancel",
            msg("Cancel"),
            MOVE_GOODS,
            _cancel,
            when=lambda transfer: transfer.state in ("draft", *_ACTIVE),
            confirm=msg("Cancel this transfer and the steps that wait for it?"),
            style="danger",
            bulk=True,
        ),
    ),
    operations=Operations(drafts.create_transfer, drafts.update_transfer, drafts.delete_transfer),
    editable=lambda transfer: (
        transfer.state in ("draft", *_ACTIVE)
        or (transfer.state == "done" and transfer.kind in _SHIPPED)
    ),
    state="state",
    duplicate=Duplicate(leave_out=("state", "source_number", "batch_id")),
    related=_related,
    prints=(Print(party="contact_id", barcode="number"),),
    displays=Displays(calendar=Calendar("day"), board=False),
)

RESOURCES: Final = (TRANSFERS,)
