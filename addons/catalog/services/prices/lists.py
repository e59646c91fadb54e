"""Which price lists count for whom on a day, and the lists that these are based on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, DATE, INTEGER, TEXT
from sqlalchemy.orm import Session

from addons.contacts.api import Affiliation, affiliations

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A price list as a value."""

    id: int
    name: str
    currency: str
    shows_discount: bool
    digits: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A list that counts, and for whom it was made: `party` as the tables have it."""

    list_id: int
    party: str
    place: int


@dataclass(frozen=True, slots=True)
class ListsFound:
    """For each contact and day that was asked the lists that count, the nearest first; and every
    list that is needed, with those that others are based on."""

    standings: Mapping[tuple[int | None, date], tuple[Standing, ...]]
    lists: Mapping[int, ListFacts]


_REACH: Final = text("""
WITH RECURSIVE asked AS (
  SELECT * FROM unnest(:contacts, :days, :places, :parties) AS a(contact, day, place, party)
), direct AS (
  SELECT a.contact, a.day, a.place, a.party, p.list_id
    FROM asked AS a
    JOIN catalog.price_list_party AS p ON p.party = a.party AND p.active
     AND (p.valid_from IS NULL OR p.valid_from <= a.day)
     AND (p.valid_until IS NULL OR p.valid_until >= a.day)
), reach(list_id) AS (
  SELECT list_id FROM direct
  UNION
  SELECT r.base_list_id FROM reach
    JOIN catalog.price_rule AS r ON r.list_id = reach.list_id
   WHERE r.base_list_id IS NOT NULL
)
SELECT l.id, l.name, l.currency, l.shows_discount, l.digits, d.contact, d.day, d.place, d.party
  FROM reach JOIN catalog.price_list AS l ON l.id = reach.list_id
  LEFT JOIN direct AS d ON d.list_id = l.id
 ORDER BY d.place, l.id
""").bindparams(
    bindparam("contacts", type_=ARRAY(BIGINT)),
    bindparam("days", type_=ARRAY(DATE)),
    bindparam("places", type_=ARRAY(INTEGER)),
    bindparam("parties", type_=ARRAY(TEXT)),
)


def lists_for(session: Session, asked: Collection[tuple[int | None, date]]) -> ListsFound:
    """The lists that count for these contacts on these days: the contact's own, then those of the
    company where they work, of the group of either, and of everybody. Two statements."""
    belong = affiliations(session, (contact_id for contact_id, _ in asked))
    rows = [
        {"contact": contact_id or 0, "day": day, "place": place, "party": party}
        for contact_id, day in sorted(set(asked), key=lambda one: (one[0] or 0, one[1]))
        for place, party in enumerate(parties_of(belong.get(contact_id or 0)))
    ]
    found: dict[tuple[int | None, date], list[Standing]] = {one: [] for one in asked}
    lists: dict[int, ListFacts] = {}
    for row in session.execute(_REACH, _columns(rows)):
        lists[row.id] = ListFacts(*row[:5])
        if row.contact is not None:
            found[(row.contact or None, row.day)].append(Standing(row.id, row.party, row.place))
    return ListsFound({key: tuple(standings) for key, standings in found.items()}, lists)


def parties_of(belongs: Affiliation | None) -> tuple[str, ...]:
    """For whom a list may be made that counts for a contact, the nearest first."""
    if belongs is None:
        return (ALL,)
    contacts = [belongs.contact_id, *([belongs.company_id] if belongs.company_id else [])]
    return (
        *(f"contact:{contact_id}" for contact_id in contacts),
        *(f"group:{group_id}" for group_id in belongs.group_ids),
        ALL,
    )


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = {"contacts": "contact", "days": "day", "places": "place", "parties": "party"}
    return {name: [row[key] for row in rows] for name, key in names.items()}
