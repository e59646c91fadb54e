"""What can be wrong in the books."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

_POSTED: Final = "SELECT min(id) FROM accounting.journal_entry WHERE number IS NOT NULL"
_FIRST_LINE: Final = f"SELECT min(id) FROM accounting.journal_line WHERE entry_id = ({_POSTED})"
_CODE: Final = "SELECT code FROM accounting.account WHERE account.id = journal_line.account_id"
_CODE_OF_LINE: Final = """
SELECT code FROM accounting.account JOIN accounting.journal_line AS line
    ON line.account_id = account.id WHERE line.id = line_id
"""
_STOCK_LINE: Final = """
SELECT max(line.id) FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
  JOIN accounting.account ON account.id = line.account_id AND account.subtype = 'inventory'
 WHERE entry.source_type = 'inventory.valuation'
"""

CASES: Final = (
    Case(
        "accounting.entries_balance",
        "a line of an entry is one more",
        f"UPDATE accounting.journal_line SET amount = amount + 1 WHERE id = ({_FIRST_LINE})"
        " RETURNING (SELECT number FROM accounting.journal_entry WHERE id = entry_id)",
    ),
    Case(
        "accounting.trial_balance_is_zero",
        "a line of an entry is one more",
        f"UPDATE accounting.journal_line SET amount = amount + 1 WHERE id = ({_FIRST_LINE})"
        " RETURNING '1.00 ' || currency",
    ),
    Case(
        "accounting.balances_equal_lines",
        "an entry is not rolled up",
        f"DELETE FROM accounting.balance_tail WHERE entry_id = ({_POSTED}) RETURNING ("
        "SELECT min(code) FROM accounting.account JOIN accounting.journal_line AS line"
        " ON line.account_id = account.id WHERE line.entry_id = balance_tail.entry_id)",
    ),
    Case(
        "accounting.balances_equal_lines",
        "a month has a balance of nothing",
        "INSERT INTO accounting.period_balance "
        " (account_id, currency, month, debit, credit, branch_id)"
        " SELECT account_id, currency, date_trunc('month', date), 7, 0, 0"
        f" FROM accounting.journal_line WHERE id = ({_FIRST_LINE})"
        " RETURNING (SELECT code || ': 7' FROM accounting.account WHERE id = account_id)",
    ),
    Case(
        "accounting.chains_verify",
        "an entry says something else",
        "UPDATE accounting.journal_entry SET narration = 'Something else'"
        f" WHERE id = ({_POSTED}) RETURNING number",
    ),
    Case(
        "accounting.numbers_have_no_gap",
        "an entry is gone",
        f"DELETE FROM accounting.journal_entry WHERE id = ({_POSTED})"
        " RETURNING (SELECT prefix FROM accounting.number_series WHERE id = series_id)",
    ),
    Case(
        "accounting.numbers_have_no_gap",
        "a number was taken twice",
        "UPDATE accounting.journal_entry SET sequence = sequence + 1000"
        f" WHERE id = ({_POSTED})"
        " RETURNING (SELECT prefix FROM accounting.number_series WHERE id = series_id)",
    ),
    Case(
        "accounting.control_accounts_equal_open_items",
        "less is settled of a line than was",
        "UPDATE accounting.settled_line SET amount = amount / 2, is_closed = false"
        " WHERE line_id = (SELECT min(line_id) FROM accounting.settled_line)"
        f" RETURNING ({_CODE_OF_LINE})",
    ),
    Case(
        "accounting.settlements_are_sound",
        "less is settled of a line than was",
        "UPDATE accounting.settled_line SET amount = amount / 2, is_closed = false"
        " WHERE line_id = (SELECT min(line_id) FROM accounting.settled_line)"
        " RETURNING 'line ' || line_id",
    ),
    Case(
        "accounting.settlements_are_sound",
        "the parts of a settlement are not nothing together",
        "UPDATE accounting.settlement_part SET amount = amount / 2"
        " WHERE id = (SELECT min(id) FROM accounting.settlement_part)"
        " RETURNING 'settlement ' || settlement_id",
    ),
    Case(
        "accounting.settlements_are_sound",
        "a settlement stands and its entry was reversed",
        """
        WITH reversal AS (
          UPDATE accounting.journal_entry SET reverses_id = id - 1
           WHERE id = (SELECT max(id) FROM accounting.journal_entry) RETURNING reverses_id)
        UPDATE accounting.settlement SET entry_id = reversal.reverses_id FROM reversal
         WHERE id = (SELECT min(id) FROM accounting.settlement)
        RETURNING 'entry of settlement ' || id
        """,
    ),
    Case(
        "accounting.gift_cards_equal_ledger",
        "a card is worth one more",
        "UPDATE sales.gift_card SET balance = balance - 1"
        " WHERE id = (SELECT min(id) FROM sales.gift_card WHERE balance > 1)"
        " RETURNING currency || ': '",
    ),
    Case(
        "accounting.points_equal_ledger",
        "points are worth one more",
        "UPDATE sales.loyalty_account SET worth = worth + 1 WHERE worth > 0 RETURNING 'SAR: '",
    ),
    Case(
        "accounting.assets_equal_ledger",
        "an asset cost one more",
        "UPDATE accounting.asset_move SET cost = cost + 1 RETURNING (SELECT account.code"
        " FROM accounting.asset JOIN accounting.asset_category AS own ON own.id = category_id"
        " JOIN accounting.account ON account.id = own.asset_account_id WHERE asset.id = asset_id)",
    ),
    Case(
        "accounting.stock_equals_ledger",
        "the books have one more",
        f"UPDATE accounting.journal_line SET amount = amount + 1 WHERE id = ({_STOCK_LINE})"
        f" RETURNING ({_CODE})",
    ),
    Case(
        "accounting.stock_equals_ledger",
        "the books have some in a currency in which no stock is valued",
        f"""
        INSERT INTO accounting.journal_line
               (entry_id, date, position, account_id, label, amount, currency)
        SELECT entry_id, date, 99, account_id, '', 7, 'AED' FROM accounting.journal_line
         WHERE id = ({_STOCK_LINE})
        RETURNING ({_CODE}) || ': 7'
        """,
    ),
    Case(
        "accounting.stock_equals_ledger",
        "the stock is worth one more",
        "UPDATE inventory.value_line SET amount = amount + 1"
        " WHERE id = (SELECT max(id) FROM inventory.value_line WHERE role = 'stock')"
        " RETURNING (SELECT min(code) FROM accounting.account WHERE subtype = 'inventory')",
    ),
    Case(
        "accounting.bank_balances_hold",
        "the bank had one more",
        "UPDATE accounting.bank_balance SET amount = amount + 1 RETURNING amount",
    ),
    Case(
        "accounting.bank_matches_agree",
        "the bank moved one more",
        "UPDATE accounting.bank_line SET amount = amount + 1 RETURNING 'line ' || id",
    ),
    Case(
        "accounting.bank_matches_agree",
        "a movement that was matched is open",
        "UPDATE accounting.bank_line SET state = 'open' RETURNING 'line ' || id",
    ),
    Case(
        "accounting.bank_matches_agree",
        "a match is gone",
        "DELETE FROM accounting.bank_match RETURNING 'line ' || line_id",
    ),
)
