"""Kinds of value: how each is read from a form, taken from JSON, shown, written and described.

A kind is chosen once per column, from its SQL type (core.web.resources.kinds_of); everything
a list, a form, an export or the API does with a value goes through it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from core.declare import msg
from core.i18n import phrase
from core.web.resources.culture import Culture

Control = Literal[
    "text", "multiline", "number", "money", "date", "datetime", "time", "checkbox", "choice",
    "choices", "reference", "email", "password",
]  # fmt: skip
"""The input that a form draws for a value."""


class Unreadable(ValueError):
    """A value that its kind does not accept; `message` is the sentence for whoever sent it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Kind(Protocol):
    """What lists, forms, exports and the API need to know of a value. None never gets here."""

    figure: ClassVar[bool]
    """Aligned by digits, at the end of its cell."""
    ranged: ClassVar[bool]
    """Has an order that people ask for: from, to."""

    @property
    def control(self) -> Control:
        """The input it is typed in."""
        ...

    def read(self, text: str, culture: Culture) -> Any:
        """The value typed by a person; raises Unreadable."""
        ...

    def accept(self, data: Any) -> Any:
        """The value sent as JSON; raises Unreadable."""
        ...

    def show(self, value: Any, culture: Culture) -> str:
        """The value in a page."""
        ...

    def edit(self, value: Any, culture: Culture) -> str:
        """The value in an input, such that `read` gives it back."""
        ...

    def write(self, value: Any) -> Any:
        """The value as JSON holds it."""
        ...

    def schema(self) -> dict[str, Any]:
        """The value in OpenAPI."""
        ...


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Text:
    """Text, on one line or more. PostgreSQL stores every character but the null character."""

    control: Control = "text"
    max_length: int | None = None
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = False

    def read(self, text: str, culture: Culture) -> str:
        return self.accept(text if self.control == "password" else _tidy(text))

    def accept(self, data: Any) -> str:
        if not isinstance(data, str):
            raise Unreadable(phrase("This must be text."))
        if "\x00" in data:
            raise Unreadable(phrase("This holds a character that cannot be stored."))
        if self.max_length is not None and len(data) > self.max_length:
            raise Unreadable(
                phrase(
                    "This is too long: {limit} characters at the most.", limit=str(self.max_length)
                )
            )
        if self.control == "email" and data and not _EMAIL.fullmatch(data):
            raise Unreadable(phrase("This is no e-mail address such as name@example.com."))
        return data

    def show(self, value: str, culture: Culture) -> str:
        return str(value)

    def edit(self, value: str, culture: Culture) -> str:
        return str(value)

    def write(self, value: str) -> str:
        return str(value)

    def schema(self) -> dict[str, Any]:
        if self.control == "email":
            return {"type": "string", "pattern": r"^[^@\s\u0000]+@[^@\s\u0000]+\.[^@\s\u0000]+$"}
        limit = {} if self.max_length is None else {"maxLength": self.max_length}
        return {"type": "string", "pattern": r"^[^\u0000]*$", **limit}


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


_TRUE = frozenset({"true", "on", "1", "yes"})
_FALSE = frozenset({"false", "off", "0", "no", ""})


@dataclass(frozen=True, slots=True)
class Boolean:
    """Yes or no: a checkbox."""

    control: Control = "checkbox"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = False

    def read(self, text: str, culture: Culture) -> bool:
        word = text.strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise Unreadable(phrase("This must be yes or no."))

    def accept(self, data: Any) -> bool:
        if isinstance(data, bool):
            return data
        raise Unreadable(phrase("This must be true or false."))

    def show(self, value: bool, culture: Culture) -> str:
        return msg("Yes") if value else msg("No")

    def edit(self, value: bool, culture: Culture) -> str:
        return "true" if value else "false"

    def write(self, value: bool) -> bool:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values. `members` maps what is written to what the model holds (they
    differ for Python enums); `labels` to what people read."""

    members: Mapping[str, Any]
    labels: Mapping[str, str]
    control: Control = "choice"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = False
    written: Mapping[Any, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "written", {value: key for key, value in self.members.items()})

    def read(self, text: str, culture: Culture) -> Any:
        return self.accept(text.strip())

    def accept(self, data: Any) -> Any:
        if isinstance(data, str) and data in self.members:
            return self.members[data]
        raise Unreadable(phrase("This must be one of: {choices}.", choices=", ".join(self.members)))

    def show(self, value: Any, culture: Culture) -> str:
        key = self.write(value)
        return self.labels.get(key, key)

    def edit(self, value: Any, culture: Culture) -> str:
        return self.write(value)

    def write(self, value: Any) -> str:
        return self.written.get(value, str(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.members)}


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record, by its key: `resource` is its full name such as `accounting.accounts`."""

    resource: str
    key: Kind
    control: Control = "reference"
    figure: ClassVar[bool] = False
    ranged: ClassVar[bool] = False

    def read(self, text: str, culture: Culture) -> Any:
        return self.key.read(text, culture)

    def accept(self, data: Any) -> Any:
        return self.key.accept(data)

    def show(self, value: Any, culture: Culture) -> str:
        return str(value)

    def edit(self, value: Any, culture: Culture) -> str:
        return str(value)

    def write(self, value: Any) -> Any:
        return self.key.write(value)

    def schema(self) -> dict[str, Any]:
        return self.key.schema()
