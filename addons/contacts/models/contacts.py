"""Contacts and their groups.

Four columns, `name_key`, `tax_key`, `email_key` and `phone_key`, hold what a name, a tax number, an
e-mail address and a telephone number come down to when spelling is left aside. The services write
them; duplicates are found by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

if TYPE_CHECKING:
    from addons.contacts.models.portal import PortalAccess

KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("company", msg("Company")),
    ("person", msg("Person")),
)


class ContactGroup(Record, Model):
    """A group of contacts: wholesale, government, family."""

    __tablename__ = "contact_group"
    __table_args__ = ({"schema": "contacts"},)

    name: Mapped[str] = mapped_column(unique=True)


class Contact(Record, Model):
    """A company, or a person; a person may work at a company (`parent`). `code` is the number
    that the company itself gave: C-1001.

    One that was merged into another stays as a row, so that what names it forever, such as a
    posted journal entry, still leads to the right place. `merged_into_id` names the contact that
    it became, which is never merged itself (the service follows, the database checks).
    """

    __tablename__ = "contact"

    code: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="company", server_default="company")
    name: Mapped[str] = mapped_column(info={"personal": "name"})
    name_local: Mapped[str] = mapped_column(
        default="", server_default="", info={"personal": "name"}
    )
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    position: Mapped[str] = mapped_column(default="", server_default="")
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact_group.id"), index=True
    )
    is_customer: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_supplier: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    tax_number: Mapped[str] = mapped_column(default="", server_default="")
    registration_number: Mapped[str] = mapped_column(default="", server_default="")
    email: Mapped[str] = mapped_column(default="", server_default="")
    phone: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str | None]
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
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("contacts.contact.id"), index=True
    )
    name_key: Mapped[str] = mapped_column(
        default="", server_default="", info={"masked_as": "lower(name)"}
    )
    tax_key: Mapped[str] = mapped_column(
        default="", server_default="", info={"masked_as": "tax_number"}
    )
    email_key: Mapped[str] = mapped_column(
        default="", server_default="", info={"masked_as": "email"}
    )
    phone_key: Mapped[str] = mapped_column(
        default="", server_default="", info={"masked_as": "right(phone, 9)"}
    )

    parent: Mapped[Contact | None] = relationship(
        foreign_keys=[parent_id], remote_side="Contact.id"
    )
    group: Mapped[ContactGroup | None] = relationship()
    merged_into: Mapped[Contact | None] = relationship(
        foreign_keys=[merged_into_id], remote_side="Contact.id"
    )
    portal: Mapped[PortalAccess | None] = relationship(
        back_populates="contact", passive_deletes="all"
    )

    __table_args__ = (
        CheckConstraint("kind IN ('company', 'person')", name="kind"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint("parent_id <> id", name="parent"),
        CheckConstraint("merged_into_id <> id", name="merged"),
        CheckConstraint("merged_into_id IS NULL OR NOT active", name="merged_rests"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        Index("ix_contact_name_key", "name_key", postgresql_where=text("merged_into_id IS NULL")),
        Index("ix_contact_tax_key", "tax_key", postgresql_where=text("tax_key <> ''")),
        Index("ix_contact_email_key", "email_key", postgresql_where=text("email_key <> ''")),
        Index("ix_contact_phone_key", "phone_key", postgresql_where=text("phone_key <> ''")),
        {"schema": "contacts", "info": {"stamped": True}},
    )
