"""Fields of a payload, read one by one: of the right kind and size, or InvalidInput that names the
field as the client wrote it, `lines.2.price`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from core.api import InvalidInput, phrase

_PLAIN: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_MOST_ID: Final = 2**53
_LONGEST: Final = 2000
MOST_LISTED: Final = 1000


class Fields:
    """An object of a payload, and where in it that stands."""

    __slots__ = ("_at", "_given")

    def __init__(self, given: Any, at: str = "") -> None:
        if not isinstance(given, dict):
            raise wrong(at, phrase("This must be an object."))
        self._given, self._at = given, at

    def at(self, name: str) -> str:
        """The full name of a field."""
        return f"{self._at}.{name}" if self._at else name

    def raw(self, name: str) -> Any:
        """A field as it came; None where it is not there."""
        return self._given.get(name)

    def amount(self, name: str, default: Decimal | None = None) -> Decimal:
        """An amount or quantity: text in plain decimal notation."""
        value = self._given.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not _PLAIN.fullmatch(value):
            raise wrong(
                self.at(name), phrase("This must be an amount as text, such as {example}.",
                                      example='"11.50"'),
            )  # fmt: skip
        return Decimal(value)

    def amount_or_none(self, name: str) -> Decimal | None:
        """An amount, where there is one."""
        value = self._given.get(name)
        return None if value is None or value == "" else self.amount(name)

    def whole(self, name: str) -> int:
        """A whole number, such as an id."""
        value = self._given.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST_ID:
            raise wrong(self.at(name), phrase("This must be a whole number."))
        return value

    def whole_or_none(self, name: str) -> int | None:
        """A whole number, where there is one."""
        return None if self._given.get(name) is None else self.whole(name)

    def text(self, name: str, longest: int = _LONGEST) -> str:
        """A text; empty where it is not there."""
        value = self._given.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            raise wrong(
                self.at(name),
                phrase("This must be a text of up to {longest} letters.", longest=longest),
            )
        return value

    def name(self, name: str, longest: int = 100) -> str:
        """A text that must be there."""
        value = self.text(name, longest).strip()
        if not value:
            raise wrong(self.at(name), phrase("This is missing."))
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of short texts; empty where it is not there."""
        values = self._list(name)
        if not all(isinstance(value, str) and len(value) <= 200 for value in values):
            raise wrong(self.at(name), phrase("This must be a list of texts."))
        return tuple(values)

    def objects(self, name: str) -> list[Fields]:
        """A list of objects; empty where it is not there."""
        return [
            Fields(value, f"{self.at(name)}.{place}")
            for place, value in enumerate(self._list(name))
        ]

    def plain(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """A list of objects that are kept as they came."""
        values = self._list(name)
        if not all(isinstance(value, dict) for value in values):
            raise wrong(self.at(name), phrase("This must be a list of objects."))
        return tuple(values)

    def _list(self, name: str) -> list[Any]:
        values = self._given.get(name)
        if values is None:
            return []
        if not isinstance(values, list) or len(values) > MOST_LISTED:
            raise wrong(
                self.at(name), phrase("This must be a list of up to {most}.", most=MOST_LISTED)
            )
        return values


def wrong(field: str, message: str, fix: str = "") -> InvalidInput:
    """What is wrong with a field."""
    return InvalidInput.of(field, message, fix=fix)
