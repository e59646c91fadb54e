"""Ways from a till, a session or a cashier to the pages that are about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.pos.models import Cashier, Register, TillSession
from addons.pos.permissions import BIND_DEVICES, CLOSE_SESSIONS, SET_UP, VIEW_SESSIONS
from core.api import Permission, Slot, actor, msg

_Link = tuple[str, str, str, Permission]


def tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ways that are open to whoever looks at the record."""
    record, may = given["record"], actor(session).may
    links = [(href, title, icon) for href, title, icon, right in _links(record) if may(right.code)]
    return {"links": links} if links else None


def _links(record: Any) -> list[_Link]:
    if isinstance(record, Register) and record.active:
        href = f"/pos/registers/{record.id}/bind"
        return [(href, msg("Bind a device"), "bi-qr-code", BIND_DEVICES)]
    if isinstance(record, Cashier):
        return [(f"/pos/cashiers/{record.id}/pin", msg("Set the PIN"), "bi-key", SET_UP)]
    if isinstance(record, TillSession):
        at = f"/pos/sessions/{record.id}"
        links = [(f"{at}/report", msg("Report"), "bi-file-earmark-bar-graph", VIEW_SESSIONS)]
        if record.state != "closed":
            links.append(
                (f"{at}/close", msg("Close at the office"), "bi-door-closed", CLOSE_SESSIONS)
            )
        return links
    return []


SLOTS: Final = (Slot("core.record.tools", "pos/tools.html", tools, VIEW_SESSIONS),)
