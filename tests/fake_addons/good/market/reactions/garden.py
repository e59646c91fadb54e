"""What the market does when the garden does something, and what the garden may ask it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import Extension, on, set_options
from tests.fake_addons.good.garden.api import PlantSown, Stall
from tests.fake_addons.good.market.options import MarketOptions


@on(PlantSown)
def cry(session: Session, event: PlantSown) -> None:
    """Leaves a trace that a test can see."""
    set_options(session, MarketOptions, cry=f"Buy {event.name}!")


class Corner:
    """Sells whatever comes (the garden's `Stall`)."""

    def sell(self, name: str) -> str:
        """Says so."""
        return f"{name} is sold"


EXTENSIONS = (Extension(Stall, "corner", Corner()),)
