"""The pages of the feed: a first load by sections, then what changed.

Pages are bounded: some thousand products, rules or customers each, however many there are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from addons.catalog.api import offline_price_rules, offline_products, offline_taxes
from addons.contacts.api import offline_customers
from addons.pos.models import Binding, Register
from addons.pos.services.feed.changed import changed_rows
from addons.pos.services.feed.cursors import PHASES, Cursor, Phase, read_cursor, write_cursor
from addons.pos.services.feed.customers import daily_customers, told_customers
from addons.pos.services.feed.sections import Reader, small_sections
from core.api import changes_begin, today, utc_now

PICTURES: Final = "/api/v1/pos/pictures/"
PAGE: Final = 5000


def feed_page(session: Session, device: Binding, since: str, most: int = PAGE) -> dict[str, Any]:
    """What a till is told next. `since` is the cursor of the page before; without one, or with one
    that means nothing here, a first load begins."""
    register = session.get_one(Register, device.register_id)
    reader = Reader(register, device, offline_taxes(session), today(session))
    cursor = read_cursor(since) if since else None
    if cursor is not None and cursor.register == register.id:
        if cursor.phase != "changes":
            return _loading(session, reader, cursor, most, first=False)
        told = _changes(session, reader, cursor, most)
        if told is not None:
            return told
    begun = Cursor(register.id, PHASES[0], changes_begin(session))
    return _loading(session, reader, begun, most, first=True)


def _loading(
    session: Session, reader: Reader, cursor: Cursor, most: int, *, first: bool
) -> dict[str, Any]:
    """A page of a first load; its first has the small sections too."""
    small, digests = small_sections(session, reader, {}) if first else ({}, dict(cursor.digests))
    rows, last = _rows_of(session, reader, cursor, most)
    if len(rows) < most:
        phase, after = PHASES[PHASES.index(cursor.phase) + 1], 0
    else:
        phase, after = cursor.phase, last
    day = reader.day.isoformat() if first else cursor.day
    following = Cursor(cursor.register, phase, cursor.place, after, day, digests)
    return _page(
        following, full=True, first=first, more=True, sections={**small, cursor.phase: rows}
    )


def _rows_of(
    session: Session, reader: Reader, cursor: Cursor, most: int
) -> tuple[Collection[Any], int]:
    """The next rows of the section that is being loaded, and the id of the last."""
    phase: Phase = cursor.phase
    if phase == "products":
        found = offline_products(session, cursor.after, most, PICTURES)
        return [orjson.Fragment(one) for _, one in found], found[-1][0] if found else 0
    if phase == "price_rules":
        rules = offline_price_rules(session, reader.register.currency, cursor.after, most)
        return rules, rules[-1]["id"] if rules else 0
    people = offline_customers(session, cursor.after, most)
    told = told_customers(session, reader.taxes, people)
    return told, people[-1].id if people else 0


def _changes(session: Session, reader: Reader, cursor: Cursor, most: int) -> dict[str, Any] | None:
    """What changed after the cursor; None where its database is another one by now."""
    changed = changed_rows(session, reader, cursor.place, most, PICTURES)
    if changed is None:
        return None
    small, digests = small_sections(session, reader, cursor.digests)
    sections = {name: rows for name, rows in changed.sections.items() if rows}
    day = reader.day.isoformat()
    if cursor.day != day:
        known = {row["id"] for row in sections.get("customers", ())}
        daily = [row for row in daily_customers(session, reader.taxes) if row["id"] not in known]
        sections["customers"] = [*sections.get("customers", ()), *daily]
    following = Cursor(cursor.register, "changes", changed.place, 0, day, digests)
    page = _page(
        following, full=False, first=False, more=changed.more, sections={**small, **sections}
    )
    return {**page, "gone": changed.gone}


def _page(
    cursor: Cursor, sections: dict[str, Any], *, full: bool, first: bool, more: bool
) -> dict[str, Any]:
    return {
        "cursor": write_cursor(cursor),
        "full": full,
        "first": first,
        "more": more,
        "at": utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "gone": {"products": [], "price_rules": [], "customers": []},
        **sections,
    }
