"""Keeps a package's `.po` files in step with its sentences, and says what is wrong with them.

`python -m core.i18n.translating FOLDER...` adds new sentences to the files, drops those that
are gone, and lists what is still to be translated.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import PoFileError, read_po, write_po

from core.i18n.catalogs import CATALOG
from core.i18n.extraction import Message, messages_in
from core.i18n.locales import DEFAULT_LOCALE, LOCALES

TRANSLATED: Final = tuple(locale for locale in LOCALES if locale != DEFAULT_LOCALE)
"""The languages that need a file; English is what the sentences are written in."""

_PLURALS: Final = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 :"
    " n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
}
"""Where Babel counts the forms of a language otherwise than CLDR does: it takes "many" for "other",
and the reverse, in Arabic."""


def update(folder: Path) -> None:
    """Bring the files of all languages up to date; translations that exist are kept."""
    messages = messages_in(folder)
    for locale in TRANSLATED:
        path = folder / "locale" / locale / CATALOG
        known = _read(path, locale)
        catalog = Catalog(locale=locale, fuzzy=False)
        for message in messages:
            entry = known.get(message) if known is not None else None
            catalog.add(message, entry.string if entry is not None else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=100, omit_header=True)
        _put_header(path, catalog)


def problems(folder: Path, *, also: Iterable[Message] = ()) -> list[str]:
    """What is missing or wrong in the translations of a package, each as a sentence.

    `also` are sentences that it shows and that stand in no file, such as made-up titles.
    """
    wanted = dict.fromkeys([*messages_in(folder), *also])
    return [
        f"{locale}: {problem}"
        for locale in TRANSLATED
        for problem in _problems(folder / "locale" / locale / CATALOG, locale, wanted)
    ]


def _problems(path: Path, locale: str, wanted: Iterable[Message]) -> Iterator[str]:
    try:
        catalog = _read(path, locale)
    except (PoFileError, ValueError, UnicodeDecodeError) as error:
        yield f"{path.name} cannot be read: {error}"
        return
    for message in wanted:
        entry = catalog.get(message) if catalog is not None else None
        if entry is None or not _is_complete(entry):
            yield f"{message!r} is not translated"
        elif not _same_places(entry):
            yield f"{message!r} and its translation do not have the same {{places}}"


def _is_complete(entry: Entry) -> bool:
    strings = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
    return all(strings) and not entry.fuzzy


def _same_places(entry: Entry) -> bool:
    if not isinstance(entry.string, str) or not isinstance(entry.id, str):
        return True
    return _places(entry.id) == _places(entry.string)


def _places(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:  # a lone brace, so nothing is put into this sentence
        return set()


def _read(path: Path, locale: str) -> Catalog | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def _put_header(path: Path, catalog: Catalog) -> None:
    # Babel's own header holds the time, which would change every file at every run.
    plurals = _PLURALS.get(str(catalog.locale), catalog.plural_forms)
    header = (
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {catalog.locale}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {plurals}\\n"\n\n'
    )
    path.write_text(header + path.read_text(encoding="utf-8"), encoding="utf-8")


def main() -> int:
    """Update the folders that were named; 1 if something is left to translate."""
    left = []
    for folder in map(Path, sys.argv[1:]):
        update(folder)
        left += [f"{folder}: {problem}" for problem in problems(folder)]
    print("\n".join(left) or "Everything is translated.")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
