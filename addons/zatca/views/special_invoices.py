"""Invoices that are not ordinary: what the authority wants to know of them."""

from __future__ import annotations

from typing import Final

from addons.zatca.models import SpecialInvoice
from addons.zatca.permissions import MARK_INVOICES, VIEW_DOCUMENTS
from addons.zatca.services import special_invoices
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    Operations,
    Resource,
    Section,
    msg,
    phrase,
)

SPECIAL_INVOICES: Final = Resource(
    name="special-invoices",
    model=SpecialInvoice,
    title=msg("Special invoices"),
    singular=msg("Special invoice"),
    help=msg(
        "Invoices that somebody else issued for the company, supplies without consideration, and"
        " summaries of a period: the authority wants to be told."
    ),
    access=Access(VIEW_DOCUMENTS, MARK_INVOICES, MARK_INVOICES, MARK_INVOICES),
    columns=(
        Column("invoice_id", msg("Invoice")),
        Column("third_party", msg("By a third party")),
        Column("nominal", msg("Nominal supply")),
        Column("summary", msg("Summary")),
        Column("supply_until", msg("Last day of supply")),
    ),
    record_title=lambda special: phrase("Special invoice {id}", id=special.id),
    filters=(
        Filter("invoice_id", msg("Invoice")),
        Filter("third_party", msg("By a third party")),
        Filter("nominal", msg("Nominal supply")),
        Filter("summary", msg("Summary")),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Special invoice"),
            (
                Field("invoice_id", msg("Invoice"), reference="sales.invoices"),
                Field(
                    "third_party",
                    msg("By a third party"),
                    help=msg("Somebody else issued it for the company."),
                ),
                Field(
                    "nominal",
                    msg("Nominal supply"),
                    help=msg("Given without a price, and taxed as if there were one."),
                ),
                Field(
                    "summary",
                    msg("Summary"),
                    help=msg(
                        "It stands for several supplies: the invoice's day of supply is the first."
                    ),
                ),
                Field("supply_until", msg("Last day of supply")),
            ),
        ),
    ),
    operations=Operations(
        special_invoices.create_special,
        special_invoices.update_special,
        special_invoices.delete_special,
    ),
    displays=Displays(board=False, calendar=False),
    customizable=False,
)
