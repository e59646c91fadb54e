"""Patterns that an administrator may ask texts to follow, matched in bounded time.

A small part of the usual regular expressions: letters as they are, `.`, `\\d`, `\\w`, `\\s`,
classes such as `[A-Z0-9_-]`, each followed by `?`, `*`, `+`, `{3}` or `{2,5}`, and `|` between
alternatives. There are no groups, so a pattern is a row of places, and a text is matched by
moving all places reached along at once: time grows with the text, whatever the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.i18n import phrase
from core.web.resources.kinds import Unreadable

MAX_PATTERN: Final = 200
MAX_PLACES: Final = 300
_QUANTIFIER = re.compile(r"\{(\d{1,3})(?:(,)(\d{0,3}))?\}")
_RANGE = re.compile(r"(\\?.)-(\\?.)|(\\?.)", re.S)
_CLASSES: Final[dict[str, Callable[[str], bool]]] = {
    "d": lambda letter: letter in "0123456789",
    "w": lambda letter: letter.isalnum() or letter == "_",
    "s": str.isspace,
}
_SPECIAL: Final = frozenset("()^$*+?{}]|")

Takes = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Place:
    """One place in a text: which letters it takes, whether it may be passed by or repeated."""

    takes: Takes
    optional: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read; each alternative is a row of places."""

    alternatives: tuple[tuple[_Place, ...], ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text follows it."""
        return any(_follows(row, text) for row in self.alternatives)


@lru_cache(maxsize=512)
def read_pattern(text: str) -> Pattern:
    """The pattern written so; raises Unreadable saying what is not understood."""
    if len(text) > MAX_PATTERN:
        raise Unreadable(
            phrase("This is too long: {limit} characters at the most.", limit=str(MAX_PATTERN))
        )
    rows: list[tuple[_Place, ...]] = []
    row: list[_Place] = []
    at = 0
    while at < len(text):
        if text[at] == "|":
            rows.append(tuple(row))
            row, at = [], at + 1
            continue
        takes, at = _atom(text, at)
        least, most, at = _times(text, at)
        row += _places(takes, least, most)
        if len(row) + sum(map(len, rows)) > MAX_PLACES:
            raise Unreadable(phrase("This pattern is too large."))
    return Pattern((*rows, tuple(row)))


def _follows(row: tuple[_Place, ...], text: str) -> bool:
    end = 1 << len(row)
    optional = sum(1 << place for place, item in enumerate(row) if item.optional)
    repeats = sum(1 << place for place, item in enumerate(row) if item.repeats)
    reached = _skipping(1, optional)
    for letter in text:
        takes = 0
        for place, item in enumerate(row):
            if reached >> place & 1 and item.takes(letter):
                takes |= 1 << place
        reached = _skipping(takes << 1 | takes & repeats, optional)
        if not reached:
            return False
    return bool(reached & end)


def _skipping(reached: int, optional: int) -> int:
    """With the places behind those that may be passed by."""
    while True:
        more = reached | (reached & optional) << 1
        if more == reached:
            return reached
        reached = more


def _atom(text: str, at: int) -> tuple[Takes, int]:
    letter = text[at]
    if letter == "[":
        return _class(text, at)
    if letter == "\\":
        return _escaped(text[at + 1 : at + 2]), at + 2
    if letter == ".":
        return lambda given: True, at + 1
    if letter in _SPECIAL:
        raise Unreadable(
            phrase("“{letter}” has no meaning here. Write \\{letter} for itself.", letter=letter)
        )
    return lambda given: given == letter, at + 1


def _escaped(letter: str) -> Takes:
    if letter in _CLASSES:
        return _CLASSES[letter]
    if not letter or letter.isalnum():
        raise Unreadable(phrase("“{letter}” has no meaning here.", letter=f"\\{letter}"))
    return lambda given: given == letter


def _class(text: str, at: int) -> tuple[Takes, int]:
    end = at + 1
    while end < len(text) and text[end] != "]":
        end += 2 if text[end] == "\\" else 1
    inside = text[at + 1 : end]
    if end >= len(text) or inside in ("", "^"):
        raise Unreadable(phrase("“[” needs letters and “]” behind it."))
    negated, inside = inside.startswith("^"), inside.removeprefix("^")
    parts: list[Takes] = []
    for match in _RANGE.finditer(inside):
        low, high, one = match.groups()
        if low is None:
            parts.append(_escaped(one[1:]) if one.startswith("\\") else _same(one))
        else:
            parts.append(_between(low[-1], high[-1]))
    return lambda given: any(takes(given) for takes in parts) is not negated, end + 1


def _same(letter: str) -> Takes:
    return lambda given: given == letter


def _between(low: str, high: str) -> Takes:
    if low > high:
        raise Unreadable(phrase("“{range}” begins after its end.", range=f"{low}-{high}"))
    return lambda given: low <= given <= high


def _times(text: str, at: int) -> tuple[int, int | None, int]:
    letter = text[at : at + 1]
    if letter in ("?", "*", "+"):
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[letter]
        return least, most, at + 1
    if letter != "{":
        return 1, 1, at
    found = _QUANTIFIER.match(text, at)
    if found is None:
        raise Unreadable(phrase("“{{” needs a number and “}}” behind it."))
    least = int(found[1])
    most = least if found[2] is None else int(found[3]) if found[3] else None
    if most is not None and most < max(least, 1):
        raise Unreadable(phrase("“{range}” begins after its end.", range=found[0]))
    return least, most, found.end()


def _places(takes: Takes, least: int, most: int | None) -> list[_Place]:
    if least > MAX_PLACES or (most or 0) > MAX_PLACES:
        raise Unreadable(phrase("This pattern is too large."))
    fixed = [_Place(takes, optional=False, repeats=False)] * least
    if most is not None:
        return fixed + [_Place(takes, optional=True, repeats=False)] * (most - least)
    if least:
        return [*fixed[1:], _Place(takes, optional=False, repeats=True)]
    return [_Place(takes, optional=True, repeats=True)]
