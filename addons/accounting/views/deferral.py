"""Deferrals with their schedules: list and form."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models.deferral import DEFERRAL_STATES, KINDS, METHODS, Deferral
from addons.accounting.permissions import POST_ENTRY, VIEW_BOOKS
from addons.accounting.services.deferral import running
from addons.accounting.services.dimensions.suggesting import suggest_split
from addons.accounting.views.recurring import default_journal
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Related,
    Resource,
    Section,
    msg,
    phrase,
    today,
)


def _start(session: Session, record: Deferral) -> str:
    running.start_deferral(session, record)
    posted = running.post_due(session, today(session), only=record.id)
    return phrase("Started; {count} parts posted.", count=posted.parts)


def _end(session: Session, record: Deferral) -> str:
    left = running.end_deferral(session, record, today(session))
    return phrase("Ended; {amount} was left and is posted.", amount=left)


def _related(session: Session, record: Deferral) -> list[Related]:
    return [
        Related("accounting.entries", part.entry_id, msg("Part"))
        for part in record.parts
        if part.entry_id is not None
    ]


DEFERRALS: Final = Resource(
    name="deferrals",
    model=Deferral,
    title=msg("Deferrals"),
    singular=msg("Deferral"),
    help=msg("Revenue and expenses that belong to later months, moved there bit by bit."),
    access=Access(VIEW_BOOKS, POST_ENTRY, POST_ENTRY, POST_ENTRY),
    columns=(
        Column("name", msg("Name")),
        Column("kind", msg("Kind"), choices=KINDS),
        Column("start_date", msg("First day")),
        Column("end_date", msg("Last day")),
        Column("amount", msg("Amount"), widget="money", total=True),
        Column("posted_amount", msg("Posted"), widget="money", total=True),
        Column("posted_until", msg("Posted until")),
        Column("state", msg("State"), choices=DEFERRAL_STATES, tones=(("running", "good"),)),
    ),
    views=(ListView("running", msg("Running"), where=(("state", "running"),)),),
    record_title=lambda record: record.name,
    form=(
        Section(
            msg("What"),
            (
                Field("name", msg("Name")),
                Field("kind", msg("Kind"), choices=KINDS),
                Field("amount", msg("Amount"), widget="money"),
                Field("partner_id", msg("Contact"), reference="contacts.contacts"),
                Field(
                    "balance_account_id",
                    msg("Account where it waits"),
                    reference="accounting.accounts",
                ),
                Field(
                    "result_account_id",
                    msg("Account of income or expense"),
                    reference="accounting.accounts",
                ),
                Field("dimensions", msg("Dimensions"), required=False, suggest=suggest_split),
                Field(
                    "journal_id",
                    msg("Journal"),
                    reference="accounting.journals",
                    initial=default_journal,
                ),
            ),
        ),
        Section(
            msg("When"),
            (
                Field("start_date", msg("First day"), initial=today),
                Field("end_date", msg("Last day")),
                Field("method", msg("Spread"), choices=METHODS),
                Field(
                    "taken_on",
                    msg("Taken out of the result on"),
                    help=msg("Only where it was booked as income or expense at first."),
                ),
                Field("state", msg("State"), choices=DEFERRAL_STATES, readonly=True),
                Field("posted_amount", msg("Posted"), widget="money", readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "parts",
            msg("Schedule"),
            (
                Field("date", msg("Date"), readonly=True),
                Field("amount", msg("Amount"), widget="money", readonly=True),
                Field("entry_id", msg("Entry"), reference="accounting.entries", readonly=True),
            ),
            totals=("amount",),
        ),
    ),
    search=("name",),
    filters=(
        Filter("state", msg("State"), choices=DEFERRAL_STATES),
        Filter("kind", msg("Kind"), choices=KINDS),
        Filter("end_date", msg("Last day")),
    ),
    order=("-start_date", "-id"),
    actions=(
        Action(
            "start",
            msg("Start"),
            POST_ENTRY,
            _start,
            when=lambda record: record.state == "draft",
            confirm=msg("Parts whose day has come are posted at once. Start it?"),
            style="primary",
            bulk=True,
        ),
        Action(
            "end",
            msg("End early"),
            POST_ENTRY,
            _end,
            when=lambda record: record.state == "running",
            confirm=msg("What is left is posted today, in one part. End it?"),
            style="danger",
        ),
    ),
    operations=Operations(
        running.create_deferral, running.update_deferral, running.delete_deferral
    ),
    editable=lambda record: record.state == "draft",
    state="state",
    related=_related,
)

RESOURCES: Final = (DEFERRALS,)
