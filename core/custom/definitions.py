"""What a custom field is: its type, its rules, and who may see it, as immutable values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from core.i18n.localized import Localized, localized

FieldType = Literal[
    "text", "multiline", "integer", "decimal", "money", "date", "datetime", "boolean", "choice",
    "choices", "reference", "email", "phone", "url",
]  # fmt: skip
FIELD_TYPES: Final[tuple[FieldType, ...]] = get_args(FieldType)

StorageColumn = Literal["text", "long_text", "whole", "number", "day", "moment", "flag", "many"]

STORED_IN: Final[Mapping[FieldType, StorageColumn]] = {
    "text": "text",
    "multiline": "long_text",
    "integer": "whole",
    "decimal": "number",
    "money": "number",
    "date": "day",
    "datetime": "moment",
    "boolean": "flag",
    "choice": "text",
    "choices": "many",
    "reference": "whole",
    "email": "text",
    "phone": "text",
    "url": "text",
}
"""The column of `core.custom_value` that holds the values of a type."""

TEXTUAL: Final = frozenset[FieldType]({"text", "multiline", "email", "phone", "url"})
BOUNDED: Final = frozenset[FieldType]({"integer", "decimal", "money", "date", "datetime"})
"""Types with a smallest and a largest value."""
UNIQUE: Final = frozenset[FieldType](
    {"text", "integer", "decimal", "date", "datetime", "reference", "email", "phone", "url"}
)
"""Types of which every record can be asked to hold another value."""

PREFIX: Final = "x_"
"""Before a custom field's name wherever fields of records are named."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice: what is stored, and its title by language."""

    code: str
    titles: tuple[tuple[str, str], ...]

    @property
    def title(self) -> Localized:
        """What people read."""
        return localized(self.titles, fallback=self.code)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a value must be like. `low` and `high` are written as JSON writes a value of the
    type; `digits` are those after the point."""

    low: str = ""
    high: str = ""
    digits: int = 2
    min_length: int = 0
    max_length: int = 0
    pattern: str = ""
    reference: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A custom field of a resource, whose full name is `resource`.

    `initial` is what new records hold, as JSON writes it. Empty `seen_by` and `edited_by` mean
    everybody who may see or change the record; else they hold codes of roles.
    """

    id: int
    version: int
    resource: str
    name: str
    type: FieldType
    titles: tuple[tuple[str, str], ...]
    helps: tuple[tuple[str, str], ...] = ()
    rules: Rules = Rules()
    initial: Any = None
    required: bool = False
    unique: bool = False
    listed: bool = False
    searchable: bool = False
    section: str = ""
    position: int = 0
    seen_by: frozenset[str] = frozenset()
    edited_by: frozenset[str] = frozenset()
    archived: bool = False

    @property
    def key(self) -> str:
        """How forms, addresses, files and the API name it: `x_colour`."""
        return f"{PREFIX}{self.name}"

    @property
    def title(self) -> Localized:
        """What people read."""
        return localized(self.titles, fallback=self.name)

    @property
    def help(self) -> Localized:
        """A sentence beside the input; may be empty."""
        return localized(self.helps, fallback="")

    @property
    def column(self) -> StorageColumn:
        """Where its values are stored."""
        return STORED_IN[self.type]


def visible(
    definitions: Iterable[FieldDefinition], roles: frozenset[str] | None
) -> tuple[tuple[FieldDefinition, bool], ...]:
    """Those that somebody with these roles sees, each with whether they may change it. None
    stands for whoever holds every right."""
    return tuple(
        (item, _allowed(item.edited_by, roles))
        for item in definitions
        if _allowed(item.seen_by, roles)
    )


def _allowed(wanted: frozenset[str], roles: frozenset[str] | None) -> bool:
    return not wanted or roles is None or not wanted.isdisjoint(roles)
