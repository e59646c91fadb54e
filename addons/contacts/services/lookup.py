"""Contacts as values, for other addons: found by what a document says, named many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session, aliased

from addons.contacts.models import Contact as _Row
from addons.contacts.services.contacts import create_contact
from addons.contacts.services.spelling import compact, email_key, name_key
from core.api import cached_until_change


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as other addons see it. `id` is never that of one that was merged away."""

    id: int
    code: str | None
    kind: str
    name: str
    name_local: str
    parent_id: int | None
    is_customer: bool
    is_supplier: bool
    tax_number: str
    registration_number: str
    email: str
    phone: str
    language: str
    country: str
    building_number: str
    street: str
    additional_number: str
    district: str
    city: str
    region: str
    postal_code: str
    active: bool
    short_address: str = ""
    group_id: int | None = None


_ALL_IDS = text("""
WITH today AS (
  SELECT coalesce(merged_into_id, id) AS id FROM contacts.contact WHERE id = :contact
)
SELECT id FROM (
  SELECT id, 0 AS place FROM today
  UNION ALL
  SELECT merged.id, 1 FROM contacts.contact AS merged JOIN today ON merged.merged_into_id = today.id
) AS every ORDER BY place, id
""")
_FIELDS = tuple(Contact.__dataclass_fields__)
_STANDS = aliased(_Row)  # the contact that one became, if it was merged
_BECAME = _STANDS.id == func.coalesce(_Row.merged_into_id, _Row.id)
# Built once: documents ask these at every step.
_CONTACT = (
    select(*(getattr(_STANDS, name) for name in _FIELDS))
    .select_from(_Row)
    .join(_STANDS, _BECAME)
    .where(_Row.id == bindparam("contact"))
)
_IDS = bindparam("ids", type_=ARRAY(BIGINT))
_ASKED = bindparam("contact", type_=BIGINT)
_OWN_ID = func.coalesce(
    select(func.coalesce(_Row.merged_into_id, _Row.id)).where(_Row.id == _ASKED).scalar_subquery(),
    _ASKED,
)
_NAMES = select(_Row.id, _STANDS.name).join(_STANDS, _BECAME).where(_Row.id == func.any(_IDS))
_CANONICAL = select(_Row.id, func.coalesce(_Row.merged_into_id, _Row.id)).where(
    _Row.id == func.any(_IDS)
)


@cached_until_change(_Row)
def get_contact(session: Session, contact_id: int) -> Contact | None:
    """A contact by its id; the one that it became, if it was merged."""
    row = session.execute(_CONTACT, {"contact": contact_id}).first()
    return None if row is None else _held(dict(zip(_FIELDS, row, strict=True)))


def find_contact(
    session: Session, *, tax_number: str = "", email: str = "", name: str = ""
) -> Contact | None:
    """The contact that a document means: by tax number if there is one, else by e-mail address,
    else by name in either language. None where none fits, or several do."""
    keys: list[ColumnElement[bool]] = []
    if compact(tax_number):
        keys.append(_Row.tax_key == compact(tax_number))
    if email_key(email):
        keys.append(_Row.email_key == email_key(email))
    if name_key(name):
        keys.append(_Row.name_key == name_key(name))
        keys.append(func.lower(_Row.name_local) == name.strip().lower())
    for condition in keys:
        found = session.scalars(
            select(_Row).where(condition, _Row.merged_into_id.is_(None)).order_by(
                _Row.active.desc(), _Row.id
            ).limit(3)
        ).all()  # fmt: skip
        active = [row for row in found if row.active] or list(found)
        if len(active) == 1:
            return _value(active[0])
        if active:
            return None
    return None


def contact_names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """What these contacts are called, by the ids given; those that were merged bear the name of
    the one that they became."""
    wanted = {contact_id for contact_id in ids if contact_id is not None}
    if not wanted:
        return {}
    if len(wanted) == 1:
        return dict(_one_name(session, *wanted))
    return {row[0]: row[1] for row in session.execute(_NAMES, {"ids": sorted(wanted)})}


@cached_until_change(_Row)
def _one_name(session: Session, contact_id: int) -> Mapping[int, str]:
    return {row[0]: row[1] for row in session.execute(_NAMES, {"ids": [contact_id]})}


def canonical_ids(session: Session, ids: Iterable[int | None]) -> dict[int, int]:
    """To each id that of the contact it is today: another one only if it was merged."""
    wanted = {contact_id for contact_id in ids if contact_id is not None}
    if not wanted:
        return {}
    if len(wanted) == 1:
        return dict(_one_canonical(session, *wanted))
    return {row[0]: row[1] for row in session.execute(_CANONICAL, {"ids": sorted(wanted)})}


@cached_until_change(_Row)
def _one_canonical(session: Session, contact_id: int) -> Mapping[int, int]:
    return {row[0]: row[1] for row in session.execute(_CANONICAL, {"ids": [contact_id]})}


@cached_until_change(_Row)
def all_ids(session: Session, contact_id: int) -> tuple[int, ...]:
    """Every id under which documents may name this contact: its own, and those merged into it."""
    found = session.scalars(_ALL_IDS, {"contact": contact_id}).all()
    return tuple(found) or (contact_id,)


def is_named(column: ColumnElement[int]) -> ColumnElement[bool]:
    """A condition: the column names the contact that the parameter `contact` means, under any of
    the ids of `all_ids`. For statements that would have to ask them first; an index answers it."""
    merged = select(_Row.id).where(_Row.merged_into_id == _OWN_ID).scalar_subquery()
    ids = func.array_append(func.array(merged, type_=ARRAY(BIGINT)), _OWN_ID)
    return column == func.any(ids)


def is_own_id(column: ColumnElement[int]) -> ColumnElement[bool]:
    """A condition: the column names that contact by the id that it has today."""
    return column == _OWN_ID


def ids_by_contact(session: Session, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The contacts that these ids mean today, each with every id under which documents may name
    it; its own comes first. An id that is unknown stands for itself."""
    wanted = set(ids)
    if not wanted:
        return {}
    today = canonical_ids(session, wanted)
    found: dict[int, list[int]] = {today.get(one, one): [] for one in sorted(wanted)}
    merged = select(_Row.id, _Row.merged_into_id).where(_Row.merged_into_id.in_(found))
    for other, own in session.execute(merged.order_by(_Row.id)):
        if own is not None:
            found[own].append(other)
    return {own: (own, *others) for own, others in found.items()}


def add_contact(session: Session, values: Mapping[str, Any]) -> Contact:
    """A new contact from these fields, checked as in its form; raises InvalidInput."""
    return _value(create_contact(session, values))


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Where a contact belongs: what is agreed with the company where a person works, or with the
    group of either, holds for them too. `contact_id` is never that of one that was merged."""

    contact_id: int
    name: str
    company_id: int | None
    group_ids: tuple[int, ...]


def affiliations(session: Session, ids: Iterable[int | None]) -> dict[int, Affiliation]:
    """Where these contacts belong, by the ids given; groups of their own come first. One query."""
    wanted = {contact_id for contact_id in ids if contact_id is not None}
    if not wanted:
        return {}
    own, company = aliased(_Row), aliased(_Row)
    named = select(_Row.id, own.id, own.name, own.parent_id, own.group_id, company.group_id)
    named = named.join(own, own.id == func.coalesce(_Row.merged_into_id, _Row.id))
    rows = session.execute(
        named.outerjoin(company, company.id == own.parent_id).where(_Row.id.in_(wanted))
    )
    return {
        given: Affiliation(
            one, name, parent, tuple(dict.fromkeys(group for group in groups if group is not None))
        )
        for given, one, name, parent, *groups in rows
    }


def _value(row: _Row) -> Contact:
    return _held({name: getattr(row, name) for name in _FIELDS})


def _held(held: dict[str, Any]) -> Contact:
    return Contact(**{**held, "language": held["language"] or "", "country": held["country"] or ""})
