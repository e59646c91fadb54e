"""How much of each item is settled: pure figures, no database.

Items owed to the company meet items that it owes, the oldest due first, until one side is used
up. They meet in the currency in which all of them were agreed, else in that of the books. An item
that is used up gives all that is left of it in both currencies, so that its residual is zero in
both or in neither; of others the books' amount is taken in proportion, rounded half-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import round_money
from addons.accounting.services.settlement.values import OpenItem

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Portion:
    """What is taken of an item, signed like it: `amount` in the books' currency and `original` in
    its own; and how much of that is written off rather than matched."""

    item: OpenItem
    amount: Decimal
    original: Decimal | None
    written_off: Decimal
    written_off_original: Decimal | None


@dataclass(frozen=True, slots=True)
class Matching:
    """The portions, the currency they meet in (empty: the books'), and what they leave over in
    the books' currency, signed: the exchange difference and the write-off, with the latter in the
    currency of the matching as well."""

    portions: tuple[Portion, ...]
    original_currency: str
    difference: Decimal
    written_off: Decimal
    written_off_original: Decimal

    @property
    def matched(self) -> bool:
        """Whether anything meets, or is written off."""
        return any(portion.amount or portion.original for portion in self.portions)


def common_currency(items: Iterable[OpenItem]) -> str:
    """The foreign currency in which all items were agreed; empty where they meet in the books'."""
    found = {item.original_currency for item in items}
    return found.pop() if len(found) == 1 else ""


def left_over(items: Sequence[OpenItem]) -> Decimal:
    """What the items sum to, in the currency in which they meet."""
    foreign = bool(common_currency(items))
    return exact_sum(_owed(item, foreign) for item in items)


def match(
    items: Sequence[OpenItem],
    *,
    limits: Mapping[int, Decimal] | None = None,
    write_off: Decimal | None = ZERO,
) -> Matching:
    """Set the items off against each other.

    `limits` says, by line, how much of an item may be taken at the most, without sign and in the
    currency in which the items meet. `write_off` is how much of what is left over is taken too;
    None for all of it.
    """
    currency = common_currency(items)
    foreign = bool(currency)
    caps = {item.line_id: _cap(item, foreign, limits or {}) for item in items}
    sides = [
        _by_due(item for item in items if _owed(item, foreign) > 0),
        _by_due(item for item in items if _owed(item, foreign) < 0),
    ]
    totals = [exact_sum(caps[item.line_id] for item in side) for side in sides]
    met = min(totals)
    taken = dict(_allocated(sides[0], caps, met)) | dict(_allocated(sides[1], caps, met))
    rest = {
        item.line_id: caps[item.line_id] - taken[item.line_id] for item in (*sides[0], *sides[1])
    }
    larger = sides[0] if totals[0] > totals[1] else sides[1]
    surplus = abs(totals[0] - totals[1])
    wanted = surplus if write_off is None else min(write_off, surplus)
    lost = dict(_allocated(larger, rest, wanted))
    portions = tuple(
        _portion(item, foreign, taken.get(item.line_id, ZERO), lost.get(item.line_id, ZERO))
        for item in items
    )
    written_off = exact_sum(portion.written_off for portion in portions)
    total = exact_sum(portion.amount for portion in portions)
    return Matching(
        tuple(portion for portion in portions if portion.amount or portion.original),
        currency,
        difference=total - written_off,
        written_off=written_off,
        written_off_original=exact_sum(p.written_off_original or ZERO for p in portions),
    )


def _owed(item: OpenItem, foreign: bool) -> Decimal:
    return (item.original_residual or ZERO) if foreign else item.residual


def _cap(item: OpenItem, foreign: bool, limits: Mapping[int, Decimal]) -> Decimal:
    most = abs(_owed(item, foreign))
    return min(most, limits.get(item.line_id, most))


def _by_due(items: Iterable[OpenItem]) -> list[OpenItem]:
    return sorted(items, key=lambda item: (item.due, item.date, item.line_id))


def _allocated(
    side: Sequence[OpenItem], caps: Mapping[int, Decimal], amount: Decimal
) -> Iterable[tuple[int, Decimal]]:
    """The amount spread over a side, each item filled before the next."""
    for item in side:
        part = min(caps[item.line_id], amount)
        amount -= part
        yield item.line_id, part


def _portion(item: OpenItem, foreign: bool, matched: Decimal, lost: Decimal) -> Portion:
    if foreign and not item.original_residual:
        # Nothing of it is owed any more: what is left in the books is an exchange difference.
        return Portion(item, item.residual, ZERO, ZERO, ZERO)
    sign = Decimal(1).copy_sign(_owed(item, foreign))
    taken = matched + lost
    if not taken:
        return Portion(item, ZERO, None if item.original_residual is None else ZERO, ZERO, ZERO)
    if foreign:
        amount = _share(item.residual, taken, abs(_owed(item, True)), item.currency)
        of_match = _share(item.residual, matched, abs(_owed(item, True)), item.currency)
        of_match = amount if not lost else of_match
        return Portion(item, amount, taken * sign, amount - of_match, lost * sign)
    original = None
    if item.original_residual is not None:
        original = _share(item.original_residual, taken, abs(item.residual), item.original_currency)
    return Portion(item, taken * sign, original, lost * sign, ZERO)


def _share(whole: Decimal, taken: Decimal, of: Decimal, currency: str) -> Decimal:
    """The part of `whole` that goes with `taken` of `of`; all of it with all."""
    if taken == of:
        return whole
    part = round_money(whole * taken / of, currency)
    return part if abs(part) <= abs(whole) else whole
