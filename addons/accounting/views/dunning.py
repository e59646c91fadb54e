"""Reminders: their levels, the runs that propose them, the letters, and what is held back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.models.collections import LANGUAGES
from addons.accounting.models.dunning import (
    DUNNING_STATES,
    DunningHold,
    DunningLetter,
    DunningLevel,
    DunningRun,
)
from addons.accounting.permissions import COLLECT, EDIT_TERMS, VIEW_BOOKS
from addons.accounting.services.collections import dunning, levels
from addons.accounting.views.collections import partner_address
from core.api import (
    Access,
    Action,
    Column,
    Discussion,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Print,
    PrintSum,
    Related,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("proposed", "warning"), ("confirmed", "good"))


def _new_level(session: Session, values: Any) -> DunningLevel:
    return levels.save_level(session, DunningLevel(), values)


def _new_run(session: Session, values: Any) -> DunningRun:
    return dunning.propose(session, values.get("date"))


def _confirm(session: Session, run: DunningRun) -> str:
    sent = dunning.confirm(session, run)
    return phrase("{count} reminders were confirmed.", count=len(sent))


def _again(session: Session, run: DunningRun) -> str:
    dunning.propose(session, run.date)
    return phrase("The proposal is made anew.")


def _related(session: Session, letter: DunningLetter) -> Iterable[Related]:
    for item in letter.items:
        yield Related("accounting.entries", item.line.entry_id, msg("Reminds of"), before=True)
    yield Related("accounting.entries", letter.entry_id, msg("Fee"))


DUNNING_LEVELS: Final = Resource(
    name="dunning-levels",
    model=DunningLevel,
    title=msg("Reminder levels"),
    singular=msg("Reminder level"),
    help=msg("After how many days which letter is sent, and what it costs."),
    access=Access(VIEW_BOOKS, EDIT_TERMS, EDIT_TERMS, EDIT_TERMS),
    columns=(
        Column("position", msg("Level")),
        Column("name", msg("Name")),
        Column("days", msg("Days overdue")),
        Column("fee", msg("Fee"), widget="money"),
        Column("interest_percent", msg("Interest a year (%)")),
        Column("active", msg("Active")),
    ),
    record_title=lambda level: level.name,
    form=(
        Section(
            msg("Reminder level"),
            (
                Field("position", msg("Level")),
                Field("name", msg("Name")),
                Field("days", msg("Days overdue")),
                Field("fee", msg("Fee"), widget="money", required=False),
                Field("interest_percent", msg("Interest a year (%)"), required=False),
                Field(
                    "post_fee",
                    msg("Post fee and interest"),
                    help=msg("Otherwise the letter asks for them, and the books do not."),
                ),
                Field("active", msg("Active")),
            ),
        ),
    ),
    lines=(
        Lines(
            "texts",
            msg("Letters"),
            (
                Field("language", msg("Language"), choices=LANGUAGES),
                Field("subject", msg("Subject")),
                Field(
                    "body",
                    msg("Text"),
                    widget="multiline",
                    help=msg(
                        "Filled in: {partner}, {company}, {overdue}, {interest}, {fee}, {total}"
                        " and {date}."
                    ),
                ),
            ),
        ),
    ),
    order=("position",),
    operations=Operations(_new_level, levels.save_level),
)

DUNNING_RUNS: Final = Resource(
    name="dunning-runs",
    model=DunningRun,
    title=msg("Reminder runs"),
    singular=msg("Reminder run"),
    help=msg("Proposes which customers to remind of what is overdue. Nothing is sent by itself."),
    access=Access(VIEW_BOOKS, COLLECT),
    columns=(
        Column("date", msg("Date")),
        Column("state", msg("State"), choices=DUNNING_STATES, tones=_TONES),
        Column("confirmed_by", msg("Confirmed by")),
        Column("confirmed_at", msg("Confirmed at")),
    ),
    record_title=lambda run: phrase("Reminders of {day}", day=run.date.isoformat()),
    form=(
        Section(
            msg("Reminder run"),
            (
                Field("date", msg("Date"), initial=today),
                Field("state", msg("State"), choices=DUNNING_STATES, readonly=True),
                Field("confirmed_by", msg("Confirmed by"), readonly=True),
                Field("confirmed_at", msg("Confirmed at"), readonly=True),
            ),
        ),
    ),
    order=("-date", "-id"),
    actions=(
        Action(
            "confirm",
            msg("Confirm and send"),
            COLLECT,
            _confirm,
            when=lambda run: run.state == "proposed",
            confirm=msg("Letters go to customers by e-mail, or wait to be printed. Send them?"),
            style="primary",
        ),
        Action(
            "propose",
            msg("Propose anew"),
            COLLECT,
            _again,
            when=lambda run: run.state == "proposed",
        ),
        Action(
            "drop",
            msg("Drop"),
            COLLECT,
            dunning.drop_run,
            when=lambda run: run.state == "proposed",
            style="danger",
        ),
    ),
    operations=Operations(_new_run),
    state="state",
    related=lambda session, run: [
        Related("accounting.dunning-letters", letter.id, msg("Letter")) for letter in run.letters
    ],
)

DUNNING_LETTERS: Final = Resource(
    name="dunning-letters",
    model=DunningLetter,
    title=msg("Reminders"),
    singular=msg("Reminder"),
    help=msg("The letters of the runs: proposed, confirmed, and when they were sent."),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("partner", msg("Partner")),
        Column("date", msg("Date")),
        Column("level.name", msg("Level")),
        Column("overdue", msg("Overdue"), widget="money", total=True, currency="currency"),
        Column("total", msg("Asked for"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=DUNNING_STATES, tones=_TONES),
        Column("sent_at", msg("Sent at")),
    ),
    record_title=lambda letter: phrase("Reminder {id}", id=letter.id),
    form=(
        Section(
            msg("Reminder"),
            (
                Field("partner_id", msg("Partner"), reference="contacts.contacts", readonly=True),
                Field("date", msg("Date"), readonly=True),
                Field("level_id", msg("Level"), reference="accounting.dunning-levels",
                      readonly=True),
                Field("language", msg("Language"), choices=LANGUAGES, readonly=True),
                Field("state", msg("State"), choices=DUNNING_STATES, readonly=True),
                Field("sent_at", msg("Sent at"), readonly=True),
                Field("currency", msg("Currency"), readonly=True),
                Field("overdue", msg("Overdue"), widget="money", readonly=True),
                Field("interest", msg("Interest"), widget="money", readonly=True),
                Field("fee", msg("Fee"), widget="money", readonly=True),
                Field("total", msg("Asked for"), widget="money", readonly=True),
                Field("subject", msg("Subject"), readonly=True),
                Field("body", msg("Text"), widget="multiline", readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "items",
            msg("What is overdue"),
            (
                Field("date", msg("Date"), readonly=True),
                Field("number", msg("Document"), readonly=True),
                Field("reference", msg("Reference"), readonly=True),
                Field("due_date", msg("Due"), readonly=True),
                Field("days", msg("Days overdue"), readonly=True),
                Field("amount", msg("Amount"), widget="money", readonly=True),
                Field("interest", msg("Interest"), widget="money", readonly=True),
            ),
            totals=("amount", "interest"),
        ),
    ),
    search=("partner", "subject"),
    filters=(
        Filter("partner_id", msg("Partner"), reference="contacts.contacts"),
        Filter("run_id", msg("Run"), reference="accounting.dunning-runs"),
        Filter("state", msg("State"), choices=DUNNING_STATES),
        Filter("date", msg("Date")),
    ),
    views=(
        ListView("proposed", msg("Proposed"), where=(("state", "proposed"),)),
        ListView("by_partner", msg("By partner"), where=(("state", "confirmed"),),
                 group=("partner_id",)),
    ),
    order=("-date", "partner"),
    actions=(
        Action(
            "leave_out",
            msg("Leave out"),
            COLLECT,
            dunning.drop_letter,
            when=lambda letter: letter.state == "proposed",
            bulk=True,
        ),
    ),
    discussed=Discussion(write=COLLECT),
    prints=(
        Print(
            party="partner_id",
            address=partner_address,
            number="subject",
            currency="currency",
            total="total",
            sums=(
                PrintSum(msg("Overdue"), "overdue"),
                PrintSum(msg("Interest"), "interest"),
                PrintSum(msg("Fee"), "fee"),
            ),
            leave_out=("level_id", "language", "sent_at", "subject", "overdue", "interest", "fee"),
        ),
    ),
    state="state",
    related=_related,
)  # fmt: skip

DUNNING_HOLDS: Final = Resource(
    name="dunning-holds",
    model=DunningHold,
    title=msg("Items not reminded of"),
    singular=msg("Item not reminded of"),
    help=msg("Disputed invoices and the like: nobody is reminded of them, and why."),
    access=Access(VIEW_BOOKS, COLLECT, COLLECT, COLLECT),
    columns=(
        Column("line.entry.number", msg("Document")),
        Column("line.entry.partner", msg("Partner")),
        Column("until", msg("Until")),
        Column("reason", msg("Reason")),
    ),
    record_title=lambda hold: hold.reason,
    form=(
        Section(
            msg("Item not reminded of"),
            (
                Field("line_id", msg("Open item"), reference="accounting.open-items"),
                Field("until", msg("Until"), help=msg("Empty means until further notice.")),
                Field("reason", msg("Reason")),
            ),
        ),
    ),
    filters=(Filter("until", msg("Until")),),
    order=("-id",),
)

RESOURCES: Final = (
    DUNNING_RUNS,
    DUNNING_LETTERS,
    DUNNING_LEVELS,
    DUNNING_HOLDS,
)
