"""Reads the claims of a verified statement into values, and refuses what is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from addon_registry.licences import moments
from addon_registry.licences.errors import LicenceRefused
from core.i18n import phrase

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,30}")
_MAX_TEXT: Final = 200


class Claims:
    """The claims of one statement; each reader raises LicenceRefused naming the claim."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        """Text that is not empty."""
        value = self._values.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > _MAX_TEXT:
            raise self.unusable(name)
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where nothing is said."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise self.unusable(name)
        return value

    def count(self, name: str) -> int | None:
        """A number that is not negative, or None for no bound."""
        return self._count(self._values.get(name), name)

    def names(self, name: str) -> tuple[str, ...]:
        """Names of addons, at least one, each once, sorted."""
        value = self._values.get(name)
        if not isinstance(value, list) or not value:
            raise self.unusable(name)
        if not all(isinstance(each, str) and _NAME.fullmatch(each) for each in value):
            raise self.unusable(name)
        return tuple(sorted(set(value)))

    def moment(self, name: str) -> datetime | None:
        """A moment in UTC, or None."""
        try:
            return moments.from_claim(self._values.get(name))
        except ValueError:
            raise self.unusable(name) from None

    def counts(self, name: str) -> dict[str, int]:
        """Numbers by name; empty where nothing is said."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            raise self.unusable(name)
        found = {key: self._count(each, name) for key, each in value.items()}
        return {key: each for key, each in found.items() if each is not None}

    def entries(self, name: str) -> list[Claims]:
        """A list of objects; empty where nothing is said."""
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.unusable(name)
        return [Claims(each) for each in value]

    def unusable(self, name: str) -> LicenceRefused:
        """The error about one claim."""
        return LicenceRefused(
            phrase("What it says under “{name}” cannot be used.", name=name),
            fix=phrase("Ask whoever issued it for another one."),
        )

    def _count(self, value: object, name: str) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.unusable(name)
        return value
