"""Lists, forms, actions and reports of the books."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import (
    ACCOUNT_SUBTYPES,
    ACCOUNT_TYPES,
    JOURNAL_TYPES,
    Account,
    FiscalYear,
    Journal,
    JournalEntry,
    Period,
)
from addons.accounting.options import AccountingOptions
from addons.accounting.permissions import (
    CLOSE_PERIOD,
    EDIT_CHART,
    EDIT_ENTRY,
    LOCK_PERIOD,
    POST_ENTRY,
    REVERSE_ENTRY,
    VIEW_BOOKS,
)
from addons.accounting.services import calendar, chart, drafts, reversal, statements
from addons.accounting.services.ledger import seal_now
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
    Report,
    Resource,
    Section,
    Tone,
    msg,
    options,
    phrase,
    utc_now,
)

_STATES = (("open", msg("Open")), ("closed", msg("Closed")), ("locked", msg("Locked")))
_ENTRY_STATES = (("draft", msg("Draft")), ("posted", msg("Posted")))
_TONES: Final[tuple[tuple[str, Tone], ...]] = (("open", "good"),)


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
                Field("date", msg("Date"), initial=lambda session: utc_now().date()),
                Field("reference", msg("Reference")),
                Field("partner", msg("Partner")),
                Field("narration", msg("Narration"), widget="multiline"),
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
                Field("currency", msg("Currency"), required=False, initial=_company_currency),
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
            "reverse",
            msg("Reverse"),
            REVERSE_ENTRY,
            _reverse,
            when=lambda entry: entry.is_posted and entry.reversed_by is None,
            confirm=msg("This posts an entry that undoes this one. Reverse it?"),
            style="danger",
        ),
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

ACCOUNTS: Final = Resource(
    name="accounts",
    importing=Importing(key=("code",)),
    model=Account,
    title=msg("Accounts"),
    singular=msg("Account"),
    help=msg("The chart of accounts: what the company owns, owes, earns and spends."),
    access=Access(VIEW_BOOKS, EDIT_CHART, EDIT_CHART, EDIT_CHART),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("type", msg("Type")),
        Column("currency", msg("Currency")),
        Column("active", msg("Active")),
        Column("subtype", msg("Use"), choices=ACCOUNT_SUBTYPES, optional=True),
    ),
    views=(
        ListView("by_type", msg("By type"), where=(("active", "true"),), group=("type",)),
        ListView(
            "money",
            msg("Bank and cash"),
            where=(("subtype", "bank"), ("subtype", "cash"), ("active", "true")),
        ),
        ListView("retired", msg("No longer used"), where=(("active", "false"),)),
    ),
    record_title=lambda account: (
        account.code if account.code.endswith(account.name) else f"{account.code} {account.name}"
    ),
    form=(
        Section(
            msg("Account"),
            (
                Field("code", msg("Code"), help=msg("A colon makes a level: Assets:Bank.")),
                Field("name", msg("Name")),
                Field("type", msg("Type"), choices=ACCOUNT_TYPES),
                Field("subtype", msg("Use"), choices=ACCOUNT_SUBTYPES),
                Field(
                    "currency",
                    msg("Currency"),
                    help=msg("Only for an account that takes one currency alone."),
                ),
                Field("active", msg("Active")),
            ),
        ),
    ),
    search=("code", "name"),
    filters=(
        Filter("type", msg("Type"), choices=ACCOUNT_TYPES),
        Filter("active", msg("Active")),
    ),
    order=("code",),
    operations=Operations(update=chart.update_account),
)

JOURNALS: Final = Resource(
    name="journals",
    importing=Importing(key=("code",)),
    model=Journal,
    title=msg("Journals"),
    singular=msg("Journal"),
    access=Access(VIEW_BOOKS, EDIT_CHART, EDIT_CHART, EDIT_CHART),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("type", msg("Type")),
        Column("active", msg("Active")),
    ),
    record_title=lambda journal: f"{journal.code} {journal.name}",
    operations=Operations(chart.create_journal, chart.update_journal),
    form=(
        Section(
            msg("Journal"),
            (
                Field("code", msg("Code")),
                Field("name", msg("Name")),
                Field("type", msg("Type"), choices=JOURNAL_TYPES),
                Field(
                    "number_prefix",
                    msg("Numbers begin with"),
                    help=msg("{journal} and {year} are filled in. For the years to come."),
                ),
                Field("number_digits", msg("Digits")),
                Field("active", msg("Active")),
            ),
        ),
    ),
    search=("code", "name"),
    order=("code",),
)


def _year_action(name: str, title: str, state: calendar.State, **more: Any) -> Action:
    def run(session: Session, year: FiscalYear) -> None:
        calendar.set_year_state(session, year, state)

    return Action(name, title, LOCK_PERIOD if state == "locked" else CLOSE_PERIOD, run, **more)


def _period_action(name: str, title: str, state: calendar.State, **more: Any) -> Action:
    def run(session: Session, period: Period) -> None:
        calendar.set_period_state(session, period, state)

    return Action(name, title, LOCK_PERIOD if state == "locked" else CLOSE_PERIOD, run, **more)


def _is_open(record: FiscalYear | Period) -> bool:
    return record.state == "open"


def _is_closed(record: FiscalYear | Period) -> bool:
    return record.state == "closed"


_LOCK_FOR_GOOD = msg("What is locked can never be opened again. Lock it?")

FISCAL_YEARS: Final = Resource(
    name="fiscal-years",
    model=FiscalYear,
    title=msg("Fiscal years"),
    singular=msg("Fiscal year"),
    access=Access(VIEW_BOOKS, CLOSE_PERIOD, None, CLOSE_PERIOD),
    columns=(
        Column("name", msg("Name")),
        Column("start_date", msg("First day")),
        Column("end_date", msg("Last day")),
        Column("state", msg("State"), choices=_STATES, tones=_TONES),
    ),
    record_title=lambda year: year.name,
    form=(
        Section(
            msg("Fiscal year"),
            (
                Field("name", msg("Name")),
                Field("start_date", msg("First day")),
                Field("end_date", msg("Last day")),
                Field("state", msg("State"), choices=_STATES, readonly=True),
            ),
        ),
    ),
    order=("-start_date",),
    actions=(
        _year_action("close", msg("Close"), "closed", when=_is_open, style="primary"),
        _year_action("reopen", msg("Reopen"), "open", when=_is_closed),
        _year_action(
            "lock", msg("Lock"), "locked", when=_is_closed, confirm=_LOCK_FOR_GOOD, style="danger"
        ),
    ),
    operations=Operations(
        create=lambda session, values: calendar.create_year(
            session, values["name"], values["start_date"], values["end_date"]
        ),
        delete=calendar.delete_year,
    ),
)

PERIODS: Final = Resource(
    name="periods",
    model=Period,
    title=msg("Periods"),
    singular=msg("Period"),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("name", msg("Name")),
        Column("start_date", msg("First day")),
        Column("end_date", msg("Last day")),
        Column("fiscal_year.name", msg("Fiscal year")),
        Column("state", msg("State"), choices=_STATES, tones=_TONES),
    ),
    record_title=lambda period: period.name,
    filters=(Filter("state", msg("State"), choices=_STATES),),
    order=("-start_date",),
    actions=(
        _period_action("close", msg("Close"), "closed", when=_is_open, style="primary"),
        _period_action("reopen", msg("Reopen"), "open", when=_is_closed),
        _period_action(
            "lock", msg("Lock"), "locked", when=_is_closed, confirm=_LOCK_FOR_GOOD, style="danger"
        ),
    ),
)

RESOURCES: Final = (ENTRIES, ACCOUNTS, JOURNALS, FISCAL_YEARS, PERIODS)

REPORTS: Final = (
    Report("accounting.trial_balance", msg("Trial balance"), VIEW_BOOKS, statements.trial_balance),
    Report(
        "accounting.income_statement",
        msg("Income statement"),
        VIEW_BOOKS,
        statements.income_statement,
    ),
    Report("accounting.balance_sheet", msg("Balance sheet"), VIEW_BOOKS, statements.balance_sheet),
)
