"""What can be wrong with the tills."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

_SALE: Final = "SELECT min(id) FROM pos.sale"
_SOLD: Final = "SELECT min(id) FROM pos.operation WHERE type = 'sale' AND state = 'done'"
_NUMBER: Final = "SELECT number FROM pos.sale WHERE id = sale_id"

CASES: Final = (
    Case(
        "pos.none_stuck",
        "what came two days ago waits",
        "UPDATE pos.operation SET state = 'accepted', received_at = now() - interval '2 days'"
        f" WHERE id = ({_SOLD}) RETURNING sync_id",
    ),
    Case(
        "pos.one_sale_each",
        "what was booked has no receipt",
        f"DELETE FROM pos.sale WHERE id = ({_SALE}) RETURNING sync_id",
    ),
    Case(
        "pos.one_sale_each",
        "a receipt is of what was not booked",
        "UPDATE pos.operation SET state = 'quarantined', problem = '{}'"
        f" WHERE id = ({_SOLD})"
        " RETURNING (SELECT number FROM pos.sale WHERE operation_id = operation.id)",
    ),
    Case(
        "pos.sums",
        "a line is one more",
        f"UPDATE pos.sale_line SET net = net + 1 WHERE sale_id = ({_SALE}) RETURNING ({_NUMBER})",
    ),
    Case(
        "pos.sums",
        "one less was paid",
        "UPDATE pos.sale_payment SET amount = amount - 1"
        f" WHERE sale_id = ({_SALE}) RETURNING ({_NUMBER})",
    ),
    Case(
        "pos.series",
        "something is missing in between",
        f"DELETE FROM pos.operation WHERE id = ({_SOLD}) RETURNING 'binding ' || binding_id",
    ),
    Case(
        "pos.series",
        "the end is missing",
        "DELETE FROM pos.operation WHERE id = (SELECT max(id) FROM pos.operation)"
        " RETURNING 'binding ' || binding_id",
    ),
    Case(
        "pos.chains",
        "a link follows something else",
        f"UPDATE pos.operation SET prev_hash = repeat('0', 64) WHERE id = ({_SOLD})"
        " RETURNING sync_id",
    ),
    Case(
        "pos.chains",
        "a receipt says something else",
        """
        UPDATE pos.operation
           SET content = jsonb_set(content, '{payload,number}', to_jsonb('Something else'::text))
         WHERE id = (SELECT min(id) FROM pos.operation WHERE type = 'sale') RETURNING sync_id
        """,
    ),
    Case(
        "pos.one_entry_each",
        "an entry is gone",
        "DELETE FROM accounting.journal_entry WHERE id = (SELECT max(id)"
        " FROM accounting.journal_entry WHERE source_type = 'pos.sale') RETURNING '24 receipts'",
    ),
    Case(
        "pos.one_stock_effect_each",
        "goods were moved twice",
        """
        INSERT INTO inventory.move (product_id, from_id, to_id, quantity, day, currency, number,
                                    source_type, source_id, source_line_id, created_by)
        SELECT product_id, from_id, to_id, quantity, day, currency, number, source_type,
               source_id, source_line_id, created_by
          FROM inventory.move WHERE id = (
            SELECT max(id) FROM inventory.move WHERE source_type = 'pos.sale')
        RETURNING 'lines from 0'
        """,
    ),
)
