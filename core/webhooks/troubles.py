"""Webhooks that were switched off for refusing what they are told, as troubles."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.declare import Remedy, Trouble, msg
from core.i18n import phrase
from core.webhooks import managing
from core.webhooks.models import Webhook
from core.webhooks.permissions import MANAGE_WEBHOOKS


def refusing(session: Session) -> list[Trouble]:
    """Those that refuse messages or were given up, each with why."""
    broken = select(Webhook).where((Webhook.off_reason != "") | Webhook.failing_since.is_not(None))
    return [
        Trouble(
            key=f"webhook:{webhook.id}",
            title=phrase("“{name}” does not take what it is told", name=webhook.name),
            cause=webhook.off_reason or phrase("Messages were refused for three days."),
            severity="bad" if webhook.off_reason else "warning",
            url=f"/settings/webhooks/{webhook.id}",
            remedy=Remedy(
                msg("Send everything again"),
                MANAGE_WEBHOOKS,
                run=partial(_send_again, webhook_id=webhook.id),
            ),
        )
        for webhook in session.scalars(broken.order_by(Webhook.id))
    ]


def _send_again(session: Session, webhook_id: int) -> str:
    webhook = managing.find(session, webhook_id)
    managing.switch(session, webhook, on=True)
    count = managing.replay_failed(session, webhook)
    return phrase("{count} messages are sent again.", count=count)
