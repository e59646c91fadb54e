"""Refuses to write for an addon whose licence lapsed: its documents can be read, not changed.

Requests are refused at the door, by the route that they ask for. What reaches records by a way of
the kernel's own, such as an import, a change of many or an undo, is refused where it writes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.states import TenantState
from core.db.session import binding
from core.declare import Resource
from core.errors import Forbidden
from core.i18n import phrase
from core.web.routing import Mount


class ReadOnlyAddon(Forbidden):
    """The addon's licence lapsed, and its days of grace are over."""

    code = "licence-lapsed"


def require_open(session: Session, mount: Mount) -> None:
    """Raise ReadOnlyAddon if this route writes and its addon can only be read."""
    state: TenantState = binding(session).context["state"]
    if mount.writes and mount.addon in state.read_only:
        raise _refused(session, mount.addon)


def is_writable(session: Session, addon: str, resource: Resource | None = None) -> bool:
    """Whether the addon can be written in, or this resource is never blocked."""
    state: TenantState = binding(session).context["state"]
    return addon not in state.read_only or (resource is not None and resource.never_blocked)


def require_writable(session: Session, addon: str, resource: Resource | None = None) -> None:
    """Raise ReadOnlyAddon if the addon can only be read, unless this resource is never blocked."""
    if not is_writable(session, addon, resource):
        raise _refused(session, addon)


def _refused(session: Session, addon: str) -> ReadOnlyAddon:
    catalog: Catalog = binding(session).context["kernel"].catalog
    return ReadOnlyAddon(
        phrase(
            "The licence for {addon} has ended, so nothing in it can be changed. Everything can be"
            " read, printed and exported.",
            addon=phrase(catalog.addons[addon].manifest.title),
        ),
        fix=phrase("An administrator finds under Settings → Licences whom to ask for a new one."),
    )
