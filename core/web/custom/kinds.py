"""The kinds of value of custom fields: how each is shown, and what is asked of what is typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from core.custom.definitions import FieldDefinition
from core.i18n import phrase
from core.web.custom.patterns import read_pattern
from core.web.resources.culture import PLAIN, Culture
from core.web.resources.kinds import Boolean, Choice, Kind, Reference, Text, Unreadable
from core.web.resources.kinds_figures import Day, Integer, Moment, Number
from core.web.resources.kinds_several import Several

LONGEST_TEXT: Final = 255
"""Characters of a text on one line: what an index entry has room for in every script."""
LONGEST_MULTILINE: Final = 20_000
MONEY_DIGITS: Final = 2
_DIGITS_BEFORE: Final = 18
_PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]{2,29}")
_URL = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)

V = TypeVar("V", int, Decimal, date, datetime)


@dataclass(frozen=True, slots=True)
class RuledText(Text):
    """Text of a least length that follows a pattern."""

    min_length: int = 0
    pattern: str = ""

    def accept(self, data: Any) -> str:
        text = Text.accept(self, data)
        if not text:
            return text
        if len(text) < self.min_length:
            raise Unreadable(
                phrase(
                    "This is too short: {limit} characters at the least.",
                    limit=str(self.min_length),
                )
            )
        if self.pattern and not read_pattern(self.pattern).matches(text):
            raise Unreadable(
                phrase("This does not follow the pattern {pattern}.", pattern=self.pattern)
            )
        return text

    def schema(self) -> dict[str, Any]:
        schema = Text.schema(self)
        if self.min_length:
            schema["minLength"] = self.min_length
        if self.pattern:
            schema["pattern"] = f"^({self.pattern})$"
        return schema


@dataclass(frozen=True, slots=True)
class Phone(Text):
    """A telephone number as people write it."""

    def accept(self, data: Any) -> str:
        text = Text.accept(self, data)
        if text and not _PHONE.fullmatch(text):
            raise Unreadable(phrase("This is no phone number such as +966 11 123 4567."))
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_PHONE.pattern}$", "maxLength": 31}


@dataclass(frozen=True, slots=True)
class WebAddress(Text):
    """The address of a page on the web; never of a script."""

    def accept(self, data: Any) -> str:
        text = Text.accept(self, data)
        if text and not _URL.fullmatch(text):
            raise Unreadable(phrase("This is no web address such as https://example.com."))
        return text

    def schema(self) -> dict[str, Any]:
        return Text.schema(self) | {"pattern": r"^[hH][tT][tT][pP][sS]?://[^\s/?#]+\S*$"}


@dataclass(frozen=True, slots=True)
class RuledNumber(Number):
    """A decimal between two others."""

    low: Decimal | None = None
    high: Decimal | None = None

    def read(self, text: str, culture: Culture) -> Decimal:
        return _within(Number.read(self, text, culture), self.low, self.high, self, culture)


@dataclass(frozen=True, slots=True)
class RuledDay(Day):
    """A day between two others."""

    low: date | None = None
    high: date | None = None

    def read(self, text: str, culture: Culture) -> date:
        return _within(Day.read(self, text, culture), self.low, self.high, self, culture)


@dataclass(frozen=True, slots=True)
class RuledMoment(Moment):
    """A moment between two others."""

    low: datetime | None = None
    high: datetime | None = None

    def read(self, text: str, culture: Culture) -> datetime:
        return _within(Moment.read(self, text, culture), self.low, self.high, self, culture)

    def accept(self, data: Any) -> datetime:
        return _within(Moment.accept(self, data), self.low, self.high, self, PLAIN)


def _within(value: V, low: V | None, high: V | None, kind: Kind, culture: Culture) -> V:
    if low is not None and value < low:
        bound = kind.show(low, culture)
        raise Unreadable(phrase("This must be at least {bound}.", bound=bound))
    if high is not None and value > high:
        bound = kind.show(high, culture)
        raise Unreadable(phrase("This must be at the most {bound}.", bound=bound))
    return value


def plain_kind(item: FieldDefinition) -> Kind:
    """The kind that columns show and filters read: without the rules of what is typed."""
    rules = item.rules
    match item.type:
        case "text" | "phone" | "url":
            return Text()
        case "multiline":
            return Text("multiline")
        case "email":
            return Text("text")
        case "integer":
            return Integer()
        case "decimal":
            return Number(fractions=rules.digits, integers=_DIGITS_BEFORE)
        case "money":
            return Number("money", min(MONEY_DIGITS, rules.digits), _DIGITS_BEFORE, rules.digits)
        case "date":
            return Day()
        case "datetime":
            return Moment()
        case "boolean":
            return Boolean()
        case "reference":
            return Reference(rules.reference, Integer(code=True))
        case "choice":
            labels = {option.code: option.title for option in rules.options}
            return Choice({code: code for code in labels}, labels)
        case "choices":
            return Several({option.code: option.title for option in rules.options})


def filter_kind(item: FieldDefinition) -> Kind:
    """The kind of one value asked for: of several choices, one."""
    if item.type != "choices":
        return plain_kind(item)
    labels = {option.code: option.title for option in item.rules.options}
    return Choice({code: code for code in labels}, labels)


def input_kind(item: FieldDefinition) -> Kind:
    """The kind that forms, the API and imports read by, with all its rules."""
    rules, plain = item.rules, plain_kind(item)
    match item.type:
        case "text" | "multiline":
            limit = LONGEST_TEXT if item.type == "text" else LONGEST_MULTILINE
            most = min(rules.max_length or limit, limit)
            control = "text" if item.type == "text" else "multiline"
            return RuledText(control, most, rules.min_length, rules.pattern)
        case "email":
            return Text("email", 254)
        case "phone":
            return Phone("text", 31)
        case "url":
            return WebAddress("text", LONGEST_TEXT)
        case "integer":
            low = int(rules.low) if rules.low else -(2**63)
            high = int(rules.high) if rules.high else 2**63 - 1
            return Integer(low, high)
        case "decimal" | "money":
            assert isinstance(plain, Number)
            return RuledNumber(
                plain.control, plain.least, plain.integers, plain.fractions, *_bounds(item, plain)
            )
        case "date":
            return RuledDay("date", *_bounds(item, plain))
        case "datetime":
            return RuledMoment("datetime", *_bounds(item, plain))
        case _:
            return plain


def _bounds(item: FieldDefinition, kind: Kind) -> tuple[Any, Any]:
    """The smallest and the largest value."""
    low, high = item.rules.low, item.rules.high
    return kind.accept(low) if low else None, kind.accept(high) if high else None
