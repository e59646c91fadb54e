"""What contacts tell the other addons."""

from __future__ import annotations

from dataclasses import dataclass

from core.api import Event


@dataclass(frozen=True, slots=True)
class ContactCreated(Event, name="contacts.ContactCreated"):
    """A contact was added."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class ContactChanged(Event, name="contacts.ContactChanged"):
    """A contact's own data were changed; `fields` names what has another value now."""

    contact_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactsMerged(Event, name="contacts.ContactsMerged"):
    """A contact became part of another. Who keeps something of `merged_id` that can change hands
    gives it to `kept_id` now; what cannot is led there by `contacts.api.canonical_ids`."""

    kept_id: int
    merged_id: int
