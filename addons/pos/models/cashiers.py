"""Cashiers: people who sell at a till, and what each may do there."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record

ZERO: Final = Decimal(0)


class Cashier(Record, Model):
    """Somebody who sells, known at the till by the id of the user account, `user_id`. `user_name`
    is what the account was called when the cashier was last changed.

    `pin` is PBKDF2 with SHA-256 as "pbkdf2-sha256$<iterations>$<salt>$<hash>", both in
    hexadecimal; it is empty until one was set. `discount_limit` is the percentage that he may take
    off a line or a receipt. `may_override` lets him approve what others may not.
    """

    __tablename__ = "cashier"

    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id"), unique=True)
    user_name: Mapped[str]
    pin: Mapped[str] = mapped_column(default="", server_default="", info={"secret": True})
    pin_set_at: Mapped[datetime | None]
    discount_limit: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    may_price: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    may_refund: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    may_credit: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    may_open_drawer: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    may_move_cash: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    may_override: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("discount_limit BETWEEN 0 AND 100", name="discount_limit"),
        {"schema": "pos"},
    )
