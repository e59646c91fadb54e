"""Who listens to what, remembered for a second: it is asked for at every event."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.session import binding
from core.webhooks.models import Webhook

TTL: Final = 1.0
_MOST_TENANTS: Final = 10_000

Listeners = Mapping[str, tuple[int, ...]]
"""Ids of active webhooks by the name of the event."""


class Subscriptions:
    """The listeners of each tenant; one per process, thread-safe."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Listeners]] = {}
        self._lock = threading.Lock()

    def of(self, session: Session) -> Listeners:
        """Who listens in the session's tenant, at most `TTL` seconds old."""
        tenant, now = binding(session).tenant.id, time.monotonic()
        known = self._known.get(tenant)
        if known is None or now - known[0] > TTL:
            known = (now, _read(session))
            with self._lock:
                if len(self._known) >= _MOST_TENANTS:
                    self._known.clear()
                self._known[tenant] = known
        return known[1]

    def forget(self, tenant_id: str) -> None:
        """Ask the database the next time."""
        with self._lock:
            self._known.pop(tenant_id, None)


def _read(session: Session) -> Listeners:
    listeners: dict[str, tuple[int, ...]] = {}
    with session.no_autoflush:
        rows = session.execute(select(Webhook.id, Webhook.events).where(Webhook.is_active))
    for webhook_id, events in rows:
        for event in events:
            listeners[event] = (*listeners.get(event, ()), webhook_id)
    return listeners
