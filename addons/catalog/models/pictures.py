"""Pictures of products."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record


class Picture(Record, Model):
    """A picture of a template, or of one of its variants alone. The file is kept by its digest;
    the first by `position` is the one that lists show."""

    __tablename__ = "picture"

    template_id: Mapped[int] = mapped_column(
        ForeignKey("catalog.template.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog.product.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str]
    media_type: Mapped[str]
    title: Mapped[str] = mapped_column(default="", server_default="")
    position: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __table_args__ = (
        CheckConstraint("digest <> ''", name="digest"),
        Index(
            "uq_picture_file",
            "template_id",
            text("coalesce(product_id, 0)"),
            "digest",
            unique=True,
        ),
        {"schema": "catalog"},
    )
