"""Who may do what in the books, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from addons.contacts.api import EDIT_CONTACTS, VIEW_CONTACTS
from core.api import Permission, Role, msg

VIEW_BOOKS: Final = Permission("accounting.books.view", msg("See accounts, entries and reports"))
EDIT_CHART: Final = Permission("accounting.chart.edit", msg("Change accounts and journals"))
EDIT_ENTRY: Final = Permission("accounting.entry.edit", msg("Write and change draft entries"))
POST_ENTRY: Final = Permission("accounting.entry.post", msg("Post entries"))
REVERSE_ENTRY: Final = Permission("accounting.entry.reverse", msg("Reverse posted entries"))
CLOSE_PERIOD: Final = Permission(
    "accounting.period.close", msg("Create, close and reopen fiscal years and periods")
)
LOCK_PERIOD: Final = Permission(
    "accounting.period.lock", msg("Lock fiscal years and periods for good")
)
IMPORT_LEDGER: Final = Permission("accounting.ledger.import", msg("Import charts and ledgers"))
EDIT_RATES: Final = Permission("accounting.rate.edit", msg("Enter and import currency rates"))
EDIT_DIMENSIONS: Final = Permission(
    "accounting.dimension.edit", msg("Change dimensions, their values and rules")
)
OPEN_BOOKS: Final = Permission(
    "accounting.opening.post", msg("Prepare, post and take back opening balances")
)
EDIT_REPORTS: Final = Permission(
    "accounting.reports.edit", msg("Change the definitions of financial reports")
)
SEND_REPORTS: Final = Permission(
    "accounting.reports.send", msg("Save reports for others, and send them by e-mail on a schedule")
)
MOVE_LOCK: Final = Permission("accounting.lock.move", msg("Move lock dates"))
EXCEPT_LOCK: Final = Permission("accounting.lock.except", msg("Let people post behind lock dates"))
EDIT_ASSETS: Final = Permission(
    "accounting.asset.edit", msg("Keep fixed assets, depreciate and dispose of them")
)
EDIT_BUDGETS: Final = Permission(
    "accounting.budget.edit", msg("Write budgets and put them in force")
)
OVERRIDE_BUDGET: Final = Permission(
    "accounting.budget.override", msg("Allow more than a budget, with a reason")
)
MAKE_AUDIT_PACK: Final = Permission(
    "accounting.audit_pack.make", msg("Make and download audit packs")
)

SETTLE: Final = Permission(
    "accounting.items.settle", msg("Settle open items, and undo settlements")
)
WRITE_OFF: Final = Permission(
    "accounting.items.write_off", msg("Write off what is left of open items")
)
IMPORT_BANK: Final = Permission("accounting.bank.import", msg("Import bank statements"))
MATCH_BANK: Final = Permission("accounting.bank.match", msg("Match bank movements and undo it"))
EDIT_BANK: Final = Permission(
    "accounting.bank.edit", msg("Change bank accounts, matching rules and asserted balances")
)
EDIT_PAYMENTS: Final = Permission(
    "accounting.payment.edit", msg("Write payments, cheques and payment proposals")
)
POST_PAYMENTS: Final = Permission(
    "accounting.payment.post", msg("Post and reverse payments, and take cheques on")
)
EDIT_TERMS: Final = Permission(
    "accounting.terms.edit", msg("Change payment terms, credit limits and reminder levels")
)
APPROVE_CREDIT: Final = Permission(
    "accounting.credit.approve", msg("Let customers owe more than their limit")
)
COLLECT: Final = Permission(
    "accounting.collection.send", msg("Make and send statements of account and reminders")
)
LINK_COMPANIES: Final = Permission(
    "accounting.company.link", msg("Agree with other companies, and withdraw")
)
CONSOLIDATE: Final = Permission("accounting.group.consolidate", msg("Consolidate companies"))

PERMISSIONS: Final = (
    VIEW_BOOKS,
    EDIT_CHART,
    EDIT_ENTRY,
    POST_ENTRY,
    REVERSE_ENTRY,
    CLOSE_PERIOD,
    LOCK_PERIOD,
    IMPORT_LEDGER,
    EDIT_RATES,
    EDIT_DIMENSIONS,
    OPEN_BOOKS,
    EDIT_REPORTS,
    SEND_REPORTS,
    MOVE_LOCK,
    EXCEPT_LOCK,
    EDIT_ASSETS,
    EDIT_BUDGETS,
    OVERRIDE_BUDGET,
    MAKE_AUDIT_PACK,
    LINK_COMPANIES,
    CONSOLIDATE,
    SETTLE,
    WRITE_OFF,
    EDIT_PAYMENTS,
    POST_PAYMENTS,
    EDIT_TERMS,
    APPROVE_CREDIT,
    COLLECT,
    IMPORT_BANK,
    MATCH_BANK,
    EDIT_BANK,
)

# That figures leave the company is for its administrators to agree to.
_OF_ACCOUNTANTS: Final = (
    *(permission for permission in PERMISSIONS if permission is not LINK_COMPANIES),
    VIEW_CONTACTS,
    EDIT_CONTACTS,
)
ROLES: Final = (
    Role(
        "accounting.accountant",
        msg("Accountant"),
        tuple(permission.code for permission in _OF_ACCOUNTANTS),
    ),
    Role(
        "accounting.bookkeeper",
        msg("Bookkeeper"),
        (
            VIEW_BOOKS.code,
            EDIT_ENTRY.code,
            POST_ENTRY.code,
            EDIT_RATES.code,
            SETTLE.code,
            EDIT_PAYMENTS.code,
            POST_PAYMENTS.code,
            COLLECT.code,
            VIEW_CONTACTS.code,
            EDIT_CONTACTS.code,
            IMPORT_BANK.code,
            MATCH_BANK.code,
        ),
    ),
    Role(
        "accounting.auditor",
        msg("Auditor"),
        (VIEW_BOOKS.code, MAKE_AUDIT_PACK.code, VIEW_CONTACTS.code),
    ),
)
