"""Installed addons whose publisher's key was revoked: nothing new that it signed is installed, and
what runs goes on until a person decides.

The registry tells it with its list of publishers, which is asked each hour (`registry_watch`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from addon_registry.deployment import accepted, active, history, store
from addon_registry.deployment.accepted import Accepted
from addon_registry.deployment.active import Installed
from addon_registry.deployment.layout import Layout
from addon_registry.repository.client import Registry
from addon_registry.repository.index import Index
from core.errors import AppError, Conflict, InvalidInput
from core.i18n import phrase
from tenants.deployment import installer


@dataclass(frozen=True, slots=True)
class Revoked:
    """An installed addon, why its key was revoked, and who goes on with it all the same."""

    installed: Installed
    reason: str
    accepted: Accepted | None = None


def index_of(place: Layout) -> Index | None:
    """What the registry said when it was last asked; None where none was."""
    try:
        return Registry(place.trust).index()
    except AppError:
        return None


def revoked(place: Layout) -> tuple[Revoked, ...]:
    """All of them, by name. Raises OSError or ValueError where the active set cannot be read."""
    index = index_of(place)
    if index is None:
        return ()
    return tuple(
        Revoked(each, reason, accepted.acceptance(place, each))
        for _, each in sorted(active.read(place).addons.items())
        if (reason := index.why_revoked(each.key_id))
    )


def undecided(place: Layout) -> tuple[Revoked, ...]:
    """Those that nobody has said of that they go on with them."""
    return tuple(each for each in revoked(place) if each.accepted is None)


def find(place: Layout, name: str) -> Revoked:
    """One of them; raises NotFound if it is not installed, Conflict if its key holds."""
    if name not in active.read(place).addons:
        raise installer.not_installed(name)
    found = next((each for each in revoked(place) if each.installed.name == name), None)
    if found is None:
        raise Conflict(phrase("The key of {name} was not revoked.", name=name))
    return found


def go_on(place: Layout, name: str, *, by: str, why: str) -> Accepted:
    """Go on with an addon although its key was revoked; it stands in the history of steps.

    Raises as `find`, InvalidInput without a reason, Unavailable on a full disk.
    """
    found = find(place, name)
    if not why.strip():
        raise InvalidInput.of(
            "reason",
            phrase("Say why you go on with it."),
            fix=phrase("Whoever asks later reads it in the history."),
        )
    does = f"go on with {name} {found.installed.version}, signed with a revoked key"
    try:
        said = accepted.accept(place, found.installed, by=by, why=why.strip())
        history.append(place, history.entry(str(uuid4()), by, does, "done", said.why))
    except OSError as error:
        raise store.no_room(place, error) from error
    return said
