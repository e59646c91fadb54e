"""The further addresses of a contact: where invoices go, where goods go, its branches."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.contacts.models.contacts import Contact
from core.api import Model, Record, msg

ADDRESS_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("billing", msg("Invoices")),
    ("shipping", msg("Deliveries")),
    ("branch", msg("Branch")),
    ("home", msg("Home")),
    ("other", msg("Other")),
)


class Address(Record, Model):
    """An address of a contact beside the one in its own fields, which is where it is registered.

    `name` tells it from the contact's others and heads it on paper: "Warehouse Dammam". Of each
    kind one may be the usual one (`is_default`), and is then taken where nobody chose.
    """

    __tablename__ = "address"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(default="shipping", server_default="shipping")
    name: Mapped[str]
    is_default: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    attention: Mapped[str] = mapped_column(default="", server_default="")
    phone: Mapped[str] = mapped_column(default="", server_default="")
    country: Mapped[str | None]
    building_number: Mapped[str] = mapped_column(default="", server_default="")
    street: Mapped[str] = mapped_column(default="", server_default="")
    additional_number: Mapped[str] = mapped_column(default="", server_default="")
    district: Mapped[str] = mapped_column(default="", server_default="")
    city: Mapped[str] = mapped_column(default="", server_default="")
    region: Mapped[str] = mapped_column(default="", server_default="")
    postal_code: Mapped[str] = mapped_column(default="", server_default="")
    short_address: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    contact: Mapped[Contact] = relationship()

    __table_args__ = (
        UniqueConstraint("contact_id", "name"),
        Index(
            "uq_address_usual",
            "contact_id",
            "kind",
            unique=True,
            postgresql_where=text("is_default"),
        ),
        CheckConstraint("kind IN ('billing', 'shipping', 'branch', 'home', 'other')", name="kind"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("active OR NOT is_default", name="usual_is_active"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        {"schema": "contacts"},
    )
