"""Adding and changing price lists, so that nobody has two of a currency on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.models.prices import PriceList, PriceListParty
from addons.catalog.services.prices.periods import overlap
from addons.contacts.api import canonical_ids
from core.api import Conflict, InvalidInput, Problem, phrase

LISTS_LOCK: Final = 0x70_72_69_63_65_73
"""The advisory lock of those who change for whom lists hold, or what they are based on ("prices"
in ASCII)."""


def create_list(session: Session, values: Mapping[str, Any]) -> PriceList:
    """A new price list, with those it holds for. Raises InvalidInput, and Conflict that names the
    list which somebody has already on those days."""
    price_list = PriceList(name="", currency="", shows_discount=False, note="", active=True)
    return _save_list(session, price_list, values)


def update_list(session: Session, price_list: PriceList, values: Mapping[str, Any]) -> PriceList:
    """Change those fields of a list that are given; errors as in `create_list`."""
    return _save_list(session, price_list, values)


def _save_list(session: Session, price_list: PriceList, values: Mapping[str, Any]) -> PriceList:
    # One after the other, so that each sees for whom the others made lists.
    session.execute(select(func.pg_advisory_xact_lock(LISTS_LOCK)))
    for name in ("name", "currency", "shows_discount", "digits", "note", "active"):
        if name in values:
            value = values[name]
            setattr(price_list, name, value.strip() if isinstance(value, str) else value)
    price_list.currency = (price_list.currency or "").upper()
    if not price_list.name:
        raise InvalidInput.of("name", phrase("Give the price list a name."))
    if not (price_list.currency.isascii() and price_list.currency.isalpha()
            and len(price_list.currency) == 3):  # fmt: skip
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))
    if price_list.digits is not None and not 0 <= price_list.digits <= 6:
        raise InvalidInput.of("digits", phrase("Prices have between 0 and 6 decimals."))
    with session.no_autoflush:
        if "parties" in values:
            _set_parties(session, price_list, values["parties"])
        for party in price_list.parties:
            party.currency, party.active = price_list.currency, price_list.active
        if price_list.active:
            _require_free(session, price_list)
    session.add(price_list)
    session.flush()
    return price_list


def _set_parties(
    session: Session, price_list: PriceList, sent: Iterable[Mapping[str, Any]]
) -> None:
    known = {party.id: party for party in price_list.parties}
    kept: list[PriceListParty] = []
    sent = list(sent)
    today = canonical_ids(session, (values.get("contact_id") for values in sent))
    for place, values in enumerate(sent):
        given = dict(values)
        key = given.pop("id", None)
        party = PriceListParty() if key is None else known.get(key)
        if party is None:
            raise InvalidInput.of(f"parties.{place}.id", phrase("There is no such line here."))
        for name, value in given.items():
            setattr(party, name, value)
        party.contact_id = today.get(party.contact_id or 0, party.contact_id)
        _require_party(party, place)
        kept.append(party)
    price_list.parties = kept


def _require_party(party: PriceListParty, place: int) -> None:
    if party.contact_id is not None and party.group_id is not None:
        raise InvalidInput.of(
            f"parties.{place}.group_id",
            phrase("Choose a contact or a group; for both, add two lines."),
        )
    if party.valid_from and party.valid_until and party.valid_from > party.valid_until:
        raise InvalidInput.of(
            f"parties.{place}.valid_until", phrase("The last day lies before the first.")
        )


def _require_free(session: Session, price_list: PriceList) -> None:
    """Raise Conflict where somebody has another list of the currency on some of the days."""
    taken: list[tuple[str, date | None, date | None, str]] = [
        tuple(row)  # type: ignore[misc]
        for row in session.execute(
            select(
                PriceListParty.party,
                PriceListParty.valid_from,
                PriceListParty.valid_until,
                PriceList.name,
            )
            .join(PriceList, PriceList.id == PriceListParty.list_id)
            .where(PriceListParty.active, PriceListParty.currency == price_list.currency)
            .where(PriceListParty.list_id != (price_list.id or 0))
        )
    ]
    for place, party in enumerate(price_list.parties):
        word = party_word(party.contact_id, party.group_id)
        for other, start, end, name in taken:
            if other == word and overlap(party.valid_from, party.valid_until, start, end):
                raise _two_lists(place, name, price_list.currency)
        taken.append((word, party.valid_from, party.valid_until, price_list.name))


def party_word(contact_id: int | None, group_id: int | None) -> str:
    """For whom a list holds, in one word, as the database writes it."""
    if contact_id is not None:
        return f"contact:{contact_id}"
    return f"group:{group_id}" if group_id is not None else "all"


def _two_lists(place: int, name: str, currency: str) -> Conflict:
    return Conflict(
        phrase("The price list {name} holds for them on these days already, in {currency}.",
               name=name, currency=currency),
        fix=phrase("Let one end before the other begins, or put its rules into that list."),
        problems=(Problem(f"parties.{place}.contact_id", phrase("There is another list.")),),
    )  # fmt: skip


def move_parties(session: Session, kept_id: int, merged_id: int) -> None:
    """Give a merged contact's price lists to the one that is kept. Where that one has a list of
    the same currency on some of the days, its own stays and the other's ends."""
    session.execute(select(func.pg_advisory_xact_lock(LISTS_LOCK)))
    both = select(PriceListParty).where(PriceListParty.contact_id.in_((kept_id, merged_id)))
    parties = session.scalars(both.order_by(PriceListParty.id)).all()
    own = [party for party in parties if party.contact_id == kept_id]
    for party in parties:
        if party.contact_id == kept_id:
            continue
        if party.active and any(_together(party, other) for other in own):
            session.delete(party)
        else:
            party.contact_id = kept_id
    session.flush()


def _together(one: PriceListParty, other: PriceListParty) -> bool:
    same = other.active and one.currency == other.currency
    return same and overlap(one.valid_from, one.valid_until, other.valid_from, other.valid_until)
