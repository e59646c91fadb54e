"""`emit`: say that something happened, and let the enabled addons react.

emit(session, SaleConfirmed(...))
  ├─ core.event_log                     one row, in this transaction
  ├─ @on(SaleConfirmed)  handlers       now, in this transaction: raising aborts it all
  ├─ webhooks that listen               a message each, sent by a job after the commit
  └─ @after(SaleConfirmed) handlers     a job each, once this transaction has committed
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from core.addons.catalog import Owned
from core.addons.states import view
from core.db.session import binding
from core.event import Event, Reaction
from core.events import log as event_log
from core.jobs.queue import enqueue
from core.tracing.current import Span, part
from core.webhooks.queueing import queue_event

DELIVER = "core.deliver"

log = structlog.get_logger(__name__)


def emit(session: Session, event: Event) -> UUID:
    """Log the event and run its reactions; returns the event's id."""
    event_id = event_log.write(session, event)
    queue_event(session, str(event_id), event.event_name, partial(event_log.payload_of, event))
    handlers = view(session).reactions(event.event_name)
    react(session, event, handlers)
    for owned in handlers:
        if owned.item.mode == "after":
            # The key makes one job of it, however often this is asked for.
            deliver_later(session, event_id, owned, key=f"{event_id}:{owned.item.name}")
    return event_id


def react(session: Session, event: Event, handlers: Iterable[Owned[Reaction]]) -> None:
    """Run the handlers that belong into this transaction, in load order."""
    for owned in handlers:
        if owned.item.mode == "on":
            try:
                with _traced(owned, event.event_name):
                    owned.item.run(session, event)
            except Exception as error:
                error.add_note(f"in {owned.item.name}, reacting to {event.event_name}")
                raise


def deliver_later(
    session: Session, event_id: UUID, owned: Owned[Reaction], *, key: str = ""
) -> None:
    """Have a handler run after the commit, as a job of its own."""
    enqueue(
        session,
        DELIVER,
        key=key,
        title=f"{owned.item.event.event_name} → {owned.addon}",
        event_id=str(event_id),
        addon=owned.addon,
        handler=owned.item.name,
    )


def deliver(session: Session, *, event_id: str, addon: str, handler: str) -> str | None:
    """The job behind `@after`. What an addon that was disabled meanwhile would have done is
    dropped; `replay` makes up for it when the addon is enabled again."""
    logged = event_log.find(session, UUID(event_id))
    if logged is None:
        raise LookupError(f"there is no event {event_id} in the log")
    seen = view(session)
    for owned in seen.reactions(logged.name):
        if owned.item.name == handler and owned.item.mode == "after":
            with _traced(owned, logged.name):
                owned.item.run(session, event_log.restore(owned.item.event, logged.payload))
            return None
    if addon in seen.enabled:
        raise LookupError(f"{addon} has no handler {handler} for {logged.name} any more")
    tenant = binding(session).tenant.slug
    log.info("event dropped", addon=addon, handler=handler, event_id=event_id, tenant=tenant)
    return f"{addon} is not enabled; the event was dropped."


def _traced(owned: Owned[Reaction], event_name: str) -> AbstractContextManager[Span | None]:
    attributes = {"aorabooks.event": event_name, "aorabooks.handler": owned.item.name}
    return part(f"{event_name} → {owned.addon}", attributes, addon=owned.addon)
