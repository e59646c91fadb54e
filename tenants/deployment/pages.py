"""The page of the addons of this deployment: what runs, what could, and how it is changed.

The page only writes down what is wanted. Whoever carries it out outlives the web process that
answers here, which is replaced on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from packaging.version import InvalidVersion, Version
from sqlalchemy.orm import Session

from addon_registry.deployment import active, history, layout, progress, standing, store, wishes
from addon_registry.deployment.active import Installed
from addon_registry.deployment.layout import Layout
from addon_registry.deployment.wishes import Kind, Wish
from addon_registry.repository import resolving
from addon_registry.repository.client import Registry
from addon_registry.repository.index import Index
from core.db.session import binding
from core.declare import MenuItem, Route, msg
from core.errors import AppError, Conflict, InvalidInput
from core.i18n import phrase
from core.kernel import Kernel
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from tenants.deployment import installer, revoked
from tenants.deployment import users as deployment
from tenants.deployment.revoked import Revoked
from tenants.permissions import INSTALL

PAGE: Final = "/tenants/deployment"
_SHOWN_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    """An installed addon as the page shows it.

    `signature` says what is wrong with its signature or its release, `refused` why it was not
    loaded, `update` the newest version that would run here. `revoked` is there where its
    publisher's key was revoked.
    """

    installed: Installed
    title: str
    summary: str
    tier: str
    signature: str
    refused: str
    update: str
    revoked: Revoked | None


def show(session: Session, request: Request) -> Reply:
    """What is installed, how far the processes are, and what was done."""
    kernel = _kernel(session)
    place = layout.of(kernel.config.var)
    now = active.read(place)
    context = {
        "rows": _rows(kernel, place),
        "now": now,
        "before": list(now.previous.values()) if now.can_go_back else None,
        "steps": history.read(place)[::-1][:_SHOWN_STEPS],
        "safe_mode": kernel.config.safe_mode,
        "registry": (place.trust / "registry.json").is_file(),
        **_status(place),
    }
    return Page("tenants/deployment.html", context)


def show_progress(session: Session, request: Request) -> Reply:
    """How far the step under way is; asks again by itself."""
    place = layout.of(_kernel(session).config.var)
    return Page("tenants/deployment_progress.html", _status(place))


def show_install(session: Session, request: Request) -> Reply:
    """What installing an addon, or another version of it, would do."""
    kernel = _kernel(session)
    name, version = _named(request)
    prepared = installer.prepare(kernel.config, {name: f"=={version}" if version else ""})
    place = layout.of(kernel.config.var)
    releases = Registry(place.trust).index().releases(name)
    context = {
        "name": name,
        "version": version,
        "prepared": prepared,
        "releases": [each for each in releases if each.offered],
        "back": PAGE,
    }
    return Page("tenants/deployment_install.html", context)


def install(session: Session, request: Request) -> Reply:
    """Have it installed."""
    name, version = _named(request)
    return _wish(session, request, "install", name, version)


def show_remove(session: Session, request: Request) -> Reply:
    """Whether an addon can be removed, and what becomes of its data."""
    kernel, name = _kernel(session), request.path_params["name"]
    if name not in active.read(layout.of(kernel.config.var)).addons:
        raise installer.not_installed(name)
    users = deployment.users_of(kernel, name)
    return Page("tenants/deployment_remove.html", {"name": name, "users": users, "back": PAGE})


def remove(session: Session, request: Request) -> Reply:
    """Have it removed."""
    name = request.path_params["name"]
    deployment.refuse_while_used(_kernel(session), name)
    return _wish(session, request, "remove", name)


def roll_back(session: Session, request: Request) -> Reply:
    """Have the set of addons before made active again."""
    kernel = _kernel(session)
    now = active.read(layout.of(kernel.config.var))
    for name in sorted(now.addons.keys() - now.previous.keys()):
        deployment.refuse_while_used(kernel, name)
    return _wish(session, request, "rollback")


def _wish(
    session: Session, request: Request, kind: Kind, name: str = "", version: str = ""
) -> Reply:
    place = layout.of(_kernel(session).config.var)
    if not standing.everybody(place):
        raise Conflict(
            phrase("No process of this machine can carry it out."),
            fix=phrase("Run it there: aorabooks addon {kind} {name}", kind=kind, name=name),
        )
    by = binding(session).author.label
    wishes.make(place, Wish(str(uuid4()), kind, by, name, version))
    return Redirect(PAGE, message=phrase("It has been taken up; this page shows how far it is."))


def _named(request: Request) -> tuple[str, str]:
    """The addon that is meant, and its version, if one was chosen."""
    chosen = request.form if request.method == "POST" else request.query
    version = str(chosen.get("version") or "")
    try:
        return request.path_params["name"], str(Version(version)) if version else ""
    except InvalidVersion:
        raise InvalidInput.of(
            "version", phrase("{version} is no version.", version=version)
        ) from None


def _status(place: Layout) -> dict[str, object]:
    """The step under way, or the last one, and the processes."""
    now, processes = active.read(place), standing.everybody(place)
    waiting = wishes.waiting(place)
    step = progress.read(place)
    busy = bool(waiting) or (step is not None and not step.ended)
    behind = [each for each in processes if each.serving != now.generation]
    return {
        "step": step,
        "busy": busy or bool(behind),
        "waiting": waiting,
        "processes": processes,
        "generation": now.generation,
        "state": now.state,
        "failure": now.failure,
        "page": PAGE,
    }


def _rows(kernel: Kernel, place: Layout) -> list[Row]:
    now, index = active.read(place), revoked.index_of(place)
    keys = {each.installed.name: each for each in revoked.revoked(place)}
    refused = {each.name: each.reason for each in kernel.catalog.refused}
    manifests = installer.manifests_of(place)
    core = installer.shipped()["core"]
    newer = resolving.updates(index, installed=manifests, core_version=core) if index else {}
    return [
        Row(
            installed,
            title=manifests[name].title,
            summary=manifests[name].summary,
            tier=_tier(index, installed),
            signature=_signature(place, index, installed),
            refused=refused.get(name, ""),
            update=newer[name].version if name in newer else "",
            revoked=keys.get(name),
        )
        for name, installed in sorted(now.addons.items())
    ]


def _tier(index: Index | None, installed: Installed) -> str:
    release = index.release(installed.name, installed.version) if index else None
    return release.tier if release is not None else "none"


def _signature(place: Layout, index: Index | None, installed: Installed) -> str:
    """What is wrong with it, or nothing."""
    try:
        store.verify(place, installed)
    except AppError as error:
        return error.message
    if index is None:
        return ""
    release = index.release(installed.name, installed.version)
    if release is not None and release.revoked and not index.why_revoked(installed.key_id):
        return phrase("Nobody may have this version any more: {why}.", why=release.revoked)
    if release is not None and release.yanked:
        return phrase("This version was withdrawn: {why}.", why=release.yanked)
    return ""


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route("GET", "/deployment", show, INSTALL),
    Route("GET", "/deployment/progress", show_progress, INSTALL),
    Route("POST", "/deployment/rollback", roll_back, INSTALL),
    Route("GET", "/deployment/{name}/remove", show_remove, INSTALL),
    Route("POST", "/deployment/{name}/remove", remove, INSTALL),
    Route("GET", "/install/{name}", show_install, INSTALL),
    Route("POST", "/install/{name}", install, INSTALL),
)
MENU: Final = (MenuItem(msg("Installed addons"), PAGE, INSTALL, icon="puzzle", order=35),)
