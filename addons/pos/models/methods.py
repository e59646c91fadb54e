"""Methods of payment at the till."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record, msg

METHOD_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("cash", msg("Cash")),
    ("card", msg("Card")),
    ("transfer", msg("Bank transfer")),
    ("gift_card", msg("Gift card")),
    ("loyalty", msg("Loyalty points")),
    ("credit", msg("On account")),
    ("other", msg("Something else")),
)


class Method(Record, Model):
    """A way to pay. `journal` and `account` are codes of the books, as catalog's `money_journals`
    tells them; gift cards, points and what is owed need none. With a register it is for that one
    alone, and its cash takes the place of everybody's."""

    __tablename__ = "method"

    name: Mapped[str] = mapped_column(unique=True)
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str] = mapped_column(default="cash", server_default="cash")
    journal: Mapped[str] = mapped_column(default="", server_default="")
    account: Mapped[str] = mapped_column(default="", server_default="")
    opens_drawer: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    register_id: Mapped[int | None] = mapped_column(ForeignKey("pos.register.id"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "kind IN ('cash', 'card', 'transfer', 'gift_card', 'credit', 'other', 'loyalty')",
            name="kind",
        ),
        # What a drawer holds is counted against one method.
        Index(
            "uq_method_cash",
            text("coalesce(register_id, 0)"),
            unique=True,
            postgresql_where=text("kind = 'cash' AND active"),
        ),
        {"schema": "pos"},
    )
