"""Settling: items are set off against each other, and what is left over is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.events import ItemsSettled
from addons.accounting.services.posting_days import Posting, can_post
from addons.accounting.services.settlement.adjusting import Adjustment, adjust
from addons.accounting.services.settlement.items import locked_items, open_items
from addons.accounting.services.settlement.matching import Matching, match
from addons.accounting.services.settlement.storing import next_id, store
from addons.accounting.services.settlement.values import (
    OpenItem,
    SettledPart,
    Settlement,
    WriteOff,
)
from core.api import Conflict, InvalidInput, emit, phrase, today


class NothingToSettle(Conflict):
    """The items do not meet: they are settled already, or all on one side."""

    code = "nothing-to-settle"


def settle(
    session: Session,
    line_ids: Sequence[int],
    *,
    write_off: WriteOff | None = None,
    on: date | None = None,
    amounts: Mapping[int, Decimal] | None = None,
) -> Settlement:
    """Set these lines off against each other, the oldest due first, as far as they go.

    They are lines of one account, partner and currency. Those agreed in one foreign currency are
    settled in it, and the exchange difference is posted. `amounts` limits what is taken of a line,
    without sign, in the currency of the settlement. `write_off` says where the rest goes. `on`
    is the day of the settlement, by default that of the newest line.

    Raises InvalidInput for lines that cannot meet, and NothingToSettle where nothing is left.
    """
    wanted = list(dict.fromkeys(line_ids))
    items = locked_items(session, wanted)
    _require_comparable(items)
    _require_amounts(items, amounts or {})
    limit = Decimal(0) if write_off is None else write_off.amount
    matching = match(items, limits=amounts, write_off=limit)
    _require_progress(matching, write_off)
    _require_tolerance(matching, write_off, items[0].owed_currency)
    day = _day(session, [portion.item for portion in matching.portions], on)
    return _settled(session, matching, day, write_off)


def settle_oldest(
    session: Session,
    account_id: int,
    partner_id: int | None,
    *,
    named: str = "",
    currency: str | None = None,
    on: date | None = None,
) -> list[Settlement]:
    """Set off everything that is open of a partner on an account, the oldest due first, in each
    currency by itself. Without a contact these are the items of entries that bear the name
    `named` alone. Returns the settlements made, none where nothing meets."""
    groups: dict[tuple[str, str], list[OpenItem]] = {}
    for item in open_items(
        session,
        account_ids=[account_id],
        partner_id=partner_id,
        named=named if partner_id is None else None,
        currency=currency,
    ):
        groups.setdefault((item.currency, item.original_currency), []).append(item)
    made = []
    for items in groups.values():
        if match(items).matched:
            made.append(settle(session, [item.line_id for item in items], on=on))
    return made


def _settled(
    session: Session, matching: Matching, day: date, write_off: WriteOff | None
) -> Settlement:
    settlement_id = 0
    first = matching.portions[0].item
    parts = [SettledPart(p.item.line_id, p.amount, p.original) for p in matching.portions]
    entry_id = None
    if matching.difference or matching.written_off or matching.written_off_original:
        settlement_id = next_id(session)
        items = [portion.item for portion in matching.portions]
        entry_id, own = adjust(session, Adjustment(settlement_id, day, items, matching, write_off))
        parts += own
    made = Settlement(
        id=settlement_id,
        date=day,
        kind="match",
        account_id=first.account_id,
        partner_id=first.partner_id,
        currency=first.currency,
        original_currency=matching.original_currency,
        parts=tuple(parts),
        entry_id=entry_id,
    )
    made = store(session, made)
    emit(session, ItemsSettled(made.id, day))
    return made


def _require_comparable(items: Sequence[OpenItem]) -> None:
    if not items:
        raise NothingToSettle(
            phrase("None of these items is open any more."),
            fix=phrase("Reload the page: somebody may have settled them."),
        )
    first = items[0]
    for item in items[1:]:
        if item.account_id != first.account_id:
            raise InvalidInput.of(
                "lines",
                phrase("{one} and {other} are different accounts; items are settled within one.",
                       one=first.account, other=item.account),
            )  # fmt: skip
        if item.partner_id != first.partner_id:
            raise InvalidInput.of(
                "lines",
                phrase("These are items of different partners: {one} and {other}.",
                       one=first.partner or "–", other=item.partner or "–"),
                fix=phrase("Settle each partner's items by themselves."),
            )  # fmt: skip
        if item.currency != first.currency:
            raise InvalidInput.of(
                "lines",
                phrase("{one} and {other} cannot be settled with each other.",
                       one=first.currency, other=item.currency),
            )  # fmt: skip


def _require_amounts(items: Sequence[OpenItem], amounts: Mapping[int, Decimal]) -> None:
    for item in items:
        amount = amounts.get(item.line_id)
        if amount is not None and (not amount.is_finite() or amount < 0):
            raise InvalidInput.of(
                f"amounts.{item.line_id}", phrase("Give an amount of zero or more.")
            )


def _require_progress(matching: Matching, write_off: WriteOff | None) -> None:
    if not matching.matched:
        raise NothingToSettle(
            phrase("These items are all on one side, so nothing pays anything."),
            fix=phrase("Choose items of both sides, or write the rest off."),
        )
    if write_off is not None and not (write_off.account or write_off.lines):
        raise InvalidInput.of(
            "write_off_account", phrase("Say to which account the rest is written off.")
        )


def _require_tolerance(matching: Matching, write_off: WriteOff | None, currency: str) -> None:
    if write_off is None or write_off.tolerance is None:
        return
    lost = abs(
        matching.written_off_original if matching.original_currency else matching.written_off
    )
    if lost > write_off.tolerance:
        raise InvalidInput.of(
            "write_off",
            phrase(
                "{amount} {currency} would be written off, and at most {most} may be.",
                amount=lost,
                currency=currency,
                most=write_off.tolerance,
            ),
            fix=phrase("Settle in part, or choose a larger tolerance."),
        )


def _day(session: Session, items: Sequence[OpenItem], on: date | None) -> date:
    """The day of the settlement: as asked, else that of the newest line; today where the books
    of that day are closed."""
    newest = max(item.date for item in items)
    if on is not None:
        if on < newest:
            raise InvalidInput.of(
                "on",
                phrase("Items of {newest} cannot be settled on {day}.", newest=newest, day=on),
                fix=phrase("Choose {newest} or a later day.", newest=newest),
            )
        return on
    if can_post(session, Posting(newest, "general", taxed=False)):
        return newest
    return max(newest, today(session))
