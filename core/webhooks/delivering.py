"""The job that tells one address one thing, and tries again for three days."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.sealed import unseal
from core.db.session import binding
from core.errors import Conflict
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.webhooks.models import Webhook, WebhookDelivery
from core.webhooks.queueing import JOB
from core.webhooks.sending import Answer, send

if TYPE_CHECKING:
    from core.kernel import Kernel

PAUSES: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before the second try, the third, and so on; three days in all."""
PATIENCE: Final = timedelta(days=5)
"""An address that has refused everything for so long is told nothing more."""
GONE: Final = 410
KEPT: Final = timedelta(days=30)
_JITTER: Final = 0.2


def deliver(session: Session, *, delivery_id: int) -> None:
    """Send a message that is due; one that was sent meanwhile, or is gone, is left alone."""
    delivery = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.state != "queued":
        return
    webhook = delivery.webhook
    if binding(session).tenant.keeps_to_itself:
        _end(delivery, "failed", tell(session, webhook, delivery))
        return
    if not webhook.is_active:
        _end(delivery, "failed", Answer(None, phrase("The webhook is switched off."), 0))
        return
    answer = tell(session, webhook, delivery)
    delivery.attempts += 1
    if answer.accepted:
        webhook.failing_since = None
        _end(delivery, "delivered", answer)
    elif answer.status == GONE:
        _end(delivery, "failed", answer)
        _switch_off(webhook, phrase("It answered that it is gone for good."))
    elif delivery.attempts > len(PAUSES):
        _end(delivery, "failed", answer)
        _lose_patience(webhook)
    else:
        _note(delivery, answer)
        delivery.next_at = _next(delivery.attempts)
        enqueue(session, JOB, run_at=delivery.next_at, delivery_id=delivery.id)


def tell(session: Session, webhook: Webhook, delivery: WebhookDelivery) -> Answer:
    """Send it once, now. A sample company tells nobody, and neither does a copy."""
    if binding(session).tenant.keeps_to_itself:
        return Answer(
            None, phrase("This company is there to try things in and sends nothing to others."), 0
        )
    kernel: Kernel = binding(session).context["kernel"]
    secret = unseal(kernel.secrets, Webhook.secret, webhook).decode()
    return send(
        webhook.url,
        secret,
        message_id=delivery.message_id,
        content=delivery.body,
        private=kernel.config.private_webhooks,
    )


def replay(session: Session, delivery: WebhookDelivery) -> None:
    """Send a message again that was delivered or given up; raises Conflict while it waits."""
    if delivery.state == "queued":
        raise Conflict(phrase("It is about to be sent."), fix=phrase("Wait a moment."))
    delivery.state, delivery.attempts, delivery.ended_at = "queued", 0, None
    delivery.next_at = utc_now()
    session.flush()
    enqueue(session, JOB, delivery_id=delivery.id)


def forget_old_deliveries(session: Session) -> None:
    """Forget what was told long ago."""
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.created_at < utc_now() - KEPT))


def _next(attempts: int) -> datetime:
    # Spread, so that a receiver that was down is not met by all its messages at once.
    return utc_now() + PAUSES[attempts - 1] * (1 + random.uniform(-_JITTER, _JITTER))  # noqa: S311


def _note(delivery: WebhookDelivery, answer: Answer) -> None:
    delivery.status, delivery.answer = answer.status, answer.text
    delivery.milliseconds = answer.milliseconds


def _end(delivery: WebhookDelivery, state: str, answer: Answer) -> None:
    _note(delivery, answer)
    delivery.state, delivery.next_at, delivery.ended_at = state, None, utc_now()


def _lose_patience(webhook: Webhook) -> None:
    now = utc_now()
    since = webhook.failing_since = webhook.failing_since or now
    if now - since > PATIENCE:
        _switch_off(webhook, phrase("It refused everything for {days} days.", days=PATIENCE.days))


def _switch_off(webhook: Webhook, reason: str) -> None:
    webhook.is_active, webhook.off_reason = False, reason
