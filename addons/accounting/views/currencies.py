"""Currency rates and revaluations: lists and forms."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models.currencies import REVALUATION_STATES, CurrencyRate, Revaluation
from addons.accounting.permissions import EDIT_RATES, POST_ENTRY, VIEW_BOOKS
from addons.accounting.services import currencies
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.revaluation import runs as revaluation
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Importing,
    Lines,
    Operations,
    Related,
    Resource,
    Section,
    msg,
    phrase,
    today,
)

RATES: Final = Resource(
    name="rates",
    importing=Importing(
        key=("currency", "date", "source"),
        synonyms=(
            ("currency", "Code"),
            ("currency", "رمز العملة"),
            ("currency", "মুদ্রা"),
            ("rate", "Exchange rate"),
            ("rate", "سعر الصرف"),
            ("rate", "বিনিময় হার"),
            ("date", "Effective date"),
            ("date", "التاريخ"),
            ("date", "তারিখ"),
        ),
    ),
    model=CurrencyRate,
    title=msg("Currency rates"),
    singular=msg("Currency rate"),
    help=msg("What one unit of a foreign currency is worth in the company's currency, by day."),
    access=Access(VIEW_BOOKS, EDIT_RATES, EDIT_RATES, EDIT_RATES),
    columns=(
        Column("date", msg("From")),
        Column("currency", msg("Currency")),
        Column("rate", msg("Rate")),
        Column("source", msg("Source")),
    ),
    record_title=lambda item: f"{item.currency} {item.date}",
    form=(
        Section(
            msg("Rate"),
            (
                Field("currency", msg("Currency"), help=msg("Three letters, such as USD.")),
                Field("date", msg("From"), initial=today),
                Field(
                    "rate",
                    msg("Rate"),
                    help=msg("One unit of it in the company's currency: 3.75 SAR for USD."),
                ),
                Field(
                    "source",
                    msg("Source"),
                    required=False,
                    help=msg("Who says so. “manual” counts before all others of the day."),
                ),
            ),
        ),
    ),
    search=("currency", "source"),
    filters=(
        Filter("currency", msg("Currency")),
        Filter("date", msg("From")),
        Filter("source", msg("Source")),
    ),
    order=("-date", "currency"),
    operations=Operations(currencies.create_rate, currencies.update_rate),
)


def _post(session: Session, run: Revaluation) -> str:
    if not revaluation.post_revaluation(session, run):
        return phrase("Nothing to post: the books stand at the rates of this day.")
    seal_now(session)
    if run.entry is None or run.reversal is None:
        return phrase("Nothing to post: gains and losses cancel out.")
    return phrase(
        "Posted as {number}, and reversed by {reversal} on the next day.",
        number=run.entry.number,
        reversal=run.reversal.number,
    )


def _related(session: Session, run: Revaluation) -> list[Related]:
    return [
        Related("accounting.entries", key, title)
        for key, title in (
            (run.entry_id, msg("Revaluation")),
            (run.reversal_id, msg("Reversal on the next day")),
        )
        if key is not None
    ]


REVALUATIONS: Final = Resource(
    name="revaluations",
    model=Revaluation,
    title=msg("Revaluations"),
    singular=msg("Revaluation"),
    help=msg("What is held and owed in foreign currencies, at the rate of a day."),
    access=Access(VIEW_BOOKS, POST_ENTRY, None, POST_ENTRY),
    columns=(
        Column("date", msg("At the end of")),
        Column("state", msg("State"), choices=REVALUATION_STATES, tones=(("posted", "good"),)),
        Column("difference", msg("Unrealised result"), widget="money"),
        Column("entry.number", msg("Entry")),
        Column("reversal.number", msg("Reversal")),
    ),
    record_title=lambda run: phrase("Revaluation {day}", day=run.date),
    form=(
        Section(
            msg("Revaluation"),
            (
                Field("date", msg("At the end of"), initial=revaluation.last_month_end),
                Field("state", msg("State"), choices=REVALUATION_STATES, readonly=True),
                Field("difference", msg("Unrealised result"), widget="money", readonly=True),
            ),
            help=msg("Saving works it out. Nothing is posted before you say so."),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Items"),
            (
                Field("account_id", msg("Account"), reference="accounting.accounts", readonly=True),
                Field("number", msg("Document"), readonly=True),
                Field("currency", msg("Currency"), readonly=True),
                Field("original_amount", msg("Foreign amount"), widget="money", readonly=True),
                Field("rate", msg("Rate"), readonly=True),
                Field("booked", msg("In the books"), widget="money", readonly=True),
                Field("value", msg("Worth"), widget="money", readonly=True),
                Field("difference", msg("Difference"), widget="money", readonly=True),
                Field("posted", msg("To be posted"), widget="money", readonly=True),
            ),
            totals=("booked", "value", "difference", "posted"),
        ),
    ),
    filters=(Filter("date", msg("At the end of")),),
    order=("-date", "-id"),
    actions=(
        Action(
            "post",
            msg("Post"),
            POST_ENTRY,
            _post,
            when=lambda run: run.state == "computed",
            confirm=msg("This posts the differences, and their reversal on the next day. Post it?"),
            style="primary",
        ),
    ),
    operations=Operations(
        create=revaluation.create_revaluation, delete=revaluation.delete_revaluation
    ),
    editable=lambda run: run.state == "computed",
    state="state",
    related=_related,
    customizable=False,
)

RESOURCES: Final = (RATES, REVALUATIONS)
