"""Bank accounts, statements, movements, rules, parties and asserted balances: lists and forms."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models.bank import (
    BALANCE_SOURCES,
    DIRECTIONS,
    LINE_STATES,
    RULE_STATES,
    RULE_TEXTS,
    BankAccount,
    BankBalance,
    BankLine,
    BankParty,
    BankRule,
    BankStatement,
)
from addons.accounting.permissions import EDIT_BANK, IMPORT_BANK, VIEW_BOOKS
from addons.accounting.services.bank import accounts, assertions, rules, statements
from core.api import (
    SETUP_GROUP,
    Access,
    Action,
    Column,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    MenuItem,
    Operations,
    Resource,
    Section,
    Tone,
    msg,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("proposed", "warning"),
    ("active", "good"),
    ("open", "warning"),
    ("done", "good"),
)

ACCOUNTS: Final = Resource(
    name="bank-accounts",
    model=BankAccount,
    title=msg("Bank accounts"),
    singular=msg("Bank account"),
    help=msg("An account at a bank, and the account of the books that stands for it."),
    access=Access(VIEW_BOOKS, EDIT_BANK, EDIT_BANK, EDIT_BANK),
    columns=(
        Column("name", msg("Name")),
        Column("iban", msg("IBAN")),
        Column("number", msg("Account number")),
        Column("currency", msg("Currency")),
        Column("account.code", msg("Account")),
        Column("active", msg("Active")),
    ),
    record_title=lambda bank: bank.name,
    form=(
        Section(
            msg("Bank account"),
            (
                Field("name", msg("Name")),
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("journal_id", msg("Journal"), reference="accounting.journals"),
                Field("currency", msg("Currency"), required=False),
                Field("iban", msg("IBAN"), required=False),
                Field(
                    "number",
                    msg("Account number"),
                    required=False,
                    help=msg("As it stands in the bank's files, where that is no IBAN."),
                ),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("Matching"),
            (
                Field(
                    "auto_threshold",
                    msg("Match by itself from (percent)"),
                    help=msg(
                        "Suggestions at least this sure are booked without asking, unless another"
                        " comes near. 0 for never."
                    ),
                ),
                Field(
                    "start_date",
                    msg("Balance known since"),
                    required=False,
                    help=msg("The first statement sets day and balance."),
                ),
                Field("start_balance", msg("Balance then"), required=False),
            ),
        ),
    ),
    search=("name", "iban", "number"),
    order=("name",),
    operations=Operations(accounts.create_bank_account, accounts.update_bank_account),
)

STATEMENTS: Final = Resource(
    name="bank-statements",
    model=BankStatement,
    title=msg("Bank statements"),
    singular=msg("Bank statement"),
    access=Access(VIEW_BOOKS, delete=IMPORT_BANK),
    columns=(
        Column("bank_account.name", msg("Bank account")),
        Column("number", msg("Number")),
        Column("first_day", msg("From")),
        Column("last_day", msg("To")),
        Column("opening", msg("Opening balance"), currency="bank_account.currency"),
        Column("closing", msg("Closing balance"), currency="bank_account.currency"),
        Column("new_lines", msg("New movements")),
        Column("known_lines", msg("Known before")),
        Column("file_name", msg("File")),
        Column("imported_by", msg("Imported by")),
        Column("created_at", msg("Imported")),
    ),
    record_title=lambda row: f"{row.bank_account.name} {row.number or row.last_day or row.id}",
    filters=(
        Filter("bank_account_id", msg("Bank account"), reference="accounting.bank-accounts"),
        Filter("last_day", msg("To")),
        Filter("format", msg("Format")),
    ),
    search=("number", "file_name"),
    order=("-last_day", "-id"),
    operations=Operations(delete=statements.take_back),
)

LINES: Final = Resource(
    name="bank-lines",
    model=BankLine,
    title=msg("Bank movements"),
    singular=msg("Bank movement"),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("date", msg("Date")),
        Column("bank_account.name", msg("Bank account")),
        Column("partner_name", msg("Other party")),
        Column("text", msg("Text")),
        Column("reference", msg("Reference")),
        Column("amount", msg("Amount"), total=True, currency="bank_account.currency"),
        Column("state", msg("State"), choices=LINE_STATES, tones=_TONES),
    ),
    record_title=lambda line: f"{line.date} {line.partner_name or line.text}"[:80],
    filters=(
        Filter("bank_account_id", msg("Bank account"), reference="accounting.bank-accounts"),
        Filter("state", msg("State"), choices=LINE_STATES),
        Filter("date", msg("Date")),
        Filter("amount", msg("Amount")),
        Filter("statement_id", msg("Statement"), reference="accounting.bank-statements"),
    ),
    views=(ListView("open", msg("To match"), where=(("state", "open"),)),),
    search=("text", "partner_name", "reference", "partner_account"),
    order=("-date", "-id"),
)


def _approve(session: Session, rule: BankRule) -> None:
    rules.set_state(session, rule, "active")


def _pause(session: Session, rule: BankRule) -> None:
    rules.set_state(session, rule, "paused")


RULES: Final = Resource(
    name="bank-rules",
    model=BankRule,
    title=msg("Matching rules"),
    singular=msg("Matching rule"),
    help=msg("When a movement looks like this, it is booked like that."),
    access=Access(VIEW_BOOKS, EDIT_BANK, EDIT_BANK, EDIT_BANK),
    columns=(
        Column("name", msg("Name")),
        Column("state", msg("State"), choices=RULE_STATES, tones=_TONES),
        Column("text_value", msg("Text")),
        Column("direction", msg("Direction"), choices=DIRECTIONS),
        Column("confidence", msg("Sure (percent)")),
        Column("taken", msg("Times taken")),
        Column("corrected", msg("Times corrected")),
        Column("learned", msg("Learned")),
    ),
    record_title=lambda rule: rule.name,
    form=(
        Section(
            msg("When"),
            (
                Field("name", msg("Name")),
                Field(
                    "bank_account_id",
                    msg("Bank account"),
                    reference="accounting.bank-accounts",
                    required=False,
                ),
                Field("direction", msg("Direction"), choices=DIRECTIONS),
                Field("text_kind", msg("The text"), choices=RULE_TEXTS),
                Field(
                    "text_value",
                    msg("Text"),
                    required=False,
                    help=msg(
                        "In a pattern * stands for anything, # for a digit, ? for one character,"
                        " and | parts alternatives."
                    ),
                ),
                Field("amount_from", msg("Amount from"), required=False),
                Field("amount_to", msg("Amount to"), required=False),
                Field(
                    "partner_account",
                    msg("Account of the other party"),
                    required=False,
                ),
            ),
        ),
        Section(
            msg("Then"),
            (
                Field("label", msg("Label"), required=False),
                Field("partner_id", msg("Partner"), reference="contacts.contacts", required=False),
                Field("priority", msg("Order"), help=msg("The lowest number is asked first.")),
                Field("confidence", msg("Sure (percent)")),
                Field("state", msg("State"), choices=RULE_STATES),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Booked to"),
            (
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("percent", msg("Percent")),
                Field("tax_code", msg("Tax code"), required=False),
                Field("label", msg("Label"), required=False),
            ),
            order="position",
        ),
    ),
    filters=(
        Filter("state", msg("State"), choices=RULE_STATES),
        Filter("learned", msg("Learned")),
        Filter("bank_account_id", msg("Bank account"), reference="accounting.bank-accounts"),
    ),
    views=(ListView("proposed", msg("Proposed"), where=(("state", "proposed"),)),),
    search=("name", "text_value", "partner_account"),
    order=("priority", "-confidence"),
    actions=(
        Action(
            "approve",
            msg("Use this rule"),
            EDIT_BANK,
            _approve,
            when=lambda rule: rule.state != "active",
            style="primary",
            bulk=True,
        ),
        Action("pause", msg("Pause"), EDIT_BANK, _pause, when=lambda rule: rule.state == "active"),
    ),
    operations=Operations(rules.create_rule, rules.update_rule),
)

PARTIES: Final = Resource(
    name="bank-parties",
    model=BankParty,
    title=msg("Accounts of partners"),
    singular=msg("Account of a partner"),
    help=msg("Whose account it is that a payment came from, learned from what was matched."),
    access=Access(VIEW_BOOKS, None, EDIT_BANK, EDIT_BANK),
    columns=(
        Column("partner_account", msg("Account")),
        Column("partner", msg("Partner")),
        Column("times", msg("Times seen")),
    ),
    record_title=lambda party: f"{party.partner_account} {party.partner}",
    form=(
        Section(
            msg("Account of a partner"),
            (
                Field("partner_account", msg("Account"), readonly=True),
                Field("partner_id", msg("Partner"), reference="contacts.contacts"),
                Field("partner", msg("Name"), required=False),
            ),
        ),
    ),
    search=("partner_account", "partner"),
    order=("partner",),
)

BALANCES: Final = Resource(
    name="bank-balances",
    model=BankBalance,
    importing=Importing(key=("bank_account_id", "date", "source")),
    title=msg("Asserted balances"),
    singular=msg("Asserted balance"),
    help=msg("What the bank held at the end of a day. One that does not hold stops the closing."),
    access=Access(VIEW_BOOKS, EDIT_BANK, EDIT_BANK, EDIT_BANK),
    columns=(
        Column("bank_account.name", msg("Bank account")),
        Column("date", msg("Date")),
        Column("amount", msg("Amount"), currency="bank_account.currency"),
        Column("source", msg("Source"), choices=BALANCE_SOURCES),
        Column("note", msg("Note")),
    ),
    record_title=lambda balance: f"{balance.bank_account.name} {balance.date}",
    form=(
        Section(
            msg("Asserted balance"),
            (
                Field("bank_account_id", msg("Bank account"), reference="accounting.bank-accounts"),
                Field("date", msg("Date")),
                Field("amount", msg("Amount")),
                Field("note", msg("Note"), required=False),
            ),
        ),
    ),
    filters=(
        Filter("bank_account_id", msg("Bank account"), reference="accounting.bank-accounts"),
        Filter("date", msg("Date")),
        Filter("source", msg("Source"), choices=BALANCE_SOURCES),
    ),
    order=("-date", "-id"),
    editable=lambda balance: balance.source == "hand",
    operations=Operations(
        assertions.assert_balance, assertions.change_balance, assertions.withdraw_balance
    ),
)

_BANK: Final = msg("Bank")
MENU: Final = (
    MenuItem(msg("Bank accounts and matching"), "/accounting/bank", VIEW_BOOKS, _BANK, "bank", 30),
    MenuItem(
        msg("Import a statement"), "/accounting/bank/import", IMPORT_BANK, _BANK, "upload", 31
    ),
    MenuItem(msg("Movements"), "/accounting/bank-lines", VIEW_BOOKS, _BANK, "arrow-left-right", 32),
    MenuItem(msg("Statements"), "/accounting/bank-statements", VIEW_BOOKS, _BANK, "file-text", 33),
    MenuItem(
        msg("Matching rules"), "/accounting/bank-rules", VIEW_BOOKS, _BANK, "magic", 34, SETUP_GROUP
    ),
    MenuItem(msg("Asserted balances"), "/accounting/bank-balances", VIEW_BOOKS, _BANK, "flag", 35),
    MenuItem(
        msg("Accounts of partners"),
        "/accounting/bank-parties",
        VIEW_BOOKS,
        _BANK,
        "person-vcard",
        36,
        SETUP_GROUP,
    ),
)
RESOURCES: Final = (ACCOUNTS, STATEMENTS, LINES, RULES, PARTIES, BALANCES)
