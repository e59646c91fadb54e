"""What the catalogue's pages and calls do with reviews: what is asked of them, who may write one,
and what of it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from core.auth import throttle
from core.auth.throttle import Limit
from core.db.session import binding
from core.errors import Forbidden, InvalidInput, NotFound, TooManyRequests
from core.i18n import phrase
from core.kernel import Kernel
from core.reviews import MOST_STARS, Draft, Order, Question, fit_text
from core.web.catalogue.entries import Entry

OFTEN: Final = Limit(free=20, cap=900)
"""Changes of a company's reviews until each one more has to wait, longer and longer."""


def asked(query: Mapping[str, str]) -> Question:
    """Which reviews the address asks for; what makes no sense is left out."""
    order, stars, page = (query.get(name, "") for name in ("order", "stars", "reviews"))
    return Question(
        stars=int(stars) if stars in map(str, range(1, MOST_STARS + 1)) else 0,
        order=order if order in get_args(Order) else "newest",  # type: ignore[arg-type]
        page=min(int(page), 100_000) if page.isascii() and page.isdigit() and page != "0" else 1,
    )


def address(url: str, question: Question, **changed: object) -> str:
    """The address of the same question, of the addon at `url`, with these parts of it changed; it
    begins again at the first page."""
    values = {"stars": question.stars, "order": question.order, **changed}
    query = {key: value for key, value in values.items() if value and value != "newest"}
    return f"{url}?{urlencode(query)}#reviews" if query else f"{url}#reviews"


def may_review(session: Session, entry: Entry) -> bool:
    """Whether the company has the addon, or had it, and is one that speaks for itself."""
    tenant = binding(session).tenant
    has_or_had = entry.status is not None and entry.status.standing != "available"
    return has_or_had and not tenant.is_control and not tenant.keeps_to_itself


def drafted(session: Session, entry: Entry, sent: Mapping[str, Any]) -> Draft:
    """The review that somebody sends as `stars`, `text` and `named`. Raises InvalidInput naming
    the field, Forbidden where the company has never had the addon."""
    if not may_review(session, entry):
        raise Forbidden(
            phrase("Your company has not worked with this addon."),
            fix=phrase("Switch it on first, and say then what it is like."),
        )
    stars = str(sent.get("stars") or "")
    if stars not in map(str, range(1, MOST_STARS + 1)):
        raise InvalidInput.of("stars", phrase("Choose one to five stars."))
    text, named = sent.get("text") or "", sent.get("named") in (True, "yes")
    if not isinstance(text, str):
        raise InvalidInput.of("text", phrase("A review is written in words."))
    row = binding(session).context["state"].rows[entry.listing.name]
    return Draft(int(stars), fit_text("text", text), named, row.version)


def write(session: Session, entry: Entry, draft: Draft) -> None:
    """Publish it. Raises TooManyRequests where that happens very often."""
    _count_change(session)
    listing = entry.listing
    _kernel(session).reviews.write(session, listing.name, listing.title, draft)


def remove(session: Session, entry: Entry) -> None:
    """Take it back. Raises TooManyRequests as `write`, NotFound where there is none."""
    _count_change(session)
    if not _kernel(session).reviews.remove(session, entry.listing.name):
        raise NotFound(phrase("Your company has not reviewed this addon."))


def _count_change(session: Session) -> None:
    counters = [throttle.counter(OFTEN, "reviews")]
    try:
        throttle.admit(session, counters)
    except TooManyRequests as error:
        sentence = phrase(
            "Reviews were changed very often. Please wait {seconds} s.", seconds=error.retry_after
        )
        raise TooManyRequests(sentence, retry_after=error.retry_after) from None
    throttle.count_failure(session, counters)


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
