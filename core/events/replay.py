"""Lets an addon react to what happened before it was enabled."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.addons.states import view
from core.db.session import binding
from core.errors import NotEnabled
from core.events import dispatch
from core.events import log as event_log
from core.i18n.phrases import phrase


def replay(session: Session, addon: str, since: date) -> int:
    """Run the addon's own handlers for every logged event since that day (in the tenant's
    time zone), in order; returns how many events there were.

    Handlers are idempotent by the event's source, so replaying twice changes nothing.
    """
    seen = view(session)
    if addon not in seen.enabled:
        raise NotEnabled(
            phrase("{addon} is not enabled.", addon=addon), fix=phrase("Enable it first.")
        )
    own = [owned for owned in seen.all.reactions if owned.addon == addon]
    zone = ZoneInfo(binding(session).tenant.timezone)
    start = datetime.combine(since, time.min, zone)
    count = 0
    for logged in event_log.since(session, {o.item.event.event_name for o in own}, start):
        handlers = [o for o in own if o.item.event.event_name == logged.name]
        event = event_log.restore(handlers[0].item.event, logged.payload)
        dispatch.react(session, event, handlers)
        for owned in handlers:
            if owned.item.mode == "after":
                # No key: the first delivery may have found the addon disabled.
                dispatch.deliver_later(session, logged.event_id, owned)
        count += 1
    return count
