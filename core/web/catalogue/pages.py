"""The catalogue's pages: the shelves, one addon in full, its pictures; asking for it, trying it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.models import AddonLogEntry
from core.db.session import binding
from core.errors import NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.catalogue import searching
from core.web.catalogue.entries import Entry, stock
from core.web.catalogue.history import happenings
from core.web.replies import File, Fragment, Page, Redirect, Reply
from core.web.request import Request

CATALOGUE: Final = "/settings/catalogue"
_RESULTS: Final = "catalogue-results"


def show_catalogue(session: Session, request: Request) -> Reply:
    """The shelves; for a search as one types, what was found alone."""
    languages = _kernel(session).languages
    question = searching.asked(request)
    seen = stock(session)
    folded = searching.folded_in(
        seen.listings, request.locale, partial(languages.translate, request.locale)
    )
    found = searching.find(seen.entries.values(), question, folded)
    context = {
        "asked": question,
        "found": found,
        "shelf": seen.shelf,
        "told_at": seen.listings.told_at,
        "path": CATALOGUE,
        "is_control": request.tenant.is_control,
    }
    if request.wants == "fragment" and request.headers.get("hx-target") == _RESULTS:
        return Fragment("core/catalogue/results.html", context)
    return Page("core/catalogue/index.html", context)


def show_addon(session: Session, request: Request) -> Reply:
    """One addon in full: what it is, what it may do, who answers for it, what it costs."""
    seen = stock(session)
    entry = _entry(seen.entries.get(request.path_params["name"]))
    names = {name: one.listing.title for name, one in seen.entries.items()}
    context = {
        "entry": entry,
        "shelf": seen.shelf,
        "titles": names,
        "path": CATALOGUE,
        "is_control": request.tenant.is_control,
        "happened": () if request.tenant.is_control else _happened(session, entry, seen.shelf),
    }
    return Page("core/catalogue/addon.html", context)


def show_picture(session: Session, request: Request) -> Reply:
    """One of its screenshots."""
    name, number = request.path_params["name"], request.path_params["number"]
    _entry(stock(session).entries.get(name))
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
    entry = _entry(stock(session).entries.get(name))
    note = request.form.get("note", "")
    _kernel(session).shop.ask(session, name, "buy", note)
    title = phrase(entry.listing.title)
    return Redirect(_url(name), message=phrase("{addon} was asked for.", addon=title))


def start_trial(session: Session, request: Request) -> Reply:
    """Begin the trial that is offered; what it does is shown next, before it is switched on."""
    name = request.path_params["name"]
    entry = _entry(stock(session).entries.get(name))
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


def _entry(found: Entry | None) -> Entry:
    if found is None:
        raise NotFound(
            phrase("There is no such addon in the catalogue."),
            fix=phrase("Look for it by another name."),
        )
    return found


def _url(name: str) -> str:
    return f"{CATALOGUE}/{name}"


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
