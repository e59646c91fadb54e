"""What the market does when the garden does something."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import on, set_options
from tests.fake_addons.good.garden.api import PlantSown
from tests.fake_addons.good.market.options import MarketOptions


@on(PlantSown)
def cry(session: Session, event: PlantSown) -> None:
    """Leaves a trace that a test can see."""
    set_options(session, MarketOptions, cry=f"Buy {event.name}!")
