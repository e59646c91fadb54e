"""Documents about what goods cost, and the rules by which they are valued."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.inventory.models import LandedCost, Revaluation
from addons.inventory.models.adjusting import POSTED_STATES, REVALUATION_KINDS
from addons.inventory.models.costs import METHODS
from addons.inventory.models.landed import LANDED_STATES, SPLITS
from addons.inventory.permissions import EDIT_VALUE, VIEW_VALUE
from addons.inventory.services.costs.landing import post_landed_cost, undo_landed_cost
from addons.inventory.services.valuation import related, revaluing
from addons.inventory.services.valuation.receipts import suggest_receipts
from core.api import (
    Access,
    Action,
    Column,
    Duplicate,
    Field,
    Filter,
    Lines,
    ListView,
    Resource,
    Section,
    msg,
    phrase,
    today,
)

_ALL: Final = Access(VIEW_VALUE, EDIT_VALUE, EDIT_VALUE, EDIT_VALUE)


def _post_landed(session: Session, landed: LandedCost) -> str:
    post_landed_cost(session, landed)
    return phrase("{number} is on the goods.", number=landed.number)


def _undo_landed(session: Session, landed: LandedCost) -> str:
    undo_landed_cost(session, landed)
    return phrase("{number} is off the goods again.", number=landed.number)


def _revalue(session: Session, asked: Revaluation) -> str:
    revaluing.post_revaluation(session, asked)
    return phrase("{number} is posted.", number=asked.number)


LANDED_COSTS: Final = Resource(
    name="landed-costs",
    model=LandedCost,
    title=msg("Landed costs"),
    singular=msg("Landed cost"),
    help=msg("Freight, customs and the like go onto goods that were received before."),
    access=_ALL,
    columns=(
        Column("number", msg("Number")),
        Column("day", msg("Day")),
        Column("contact_id", msg("Supplier")),
        Column("note", msg("Note")),
        Column("state", msg("State"), choices=LANDED_STATES, tones=(("posted", "good"),)),
    ),
    record_title=lambda one: one.number or one.note or "–",
    search=("number", "note"),
    filters=(
        Filter("state", msg("State"), choices=LANDED_STATES),
        Filter("day", msg("Day")),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
    ),
    views=(ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),),
    order=("-day",),
    form=(
        Section(
            msg("Landed cost"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("day", msg("Day"), initial=today),
                Field("contact_id", msg("Supplier"), reference="contacts.contacts"),
                Field("note", msg("Note"), help=msg("Such as the number of the freight bill.")),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Costs"),
            (
                Field("label", msg("Cost")),
                Field("amount", msg("Amount"), "money"),
                Field("split_by", msg("Shared out"), choices=SPLITS),
            ),
            totals=("amount",),
        ),
        Lines(
            "receipts",
            msg("Receipts whose goods bear them"),
            (
                Field("number", msg("Receipt"), suggest=suggest_receipts),
                Field(
                    "product_id",
                    msg("Only this product"),
                    reference="catalog.products",
                    required=False,
                ),
            ),
        ),
    ),
    state="state",
    actions=(
        Action(
            "post",
            msg("Post"),
            EDIT_VALUE,
            _post_landed,
            when=lambda one: one.state == "draft",
            style="primary",
            bulk=True,
        ),
        Action(
            "undo",
            msg("Undo"),
            EDIT_VALUE,
            _undo_landed,
            when=lambda one: one.state == "posted",
            confirm=msg("Take these costs off the goods, with today's date?"),
            style="danger",
        ),
    ),
    editable=lambda one: one.state == "draft",
    duplicate=Duplicate(leave_out=("number",)),
    related=related.of_landed_cost,
)

REVALUATIONS: Final = Resource(
    name="revaluations",
    model=Revaluation,
    title=msg("Revaluations"),
    singular=msg("Revaluation"),
    help=msg("Another cost of goods in stock, another standard price or method, with its reason."),
    access=_ALL,
    columns=(
        Column("number", msg("Number")),
        Column("day", msg("Day")),
        Column("product_id", msg("Product")),
        Column("kind", msg("Kind"), choices=REVALUATION_KINDS),
        Column("unit_cost", msg("Cost of a piece"), "money"),
        Column("method", msg("Method"), choices=METHODS),
        Column("reason", msg("Reason")),
        Column("state", msg("State"), choices=POSTED_STATES, tones=(("posted", "good"),)),
    ),
    record_title=lambda one: one.number or one.reason,
    search=("number", "reason"),
    filters=(
        Filter("state", msg("State"), choices=POSTED_STATES),
        Filter("day", msg("Day")),
        Filter("product_id", msg("Product"), reference="catalog.products"),
    ),
    order=("-day",),
    form=(
        Section(
            msg("Revaluation"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("day", msg("Day"), initial=today),
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("kind", msg("Kind"), choices=REVALUATION_KINDS),
                Field(
                    "lot_id",
                    msg("Only this lot"),
                    reference="inventory.lots",
                    help=msg("Where each lot is valued by itself."),
                ),
                Field(
                    "unit_cost",
                    msg("Cost of a piece"),
                    "money",
                    help=msg("From now on, in the company's currency."),
                ),
                Field(
                    "method",
                    msg("Method"),
                    choices=METHODS,
                    help=msg("For another method. Only a standard price changes the value."),
                ),
                Field("reason", msg("Reason")),
            ),
        ),
    ),
    state="state",
    actions=(
        Action(
            "post",
            msg("Post"),
            EDIT_VALUE,
            _revalue,
            when=lambda one: one.state == "draft",
            style="primary",
            bulk=True,
        ),
    ),
    editable=lambda one: one.state == "draft",
    duplicate=Duplicate(leave_out=("number",)),
    related=related.of_revaluation,
)

RESOURCES: Final = (LANDED_COSTS, REVALUATIONS)
