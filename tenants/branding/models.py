"""The control plane's tables of brands and their pictures."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model, Record
from tenants.models import SCHEMA, Reseller


class KeptBrand(Record, Model):
    """A brand as it is kept; `core.brand.values.Brand` is what a tenant carries of it."""

    __tablename__ = "brand"
    __table_args__ = ({"schema": SCHEMA},)

    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str]
    accent_light: Mapped[str]
    accent_dark: Mapped[str]
    sender_name: Mapped[str] = mapped_column(default="", server_default="")
    sender_address: Mapped[str] = mapped_column(default="", server_default="")
    login_text: Mapped[str] = mapped_column(default="", server_default="")
    docs_url: Mapped[str] = mapped_column(default="", server_default="")
    support_url: Mapped[str] = mapped_column(default="", server_default="")
    domain: Mapped[str | None] = mapped_column(unique=True)
    """Its organizations are served at `<slug>.<domain>` too."""
    reseller_id: Mapped[int | None] = mapped_column(ForeignKey(Reseller.id), unique=True)
    """Whose customers show it, unless they have one of their own; and whose staff may change it."""
    revision: Mapped[str]
    """A digest of all that it shows; part of the addresses of its files."""
    has_logo: Mapped[bool] = mapped_column(default=False, server_default="false")

    reseller: Mapped[Reseller | None] = relationship()


class BrandPicture(Model):
    """A picture of a brand: what was sent (`logo`, `icon`), and the icons made of it."""

    __tablename__ = "brand_picture"
    __table_args__ = ({"schema": SCHEMA, "info": {"audit": "none"}},)

    brand_id: Mapped[int] = mapped_column(
        ForeignKey(KeptBrand.id, ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    content: Mapped[bytes]


MODELS = (KeptBrand, BrandPicture)
