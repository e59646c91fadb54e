"""Registers: the tills of a company, and what each of them is told to do."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record

ZERO: Final = Decimal(0)


class Register(Record, Model):
    """A till. Its code begins the numbers of its receipts and never changes once it sold.

    `currency` is the company's until a device is bound, unless another was chosen: it is empty
    until then. `warehouse_id` is the stock that it sells from, by value, and `warehouse` its name.
    `price_list_id` is for customers who have no list of their own. `opening_float` is what a day
    usually begins with, `tolerance` the difference that a cashier may close with alone. With
    `blind_count` the cashier counts before he sees what is expected. Cash is rounded to
    `cash_rounding`, where there are no smaller coins. `close_asked_at` is when somebody at the
    office asked the till to close its day. `printer` is the address of a receipt printer that the
    server reaches for the till.
    """

    __tablename__ = "register"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    warehouse_id: Mapped[int | None]
    warehouse: Mapped[str] = mapped_column(default="", server_default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    currency: Mapped[str]
    price_list_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog.price_list.id"), index=True
    )
    default_customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact.id"), index=True
    )
    opening_float: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    cash_rounding: Mapped[Decimal | None]
    tolerance: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    blind_count: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    receipt_header: Mapped[str] = mapped_column(default="", server_default="")
    receipt_footer: Mapped[str] = mapped_column(default="", server_default="")
    printer: Mapped[str] = mapped_column(default="", server_default="")
    report_email: Mapped[str] = mapped_column(default="", server_default="")
    close_asked_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z0-9]{1,8}$'", name="code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("currency ~ '^([A-Z]{3})?$'", name="currency"),
        CheckConstraint("opening_float >= 0 AND opening_float < 1e15", name="opening_float"),
        CheckConstraint("cash_rounding > 0", name="cash_rounding"),
        CheckConstraint("tolerance >= 0", name="tolerance"),
        {"schema": "pos"},
    )
