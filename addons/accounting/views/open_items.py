"""Lists of what is open, and of what was settled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import ACCOUNT_SUBTYPES, OpenLine, Settlement
from addons.accounting.permissions import SETTLE, VIEW_BOOKS
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.settlement.report import open_items_report
from addons.accounting.services.settlement.undoing import undo
from core.api import (
    Access,
    Action,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Pivot,
    Related,
    Report,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
)

_KINDS: Final = (("match", msg("Settlement")), ("reversal", msg("Entry and its reversal")))
_UNDONE: Final[tuple[tuple[str, Tone], ...]] = (("reversal", "warning"),)


def _undo(session: Session, settlement: Settlement) -> str:
    undo(session, settlement.id)
    seal_now(session)
    return phrase("Undone. The items are open again.")


def _related(session: Session, settlement: Settlement) -> Iterable[Related]:
    entries = dict.fromkeys(part.line.entry_id for part in settlement.parts)
    for entry_id in entries:
        if entry_id != settlement.entry_id:
            yield Related("accounting.entries", entry_id, msg("Settled"), before=True)
    yield Related("accounting.entries", settlement.entry_id, msg("What was left over"))


def _of_open_line(session: Session, line: OpenLine) -> Iterable[Related]:
    yield Related("accounting.entries", line.entry_id, msg("Entry"), before=True)


OPEN_ITEMS: Final = Resource(
    name="open-items",
    model=OpenLine,
    title=msg("Open items"),
    singular=msg("Open item"),
    help=msg("What customers owe, what suppliers are owed, and payments that wait to be matched."),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("number", msg("Number")),
        Column("date", msg("Date")),
        Column("due_date", msg("Due")),
        Column("partner", msg("Partner")),
        Column("account.code", msg("Account")),
        Column("text", msg("Text")),
        Column("owed_currency", msg("Currency")),
        Column("owed", msg("Open"), widget="money", total=True, currency="owed_currency"),
        Column(
            "residual",
            msg("Open in the books"),
            widget="money",
            total=True,
            currency="currency",
            optional=True,
        ),
        Column("amount", msg("Amount"), widget="money", optional=True),
        Column("reference", msg("Reference"), optional=True),
        Column("currency", msg("Currency of the books"), optional=True),
        Column("subtype", msg("Use"), choices=ACCOUNT_SUBTYPES, optional=True),
    ),
    record_title=lambda line: f"{line.number} {line.partner}".strip(),
    form=(
        Section(
            msg("Open item"),
            (
                Field("entry_id", msg("Entry"), reference="accounting.entries", readonly=True),
                Field("account_id", msg("Account"), reference="accounting.accounts", readonly=True),
                Field("partner_id", msg("Contact"), reference="contacts.contacts", readonly=True),
                Field("partner", msg("Partner"), readonly=True),
                Field("text", msg("Text"), readonly=True),
                Field("reference", msg("Reference"), readonly=True),
                Field("date", msg("Date"), readonly=True),
                Field("due_date", msg("Due"), readonly=True),
            ),
        ),
        Section(
            msg("Amounts"),
            (
                Field("owed", msg("Open"), widget="money", readonly=True),
                Field("owed_currency", msg("Currency"), readonly=True),
                Field("amount", msg("Amount in the books"), widget="money", readonly=True),
                Field("residual", msg("Open in the books"), widget="money", readonly=True),
                Field("currency", msg("Currency of the books"), readonly=True),
            ),
        ),
    ),
    views=(
        ListView("by_partner", msg("By partner"), group=("partner", "account_id")),
        ListView(
            "receivable",
            msg("Owed by customers"),
            where=(("subtype", "receivable"),),
            group=("partner",),
        ),
        ListView(
            "payable",
            msg("Owed to suppliers"),
            where=(("subtype", "payable"),),
            group=("partner",),
        ),
    ),
    search=("number", "partner", "reference", "text"),
    filters=(
        Filter("partner", msg("Partner")),
        Filter("partner_id", msg("Contact"), reference="contacts.contacts"),
        Filter("account_id", msg("Account"), reference="accounting.accounts"),
        Filter("due_date", msg("Due")),
        Filter("date", msg("Date")),
        Filter("owed_currency", msg("Currency")),
        Filter("subtype", msg("Use"), choices=ACCOUNT_SUBTYPES),
    ),
    order=("due_date", "id"),
    related=_of_open_line,
    customizable=False,
    discussed=False,
    displays=Displays(pivot=Pivot(rows="partner", across="due_date:month")),
)

SETTLEMENTS: Final = Resource(
    name="settlements",
    model=Settlement,
    title=msg("Settlements"),
    singular=msg("Settlement"),
    help=msg("Which payments settled which invoices."),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("id", msg("Number")),
        Column("date", msg("Date")),
        Column("account.code", msg("Account")),
        Column("kind", msg("Kind"), choices=_KINDS),
        Column("currency", msg("Currency")),
        Column("original_currency", msg("Settled in"), optional=True),
        Column("entry.number", msg("Entry")),
        Column("created_by", msg("By")),
        Column("undone_on", msg("Undone on")),
        Column("undone_by", msg("Undone by"), optional=True),
    ),
    record_title=lambda settlement: phrase("Settlement {id}", id=settlement.id),
    form=(
        Section(
            msg("Settlement"),
            (
                Field("date", msg("Date"), readonly=True),
                Field("kind", msg("Kind"), choices=_KINDS, readonly=True),
                Field("account_id", msg("Account"), reference="accounting.accounts", readonly=True),
                Field("partner_id", msg("Contact"), reference="contacts.contacts", readonly=True),
                Field("currency", msg("Currency"), readonly=True),
                Field("original_currency", msg("Settled in"), readonly=True),
                Field("entry_id", msg("Entry"), reference="accounting.entries", readonly=True),
                Field("created_by", msg("By"), readonly=True),
                Field("created_at", msg("At"), readonly=True),
            ),
        ),
        Section(
            msg("Undone"),
            (
                Field("undone_on", msg("As of"), readonly=True),
                Field("undone_at", msg("At"), readonly=True),
                Field("undone_by", msg("By"), readonly=True),
            ),
        ),
    ),
    views=(ListView("this_month", msg("This month"), where=(("date__during", "this_month"),)),),
    filters=(
        Filter("date", msg("Date")),
        Filter("account_id", msg("Account"), reference="accounting.accounts"),
        Filter("partner_id", msg("Contact"), reference="contacts.contacts"),
        Filter("kind", msg("Kind"), choices=_KINDS),
    ),
    order=("-id",),
    actions=(
        Action(
            "undo",
            msg("Undo"),
            SETTLE,
            _undo,
            when=lambda settlement: not settlement.is_undone and settlement.kind == "match",
            confirm=msg(
                "The items will be open again, and what the settlement posted is reversed. Undo it?"
            ),
            style="danger",
            bulk=True,
        ),
    ),
    related=_related,
    customizable=False,
)

RESOURCES: Final = (OPEN_ITEMS, SETTLEMENTS)
REPORTS: Final = (
    Report("accounting.open_items", msg("Open items"), VIEW_BOOKS, open_items_report),
)
