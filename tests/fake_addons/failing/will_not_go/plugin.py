"""An addon that objects."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import Conflict, hookimpl


@hookimpl
def addon_disabled(session: Session) -> None:
    raise Conflict("There is an open till.", fix="Close it first.")
