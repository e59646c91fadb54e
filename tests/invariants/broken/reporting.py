"""What can be wrong with reports."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

CASES: Final = (
    Case(
        "reporting.definitions_are_sound",
        "a definition cannot be read",
        """
        INSERT INTO reporting.report_definition (key, base, content)
        VALUES ('of-our-own', 'balance-sheet', '{"rows": 7}') RETURNING key
        """,
    ),
    Case(
        "reporting.statements_equal_the_books",
        "a line of an entry is one more",
        """
        WITH line AS (
          UPDATE accounting.journal_line SET amount = amount + 1 WHERE id = (
            SELECT min(line.id) FROM accounting.journal_line AS line
              JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
             WHERE entry.number IS NOT NULL)
          RETURNING id)
        SELECT unnest(ARRAY['balance-sheet: ', 'trial-balance: ']) FROM line
        """,
    ),
)
