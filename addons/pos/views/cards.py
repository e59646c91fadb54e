"""What the point of sale puts on the start page: figures, and the first steps."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.pos.models import Binding
from addons.pos.permissions import BIND_DEVICES, SET_UP, VIEW_SALES
from addons.pos.services.figures import sold_lately, sold_today
from addons.pos.services.setting_up import has_cashier
from core.api import Card, ChartCard, FigureCard, ListCard, OnboardingStep, msg


def _has_device(session: Session) -> bool:
    return session.scalar(select(Binding.id).limit(1)) is not None


CARDS: Final[tuple[Card, ...]] = (
    FigureCard(
        name="pos.today",
        title=msg("Sold at the tills today"),
        permission=VIEW_SALES,
        figures=sold_today,
        url="/pos/tills",
        reads=("pos.sales",),
    ),
    ChartCard(
        name="pos.lately",
        title=msg("Tills by day"),
        permission=VIEW_SALES,
        points=sold_lately,
        by="day",
        url="/pos/sales",
        reads=("pos.sales",),
        slow=True,
    ),
    ListCard(
        name="pos.approvals",
        title=msg("Differences to approve"),
        resource="pos.sessions",
        where=(("approval", "asked"),),
    ),
)
STEPS: Final = (
    OnboardingStep(
        "pos.cashiers",
        msg("Say who sells at the till"),
        msg("Make a cashier of a user, and give him a PIN."),
        "/pos/cashiers",
        SET_UP,
        has_cashier,
        order=310,
    ),
    OnboardingStep(
        "pos.device",
        msg("Bind the first device to a till"),
        msg("A tablet, a phone or a computer: it sells from then on, with or without a network."),
        "/pos/registers",
        BIND_DEVICES,
        _has_device,
        order=320,
    ),
)
