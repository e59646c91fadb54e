"""The tables of an audit pack, each a query whose answer is written as CSV.

A year's entries come in the order of their journals' chains, and so do their lines and the texts
that their hashes are made of: whoever checks the pack reads the three side by side, and needs no
memory for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

ATTACHMENTS: Final = "documents/attachments.csv"


@dataclass(frozen=True, slots=True)
class PackTable:
    """A file of the pack. Its query is filled in with the year's first and last day, with the
    condition that an entry is of the year, and with the order of the chains."""

    path: str
    query: str

    def between(self, start: date, end: date) -> str:
        """The query for a year. COPY takes no parameters, and a date has one spelling."""
        days = {"start": f"DATE '{start:%Y-%m-%d}'", "end": f"DATE '{end:%Y-%m-%d}'"}
        return self.query % {**days, "of_year": _OF_YEAR % days, "in_chain": _IN_CHAIN}


# `number IS NOT NULL`, that the entry is sealed, is the condition of the chain's index.
_OF_YEAR: Final = "entry.number IS NOT NULL AND entry.date BETWEEN %(start)s AND %(end)s"
_IN_CHAIN: Final = "entry.journal_id, entry.chain_seq"

_JOURNALS: Final = """
SELECT journal.id, journal.code, journal.name, journal.type, journal.active, chain.length,
       chain.hash
  FROM accounting.journal JOIN accounting.journal_chain AS chain ON chain.journal_id = journal.id
 ORDER BY journal.id
"""
_ACCOUNTS: Final = """
SELECT id, code, name, name_local, type, subtype, currency, report_line, reconcilable, active
  FROM accounting.account ORDER BY code
"""
_BRANCHES: Final = "SELECT id, name FROM core.branch ORDER BY id"
_SERIES: Final = """
SELECT series.id, series.journal_id, year.name AS fiscal_year, series.prefix, series.digits,
       series.last_number
  FROM accounting.number_series AS series
  JOIN accounting.fiscal_year AS year ON year.id = series.fiscal_year_id
 WHERE year.start_date = %(start)s AND year.end_date = %(end)s ORDER BY series.id
"""
_PERIODS: Final = """
SELECT name, start_date, end_date, state FROM accounting.period
 WHERE start_date BETWEEN %(start)s AND %(end)s ORDER BY start_date
"""
_ENTRIES: Final = """
SELECT entry.id, entry.journal_id, entry.chain_seq, entry.series_id, entry.sequence, entry.number,
       to_char(entry.date, 'YYYY-MM-DD') AS date, entry.reference, entry.narration, entry.partner,
       entry.partner_id, entry.source_type, entry.source_id, entry.reverses_id, entry.branch_id,
       entry.created_by, entry.posted_by,
       to_char(entry.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS posted_at,
       entry.hash_version, entry.previous_hash, entry.hash
  FROM accounting.journal_entry AS entry WHERE %(of_year)s ORDER BY %(in_chain)s
"""
_LINES: Final = """
SELECT entry.id AS entry_id, entry.number, line.id, line.position, line.account_id,
       account.code AS account, line.label, line.debit, line.credit, line.amount, line.currency,
       line.original_amount, line.original_currency, line.quantity, line.unit, line.partner_id,
       to_char(line.due_date, 'YYYY-MM-DD') AS due_date, line.tax_code, line.tax_role,
       line.tax_base, line.analytic
  FROM accounting.journal_entry AS entry
  JOIN accounting.journal_line AS line ON line.entry_id = entry.id
  JOIN accounting.account ON account.id = line.account_id
 WHERE %(of_year)s ORDER BY %(in_chain)s, line.position, line.id
"""
_PREIMAGES: Final = """
SELECT entry.id AS entry_id, entry.number,
       accounting.preimage(entry.hash_version, entry.previous_hash,
         accounting.entry_content(entry, entry.number, entry.posted_at, entry.posted_by,
                                  line.content)) AS preimage
  FROM accounting.journal_entry AS entry
 CROSS JOIN LATERAL (SELECT json_agg(accounting.line_content(entry.hash_version, line)
                                     ORDER BY line.position, line.id) AS content
                       FROM accounting.journal_line AS line
                      WHERE line.entry_id = entry.id) AS line
 WHERE %(of_year)s ORDER BY %(in_chain)s
"""
# From the year's first entry of each journal to the end of its chain, so that every entry of the
# year is joined to the end that the manifest names.
_CHAIN: Final = """
SELECT entry.journal_id, entry.chain_seq, entry.number, to_char(entry.date, 'YYYY-MM-DD') AS date,
       entry.previous_hash, entry.hash
  FROM accounting.journal_entry AS entry
  JOIN (SELECT entry.journal_id, min(entry.chain_seq) AS chain_seq
          FROM accounting.journal_entry AS entry WHERE %(of_year)s
         GROUP BY entry.journal_id) AS first ON first.journal_id = entry.journal_id
 WHERE entry.number IS NOT NULL AND entry.chain_seq >= first.chain_seq ORDER BY %(in_chain)s
"""
_GENERAL_LEDGER: Final = """
SELECT account.code AS account, account.name, line.currency,
       to_char(entry.date, 'YYYY-MM-DD') AS date, entry.number, entry.partner,
       CASE line.label WHEN '' THEN entry.narration ELSE line.label END AS text,
       line.debit, line.credit,
       coalesce(opening.amount, 0) + sum(line.amount) OVER (
         PARTITION BY line.account_id, line.currency ORDER BY line.date, line.id) AS balance
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
  JOIN accounting.account ON account.id = line.account_id
  LEFT JOIN (SELECT line.account_id, line.currency, sum(line.amount) AS amount
               FROM accounting.journal_line AS line
               JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
              WHERE entry.number IS NOT NULL AND line.date < %(start)s
              GROUP BY line.account_id, line.currency) AS opening
    ON (opening.account_id, opening.currency) = (line.account_id, line.currency)
 WHERE %(of_year)s ORDER BY account.code, line.currency, line.date, line.id
"""
# Beside entries, and beside the invoices, bills and other documents that entries were made from.
_ATTACHMENTS: Final = """
SELECT entry.number, conversation.table_name AS beside, conversation.record_id, attachment.name,
       attachment.digest AS sha256, attachment.size, attachment.media_type, attachment.state,
       CASE attachment.state WHEN 'ready' THEN 'documents/files/' || attachment.digest
         || coalesce(lower(substring(attachment.name FROM '[.][A-Za-z0-9]{1,8}$')), '')
         ELSE '' END AS file,
       attachment.added_by, attachment.created_at
  FROM core.attachment JOIN core.conversation ON conversation.id = attachment.conversation_id
  JOIN (SELECT id, 'accounting.journal_entry' AS beside, id::text AS record_id
          FROM accounting.journal_entry
         UNION ALL
        SELECT id, source_type, source_id
          FROM accounting.journal_entry WHERE source_id <> '') AS known
    ON (known.beside, known.record_id) = (conversation.table_name, conversation.record_id)
  JOIN accounting.journal_entry AS entry ON entry.id = known.id
 WHERE %(of_year)s ORDER BY %(in_chain)s, attachment.id
"""
_PRINTED: Final = """
SELECT entry.number, copy.form, copy.number AS copy, copy.language, copy.way, copy.author,
       copy.printed_at
  FROM core.printed_copy AS copy
  JOIN accounting.journal_entry AS entry ON entry.id::text = copy.record
 WHERE copy.resource = 'accounting.entries' AND %(of_year)s ORDER BY %(in_chain)s, copy.id
"""
# What was changed since the year began: what happened to its books later belongs to it too. An
# auditor needs to tell the roles of the database apart, and not what the platform is called.
_CHANGES: Final = """
SELECT id, at, table_name, record_id, operation, changes, actor, door,
       regexp_replace(db_role, '^aorabooks_', 'platform_') AS db_role
  FROM core.audit_log WHERE table_name LIKE 'accounting.%%' AND at >= %(start)s::timestamptz
 ORDER BY id
"""
_SETTLEMENTS: Final = """
SELECT settlement.id, settlement.date, settlement.kind, account.code AS account,
       settlement.currency, entry.number, line.position, part.amount, settlement.created_by,
       settlement.undone_on, settlement.undone_by
  FROM accounting.settlement JOIN accounting.account ON account.id = settlement.account_id
  JOIN accounting.settlement_part AS part ON part.settlement_id = settlement.id
  JOIN accounting.journal_line AS line ON line.id = part.line_id
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
 WHERE %(of_year)s OR settlement.date BETWEEN %(start)s AND %(end)s
 ORDER BY settlement.id, part.id
"""
_LOCKS: Final = """
SELECT kind, until, reason, set_by, set_at FROM accounting.lock_date ORDER BY kind
"""
_EXCEPTIONS: Final = """
SELECT exception.id, exception.kind, exception.user_name, exception.open_from,
       exception.valid_until, exception.reason, exception.granted_by, exception.created_at,
       exception.ended_at, entry.number, to_char(entry.date, 'YYYY-MM-DD') AS date
  FROM accounting.lock_exception AS exception
  LEFT JOIN accounting.lock_exception_use AS use ON use.exception_id = exception.id
  LEFT JOIN accounting.journal_entry AS entry ON entry.id = use.entry_id
 ORDER BY exception.id, entry.id
"""
_WHO_POSTED: Final = """
SELECT entry.posted_by, count(*) AS entries, min(entry.posted_at) AS first, max(entry.posted_at)
         AS last
  FROM accounting.journal_entry AS entry WHERE %(of_year)s GROUP BY entry.posted_by ORDER BY 1
"""
_USERS: Final = """
SELECT person.id, person.name, person.email, person.is_active, role.code AS role, role.title,
       role.unlimited, grant_.permission, grant_.scope
  FROM core.user_account AS person
  JOIN core.user_role AS holds ON holds.user_id = person.id
  JOIN core.role ON role.id = holds.role_id
  LEFT JOIN core.role_permission AS grant_
    ON grant_.role_id = role.id AND grant_.permission LIKE 'accounting.%%'
 WHERE role.unlimited OR grant_.id IS NOT NULL
 ORDER BY person.id, role.code, grant_.permission
"""

TABLES: Final[Mapping[str, PackTable]] = {
    table.path: table
    for table in (
        PackTable("books/journals.csv", _JOURNALS),
        PackTable("books/accounts.csv", _ACCOUNTS),
        PackTable("books/branches.csv", _BRANCHES),
        PackTable("books/number_series.csv", _SERIES),
        PackTable("books/periods.csv", _PERIODS),
        PackTable("books/entries.csv", _ENTRIES),
        PackTable("books/lines.csv", _LINES),
        PackTable("books/general_ledger.csv", _GENERAL_LEDGER),
        PackTable("proof/preimages.csv", _PREIMAGES),
        PackTable("proof/chain.csv", _CHAIN),
        PackTable(ATTACHMENTS, _ATTACHMENTS),
        PackTable("documents/printed.csv", _PRINTED),
        PackTable("control/change_log.csv", _CHANGES),
        PackTable("control/settlements.csv", _SETTLEMENTS),
        PackTable("control/lock_dates.csv", _LOCKS),
        PackTable("control/lock_exceptions.csv", _EXCEPTIONS),
        PackTable("control/who_posted.csv", _WHO_POSTED),
        PackTable("control/users.csv", _USERS),
    )
}
