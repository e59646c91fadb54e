"""What can be wrong with taxes and returns."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

_DAYS: Final = "(SELECT start_date || ' to ' || end_date FROM vat.vat_return WHERE id = return_id)"

CASES: Final = (
    Case(
        "vat.settlements_equal_filed_lines",
        "one more was settled",
        """
        UPDATE accounting.journal_line SET amount = amount + 1 WHERE id = (
          SELECT min(line.id) FROM accounting.journal_line AS line
            JOIN vat.vat_return AS own ON own.entry_id = line.entry_id)
        RETURNING (SELECT code FROM accounting.account WHERE id = account_id)
        """,
    ),
    Case(
        "vat.taxes_are_rate_times_base",
        "a tax is twice what it was",
        """
        UPDATE accounting.journal_line SET amount = amount * 2 WHERE id = (
          SELECT min(id) FROM accounting.journal_line
           WHERE tax_role = 'tax' AND abs(amount) > 1)
        RETURNING (SELECT number FROM accounting.journal_entry WHERE id = entry_id)
        """,
    ),
    Case(
        "vat.filed_returns_are_proved",
        "a box says one more",
        f"UPDATE vat.filed_box SET tax = tax + 1 WHERE box = '1' RETURNING {_DAYS}",
    ),
    Case(
        "vat.filed_returns_are_proved",
        "a line of the evidence is gone",
        "DELETE FROM vat.filed_line WHERE line_id = (SELECT min(line_id) FROM vat.filed_line)"
        f" RETURNING {_DAYS}",
    ),
)
