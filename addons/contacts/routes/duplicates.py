"""The page of duplicates, and merging two contacts."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.contacts.models import Contact
from addons.contacts.permissions import DELETE_CONTACTS, VIEW_CONTACTS
from addons.contacts.services.countries import country_name
from addons.contacts.services.duplicates import all_duplicates
from addons.contacts.services.merging import merge_contacts
from core.api import (
    InvalidInput,
    Json,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    msg,
    phrase,
)

COMPARED: Final = (
    ("code", msg("Number")),
    ("name", msg("Name")),
    ("name_local", msg("Name in the other language")),
    ("tax_number", msg("Tax number")),
    ("registration_number", msg("Registration number")),
    ("email", msg("E-mail")),
    ("phone", msg("Telephone")),
    ("street", msg("Street")),
    ("city", msg("City")),
    ("postal_code", msg("Postal code")),
    ("country", msg("Country")),
    ("created_at", msg("Added")),
)
"""What is shown of two contacts side by side, before they are merged."""


def duplicates(session: Session, request: Request) -> Page:
    """Contacts that are probably there twice."""
    return Page("contacts/duplicates.html", {"groups": all_duplicates(session)})


def ask_merge(session: Session, request: Request) -> Page:
    """Two contacts side by side; one is chosen to be kept."""
    one, other = _pair(session, request.query.get("one", ""), request.query.get("other", ""))
    return Page(
        "contacts/merge.html",
        {"pair": (one, other), "compared": COMPARED, "country_name": country_name},
    )


def merge(session: Session, request: Request) -> Reply:
    """Merge, as the page or a program asks."""
    given = request.json() if request.wants == "json" else request.form
    if not hasattr(given, "get"):
        raise InvalidInput.of("keep", phrase("Say which contact is kept, and which is merged."))
    keep, other = _pair(session, str(given.get("keep", "")), str(given.get("other", "")))
    kept = merge_contacts(session, keep.id, other.id)
    if request.wants == "json":
        return Json({"id": kept.id, "name": kept.name})
    return Redirect(
        f"/contacts/contacts/{kept.id}",
        phrase("{other} was merged into {name}.", other=other.name, name=kept.name),
    )


def _pair(session: Session, one: str, other: str) -> tuple[Contact, Contact]:
    found = [
        session.get(Contact, int(text)) if text.isascii() and text.isdecimal() and len(text) < 19
        else None
        for text in (one, other)
    ]  # fmt: skip
    if found[0] is None or found[1] is None:
        raise NotFound(phrase("There is no such contact."), fix=phrase("Choose two from the list."))
    return found[0], found[1]


ROUTES: Final = (
    Route("GET", "/duplicates", duplicates, VIEW_CONTACTS),
    Route("GET", "/duplicates/merge", ask_merge, DELETE_CONTACTS),
    Route("POST", "/duplicates/merge", merge, DELETE_CONTACTS),
)
