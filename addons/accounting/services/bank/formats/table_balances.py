"""The running balance that some banks print beside each row: it proves the lines, or warns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from addons.accounting.services.bank.values import BankBalance
from core.api import phrase

Point = tuple[int, date, Decimal, Decimal | None]
"""Row, day, amount, and the balance after it where one is printed."""


@dataclass(frozen=True, slots=True)
class StatedBalances:
    """Balances before the first and after the last movement; none where the file has no such
    column."""

    opening: BankBalance | None
    closing: BankBalance | None
    newest_first: bool
    warnings: tuple[str, ...]


def stated_balances(points: Sequence[Point]) -> StatedBalances:
    """Read the column in the direction in which it adds up better, and name where it does not."""
    forward = list(points)
    backward = forward[::-1]
    newest_first = bool(points) and points[0][1] > points[-1][1]
    if all(balance is None for *_, balance in points):
        return StatedBalances(None, None, newest_first, ())
    if points[0][1] == points[-1][1]:
        newest_first = len(_breaks(backward)) < len(_breaks(forward))
    ordered = backward if newest_first else forward
    first = next(place for place, point in enumerate(ordered) if point[3] is not None)
    last = max(place for place, point in enumerate(ordered) if point[3] is not None)
    before = _known(ordered[first]) - sum((p[2] for p in ordered[: first + 1]), Decimal())
    after = _known(ordered[last]) + sum((p[2] for p in ordered[last + 1 :]), Decimal())
    warnings = [
        phrase(
            "Row {row}: the balance is {stated}, the movements make {total}.",
            row=row,
            stated=f"{stated:f}",
            total=f"{total:f}",
        )
        for row, stated, total in _breaks(ordered)[:3]
    ]
    return StatedBalances(
        BankBalance(before, ordered[0][1]),
        BankBalance(after, ordered[-1][1]),
        newest_first,
        tuple(warnings),
    )


def _breaks(ordered: Sequence[Point]) -> list[tuple[int, Decimal, Decimal]]:
    """Rows whose balance is not the balance before plus the movements since."""
    found: list[tuple[int, Decimal, Decimal]] = []
    running: Decimal | None = None
    for row, _, amount, stated in ordered:
        running = None if running is None else running + amount
        if stated is not None:
            if running is not None and running != stated:
                found.append((row, stated, running))
            running = stated
    return found


def _known(point: Point) -> Decimal:
    return point[3] if point[3] is not None else Decimal()
