"""The addons of the company: what it has and may have, how each stands, what came to pass with
them, and switching them on and off.

Each step is shown before it is done. The steps themselves belong to the module manager, which
works in transactions of its own as the role that may change tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.addons.models import AddonLogEntry
from core.addons.preview import Step
from core.addons.purging import confirmation_for
from core.addons.states import KERNEL
from core.db.session import binding
from core.declare import msg
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.catalogue.entries import stock
from core.web.catalogue.history import happenings
from core.web.catalogue.pages import CATALOGUE
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

ADDONS: Final = "/settings/addons"
CHANNEL: Final = "addons"
_LATELY: Final = 15
"""How many lines of what came to pass are shown."""


def list_addons(session: Session, request: Request) -> Reply:
    """The addons that the company has or has data of, and what it could have besides. On the
    control plane nothing is switched on or off: there it is the catalogue."""
    if request.tenant.is_control:
        return Redirect(CATALOGUE)
    seen = stock(session)
    entries = list(seen.entries.values())
    ours = [entry for entry in entries if entry.is_ours]
    lately = select(AddonLogEntry).order_by(AddonLogEntry.id.desc()).limit(_LATELY)
    titles = {name: listing.title for name, listing in seen.listings.by_name.items()}
    context = {
        "ours": sorted(ours, key=lambda entry: (entry.listing.category, entry.listing.title)),
        "more": [entry for entry in entries if not entry.is_ours],
        "shelf": seen.shelf,
        "happened": happenings(session.scalars(lately), seen.shelf.happenings)[:_LATELY],
        "titles": titles | {KERNEL: msg("The platform")},
        "path": CATALOGUE,
    }
    return Page("core/settings/addons.html", context)


def show_step(session: Session, request: Request) -> Reply:
    """What a step will do, and the button that does it."""
    name, step = _named(request)
    told = lifecycle.preview(_kernel(session), request.tenant, name, step)
    addon = _kernel(session).catalog.addons.get(name)
    titles = [_title(_kernel(session), each) for each in told.addons]
    context = {
        "told": told,
        "titles": titles,
        "title": addon.manifest.title if addon else name,
        "url": f"{ADDONS}/{name}/{step}",
        "words": confirmation_for(name),
    }
    return Page("core/settings/addon_step.html", context)


def take_step(session: Session, request: Request) -> Reply:
    """Enable, disable or purge."""
    name, step = _named(request)
    # The step locks what this transaction may have read.
    session.rollback()
    message = _STEPS[step](_kernel(session), request, name)
    return _done(session, request, message)


def retry(session: Session, request: Request) -> Reply:
    """Try a suspended or changed addon once more."""
    kernel, name = _kernel(session), request.path_params["name"]
    session.rollback()
    outcome = lifecycle.retry(kernel, request.tenant, name, actor=request.actor)
    failed = outcome.suspended.get(name)
    message = failed if failed else phrase("{addon} works again.", addon=_title(kernel, name))
    return _done(session, request, message)


def _enable(kernel: Kernel, request: Request, name: str) -> str:
    lifecycle.enable(kernel, request.tenant, name, actor=request.actor)
    return phrase("{addon} is switched on.", addon=_title(kernel, name))


def _disable(kernel: Kernel, request: Request, name: str) -> str:
    together = request.form.get("with_dependants") == "yes"
    lifecycle.disable(kernel, request.tenant, name, with_dependants=together, actor=request.actor)
    return phrase("{addon} is switched off. Its data is kept.", addon=_title(kernel, name))


def _purge(kernel: Kernel, request: Request, name: str) -> str:
    typed = request.form.get("confirmation", "").strip()
    if typed != confirmation_for(name):
        raise InvalidInput.of(
            "confirmation", phrase("Type “{words}” to go on.", words=confirmation_for(name))
        )
    purged = lifecycle.purge(kernel, request.tenant, name, confirmation=typed, actor=request.actor)
    return phrase(
        "The data of {addon} is deleted. Records written to a file first: {rows}.",
        addon=_title(kernel, name),
        rows=purged.rows,
    )


_STEPS: Final[Mapping[Step, Callable[[Kernel, Request, str], str]]] = {
    "enable": _enable,
    "disable": _disable,
    "purge": _purge,
}


def _done(session: Session, request: Request, message: str) -> Reply:
    name = request.path_params["name"]
    _kernel(session).channels.publish(request.tenant, CHANNEL, {"addon": name})
    return Redirect(ADDONS, message=message)


def _named(request: Request) -> tuple[str, Step]:
    step = request.path_params["step"]
    if step not in get_args(Step):
        raise NotFound("There is no such page.")
    return request.path_params["name"], cast("Step", step)


def _title(kernel: Kernel, name: str) -> str:
    addon = kernel.catalog.addons.get(name)
    return phrase(addon.manifest.title) if addon else name


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
