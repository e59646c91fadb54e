"""What can be wrong with contacts."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

CASES: Final = (
    Case(
        "contacts.merges_lead_somewhere",
        "it leads to one that was merged",
        """
        UPDATE contacts.contact AS kept
           SET active = false, merged_into_id = (SELECT min(id) FROM contacts.contact)
          FROM contacts.contact AS merged WHERE merged.merged_into_id = kept.id
        RETURNING merged.id
        """,
    ),
    Case(
        "contacts.keys_are_current",
        "a contact has another name",
        "UPDATE contacts.contact SET name = 'Something else'"
        " WHERE id = (SELECT min(id) FROM contacts.contact) RETURNING id",
    ),
)
