"""The languages of the platform: sentences, catalogs of translations, and written forms."""

from core.i18n.catalogs import Languages
from core.i18n.locales import DEFAULT_LOCALE, LOCALES, direction, negotiate
from core.i18n.phrases import Phrase, phrase

__all__ = [
    "DEFAULT_LOCALE",
    "LOCALES",
    "Languages",
    "Phrase",
    "direction",
    "negotiate",
    "phrase",
]
