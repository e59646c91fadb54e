"""Sentences kept in the database and told later, in the language of whoever reads them then."""

from __future__ import annotations

from typing import Any

from core.i18n.phrases import Phrase, phrase


def kept(sentence: str | None) -> Any:
    """The sentence as JSON: a text, or a message with what was put into it."""
    if not isinstance(sentence, Phrase):
        return sentence
    values = {name: kept(_told(value)) for name, value in sentence.values.items()}
    return {"message": sentence.message, "values": values}


def told(stored: Any) -> str:
    """The sentence that was kept; a phrase again if it was one."""
    if not isinstance(stored, dict):
        return "" if stored is None else str(stored)
    values = {name: told(value) for name, value in stored["values"].items()}
    return phrase(stored["message"], **values)


def _told(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
