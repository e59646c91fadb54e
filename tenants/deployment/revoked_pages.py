"""What an operator decides about an addon whose publisher's key was revoked: off in all companies,
or on with it, knowingly."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addon_registry.deployment import layout
from core.db.session import binding
from core.declare import Route, Trouble
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from tenants.deployment import disabling, installer, revoked
from tenants.deployment import users as deployment
from tenants.deployment.pages import PAGE
from tenants.permissions import INSTALL


def show(session: Session, request: Request) -> Reply:
    """Why the key was revoked, who uses the addon, and what can be done."""
    kernel, name = _kernel(session), request.path_params["name"]
    found = revoked.find(layout.of(kernel.config.var), name)
    context = {"name": name, "found": found, "back": PAGE}
    return Page(
        "tenants/deployment_revoked.html",
        {**context, "users": deployment.users_of(kernel, name)},
    )


def disable(session: Session, request: Request) -> Reply:
    """Have it switched off in all companies."""
    kernel, name = _kernel(session), request.path_params["name"]
    if name not in installer.manifests_of(layout.of(kernel.config.var)):
        raise installer.not_installed(name)
    enqueue(session, disabling.JOB, addon=name)
    return Redirect(PAGE, message=phrase("{name} is being switched off everywhere.", name=name))


def go_on(session: Session, request: Request) -> Reply:
    """Go on with it."""
    kernel, name = _kernel(session), request.path_params["name"]
    by, why = binding(session).author.label, str(request.form.get("reason") or "")
    revoked.go_on(layout.of(kernel.config.var), name, by=by, why=why)
    return Redirect(PAGE, message=phrase("It stands in the history that you go on with it."))


def troubles(session: Session) -> list[Trouble]:
    """One for each addon that nobody has decided about."""
    try:
        undecided = revoked.undecided(layout.of(_kernel(session).config.var))
    except (OSError, ValueError):
        return []  # what is wrong with the file, the doctor says; other troubles are shown
    return [
        Trouble(
            key=f"revoked:{each.installed.sha256}",
            title=phrase("{name} was signed with a key that was revoked", name=each.installed.name),
            cause=each.reason,
            url=f"{PAGE}/{each.installed.name}/revoked",
        )
        for each in undecided
    ]


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route("GET", "/deployment/{name}/revoked", show, INSTALL),
    Route("POST", "/deployment/{name}/revoked", go_on, INSTALL),
    Route("POST", "/deployment/{name}/disable", disable, INSTALL),
)
