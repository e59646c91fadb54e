"""Which systems are told what, what became of each telling, and sending it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import binding
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.confirmation import require_confirmation
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.webhooks import delivering, managing
from core.webhooks.models import Webhook, WebhookDelivery

WEBHOOKS: Final = "/settings/webhooks"
TEST: Final = "core.webhook_test"
_SHOWN: Final = 100


def list_webhooks(session: Session, request: Request) -> Reply:
    """All of them, each with how much waits and how much was given up."""
    counts: dict[tuple[int, str], int] = {
        (webhook_id, state): count
        for webhook_id, state, count in session.execute(
            select(WebhookDelivery.webhook_id, WebhookDelivery.state, func.count()).group_by(
                WebhookDelivery.webhook_id, WebhookDelivery.state
            )
        )
    }
    webhooks = session.scalars(select(Webhook).order_by(Webhook.name, Webhook.id)).all()
    return Page("core/webhooks/list.html", {"webhooks": webhooks, "counts": counts})


def show_new(session: Session, request: Request) -> Reply:
    """The form of a new one."""
    return _form(session, {"name": "", "url": "", "events": ()})


def create(session: Session, request: Request) -> Reply:
    """Add it, and show its secret this once."""
    sent = _sent(request)
    try:
        webhook, secret = managing.create(session, **sent)
    except InvalidInput as error:
        return _form(session, sent, error)
    return _detail(session, webhook, secret=secret)


def show(session: Session, request: Request) -> Reply:
    """One webhook, and what it was told."""
    return _detail(session, _webhook(session, request))


def change(session: Session, request: Request) -> Reply:
    """Save what was typed."""
    webhook, sent = _webhook(session, request), _sent(request)
    try:
        managing.change(session, webhook, **sent)
    except InvalidInput as error:
        session.refresh(webhook)
        return _detail(session, webhook, sent=sent, error=error)
    return _back(webhook, phrase("Saved."))


def renew_secret(session: Session, request: Request) -> Reply:
    """Another secret, shown this once."""
    webhook = _webhook(session, request)
    return _detail(session, webhook, secret=managing.renew_secret(session, webhook))


def test(session: Session, request: Request) -> Reply:
    """Send something now and say what came back; it stays in the log."""
    webhook = _webhook(session, request)
    body = {"type": TEST, "timestamp": utc_now().isoformat(), "data": {"webhook": webhook.name}}
    delivery = WebhookDelivery(
        webhook=webhook, message_id=f"msg_{uuid4()}", event=TEST, body=body, attempts=1
    )
    answer = delivering.tell(session, webhook, delivery)
    delivery.state = "delivered" if answer.accepted else "failed"
    delivery.status, delivery.answer = answer.status, answer.text
    delivery.milliseconds, delivery.ended_at = answer.milliseconds, utc_now()
    session.add(delivery)
    if answer.accepted:
        return _back(webhook, phrase("It was taken ({status}).", status=answer.status))
    if answer.status is None:
        return _back(webhook, phrase("There was no answer: {why}", why=answer.text))
    return _back(webhook, phrase("It was refused ({status}).", status=answer.status))


def switch(session: Session, request: Request) -> Reply:
    """On or off."""
    webhook = _webhook(session, request)
    managing.switch(session, webhook, on=request.form.get("on") == "yes")
    return _back(webhook)


def delete(session: Session, request: Request) -> Reply:
    """Remove it with its log, once that was confirmed."""
    webhook = _webhook(session, request)
    message = phrase("Remove “{name}” and the log of what it was told?", name=webhook.name)
    require_confirmation(session, message, key=f"webhook-{webhook.id}")
    session.delete(webhook)
    return Redirect(WEBHOOKS, phrase("The webhook was removed."))


def replay_failed(session: Session, request: Request) -> Reply:
    """Send again all that was given up."""
    webhook = _webhook(session, request)
    count = managing.replay_failed(session, webhook)
    return _back(webhook, phrase("{count} messages are sent again.", count=count))


def replay_one(session: Session, request: Request) -> Reply:
    """Send one message again."""
    webhook = _webhook(session, request)
    delivery = session.get(
        WebhookDelivery, int(request.path_params["delivery"]), with_for_update=True
    )
    if delivery is None or delivery.webhook_id != webhook.id:
        raise NotFound(phrase("There is no such message."))
    delivering.replay(session, delivery)
    return _back(webhook, phrase("It is sent again."))


def _webhook(session: Session, request: Request) -> Webhook:
    return managing.find(session, int(request.path_params["id"]))


def _back(webhook: Webhook, message: str = "") -> Redirect:
    return Redirect(f"{WEBHOOKS}/{webhook.id}", message)


def _sent(request: Request) -> dict[str, Any]:
    return {
        "name": request.form.get("name", ""),
        "url": request.form.get("url", ""),
        "events": tuple(request.form.getlist("events")),
    }


def _form(session: Session, sent: Mapping[str, Any], error: InvalidInput | None = None) -> Page:
    context = {"sent": sent, "error": error, **_choices(session)}
    return Page("core/webhooks/new.html", context, status=422 if error else 200)


def _detail(
    session: Session,
    webhook: Webhook,
    *,
    secret: str = "",
    sent: Mapping[str, Any] | None = None,
    error: InvalidInput | None = None,
) -> Page:
    newest = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    deliveries = session.scalars(newest.order_by(WebhookDelivery.id.desc()).limit(_SHOWN)).all()
    context = {
        "webhook": webhook,
        "secret": secret,
        "deliveries": deliveries,
        "failed": any(delivery.state == "failed" for delivery in deliveries),
        "sent": sent or {"name": webhook.name, "url": webhook.url, "events": webhook.events},
        "error": error,
        **_choices(session),
    }
    return Page("core/webhooks/detail.html", context, status=422 if error else 200)


def _choices(session: Session) -> Mapping[str, Any]:
    kernel: Kernel = binding(session).context["kernel"]
    groups = managing.listenable(session)
    titles = {addon: kernel.catalog.addons[addon].manifest.title for addon in groups}
    return {"groups": [(titles[addon], items) for addon, items in groups.items()]}
