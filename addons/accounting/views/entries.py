"""Journal entries: their list, form and actions."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Journal, JournalEntry
from addons.accounting.options import AccountingOptions
from addons.accounting.permissions import EDIT_ENTRY, POST_ENTRY, REVERSE_ENTRY, VIEW_BOOKS
from addons.accounting.services import drafts, reversal
from addons.accounting.services.companies.reach import own_branch
from addons.accounting.services.dimensions.suggesting import suggest_split
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.applying import apply_terms
from addons.accounting.services.templates.writing import template_of
from core.api import (
    Access,
    Action,
    Board,
    Column,
    Displays,
    Duplicate,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    Pivot,
    Print,
    RecordRules,
    Resource,
    Section,
    msg,
    options,
    phrase,
    today,
)

_ENTRY_STATES = (("draft", msg("Draft")), ("posted", msg("Posted")))


def _company_currency(session: Session) -> str:
    return options(session, AccountingOptions).company_currency


def _default_journal(session: Session) -> int | None:
    code = options(session, AccountingOptions).default_journal
    return session.scalar(select(Journal.id).where(Journal.code == code))


def _post(session: Session, entry: JournalEntry) -> str:
    drafts.post_draft(session, entry)
    seal_now(session)
    return phrase("Posted as {number}.", number=entry.number)


def _reverse(session: Session, entry: JournalEntry) -> str:
    outcome = reversal.reverse(session, entry.id, on=reversal.open_date_for(session, entry))
    seal_now(session)
    posted = session.get_one(JournalEntry, outcome.id)
    return phrase("Reversed by {number}.", number=posted.number)


def _as_template(session: Session, entry: JournalEntry) -> str:
    template = template_of(session, entry)
    return phrase("Template “{name}” made.", name=template.name)


def _apply_terms(session: Session, entry: JournalEntry) -> str:
    return phrase("{count} instalments.", count=apply_terms(session, entry))


def entry_title(entry: JournalEntry) -> str:
    """The number of a posted entry, the id of a draft."""
    return entry.number or phrase("Draft {id}", id=entry.id)


ENTRIES: Final = Resource(
    name="entries",
    importing=Importing(),
    model=JournalEntry,
    title=msg("Journal entries"),
    singular=msg("Journal entry"),
    help=msg("Everything that happens to the company's money is written here, twice."),
    access=Access(VIEW_BOOKS, EDIT_ENTRY, EDIT_ENTRY, EDIT_ENTRY),
    columns=(
        Column("number", msg("Number")),
        Column("date", msg("Date")),
        Column("journal.code", msg("Journal")),
        Column("partner", msg("Partner")),
        Column("reference", msg("Reference")),
        Column("narration", msg("Narration")),
        Column("state", msg("State"), choices=_ENTRY_STATES, tones=(("draft", "warning"),)),
        Column("journal.name", msg("Name of the journal"), optional=True),
        Column("created_by", msg("Written by"), optional=True),
        Column("source_type", msg("Made from"), optional=True),
    ),
    views=(
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView("this_month", msg("This month"), where=(("date__during", "this_month"),)),
        ListView(
            "posted_by_journal",
            msg("Posted by journal"),
            where=(("state", "posted"), ("date__during", "this_year")),
            group=("journal_id", "date:month"),
        ),
    ),
    record_title=entry_title,
    rules=RecordRules(branch="branch_id"),
    form=(
        Section(
            msg("Entry"),
            (
                Field(
                    "journal_id",
                    msg("Journal"),
                    reference="accounting.journals",
                    initial=_default_journal,
                ),
                Field("date", msg("Date"), initial=today),
                Field("reference", msg("Reference")),
                Field(
                    "partner_id",
                    msg("Contact"),
                    reference="contacts.contacts",
                    help=msg("The partner is called by this contact's name."),
                ),
                Field("partner", msg("Partner")),
                Field("narration", msg("Narration"), widget="multiline"),
                Field("branch_id", msg("Branch"), reference="core.branches", initial=own_branch),
                Field("state", msg("State"), choices=_ENTRY_STATES, readonly=True),
            ),
        ),
        Section(
            msg("Seal"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("posted_at", msg("Posted at"), readonly=True),
                Field("posted_by", msg("Posted by"), readonly=True),
                Field("hash", msg("Hash"), readonly=True),
            ),
            help=msg("Given by the database when the entry is posted."),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("label", msg("Label")),
                Field("debit", msg("Debit"), widget="money", required=False),
                Field("credit", msg("Credit"), widget="money", required=False),
                Field("dimensions", msg("Dimensions"), required=False, suggest=suggest_split),
                Field("tax_code", msg("Tax"), required=False),
                Field("currency", msg("Currency"), required=False, initial=_company_currency),
                Field("original_amount", msg("Foreign amount"), widget="money"),
                Field("original_currency", msg("In"), required=False),
                Field("partner_id", msg("Contact"), reference="contacts.contacts", required=False),
                Field("due_date", msg("Due")),
                Field("quantity", msg("Quantity")),
                Field("unit", msg("Unit")),
            ),
            totals=("debit", "credit"),
            order="position",
        ),
    ),
    search=("number", "reference", "partner", "narration"),
    filters=(
        Filter("date", msg("Date")),
        Filter("journal_id", msg("Journal"), reference="accounting.journals"),
        Filter("partner_id", msg("Contact"), reference="contacts.contacts"),
        Filter("state", msg("State"), choices=_ENTRY_STATES),
    ),
    order=("-date", "-id"),
    actions=(
        Action(
            "post",
            msg("Post"),
            POST_ENTRY,
            _post,
            when=lambda entry: not entry.is_posted,
            confirm=msg("A posted entry can never be changed, only reversed. Post it?"),
            style="primary",
            bulk=True,
        ),
        Action(
            "apply_terms",
            msg("Apply payment terms"),
            EDIT_ENTRY,
            _apply_terms,
            when=lambda entry: not entry.is_posted and entry.journal.type in ("sale", "purchase"),
        ),
        Action(
            "reverse",
            msg("Reverse"),
            REVERSE_ENTRY,
            _reverse,
            when=lambda entry: entry.is_posted and entry.reversed_by is None,
            confirm=msg("This posts an entry that undoes this one. Reverse it?"),
            style="danger",
        ),
        Action("template", msg("Make a template"), EDIT_ENTRY, _as_template),
    ),
    operations=Operations(drafts.create_draft, drafts.update_draft, drafts.delete_draft),
    editable=lambda entry: not entry.is_posted,
    prints=(Print(leave_out=("hash",)),),
    state="state",
    displays=Displays(
        board=Board("state", moves=(("posted", "post"),)),
        pivot=Pivot(rows="journal_id", across="date:month"),
    ),
    duplicate=Duplicate(run=drafts.copy_entry),
    related=reversal.related,
)
