"""The chart of accounts and the journals: their lists and forms."""

from __future__ import annotations

from typing import Final

from addons.accounting.models import (
    ACCOUNT_SUBTYPES,
    ACCOUNT_TYPES,
    JOURNAL_TYPES,
    Account,
    Journal,
)
from addons.accounting.permissions import EDIT_CHART, VIEW_BOOKS
from addons.accounting.services import chart
from addons.accounting.services.report_lines import LINE_CHOICES
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    Importing,
    ListView,
    Operations,
    Resource,
    Section,
    msg,
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
                Field("name_local", msg("Name in the second language")),
                Field("type", msg("Type"), choices=ACCOUNT_TYPES),
                Field("subtype", msg("Use"), choices=ACCOUNT_SUBTYPES),
                Field(
                    "currency",
                    msg("Currency"),
                    help=msg("Only for an account that takes one currency alone."),
                ),
                Field(
                    "reconcilable",
                    msg("Open items"),
                    help=msg("Its lines are settled against each other, as invoices are paid."),
                ),
                Field(
                    "report_line",
                    msg("Line of the statements"),
                    choices=LINE_CHOICES,
                    required=False,
                ),
                Field("active", msg("Active")),
            ),
        ),
    ),
    search=("code", "name", "name_local"),
    filters=(
        Filter("type", msg("Type"), choices=ACCOUNT_TYPES),
        Filter("active", msg("Active")),
    ),
    order=("code",),
    operations=Operations(chart.create_account, chart.update_account),
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
