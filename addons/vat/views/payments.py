"""Payments and refunds of tax returns: recorded, listed, taken back."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.vat.models import ReturnPayment
from addons.vat.models.payments import PAYMENT_STATES
from addons.vat.permissions import PAY_RETURN, VIEW_TAXES
from addons.vat.services.filing.naming import return_title
from addons.vat.services.filing.paying import pay, take_back
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Operations,
    Related,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("posted", "good"), ("reversed", "warning"))


def _take_back(session: Session, payment: ReturnPayment) -> str:
    take_back(session, payment)
    return phrase("Taken back. The return is open by {amount} more.", amount=f"{payment.amount:f}")


def _related(session: Session, payment: ReturnPayment) -> list[Related]:
    return [
        Related("vat.returns", payment.return_id, msg("Tax return"), before=True),
        Related("accounting.entries", payment.entry_id, msg("Entry")),
        Related("accounting.entries", payment.reversal_id, msg("Reversed by")),
    ]


PAYMENTS: Final = Resource(
    name="payments",
    model=ReturnPayment,
    title=msg("Payments of tax"),
    singular=msg("Payment of tax"),
    help=msg("What was paid to the tax authority for a return, or refunded by it."),
    access=Access(VIEW_TAXES, create=PAY_RETURN),
    columns=(
        Column("date", msg("Date")),
        Column("vat_return.start_date", msg("Return from")),
        Column("vat_return.end_date", msg("Return to")),
        Column("amount", msg("Amount"), currency="currency"),
        Column("is_refund", msg("Refund")),
        Column("reference", msg("Reference")),
        Column("state", msg("State"), choices=PAYMENT_STATES, tones=_TONES),
    ),
    record_title=lambda one: f"{return_title(one.vat_return)} · {one.date}",
    form=(
        Section(
            msg("Payment"),
            (
                Field("return_id", msg("Tax return"), reference="vat.returns"),
                Field("date", msg("Date"), initial=today),
                Field(
                    "account_id",
                    msg("Bank or cash account"),
                    reference="accounting.accounts",
                ),
                Field(
                    "amount",
                    msg("Amount"),
                    widget="money",
                    required=False,
                    help=msg("All that is open, unless another amount is given."),
                ),
                Field("reference", msg("Reference"), help=msg("The number of the payment order.")),
                Field("state", msg("State"), choices=PAYMENT_STATES, readonly=True),
                Field("is_refund", msg("Refund"), readonly=True),
            ),
        ),
    ),
    filters=(
        Filter("state", msg("State"), choices=PAYMENT_STATES),
        Filter("return_id", msg("Tax return"), reference="vat.returns"),
        Filter("date", msg("Date")),
    ),
    search=("reference",),
    order=("-date", "-id"),
    actions=(
        Action(
            "take_back",
            msg("Take it back"),
            PAY_RETURN,
            _take_back,
            when=lambda one: one.state == "posted",
            confirm=msg("This reverses the entry of the payment. Take it back?"),
            style="danger",
        ),
    ),
    operations=Operations(create=pay),
    related=_related,
    state="state",
    customizable=False,
)
