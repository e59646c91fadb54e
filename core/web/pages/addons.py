"""The addons of the company: what there is, how each stands, and switching them on and off.

Each step is shown before it is done. The steps themselves belong to the module manager, which
works in transactions of its own as the role that may change tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.addons.catalog import LoadedAddon
from core.addons.preview import Step
from core.addons.purging import confirmation_for
from core.addons.states import TenantState, is_allowed
from core.db.session import binding
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

ADDONS: Final = "/settings/addons"
CHANNEL: Final = "addons"

Standing = Literal["enabled", "available", "disabled", "suspended", "purged", "refused"]


@dataclass(frozen=True, slots=True)
class AddonCard:
    """One addon as the page shows it; `reason` says why it does not work, if it should."""

    name: str
    title: str
    summary: str
    category: str
    version: str
    standing: Standing
    reason: str = ""
    steps: tuple[Step, ...] = ()


def list_addons(session: Session, request: Request) -> Reply:
    """Every addon of this server, and those that the company has data of."""
    return Page("core/settings/addons.html", {"cards": _cards(session)})


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


def _cards(session: Session) -> list[AddonCard]:
    kernel, state = _kernel(session), _state(session)
    tenant = binding(session).tenant
    cards = [
        _card(addon, state, allowed=is_allowed(tenant, name))
        for name, addon in kernel.catalog.addons.items()
        if not addon.manifest.control and name != "core"
    ]
    known = kernel.catalog.addons.keys()
    cards += [
        AddonCard(refused.name, refused.name, "", "", "", "refused", refused.reason, ())
        for refused in kernel.catalog.refused
        if refused.name in state.rows and refused.name not in known
    ]
    return sorted(cards, key=lambda card: (card.category, card.title))


def _card(addon: LoadedAddon, state: TenantState, *, allowed: bool) -> AddonCard:
    row = state.rows.get(addon.name)
    standing: Standing = "available" if row is None else row.state
    if standing == "enabled" and addon.name not in state.enabled:
        standing = "suspended"
    steps: dict[Standing, tuple[Step, ...]] = {
        "available": ("enable",),
        "purged": ("enable",),
        "enabled": ("disable",),
        "suspended": ("disable",),
        "disabled": ("enable", "purge"),
    }
    reason = row.reason if row is not None else ""
    if not allowed and standing in ("available", "purged", "disabled"):
        reason = phrase("It is not part of your company's package.")
    return AddonCard(
        name=addon.name,
        title=addon.manifest.title,
        summary=addon.manifest.summary,
        category=addon.manifest.category,
        version=addon.manifest.version,
        standing=standing,
        reason=reason,
        steps=tuple(s for s in steps[standing] if allowed or s != "enable"),
    )


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


def _state(session: Session) -> TenantState:
    return binding(session).context["state"]
