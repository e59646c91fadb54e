"""The quotas of licences: counted, shown, and asked for before something is added.

Quotas never take away. Where there is more than one allows, what is there stays and works, and
nothing is added until there is less, or another licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from core.addons.limits import LimitReached, Quota, limits_of
from core.addons.states import view
from core.auth.seats import active_users
from core.db.base import utc_now
from core.db.session import binding
from core.declare import Resource
from core.i18n.phrases import phrase
from core.licensing.models import DocumentsMade

MEGABYTE: Final = 2**20
DOCUMENTS: Final = "documents"
_LOCK: Final = 7_215_010
"""Taken while records under a quota are counted and added."""


@dataclass(frozen=True, slots=True)
class QuotaCount:
    """How much of a quota is used; `most` None is no bound."""

    name: str
    used: int
    most: int | None


def most_storage(session: Session) -> int:
    """How many bytes of files the licences allow; 0 is no bound."""
    quota = limits_of(session).quotas.get("storage")
    return 0 if quota is None else max(quota.most, 1)


def count_made(session: Session, addon: str, resource: Resource, number: int) -> None:
    """New records were flushed: raise LimitReached if a quota has no room for them, and count
    them where documents are counted.

    Documents are what people, files and connected systems make in the addons that the quota is
    about. What an addon makes by itself, such as the entry of a sale, is counted with its cause.
    """
    quotas = limits_of(session).quotas if number else {}
    if not quotas:
        return
    quota = quotas.get(resource.quota)
    if quota is not None:
        _require_room(session, resource, quota)
    documents = quotas.get(DOCUMENTS)
    if documents is not None and addon in documents.addons and not resource.never_blocked:
        _require_documents(session, documents, number)
        made = {"addon": addon, "month": this_month(session), "number": number}
        session.execute(insert(DocumentsMade).values(**made))


def documents_made(session: Session, quota: Quota) -> int:
    """How many documents of these addons were made this month."""
    counted = select(func.coalesce(func.sum(DocumentsMade.number), 0)).where(
        DocumentsMade.addon.in_(quota.addons), DocumentsMade.month == this_month(session)
    )
    return int(session.scalar(counted) or 0)


def this_month(session: Session) -> date:
    """The first day of the present month, where the company is."""
    zone = ZoneInfo(binding(session).tenant.timezone)
    return utc_now().astimezone(zone).date().replace(day=1)


def add_up(session: Session) -> None:
    """Make one row of the many of each addon and month; part of the nightly job."""
    sums = (
        delete(DocumentsMade)
        .returning(DocumentsMade.addon, DocumentsMade.month, DocumentsMade.number)
        .cte("gone")
    )
    columns = (sums.c.addon, sums.c.month, func.sum(sums.c.number))
    together = select(*columns).group_by(sums.c.addon, sums.c.month)
    session.execute(insert(DocumentsMade).from_select(["addon", "month", "number"], together))


def quota_counts(session: Session, *, storage: int) -> list[QuotaCount]:
    """The quotas that the licences name, and how much of each is used; `storage` are the bytes
    that files take."""
    quotas = limits_of(session).quotas
    used = {"users": lambda: active_users(session), "storage": lambda: storage}
    found = []
    for name, quota in quotas.items():
        if name == DOCUMENTS:
            number = documents_made(session, quota)
        elif name in used:
            number = used[name]()
        else:
            number = _recorded(session, name)
        found.append(QuotaCount(name, number, quota.most))
    return sorted(found, key=lambda one: one.name)


def _recorded(session: Session, name: str) -> int:
    """How many records there are of the resources that name this quota."""
    counted = (o.item.model for o in view(session).all.resources if o.item.quota == name)
    return sum(_count(session, model) for model in counted)


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _require_room(session: Session, resource: Resource, quota: Quota) -> None:
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if _recorded(session, resource.quota) > quota.most:
        raise LimitReached(
            phrase(
                "Your licence covers {count} of these: {kind}.",
                count=quota.most,
                kind=phrase(resource.title),
            ),
            fix=phrase("Delete one that is not needed, or ask for a licence of more."),
        )


def _require_documents(session: Session, quota: Quota, number: int) -> None:
    if documents_made(session, quota) + number > quota.most:
        raise LimitReached(
            phrase(
                "Your licence covers {count} documents a month, and as many were made.",
                count=quota.most,
            ),
            fix=phrase("Go on next month, or ask for a licence of more documents."),
        )
