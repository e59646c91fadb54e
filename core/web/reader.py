"""Writing in somebody's language outside a page: workbooks, paper and mail that addons make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.db.session import binding
from core.i18n import LOCALES, Languages, direction, formats


@dataclass(frozen=True, slots=True)
class Reader:
    """Who will read it: the language, and how numbers and dates are written (`en_IN@hijri`)."""

    languages: Languages
    language: str
    written: str
    timezone: str

    @property
    def direction(self) -> str:
        """Which way the language runs: "ltr" or "rtl"."""
        return direction(self.language)

    def say(self, message: str, **values: Any) -> str:
        """A declared text or a phrase in the language, with values put into its braces."""
        told = self.languages.translate(self.language, message)
        return told.format(**values) if values else told

    def number(self, value: Decimal | int, digits: int | None = None) -> str:
        """A number with the separators of the language."""
        return formats.number(self.written, value, digits)

    def day(self, value: date) -> str:
        """A date, with the Islamic one beside it for those who want it."""
        return formats.day(self.written, value)

    def moment(self, value: datetime) -> str:
        """A moment by the clock of the company."""
        return formats.moment(self.written, value, self.timezone)


def reader(session: Session, language: str = "", written: str = "") -> Reader:
    """A reader of this shipped language, or of the company's own."""
    bound = binding(session)
    own = language if language in LOCALES else bound.tenant.locale
    known = own if own in LOCALES else "en"
    languages = bound.context["kernel"].languages
    return Reader(languages, known, written or known, bound.tenant.timezone)
