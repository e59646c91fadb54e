"""Receipts of the tills: what was sold, to be looked at and never written."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from addons.pos.models import SALE_KINDS, Sale
from addons.pos.permissions import VIEW_SALES
from addons.pos.services.receipts import paper_of
from addons.pos.services.stamps import file_of, qr_of
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Print,
    Resource,
    Section,
    msg,
)

_PAPER: Final = Path(__file__).parents[1] / "templates" / "pos" / "paper" / "receipt.typ"

SALES: Final = Resource(
    name="sales",
    model=Sale,
    title=msg("Receipts"),
    singular=msg("Receipt"),
    help=msg("What the tills sold and took back, as it is in the books."),
    access=Access(VIEW_SALES),
    columns=(
        Column("number", msg("Number")),
        Column("occurred_at", msg("When")),
        Column("kind", msg("Kind"), choices=SALE_KINDS),
        Column("register.code", msg("Till")),
        Column("contact_id", msg("Customer")),
        Column("total", msg("Total"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
    ),
    record_title=lambda sale: sale.number,
    search=("number",),
    filters=(
        Filter("day", msg("Date")),
        Filter("register_id", msg("Till"), reference="pos.registers"),
        Filter("session_id", msg("Session"), reference="pos.sessions"),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("cashier_id", msg("Cashier"), reference="core.users"),
        Filter("kind", msg("Kind"), choices=SALE_KINDS),
    ),
    views=(
        ListView("today", msg("Today"), where=(("day__during", "today"),)),
        ListView("refunds", msg("Refunds"), where=(("kind", "refund"),)),
    ),
    order=("-occurred_at", "-id"),
    form=(
        Section(
            msg("Receipt"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("kind", msg("Kind"), choices=SALE_KINDS, readonly=True),
                Field("occurred_at", msg("When"), readonly=True),
                Field("day", msg("Day in the books"), readonly=True),
                Field("register_id", msg("Till"), reference="pos.registers", readonly=True),
                Field("session_id", msg("Session"), reference="pos.sessions", readonly=True),
                Field("contact_id", msg("Customer"), reference="contacts.contacts", readonly=True),
                Field("note", msg("Note"), readonly=True),
            ),
        ),
        Section(
            msg("Amounts"),
            (
                Field("net", msg("Net"), widget="money", readonly=True),
                Field("tax", msg("Taxes"), widget="money", readonly=True),
                Field("total", msg("Total"), widget="money", readonly=True),
                Field("rounding", msg("Rounding"), widget="money", readonly=True),
                Field("due", msg("Paid"), widget="money", readonly=True),
                Field("currency", msg("Currency"), readonly=True),
            ),
            below_lines=True,
        ),
    ),
    prints=(
        Print(
            "receipt",
            msg("Receipt"),
            template=_PAPER,
            data=paper_of,
            barcode="number",
            qr=qr_of,
            attach=file_of,
        ),
    ),
    displays=Displays(board=False),
    discussed=False,
    customizable=False,
)
