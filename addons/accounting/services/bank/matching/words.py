"""Words and numbers in what banks write, made comparable; and the patterns that rules look for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from core.api import InvalidInput, phrase

_SPLIT: Final = re.compile(r"[\s,;:|()\[\]\"']+")
_LEGAL: Final = frozenset(
    (
        "llc", "ltd", "limited", "inc", "co", "company", "corp", "gmbh", "ag", "kg", "bv", "nv",
        "sa", "sarl", "spa", "plc", "pvt", "est", "trading", "the", "and", "و", "شركة", "مؤسسة",
        "المحدودة", "لل", "لـ", "লিমিটেড",
    )
)  # fmt: skip
"""Words of a name that many names share."""
MAX_PATTERN: Final = 200
MAX_TEXT: Final = 1_000
"""Characters of a text that patterns are looked for in."""


def number_of(text: str) -> str:
    """A document number without what banks drop or add: case, spaces, strokes and dots."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def numbers_in(*texts: str) -> set[str]:
    """What may be document numbers in a text: words of four and more characters with a digit, and
    two or three words in a row that banks may have parted."""
    words = [w for text in texts for piece in _SPLIT.split(text) if (w := number_of(piece))]
    found = set(words)
    for count in (2, 3):
        found.update(
            "".join(words[place : place + count]) for place in range(len(words) - count + 1)
        )
    return {w for w in found if 4 <= len(w) <= 40 and any(letter.isdigit() for letter in w)}


def name_words(name: str) -> frozenset[str]:
    """The words that tell a name from others."""
    words = (number_of(piece).casefold() for piece in _SPLIT.split(name.replace(".", " ")))
    return frozenset(word for word in words if len(word) > 1 and word not in _LEGAL)


def name_in(name: frozenset[str], words: frozenset[str]) -> bool:
    """Whether a name stands in a text: all its words, or, of a long name, all but one."""
    if not name:
        return False
    missing = len(name - words)
    return (missing == 0 and (len(name) > 1 or len(next(iter(name))) > 3)) or (
        missing == 1 and len(name) > 3
    )


def stable_words(*texts: str) -> str:
    """What is the same each time in a text that comes again: its words without those that hold a
    digit, the first eight of them."""
    words = [w for text in texts for w in _SPLIT.split(text) if w]
    plain = [w for w in words if not any(letter.isdigit() for letter in w) and len(w) > 1]
    return " ".join(plain[:8]).strip(" .-/*")


def contains(text: str, wanted: str) -> bool:
    """Whether a text contains another, without regard to case and runs of spaces."""
    return _even(wanted) in _even(text)


def fits(text: str, pattern: str) -> bool:
    """Whether a pattern is found in a text: `*` stands for anything, `?` for one character, `#`
    for a digit, and `|` parts alternatives.

    The time this takes grows with the length of the text alone: the pieces between stars hold no
    repetition, and each is looked for once, from where the one before it ended.
    """
    even = _even(text)
    return any(_in_order(even, option) for option in pattern[:MAX_PATTERN].split("|"))


def require_pattern(pattern: str) -> None:
    """Raise InvalidInput for a pattern that is too long, or fits everything."""
    if len(pattern) > MAX_PATTERN:
        raise InvalidInput.of(
            "text_value", phrase("A pattern has at most {limit} characters.", limit=MAX_PATTERN)
        )
    if any(not option.strip("*? ") for option in pattern.split("|")):
        raise InvalidInput.of(
            "text_value",
            phrase("This pattern fits every text."),
            fix=phrase("Write at least one letter or digit in each alternative."),
        )


def _in_order(text: str, option: str) -> bool:
    place = 0
    for piece in _pieces(_even(option)):
        match = piece.search(text, place)
        if match is None:
            return False
        place = match.end()
    return True


@lru_cache(maxsize=512)
def _pieces(option: str) -> tuple[re.Pattern[str], ...]:
    signs = {"?": ".", "#": "[0-9]"}
    return tuple(
        re.compile("".join(signs.get(sign) or re.escape(sign) for sign in piece))
        for piece in option.split("*")
        if piece
    )


def _even(text: str) -> str:
    return " ".join(text[:MAX_TEXT].casefold().split())


def joined(texts: Iterable[str]) -> str:
    """Texts as one, for patterns to look in."""
    return " ".join(text for text in texts if text)
