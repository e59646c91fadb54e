"""What electronic invoicing puts on the start page."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.zatca.models import OPEN_STATES, SIGNING, Device, Document, Unmade
from addons.zatca.permissions import EDIT_DEVICES, VIEW_DOCUMENTS
from core.api import Amount, Card, FigureCard, ListCard, OnboardingStep, msg


def _waiting(session: Session) -> list[Amount]:
    waiting = select(func.count()).select_from(Document).where(Document.state.in_(OPEN_STATES))
    return [Amount(session.scalar(waiting) or 0)]


def _to_mend(session: Session) -> list[Amount]:
    refused = select(func.count()).select_from(Document)
    refused = refused.where(Document.state.in_(("REJECTED", "NOT_CLEARED")))
    unmade = select(func.count()).select_from(Unmade)
    return [Amount((session.scalar(refused) or 0) + (session.scalar(unmade) or 0))]


def _signs(session: Session) -> bool:
    return session.scalar(select(Device.id).where(Device.state.in_(SIGNING)).limit(1)) is not None


CARDS: Final[tuple[Card, ...]] = (
    FigureCard(
        name="zatca.waiting",
        title=msg("Electronic invoices to be sent"),
        permission=VIEW_DOCUMENTS,
        figures=_waiting,
        good="less",
        url="/zatca/documents?view=waiting",
        reads=("zatca.documents",),
    ),
    FigureCard(
        name="zatca.to_mend",
        title=msg("Electronic invoices to mend"),
        permission=VIEW_DOCUMENTS,
        figures=_to_mend,
        good="less",
        url="/zatca/documents?view=refused",
        reads=("zatca.documents", "zatca.waiting"),
    ),
    ListCard(
        name="zatca.deadlines",
        title=msg("Deadlines of electronic invoices"),
        resource="zatca.documents",
        where=(("state", "PENDING"),),
    ),
    ListCard(
        name="zatca.certificates",
        title=msg("Certificates of devices"),
        resource="zatca.devices",
        where=(("state", "active"),),
    ),
)
STEPS: Final = (
    OnboardingStep(
        "zatca.device",
        msg("Register a device for electronic invoices"),
        msg("Say who the seller is, then register the device that signs for the company."),
        "/zatca/devices",
        EDIT_DEVICES,
        _signs,
        order=330,
    ),
)
