"""The addons of the company: what there is, how each stands, and switching them on and off.

Each step is shown before it is done. The steps themselves belong to the module manager, which
works in transactions of its own as the role that may change tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast, get_args

from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.addons.preview import Step
from core.addons.purging import confirmation_for
from core.addons.states import KERNEL
from core.addons.status import AddonStatus, statuses
from core.db.session import binding
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

ADDONS: Final = "/settings/addons"
CHANNEL: Final = "addons"


def list_addons(session: Session, request: Request) -> Reply:
    """Every addon of this server, and those that the company has data of."""
    context = {"cards": _cards(session), "switched_here": not request.tenant.is_control}
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


def _cards(session: Session) -> list[AddonStatus]:
    """What the admin can do something about, by category."""
    shown = [status for status in statuses(session) if status.name != KERNEL]
    return sorted(shown, key=lambda status: (status.category, status.title))


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
