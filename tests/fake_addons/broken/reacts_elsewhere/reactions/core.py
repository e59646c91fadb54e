"""Says core and means itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import on
from tests.fake_addons.broken.reacts_elsewhere.events import Moved


@on(Moved)
def follow(session: Session, event: Moved) -> None:
    """Never gets to run."""
