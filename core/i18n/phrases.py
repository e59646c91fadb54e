"""Sentences that are written in English where they arise and translated where they are shown.

A service does not know who will read its error. So it says `phrase("Account {code} is
closed.", code="1010")`: a str like any other, which remembers what it was made of.
"""

from __future__ import annotations

from typing import Any


class Phrase(str):
    """An English sentence with its message id and what was put into it."""

    __slots__ = ("message", "values")

    message: str
    values: dict[str, Any]


def phrase(message: str, **values: Any) -> Phrase:
    """The sentence `message` with `values` put into its braces, translated when shown."""
    text = Phrase(message.format(**values))
    text.message = message
    text.values = values
    return text
