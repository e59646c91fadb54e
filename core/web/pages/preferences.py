"""What each person chooses for their own pages: the language, and how figures are written."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.addresses import parts_of
from core.auth.actors import forget_actors
from core.auth.models import User
from core.errors import InvalidInput
from core.i18n import LOCALES, phrase
from core.i18n.written import REGIONS, written
from core.web.auth.browser import next_url
from core.web.incoming import LANGUAGE_COOKIE
from core.web.replies import Cookie, Redirect, Reply
from core.web.request import Request

_A_YEAR = 365 * 24 * 3600


def choose_language(session: Session, request: Request) -> Reply:
    """Show this browser, and this user everywhere, the pages in another language."""
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        raise InvalidInput.of("locale", phrase("Choose one of the languages offered."))
    if request.actor.kind == "user":
        user = session.get_one(User, request.actor.user_id)
        user.locale = locale
        forget_actors(session)
    cookie = Cookie(LANGUAGE_COOKIE, locale, max_age=_A_YEAR)
    return Redirect(_page_before(request), cookies=(cookie,))


def choose_written(session: Session, request: Request) -> Reply:
    """Write this user's numbers and dates another way."""
    region = request.form.get("region", "")
    if region and region not in REGIONS.get(request.locale, ()):
        raise InvalidInput.of("region", phrase("Choose one of the ways offered."))
    user = session.get_one(User, request.actor.user_id)
    user.written = written(region, hijri="hijri" in request.form)
    forget_actors(session)
    return Redirect("/account", message=phrase("Saved."))


def _page_before(request: Request) -> str:
    """The page that the choice was made on, if it was one of this host."""
    before = parts_of(request.headers.get("referer", ""))
    if before.netloc != request.headers.get("host", ""):
        return "/"
    return next_url(f"{before.path}?{before.query}" if before.query else before.path)
