"""The types of custom fields as people choose them: titles, icons, and what can become what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.custom.definitions import BOUNDED, TEXTUAL, UNIQUE, FieldType
from core.declare import msg


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """A type on offer, with what it is good for and what can be asked of its values."""

    code: FieldType
    title: str
    purpose: str
    icon: str

    @property
    def bounded(self) -> bool:
        """Has a smallest and a largest value."""
        return self.code in BOUNDED

    @property
    def textual(self) -> bool:
        """Can be searched."""
        return self.code in TEXTUAL

    @property
    def patterned(self) -> bool:
        """Has lengths and a pattern."""
        return self.code in ("text", "multiline")

    @property
    def distinct(self) -> bool:
        """Every record can be asked to hold another value."""
        return self.code in UNIQUE

    @property
    def decimal(self) -> bool:
        """Has digits after the point."""
        return self.code in ("decimal", "money")

    @property
    def chosen(self) -> bool:
        """Has options."""
        return self.code in ("choice", "choices")


TYPES: Final[Mapping[FieldType, TypeChoice]] = {
    item.code: item
    for item in (
        TypeChoice("text", msg("Text"), msg("A word or a line"), icon="fonts"),
        TypeChoice("multiline", msg("Long text"), msg("Several lines"), icon="text-left"),
        TypeChoice("integer", msg("Whole number"), msg("A count, a year"), icon="123"),
        TypeChoice("decimal", msg("Decimal number"), msg("A weight, a rate"), icon="percent"),
        TypeChoice("money", msg("Amount"), msg("Money in the company's currency"), icon="cash"),
        TypeChoice("date", msg("Date"), msg("A day"), icon="calendar3"),
        TypeChoice("datetime", msg("Date and time"), msg("A moment"), icon="clock"),
        TypeChoice("boolean", msg("Yes or no"), msg("A box to tick"), icon="check2-square"),
        TypeChoice("choice", msg("Choice"), msg("One of a few options"), icon="ui-radios"),
        TypeChoice(
            "choices", msg("Several choices"), msg("Any of a few options"), icon="ui-checks"
        ),
        TypeChoice("reference", msg("Record"), msg("Another record, looked up"), icon="link-45deg"),
        TypeChoice("email", msg("E-mail address"), msg("Checked as it is typed"), icon="envelope"),
        TypeChoice("phone", msg("Phone number"), msg("With its country code"), icon="telephone"),
        TypeChoice("url", msg("Web address"), msg("A page on the web"), icon="globe"),
    )
}

_NOT_CONVERTED: Final[frozenset[FieldType]] = frozenset({"reference"})


def convertible(source: FieldType) -> tuple[TypeChoice, ...]:
    """What a field of this type can become."""
    if source in _NOT_CONVERTED:
        return ()
    return tuple(t for t in TYPES.values() if t.code not in (source, *_NOT_CONVERTED))
