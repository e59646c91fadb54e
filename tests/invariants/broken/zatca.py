"""What can be wrong with electronic invoices."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

CASES: Final = (
    Case(
        "zatca.links",
        "an invoice follows something else",
        "UPDATE zatca.document SET previous_hash = 'x' WHERE counter = 2 RETURNING number",
    ),
    Case(
        "zatca.links",
        "the first follows something else",
        "UPDATE zatca.document SET previous_hash = 'x' WHERE counter = 1 RETURNING number",
    ),
    Case(
        "zatca.links",
        "one in between is gone",
        "DELETE FROM zatca.document WHERE counter = 2"
        " RETURNING (SELECT number FROM zatca.document WHERE counter = 3)",
    ),
    Case(
        "zatca.ends",
        "the last is gone",
        "DELETE FROM zatca.document WHERE counter = (SELECT max(counter) FROM zatca.document)"
        " RETURNING (SELECT name FROM zatca.device WHERE id = device_id)",
    ),
    Case(
        "zatca.ends",
        "the device believes in another end",
        "UPDATE zatca.chain_end SET last_hash = 'x'"
        " RETURNING (SELECT name FROM zatca.device WHERE id = device_id)",
    ),
    Case(
        "zatca.followed",
        "nothing follows what was superseded",
        "UPDATE zatca.document SET state = 'SUPERSEDED' WHERE counter = 1 RETURNING number",
    ),
)
