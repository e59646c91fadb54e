"""Adds, changes and removes webhooks, and lists what they can listen to."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.db.sealed import seal
from core.db.session import binding
from core.errors import InvalidInput, NotFound, Problem
from core.i18n import phrase
from core.webhooks import signing
from core.webhooks.delivering import replay
from core.webhooks.models import Webhook, WebhookDelivery
from core.webhooks.queueing import CHANGED
from core.webhooks.targets import check_url

if TYPE_CHECKING:
    from core.kernel import Kernel

_UNTOLD = ("own", "none")
"""Of such tables the audit trail has not every change."""


@dataclass(frozen=True, slots=True)
class Listenable:
    """Something that can be listened to: its name in messages, and what people call it."""

    name: str
    title: str


def listenable(session: Session) -> Mapping[str, tuple[Listenable, ...]]:
    """What the enabled addons say, by addon: changes of their records, then their events."""
    visible = view(session)
    found: dict[str, list[Listenable]] = {}
    for name, owned in visible.resources.items():
        # Telling of a job is a job: whoever listened to jobs would never hear the end of it.
        if owned.item.model.__table__.info.get("audit", "all") in _UNTOLD:  # type: ignore[attr-defined]
            continue
        title = phrase("{records}: changed", records=phrase(owned.item.title))
        found.setdefault(owned.addon, []).append(Listenable(name + CHANGED, title))
    for owned in visible.all.events:
        name = owned.item.event_name
        found.setdefault(owned.addon, []).append(Listenable(name, name.partition(".")[2]))
    return {addon: tuple(items) for addon, items in found.items()}


def create(
    session: Session, *, name: str, url: str, events: Collection[str]
) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is shown this once. Raises InvalidInput naming each
    field that is wrong."""
    name, url, chosen = _checked(session, name, url, events)
    place, secret = secrets.token_hex(16), signing.new_secret()
    webhook = Webhook(name=name, url=url, events=chosen, secret_place=place)
    webhook.secret = _sealed(session, place, secret)
    session.add(webhook)
    session.flush()
    return webhook, secret


def change(
    session: Session, webhook: Webhook, *, name: str, url: str, events: Collection[str]
) -> None:
    """Another name, address or choice of events; raises InvalidInput."""
    webhook.name, webhook.url, webhook.events = _checked(session, name, url, events)
    session.flush()


def renew_secret(session: Session, webhook: Webhook) -> str:
    """Another secret from now on; returns it, this once."""
    secret = signing.new_secret()
    webhook.secret = _sealed(session, webhook.secret_place, secret)
    session.flush()
    return secret


def switch(session: Session, webhook: Webhook, *, on: bool) -> None:
    """Tell it again, or nothing more."""
    webhook.is_active, webhook.off_reason = on, ""
    if on:
        webhook.failing_since = None
    session.flush()


def replay_failed(session: Session, webhook: Webhook) -> int:
    """Send again all that was given up; returns how many."""
    failed = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == "failed"
    )
    deliveries = session.scalars(failed.order_by(WebhookDelivery.id).with_for_update()).all()
    for delivery in deliveries:
        replay(session, delivery)
    return len(deliveries)


def find(session: Session, webhook_id: int) -> Webhook:
    """A webhook by its id; raises NotFound."""
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFound(phrase("There is no such webhook."))
    return webhook


def _sealed(session: Session, place: str, secret: str) -> str:
    kernel: Kernel = binding(session).context["kernel"]
    return seal(kernel.secrets, Webhook.secret, secret.encode(), secret_place=place)


def _checked(
    session: Session, name: str, url: str, events: Collection[str]
) -> tuple[str, str, list[str]]:
    kernel: Kernel = binding(session).context["kernel"]
    problems: list[Problem] = []
    name = name.strip()
    if not name or len(name) > 100:
        problems.append(Problem("name", phrase("Give it a name of at most 100 letters.")))
    try:
        url = check_url(url, private=kernel.config.private_webhooks)
    except InvalidInput as error:
        problems.extend(error.problems)
    known = {each.name for group in listenable(session).values() for each in group}
    if not events or set(events) - known:
        problems.append(Problem("events", phrase("Choose at least one thing to be told of.")))
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return name, url, sorted(set(events))
