"""The company's logo, for paper that addons make themselves."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.db.session import binding
from core.i18n.locales import LOCALES
from core.printing.designs import letterheads
from core.web.printing.service import logo_of

_PRINTED = ("image/png", "image/jpeg")


def company_logo(session: Session) -> tuple[bytes, str]:
    """The logo of the letterhead and its media type; nothing where the company has none."""
    own = binding(session).tenant.locale
    letterhead = letterheads(session)[own if own in LOCALES else "en"]
    logo = logo_of(session, letterhead)
    if not logo or letterhead.logo_type not in _PRINTED:
        return b"", ""
    return logo, letterhead.logo_type
