"""Text as people send it, made fit to be kept: no NUL, one kind of line end, of bounded length."""

from __future__ import annotations

from typing import Final

from core.errors import InvalidInput
from core.i18n import phrase

LONGEST_NOTE: Final = 20_000
LONGEST_LINE: Final = 200
_TABLE: Final = {code: None for code in range(32) if chr(code) not in "\n\t"}


def several_lines(text: str, field: str, *, required: bool = True) -> str:
    """A text of several lines; raises InvalidInput when it is empty or too long."""
    return _bounded(
        text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE).strip(),
        field,
        LONGEST_NOTE,
        required=required,
    )


def one_line(text: str, field: str, *, required: bool = True) -> str:
    """A text of one line; raises InvalidInput when it is empty or too long."""
    return _bounded(
        " ".join(text.translate(_TABLE).split()), field, LONGEST_LINE, required=required
    )


def _bounded(text: str, field: str, most: int, *, required: bool) -> str:
    if required and not text:
        raise InvalidInput.of(field, phrase("Write something first."))
    if len(text) > most:
        raise InvalidInput.of(
            field,
            phrase("This is longer than {most} characters.", most=most),
            fix=phrase("Shorten it, or attach it as a file."),
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput.of(field, phrase("This holds characters that are none.")) from error
    return text
