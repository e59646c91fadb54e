"""A table, something written into it, and then an error."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, Session, mapped_column

from core.api import Model, hookimpl


class Thing(Model):
    """What would be left behind."""

    __tablename__ = "thing"
    __table_args__ = ({"schema": "raises_when_enabled"},)

    id: Mapped[int] = mapped_column(primary_key=True)


@hookimpl
def register_models() -> list[type]:
    return [Thing]


@hookimpl
def addon_enabled(session: Session) -> None:
    session.add(Thing(id=1))
    session.flush()
    raise ZeroDivisionError("boom in addon_enabled")
