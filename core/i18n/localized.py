"""Words that a company wrote itself, in as many languages as it likes.

They stand in no catalog: each carries its own translations, and is a str all the same, so that
whatever shows declared titles shows these too.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.i18n.locales import DEFAULT_LOCALE


class Localized(str):
    """A text that knows itself in other languages."""

    __slots__ = ("texts",)

    texts: tuple[tuple[str, str], ...]

    def spoken(self, locale: str) -> str:
        """The text in this language; what it says by itself where it has none."""
        return next((text for code, text in self.texts if code == locale), str(self))


def localized(texts: Iterable[tuple[str, str]], *, fallback: str) -> Localized:
    """A text from its languages; by itself it is the English one, or the first there is."""
    given = tuple((code, text) for code, text in texts if text)
    first = given[0][1] if given else fallback
    made = Localized(dict(given).get(DEFAULT_LOCALE, first))
    made.texts = given
    return made
