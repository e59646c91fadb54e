"""What is always true of contacts."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.contacts.models import Contact
from addons.contacts.services.spelling import compact, email_key, name_key, phone_key
from core.api import Invariant, InvariantResult, msg

_ASTRAY = text("""
SELECT merged.id FROM contacts.contact AS merged
  JOIN contacts.contact AS kept ON kept.id = merged.merged_into_id
 WHERE kept.merged_into_id IS NOT NULL OR merged.active
 ORDER BY merged.id LIMIT 20
""")


def merges_lead_somewhere(session: Session) -> InvariantResult:
    """Whatever was merged rests, and leads in one step to a contact that was not."""
    bad = [str(contact_id) for contact_id in session.scalars(_ASTRAY)]
    return InvariantResult(not bad, f"{len(bad)} astray", ", ".join(bad))


def keys_are_current(session: Session) -> InvariantResult:
    """The keys by which duplicates are found are those of the names and numbers now."""
    bad: list[str] = []
    columns = (Contact.id, Contact.name, Contact.tax_number, Contact.email, Contact.phone)
    keys = (Contact.name_key, Contact.tax_key, Contact.email_key, Contact.phone_key)
    count = 0
    for row in session.execute(select(*columns, *keys)):
        count += 1
        contact_id, name, tax, email, phone, *stored = row
        if stored != [name_key(name), compact(tax), email_key(email), phone_key(phone)]:
            bad.append(str(contact_id))
    return InvariantResult(not bad, f"{count} contacts", ", ".join(bad[:20]))


INVARIANTS = (
    Invariant(
        "contacts.merges_lead_somewhere",
        msg("Merged contacts lead to the one they became"),
        merges_lead_somewhere,
    ),
    Invariant(
        "contacts.keys_are_current", msg("Duplicates are found by current names"), keys_are_current
    ),
)
