"""Ages as plain arithmetic: in which bucket a number of days falls, and amounts added up by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from addons.accounting.services.exact import exact_sum
from core.api import InvalidInput, phrase


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days overdue from the first to the last; None is open at that end. The first bucket holds
    what is not due yet and ends with day 0."""

    first: int | None
    last: int | None

    @property
    def label(self) -> str:
        """How it is written in any language: "0", "1-30", "90+"."""
        if self.first is None:
            return "0"
        return f"{self.first - 1}+" if self.last is None else f"{self.first}-{self.last}"


def buckets(days: Sequence[int]) -> tuple[Bucket, ...]:
    """The buckets that begin after these days: 30, 60 give not due, 1-30, 31-60 and 60+."""
    if any(one < 1 for one in days) or any(b <= a for a, b in pairwise(days)):
        raise InvalidInput.of(
            "ageing_days", phrase("Days of ages are whole numbers that rise, such as 30, 60, 90.")
        )
    ends = [0, *days]
    between = [Bucket(low + 1, high) for low, high in zip(ends, days, strict=False)]
    return (Bucket(None, 0), *between, Bucket(ends[-1] + 1, None))


def days_written(text: str) -> list[int]:
    """Days as a company writes them in its options: "30, 60, 90"."""
    return [int(part) for part in text.split(",") if part.strip().isdecimal()]


def bucket_of(days_overdue: int, among: Sequence[Bucket]) -> int:
    """The place of the bucket that so many days fall into."""
    return next(
        place
        for place, bucket in enumerate(among)
        if bucket.last is None or days_overdue <= bucket.last
    )


def aged(
    amounts: Iterable[tuple[date, Decimal]], on: date, among: Sequence[Bucket]
) -> list[Decimal]:
    """Amounts with the day that they count from, added up by bucket as of a day."""
    held: list[list[Decimal]] = [[] for _ in among]
    for day, amount in amounts:
        held[bucket_of((on - day).days, among)].append(amount)
    return [exact_sum(values) for values in held]
