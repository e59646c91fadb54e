"""Electronic invoices with what became of them, sales that wait for theirs, and exchanges."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.zatca.models import (
    DOCUMENT_KINDS,
    DOCUMENT_STATES,
    SOURCES,
    Document,
    Exchange,
    Unmade,
)
from addons.zatca.permissions import MEND_DOCUMENTS, VIEW_DOCUMENTS
from addons.zatca.services.issuing import make_up_for
from addons.zatca.services.sending import states
from addons.zatca.services.sending.queueing import send_again
from addons.zatca.services.sending.words import OUTCOMES
from core.api import (
    Access,
    Action,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("REPORTED", "good"),
    ("CLEARED", "good"),
    ("REPORTED_WITH_WARNINGS", "warning"),
    ("CLEARED_WITH_WARNINGS", "warning"),
    ("UNKNOWN", "warning"),
    ("REJECTED", "bad"),
    ("NOT_CLEARED", "bad"),
)

_OUTCOMES: Final = tuple(OUTCOMES.items())


def _send(session: Session, document: Document) -> str:
    send_again(session, document)
    return phrase("It is being sent.")


def _make(session: Session, unmade: Unmade) -> str:
    make_up_for(session, unmade)
    return phrase("Its electronic invoice is made.")


DOCUMENTS: Final = Resource(
    name="documents",
    model=Document,
    title=msg("Electronic invoices"),
    singular=msg("Electronic invoice"),
    help=msg("What was signed, in the order of its chain, and what the authority said of it."),
    access=Access(VIEW_DOCUMENTS),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Kind"), choices=DOCUMENT_KINDS),
        Column("standard", msg("Tax invoice")),
        Column("buyer", msg("Buyer")),
        Column("issue_at", msg("Issued")),
        Column("total", msg("Total"), widget="money", currency="currency"),
        Column("tax", msg("VAT"), widget="money", currency="currency", optional=True),
        Column("state", msg("State"), choices=DOCUMENT_STATES, tones=_TONES),
        Column("deadline_at", msg("Deadline")),
        Column("device.name", msg("Device"), optional=True),
        Column("counter", msg("Place in the chain"), optional=True),
        Column("attempts", msg("Attempts"), optional=True),
        Column("source_type", msg("Of"), choices=SOURCES, optional=True),
    ),
    record_title=lambda document: document.number,
    search=("number", "buyer", "uuid"),
    filters=(
        Filter("state", msg("State"), choices=DOCUMENT_STATES),
        Filter("kind", msg("Kind"), choices=DOCUMENT_KINDS),
        Filter("standard", msg("Tax invoice")),
        Filter("deadline_at", msg("Deadline")),
        Filter("issue_at", msg("Issued")),
        Filter("device_id", msg("Device"), reference="zatca.devices"),
        Filter("contact_id", msg("Buyer"), reference="contacts.contacts"),
    ),
    views=(
        ListView("refused", msg("Refused"), where=(("state", "REJECTED"),)),
        ListView(
            "waiting", msg("To be sent"), where=(("state", "PENDING"),), sort=("deadline_at",)
        ),
        ListView("unknown", msg("Not answered"), where=(("state", "UNKNOWN"),)),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Document"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("kind", msg("Kind"), choices=DOCUMENT_KINDS, readonly=True),
                Field("standard", msg("Tax invoice"), readonly=True),
                Field("buyer", msg("Buyer"), readonly=True),
                Field("issue_at", msg("Issued"), readonly=True),
                Field("total", msg("Total"), readonly=True),
                Field("tax", msg("VAT"), readonly=True),
                Field("currency", msg("Currency"), readonly=True),
            ),
        ),
        Section(
            msg("At the authority"),
            (
                Field("state", msg("State"), choices=DOCUMENT_STATES, readonly=True),
                Field("deadline_at", msg("Deadline"), readonly=True),
                Field("attempts", msg("Attempts"), readonly=True),
                Field("sent_at", msg("Sent"), readonly=True),
                Field("answered_at", msg("Answered"), readonly=True),
                Field("next_try_at", msg("Next attempt"), readonly=True),
            ),
        ),
        Section(
            msg("Chain"),
            (
                Field("device_id", msg("Device"), reference="zatca.devices", readonly=True),
                Field("counter", msg("Place in the chain"), readonly=True),
                Field("uuid", msg("UUID"), readonly=True),
                Field("hash", msg("Hash"), readonly=True),
                Field("previous_hash", msg("Hash of the one before"), readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "send",
            msg("Send now"),
            MEND_DOCUMENTS,
            _send,
            when=lambda document: document.state in (*states.WAITING, states.NOT_CLEARED),
            bulk=True,
        ),
    ),
    editable=lambda document: False,
    displays=Displays(board=False),
    customizable=False,
)
UNMADE: Final = Resource(
    name="waiting",
    model=Unmade,
    title=msg("Sales without electronic invoice"),
    singular=msg("Sale without electronic invoice"),
    help=msg("They happened, and something has to be mended before their documents can be made."),
    access=Access(VIEW_DOCUMENTS),
    columns=(
        Column("number", msg("Number")),
        Column("source_type", msg("Of"), choices=SOURCES),
        Column("happened_at", msg("Sold")),
        Column("branch_id", msg("Branch"), optional=True),
    ),
    record_title=lambda unmade: unmade.number,
    search=("number",),
    filters=(Filter("happened_at", msg("Sold")),),
    order=("happened_at",),
    form=(
        Section(
            msg("Sale"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("source_type", msg("Of"), choices=SOURCES, readonly=True),
                Field("happened_at", msg("Sold"), readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "make",
            msg("Make its document"),
            MEND_DOCUMENTS,
            _make,
            style="primary",
            bulk=True,
        ),
    ),
    editable=lambda unmade: False,
    displays=Displays(board=False, calendar=False),
    customizable=False,
)
EXCHANGES: Final = Resource(
    name="exchanges",
    model=Exchange,
    title=msg("Exchanges with the authority"),
    singular=msg("Exchange"),
    help=msg("Every question that was put to the authority, and its answer as it came."),
    access=Access(VIEW_DOCUMENTS),
    columns=(
        Column("at", msg("At")),
        Column("endpoint", msg("Asked")),
        Column("status", msg("HTTP status")),
        Column("outcome", msg("Outcome"), choices=_OUTCOMES),
        Column("duration_ms", msg("Milliseconds")),
        Column("document_id", msg("Electronic invoice"), optional=True),
    ),
    record_title=lambda exchange: f"{exchange.endpoint} {exchange.id}",
    search=("endpoint", "outcome"),
    filters=(
        Filter("at", msg("At")),
        Filter("status", msg("HTTP status")),
        Filter("device_id", msg("Device"), reference="zatca.devices"),
        Filter("document_id", msg("Electronic invoice"), reference="zatca.documents"),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Exchange"),
            (
                Field("at", msg("At"), readonly=True),
                Field("endpoint", msg("Asked"), readonly=True),
                Field("request_digest", msg("SHA-256 of what was sent"), readonly=True),
                Field("status", msg("HTTP status"), readonly=True),
                Field("outcome", msg("Outcome"), choices=_OUTCOMES, readonly=True),
                Field("duration_ms", msg("Milliseconds"), readonly=True),
                Field(
                    "document_id",
                    msg("Electronic invoice"),
                    reference="zatca.documents",
                    readonly=True,
                ),
                Field("body", msg("Answer"), widget="multiline", readonly=True),
            ),
        ),
    ),
    editable=lambda exchange: False,
    displays=Displays(board=False, calendar=False),
    customizable=False,
)
