"""What a `.po` file says, in the form in which gettext looks words up.

Babel reads the file. Its way on - to write a compiled file, and have that read - takes as long
again at every start, so the words are taken as they were read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import cast

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from babel.support import Translations

Key = str | tuple[str, int]
"""What a word is looked up by: itself, after its context where it has one; of a plural, also by
which of the language's forms."""


@dataclass(frozen=True, slots=True)
class Words:
    """The translations of one file, and which form its language has for how many."""

    by_key: dict[Key, str]
    plural: Callable[[float | Decimal], int]


class Spoken(Translations):
    """The translations of one or more files."""

    def __init__(self, files: Iterable[Words]) -> None:
        """Later files win; which plural is which, the first says."""
        super().__init__()
        for place, words in enumerate(files):
            if place == 0:
                self.plural = words.plural
            self._catalog.update(words.by_key)


def words_of(path: Path, locale: str) -> Words:
    """The translations in a file, read again only once it has changed. Raises PoFileError,
    UnicodeDecodeError or ValueError where it is not as such files are."""
    state = path.stat()
    return _read(path, locale, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _read(path: Path, locale: str, _changed: int, _size: int) -> Words:
    with path.open("rb") as file:
        catalog = read_po(file, locale=locale, abort_invalid=True)
    translated = (each for each in catalog if each.id and each.string and not each.fuzzy)
    by_key = dict(pair for each in translated for pair in _entries(each))
    return Words(by_key, cast(Callable[[float | Decimal], int], c2py(catalog.plural_expr)))


def _entries(message: Message) -> Iterator[tuple[Key, str]]:
    context = f"{message.context}\x04" if message.context else ""
    if isinstance(message.id, str):
        yield context + message.id, str(message.string)
        return
    forms: Sequence[str] = message.string or ()
    for form, spoken in enumerate(forms):
        # A form that nobody has translated stays English.
        yield (context + message.id[0], form), spoken or message.id[min(form, 1)]
