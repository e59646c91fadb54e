"""Translations, read from the `.po` files of the kernel and the addons.

No compiled files: what a translator edits is what runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations
from pathlib import Path

import structlog
from babel.messages.pofile import PoFileError

from core.i18n.locales import LOCALES
from core.i18n.localized import Localized
from core.i18n.phrases import Phrase
from core.i18n.reading import Spoken, Words, words_of

CATALOG = Path("LC_MESSAGES", "messages.po")
KERNEL_FOLDER = Path(__file__).parents[1] / "locale"

log = structlog.get_logger(__name__)


class Languages:
    """Every shipped language with its translations, each read when it is first asked for."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """`folders` are called `<addon>/locale` and hold `<language>/LC_MESSAGES/messages.po`; the
        first to translate wins, but on pages of an addon its own."""
        self._folders = [folder for folder in folders if folder.is_dir()]
        self._own = {folder.parent.name: folder for folder in self._folders}
        self._translations: dict[tuple[str, str], NullTranslations] = {}

    def of(self, locale: str, addon: str = "") -> NullTranslations:
        """The translations of one language; English where it is not shipped. A word has the sense
        that it has in `addon`: an order is a place in a list, or something that is bought."""
        locale = locale if locale in LOCALES else "en"
        key = (locale, addon if addon in self._own else "")
        found = self._translations.get(key)
        if found is None:
            # Two threads may read it at once, and one of them for nothing.
            found = self._translations.setdefault(key, self._read(*key))
        return found

    def read_all(self) -> None:
        """Read every language now, for all who are forked from this process."""
        for locale in LOCALES:
            for addon in ("", *self._own):
                self.of(locale, addon)

    def _read(self, locale: str, addon: str) -> NullTranslations:
        if not addon:
            return _load(locale, self._folders)
        own = _load(locale, [self._own[addon]])
        own.add_fallback(self.of(locale))
        return own

    def translate(self, locale: str, message: str, addon: str = "") -> str:
        """A declared title, a phrase or any other message in this language, in the sense that it
        has in an addon."""
        if not message:
            return ""
        if isinstance(message, Localized):
            return message.spoken(locale)
        translations = self.of(locale, addon)
        if isinstance(message, Phrase):
            spoken = self._spoken(locale, message, addon)
            return translations.gettext(message.message).format(**spoken)
        return translations.gettext(message)

    def _spoken(self, locale: str, sentence: Phrase, addon: str) -> dict[str, object]:
        # A phrase inside a phrase is translated too.
        return {
            name: self.translate(locale, value, addon)
            if isinstance(value, Phrase | Localized)
            else value
            for name, value in sentence.values.items()
        }


def _load(locale: str, folders: list[Path]) -> NullTranslations:
    files: list[Words] = []
    for folder in reversed(folders):
        path = folder / locale / CATALOG
        if not path.is_file():
            continue
        try:
            files.append(words_of(path, locale))
        except (PoFileError, UnicodeDecodeError, ValueError) as error:
            # An addon's broken catalog costs its translations, not the whole process.
            log.error("translations left out", file=str(path), reason=str(error))
    return Spoken(files) if files else NullTranslations()
