"""Kinds of value that are figures: whole numbers, decimals and money, and moments in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from core.i18n import phrase
from core.web.resources.culture import PLAIN, Culture
from core.web.resources.kinds import Control, Unreadable
from core.web.resources.moments import (
    NotAMoment,
    edit_datetime,
    read_date,
    read_datetime,
    rfc3339,
    show_date,
    show_datetime,
)
from core.web.resources.numbers import (
    MAX_FRACTION_DIGITS,
    MAX_INTEGER_DIGITS,
    NotANumber,
    edit_decimal,
    read_decimal,
    show_decimal,
    show_integer,
)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within what its column holds. A `code` is a number nobody calculates
    with, such as an id: it is not grouped."""

    low: int = -(2**63)
    high: int = 2**63 - 1
    code: bool = False
    control: Control = "number"
    figure: ClassVar[bool] = True
    ranged: ClassVar[bool] = True

    def read(self, text: str, culture: Culture) -> int:
        try:
            value = read_decimal(text, culture)
        except NotANumber:
            raise Unreadable(phrase("Write a whole number, such as 12.")) from None
        if value != value.to_integral_value():
            raise Unreadable(phrase("Write a whole number, such as 12."))
        return self.accept(int(value))

    def accept(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            raise Unreadable(phrase("This must be a whole number."))
        if not self.low <= data <= self.high:
            raise Unreadable(
                phrase(
                    "This must be between {low} and {high}.", low=str(self.low), high=str(self.high)
                )
            )
        return data

    def show(self, value: int, culture: Culture) -> str:
        return str(value) if self.code else show_integer(value, culture)

    def edit(self, value: int, culture: Culture) -> str:
        return str(value)

    def write(self, value: int) -> int:
        return int(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal. `integers` and `fractions` are the digits its column has room for;
    `least` digits after the point are always shown (2 for money)."""

    control: Control = "number"
    least: int = 0
    integers: int = MAX_INTEGER_DIGITS
    fractions: int = MAX_FRACTION_DIGITS
    figure: ClassVar[bool] = True
    ranged: ClassVar[bool] = True

    def read(self, text: str, culture: Culture) -> Decimal:
        try:
            return self._fits(read_decimal(text, culture))
        except NotANumber:
            example = show_decimal(Decimal("1234.5"), culture, self.least)
            raise Unreadable(phrase("Write a number such as {example}.", example=example)) from None

    def accept(self, data: Any) -> Decimal:
        if not isinstance(data, str) or "," in data or "(" in data:
            raise Unreadable(phrase('This must be a decimal number in a string, such as "12.50".'))
        return self.read(data, PLAIN)

    def _fits(self, value: Decimal) -> Decimal:
        # copy_abs and not abs(), which rounds to the precision of the arithmetic context.
        if value.copy_abs() >= Decimal(10) ** self.integers:
            raise Unreadable(
                phrase(
                    "This has too many digits: {limit} before the point at the most.",
                    limit=str(self.integers),
                )
            )
        if len(f"{value:f}".partition(".")[2].rstrip("0")) > self.fractions:
            raise Unreadable(
                phrase(
                    "This has too many digits: {limit} after the point at the most.",
                    limit=str(self.fractions),
                )
            )
        return value

    def show(self, value: Decimal, culture: Culture) -> str:
        return show_decimal(Decimal(value), culture, self.least)

    def edit(self, value: Decimal, culture: Culture) -> str:
        return edit_decimal(Decimal(value), culture, self.least)

    def write(self, value: Decimal) -> str:
        return f"{Decimal(value):f}"

    def schema(self) -> dict[str, Any]:
        digits = rf"\.[0-9]{{1,{self.fractions}}}" if self.fractions else ""
        pattern = rf"^[-+]?[0-9]{{1,{self.integers}}}" + (f"({digits})?$" if digits else "$")
        return {"type": "string", "pattern": pattern, "examples": ["1234.50"]}


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that is not exact, such as how far something has come. Never money."""

    control: Control = "number"
    figure: ClassVar[bool] = True
    ranged: ClassVar[bool] = True

    def read(self, text: str, culture: Culture) -> float:
        try:
            return float(read_decimal(text, culture))
        except NotANumber:
            example = show_decimal(Decimal("0.5"), culture)
            raise Unreadable(phrase("Write a number such as {example}.", example=example)) from None

    def accept(self, data: Any) -> float:
        if not isinstance(data, int | float) or isinstance(data, bool):
            raise Unreadable(phrase("This must be a number."))
        return float(data)

    def show(self, value: float, culture: Culture) -> str:
        return show_decimal(Decimal(repr(float(value))), culture)

    def edit(self, value: float, culture: Culture) -> str:
        return edit_decimal(Decimal(repr(float(value))), culture)

    def write(self, value: float) -> float:
        return float(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "number"}


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""

    control: Control = "date"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = True

    def read(self, text: str, culture: Culture) -> date:
        try:
            return read_date(text, culture)
        except NotAMoment:
            raise Unreadable(phrase("Write a date such as 2026-12-31.")) from None

    def accept(self, data: Any) -> date:
        if not isinstance(data, str):
            raise Unreadable(phrase("This must be a date in a string, such as 2026-12-31."))
        return self.read(data, PLAIN)

    def show(self, value: date, culture: Culture) -> str:
        return show_date(value, culture)

    def edit(self, value: date, culture: Culture) -> str:
        return value.isoformat()

    def write(self, value: date) -> str:
        return value.isoformat()

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "examples": ["2026-12-31"]}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, in UTC."""

    control: Control = "datetime"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = True

    def read(self, text: str, culture: Culture) -> datetime:
        try:
            return read_datetime(text, culture)
        except NotAMoment:
            raise Unreadable(phrase("Write a date and time such as 2026-12-31 18:30.")) from None

    def accept(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise Unreadable(
                phrase("This must be a time in a string, such as 2026-12-31T18:30:00Z.")
            )
        try:
            value = datetime.fromisoformat(data)
            if value.tzinfo is not None and "T" in data.upper():
                return value.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise Unreadable(phrase("Write a time with its offset, such as 2026-12-31T18:30:00Z."))

    def show(self, value: datetime, culture: Culture) -> str:
        return show_datetime(value, culture)

    def edit(self, value: datetime, culture: Culture) -> str:
        return edit_datetime(value, culture)

    def write(self, value: datetime) -> str:
        return rfc3339(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "examples": ["2026-12-31T18:30:00Z"]}


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of any day, without a zone."""

    control: Control = "time"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = True

    def read(self, text: str, culture: Culture) -> time:
        return self.accept(text.strip())

    def accept(self, data: Any) -> time:
        try:
            value = time.fromisoformat(data)
            if value.tzinfo is None:
                return value
        except (TypeError, ValueError):
            pass
        raise Unreadable(phrase("Write a time such as 18:30."))

    def show(self, value: time, culture: Culture) -> str:
        return value.isoformat("seconds" if value.second else "minutes")

    def edit(self, value: time, culture: Culture) -> str:
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")

    def write(self, value: time) -> str:
        return value.isoformat()

    def schema(self) -> dict[str, Any]:
        pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"
        return {"type": "string", "pattern": pattern, "examples": ["18:30:00"]}
