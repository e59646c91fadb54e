"""Permissions as forms show them: under the title of the addon that declares them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from core.addons.states import view
from core.db.session import binding
from core.declare import Permission


def permissions_by_addon(
    session: Session, offered: Callable[[str], bool] = lambda code: True
) -> list[tuple[str, list[Permission]]]:
    """The permissions of the enabled addons whose codes are `offered`, in load order."""
    addons = binding(session).context["kernel"].catalog.addons
    groups: dict[str, list[Permission]] = {}
    for owned in view(session).all.permissions:
        if offered(owned.item.code):
            title = addons[owned.addon].manifest.title
            groups.setdefault(title, []).append(owned.item)
    return list(groups.items())
