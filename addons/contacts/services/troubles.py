"""What somebody should see to among the contacts, for the page of repairs."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Trouble, phrase

_SAME = text("""
SELECT count(*) FROM (
  SELECT 1 FROM contacts.contact
   WHERE tax_key <> '' AND merged_into_id IS NULL AND active AND parent_id IS NULL
   GROUP BY tax_key HAVING count(*) > 1) AS shared
""")


def same_tax_number(session: Session) -> list[Trouble]:
    """A tax number belongs to one company. Kept twice, what it owes is told in two places."""
    count = session.scalar(_SAME) or 0
    if not count:
        return []
    return [
        Trouble(
            key="duplicates",
            title=phrase("Contacts are there twice"),
            cause=phrase(
                "{count} tax numbers belong to more than one contact. What such a company owes is"
                " told in several places.",
                count=count,
            ),
            severity="warning",
            url="/contacts/duplicates",
        )
    ]
