"""Who the seller is on electronic invoices: the company, or a branch that has data of its own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record, msg

SELLER_SCHEMES: Final[tuple[tuple[str, str], ...]] = (
    ("CRN", msg("Commercial registration")),
    ("MOM", msg("Licence of the Ministry of Municipalities (Momra)")),
    ("MLS", msg("Licence of the Ministry of Human Resources (MHRSD)")),
    ("700", msg("Number beginning with 700")),
    ("SAG", msg("Licence of the Ministry of Investment (Sagia)")),
    ("OTH", msg("Another number")),
)
"""Schemes of a seller's identification (BR-KSA-08)."""


class Seller(Record, Model):
    """A seller with its national address. `branch_id` is empty for the company itself, whose data
    hold wherever a branch has none of its own."""

    __tablename__ = "seller"

    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), unique=True)
    name: Mapped[str]
    vat_number: Mapped[str]
    identity_scheme: Mapped[str] = mapped_column(default="CRN", server_default="CRN")
    identity: Mapped[str]
    street: Mapped[str]
    additional_street: Mapped[str] = mapped_column(default="", server_default="")
    building: Mapped[str]
    plot: Mapped[str] = mapped_column(default="", server_default="")
    district: Mapped[str]
    city: Mapped[str]
    postal_zone: Mapped[str]
    province: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint("vat_number ~ '^3[0-9]{13}3$'", name="vat_number"),
        CheckConstraint(
            f"identity_scheme IN ({', '.join(repr(code) for code, _ in SELLER_SCHEMES)})",
            name="identity_scheme",
        ),
        CheckConstraint("octet_length(name) BETWEEN 1 AND 127", name="name"),
        Index(
            "uq_seller_company",
            text("(branch_id IS NULL)"),
            unique=True,
            postgresql_where=text("branch_id IS NULL"),
        ),
        {"schema": "zatca", "info": {"stamped": True}},
    )
