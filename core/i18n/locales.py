"""Which languages are shipped, which way they run, and which of them a browser asks for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

LOCALES: Final[Mapping[str, str]] = {"en": "English", "ar": "العربية", "bn": "বাংলা"}
"""The shipped languages, each by its own name."""
DEFAULT_LOCALE: Final = "en"

_RIGHT_TO_LEFT = frozenset({"ar"})


def direction(locale: str) -> Literal["ltr", "rtl"]:
    """Which way the language is written."""
    return "rtl" if locale in _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=1024)
def negotiate(accept_language: str) -> str | None:
    """The shipped language that an Accept-Language header likes best, or None.

    >>> negotiate("fr, ar-SA;q=0.8, en;q=0.5")
    'ar'
    """
    ranked = []
    for position, part in enumerate(accept_language[:512].split(",")):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if language in LOCALES and weight > 0:
            ranked.append((-weight, position, language))
    return min(ranked)[2] if ranked else None


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
