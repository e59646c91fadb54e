"""How a company's electronic invoices stand, in figures: for whoever looks after the deployment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.zatca.models import OPEN_STATES, Device, Document, Unmade
from addons.zatca.services.sending.patience import breaker
from addons.zatca.services.sending.troubles import troubles
from core.api import Trouble, utc_now


@dataclass(frozen=True, slots=True)
class DeviceStanding:
    """A device, and how many of its documents are in which state."""

    id: int
    device: str
    environment: str
    state: str
    certificate_ends: datetime | None
    stopped_at: datetime | None
    documents: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document of which the authority has not said what it thinks."""

    number: str
    device: str
    state: str
    issued_at: datetime
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class EnvironmentStanding:
    """An environment of the authority: the calls in a row that nobody answered, and until when
    nothing is sent there."""

    environment: str
    failures: int
    shut_until: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it. `unmade` are sales without their document; `troubles` want a person."""

    devices: Sequence[DeviceStanding]
    documents: Mapping[str, int]
    oldest: Waiting | None
    unmade: int
    environments: Sequence[EnvironmentStanding]
    troubles: Sequence[Trouble]


def standing(session: Session) -> Standing:
    """How everything stands now."""
    devices = _devices(session)
    documents: dict[str, int] = {}
    for device in devices:
        for state, count in device.documents.items():
            documents[state] = documents.get(state, 0) + count
    return Standing(
        devices=devices,
        documents=documents,
        oldest=_oldest(session),
        unmade=session.scalar(select(func.count()).select_from(Unmade)) or 0,
        environments=_environments(session, {device.environment for device in devices}),
        troubles=troubles(session),
    )


def _devices(session: Session) -> list[DeviceStanding]:
    counted: dict[int, dict[str, int]] = {}
    by_state = select(Document.device_id, Document.state, func.count())
    for device_id, state, count in session.execute(
        by_state.group_by(Document.device_id, Document.state).order_by(Document.state)
    ):
        counted.setdefault(device_id, {})[state] = count
    return [
        DeviceStanding(
            device.id,
            device.name,
            device.environment,
            device.state,
            device.expires_at,
            device.stopped_at,
            counted.get(device.id, {}),
        )
        for device in session.scalars(select(Device).order_by(Device.id))
    ]


def _oldest(session: Session) -> Waiting | None:
    found = session.execute(
        select(
            Document.number, Device.name, Document.state, Document.issue_at, Document.deadline_at
        )
        .join(Device, Device.id == Document.device_id)
        .where(Document.state.in_(OPEN_STATES))
        .order_by(Document.deadline_at, Document.id)
        .limit(1)
    ).one_or_none()
    return None if found is None else Waiting(*found)


def _environments(session: Session, names: set[str]) -> list[EnvironmentStanding]:
    now, found = utc_now(), list[EnvironmentStanding]()
    for name in sorted(names):
        state = breaker(session, name)
        shut_until = state.shut_until if state.is_shut(now) else None
        found.append(EnvironmentStanding(name, state.failures, shut_until))
    return found
