"""Invoices that are not ordinary: what the authority wants to know of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import object_session

from addons.zatca.models import SpecialInvoice
from addons.zatca.permissions import MARK_INVOICES, VIEW_DOCUMENTS
from addons.zatca.services import special_invoices
from addons.zatca.services.found import document_of
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

_MARKS: Final = (
    ("corrects_id", msg("Debit note")),
    ("summary", msg("Summary")),
    ("nominal", msg("Nominal supply")),
    ("third_party", msg("By a third party")),
    ("self_billed", msg("Made out by its buyer")),
)


def _title(special: SpecialInvoice) -> str:
    """The number of the invoice once it has one, what is special about it until then."""
    session = object_session(special)
    if session is not None and special.invoice_id is not None:
        document = document_of(session, special_invoices.INVOICE, special.invoice_id)
        if document is not None:
            return document.number
    return next((phrase(title) for name, title in _MARKS if getattr(special, name)), "")


SPECIAL_INVOICES: Final = Resource(
    name="special-invoices",
    model=SpecialInvoice,
    title=msg("Special invoices"),
    singular=msg("Special invoice"),
    help=msg(
        "Invoices that somebody else, or their buyer, made out for the company, supplies without"
        " consideration,"
        " summaries of a period, and debit notes: the authority wants to be told."
    ),
    access=Access(VIEW_DOCUMENTS, MARK_INVOICES, MARK_INVOICES, MARK_INVOICES),
    columns=(
        Column("invoice_id", msg("Invoice")),
        Column("third_party", msg("By a third party")),
        Column("self_billed", msg("Made out by its buyer"), optional=True),
        Column("nominal", msg("Nominal supply")),
        Column("summary", msg("Summary")),
        Column("supply_until", msg("Last day of supply")),
        Column("corrects_id", msg("Debit note to"), optional=True),
    ),
    record_title=_title,
    filters=(
        Filter("invoice_id", msg("Invoice")),
        Filter("third_party", msg("By a third party")),
        Filter("self_billed", msg("Made out by its buyer")),
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
                    "self_billed",
                    msg("Made out by its buyer"),
                    help=msg(
                        "By an agreement the customer wrote it; it is signed and sent here. For"
                        " companies in the country alone."
                    ),
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
                Field(
                    "corrects_id",
                    msg("Debit note to"),
                    reference="sales.invoices",
                    help=msg("It asks for more than this invoice did."),
                ),
                Field(
                    "reason",
                    msg("Reason"),
                    required=False,
                    help=msg("Why a debit note asks for more."),
                ),
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
