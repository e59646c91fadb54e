"""The catalogue's pages: the shelves, one addon in full, its pictures; asking for it, trying it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.models import AddonLogEntry
from core.db.session import binding
from core.errors import AppError, Forbidden, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.catalogue import reviewing, searching
from core.web.catalogue.entries import Entry, Stock, stock
from core.web.catalogue.history import happenings
from core.web.replies import File, Fragment, Page, Redirect, Reply
from core.web.request import Request

CATALOGUE: Final = "/settings/catalogue"
_RESULTS: Final = "catalogue-results"


def show_catalogue(session: Session, request: Request) -> Reply:
    """The shelves; for a search as one types, what was found alone."""
    languages = _kernel(session).languages
    question = searching.asked(request)
    seen, ratings = stock(session), _kernel(session).reviews.ratings(session)
    folded = searching.folded_in(
        seen.listings, request.locale, partial(languages.translate, request.locale)
    )
    found = searching.find(seen.entries.values(), question, folded, ratings)
    context = {
        "asked": question,
        "found": found,
        "ratings": ratings,
        "shelf": seen.shelf,
        "told_at": seen.listings.told_at,
        "path": CATALOGUE,
        "is_control": request.tenant.is_control,
    }
    if request.wants == "fragment" and request.headers.get("hx-target") == _RESULTS:
        return Fragment("core/catalogue/results.html", context)
    return Page("core/catalogue/index.html", context)


def show_addon(session: Session, request: Request) -> Reply:
    """One addon in full: what it is, what it may do, who answers for it, what it costs, and what
    is said of it."""
    return addon_page(session, request, stock(session))


def write_review(session: Session, request: Request) -> Reply:
    """Publish the company's review, or show the form again with what is wrong."""
    seen = stock(session)
    entry = entry_of(seen, request)
    try:
        draft = reviewing.drafted(session, entry, request.form)
        reviewing.write(session, entry, draft)
    except Forbidden:
        raise  # there is no form that it could be shown in
    except AppError as error:
        return addon_page(session, request, seen, error)
    message = phrase("Your review is published.")
    return Redirect(f"{_url(entry.listing.name)}#reviews", message=message)


def remove_review(session: Session, request: Request) -> Reply:
    """Take the company's review back."""
    entry = entry_of(stock(session), request)
    reviewing.remove(session, entry)
    message = phrase("Your review is gone, here and everywhere else.")
    return Redirect(f"{_url(entry.listing.name)}#reviews", message=message)


def addon_page(
    session: Session, request: Request, seen: Stock, refused: AppError | None = None
) -> Page:
    """The page of the addon that the address names; with the review that was `refused`, as it was
    typed."""
    entry = entry_of(seen, request)
    names = {name: one.listing.title for name, one in seen.entries.items()}
    context = {
        "entry": entry,
        "shelf": seen.shelf,
        "titles": names,
        "path": CATALOGUE,
        "is_control": request.tenant.is_control,
        "happened": () if request.tenant.is_control else _happened(session, entry, seen.shelf),
        **_reviews(session, request, entry, refused),
    }
    return Page("core/catalogue/addon.html", context, status=refused.status if refused else 200)


def show_picture(session: Session, request: Request) -> Reply:
    """One of its screenshots."""
    name, number = request.path_params["name"], request.path_params["number"]
    entry_of(stock(session), request)
    kernel = _kernel(session)
    picture = kernel.shop.picture(kernel, name, number)
    return File(
        picture.content,
        f"{name}-{number}",
        picture.media_type,
        inline=True,
        headers={"cache-control": "private, max-age=86400"},
    )


def ask(session: Session, request: Request) -> Reply:
    """Ask the seller for it."""
    name = request.path_params["name"]
    entry = entry_of(stock(session), request)
    note = request.form.get("note", "")
    _kernel(session).shop.ask(session, name, "buy", note)
    title = phrase(entry.listing.title)
    return Redirect(_url(name), message=phrase("{addon} was asked for.", addon=title))


def start_trial(session: Session, request: Request) -> Reply:
    """Begin the trial that is offered; what it does is shown next, before it is switched on."""
    name = request.path_params["name"]
    entry = entry_of(stock(session), request)
    until = _kernel(session).shop.start_trial(session, name)
    message = phrase(
        "You can try {addon} until {day}.",
        addon=phrase(entry.listing.title),
        day=until.date().isoformat(),
    )
    return Redirect(f"/settings/addons/{name}/enable", message=message)


def _happened(session: Session, entry: Entry, shelf: Any) -> list[Any]:
    name = entry.listing.name
    log = select(AddonLogEntry).where(AddonLogEntry.addon == name)
    lines = session.scalars(log.order_by(AddonLogEntry.id.desc()).limit(20))
    return happenings(lines, [one for one in shelf.happenings if one.addon == name])


def entry_of(seen: Stock, request: Request) -> Entry:
    """The addon that the address names; raises NotFound for one that the reader does not see."""
    found = seen.entries.get(request.path_params["name"])
    if found is None:
        raise NotFound(
            phrase("There is no such addon in the catalogue."),
            fix=phrase("Look for it by another name."),
        )
    return found


def _reviews(
    session: Session, request: Request, entry: Entry, refused: AppError | None
) -> dict[str, Any]:
    reviews, name = _kernel(session).reviews, entry.listing.name
    question = reviewing.asked(request.query)
    own = reviews.own(session, name)
    typed = request.form if refused else {}
    return {
        "reviews": reviews.of(session, name, question),
        "question": question,
        "address": partial(reviewing.address, _url(name), question),
        "own": own,
        "typed": {
            "stars": str(typed.get("stars", own.draft.stars if own and not refused else "")),
            "text": typed.get("text", own.draft.text if own and not refused else ""),
            "named": "named" in typed if refused else bool(own and own.draft.named),
        },
        "may_review": reviewing.may_review(session, entry),
        "refused": refused,
        "problems": {each.field: each.message for each in refused.problems} if refused else {},
    }


def _url(name: str) -> str:
    return f"{CATALOGUE}/{name}"


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
