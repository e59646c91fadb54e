"""Writes down, in the transaction in which something happens, who is to be told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import after_commit, binding, is_bound
from core.jobs.queue import enqueue
from core.live.changes import changes_in
from core.webhooks.models import Webhook, WebhookDelivery

if TYPE_CHECKING:
    from core.kernel import Kernel

JOB: Final = "core.deliver_webhook"
CHANGED: Final = ".changed"
"""After a resource's full name: some of its records came, went or changed."""


def queue_event(
    session: Session, event_id: str, name: str, payload: Callable[[], dict[str, Any]]
) -> None:
    """Have those who listen to this event told of it, once the transaction has committed."""
    for webhook_id in _kernel(session).webhooks.of(session).get(name, ()):
        queue(session, webhook_id, name, f"msg_{event_id}", payload())


def queue(
    session: Session, webhook_id: int, event: str, message_id: str, data: dict[str, Any]
) -> WebhookDelivery:
    """One message to one address; its body is fixed here, however often it is sent."""
    body = {"type": event, "timestamp": utc_now().isoformat(), "data": data}
    delivery = WebhookDelivery(
        webhook_id=webhook_id, message_id=message_id, event=event, body=body, next_at=utc_now()
    )
    session.add(delivery)
    session.flush()
    enqueue(session, JOB, delivery_id=delivery.id)
    return delivery


def forget_listeners(session: Session) -> None:
    """Whoever listens has changed: ask anew once this transaction has committed."""
    kernel, tenant = _kernel(session), binding(session).tenant
    after_commit(session, lambda: kernel.webhooks.forget(tenant.id))


@sa_event.listens_for(Session, "after_flush")
def _see_webhooks_change(session: Session, _: Any) -> None:
    changed = (*session.new, *session.dirty, *session.deleted)
    if is_bound(session) and any(isinstance(record, Webhook) for record in changed):
        forget_listeners(session)


# Before the listener of jobs, which announces what was queued until then.
@sa_event.listens_for(Session, "before_commit", insert=True)
def _queue_changes(session: Session) -> None:
    # A savepoint commits too, but what it holds may still be undone.
    if not is_bound(session) or session.in_nested_transaction():
        return
    session.flush()
    changed = dict(changes_in(session))
    if not changed:
        return
    listeners = _kernel(session).webhooks.of(session)
    for resource, keys in changed.items():
        for webhook_id in listeners.get(resource + CHANGED, ()):
            data = {"resource": resource, "ids": sorted(keys) if keys else None}
            queue(session, webhook_id, resource + CHANGED, f"msg_{uuid4()}", data)


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
