"""What can be done to a brand: make it, change it, give it pictures.

Plain functions on a session of the control plane. The database tells every process of a change
when it commits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.i18n import phrase
from core.printing.icons import set_icons
from core.printing.logos import Logo
from tenants.branding.models import BrandPicture, KeptBrand
from tenants.branding.wishes import TEXTS, cleaned


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures that come with a change; without one, what was there stays."""

    logo: Logo | None = None
    icon: Logo | None = None
    drop_logo: bool = False
    drop_icon: bool = False


def create(
    session: Session, values: Mapping[str, Any], pictures: Pictures | None = None, *, base: str
) -> KeptBrand:
    """A brand with these values; raises InvalidInput with every problem, Conflict where another
    has its name, domain or reseller. `base` is the platform's own domain."""
    brand = KeptBrand(**cleaned(values, base), reseller_id=values.get("reseller_id"))
    brand.revision = ""
    session.add(brand)
    _flush(session, brand)
    _draw(session, brand, pictures or Pictures())
    return brand


def change(
    session: Session,
    brand: KeptBrand,
    values: Mapping[str, Any],
    pictures: Pictures | None = None,
    *,
    base: str,
) -> None:
    """Set the values that are given; raises what `create` raises."""
    kept = {name: getattr(brand, name) for name in (*TEXTS, "domain")}
    for name, value in cleaned({**kept, **values}, base).items():
        setattr(brand, name, value)
    if "reseller_id" in values:
        brand.reseller_id = values["reseller_id"]
    _flush(session, brand)
    _draw(session, brand, pictures or Pictures())


def remove(session: Session, brand: KeptBrand) -> None:
    """Remove it; raises Conflict while an organization shows it by its own choice."""
    name = brand.name
    session.delete(brand)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            phrase("Organizations still show {name}.", name=name),
            fix=phrase("Give them another brand first."),
        ) from error


def _draw(session: Session, brand: KeptBrand, pictures: Pictures) -> None:
    """Keep the pictures that came, and draw the icons anew where what they show has changed."""
    _keep(session, brand, "logo", pictures.logo, drop=pictures.drop_logo)
    _keep(session, brand, "icon", pictures.icon, drop=pictures.drop_icon)
    session.flush()
    kept = {row.name: row for row in _pictures(session, brand)}
    brand.has_logo = "logo" in kept
    source = kept.get("icon")
    icon = Logo(source.content, source.media_type) if source is not None else None
    for name, content in set_icons(icon, brand.name, brand.accent_light).items():
        _keep(session, brand, name, Logo(content, "image/png"))
    session.flush()
    brand.revision = f"{brand.id}-{_digest(session, brand)}"
    session.flush()


def _keep(
    session: Session, brand: KeptBrand, name: str, picture: Logo | None, *, drop: bool = False
) -> None:
    if drop or picture is not None:
        which = (BrandPicture.brand_id == brand.id, BrandPicture.name == name)
        session.execute(delete(BrandPicture).where(*which))
    if picture is not None:
        row = {"name": name, "media_type": picture.media_type, "content": picture.content}
        session.add(BrandPicture(brand_id=brand.id, **row))
        session.flush()


def _pictures(session: Session, brand: KeptBrand) -> list[BrandPicture]:
    mine = select(BrandPicture).where(BrandPicture.brand_id == brand.id)
    return list(session.scalars(mine.order_by(BrandPicture.name)))


def _digest(session: Session, brand: KeptBrand) -> str:
    digest = hashlib.sha256()
    for field in (*TEXTS, "domain"):
        digest.update(f"{getattr(brand, field)}\0".encode())
    for picture in _pictures(session, brand):
        digest.update(picture.name.encode() + hashlib.sha256(picture.content).digest())
    return digest.hexdigest()[:12]


def _flush(session: Session, brand: KeptBrand) -> None:
    name, domain = brand.name, brand.domain
    try:
        session.flush()
    except IntegrityError as error:
        violated = error.orig
        if not isinstance(violated, UniqueViolation):
            raise
        taken = {
            "uq_brand_name": phrase("There is a brand called {name} already.", name=name),
            "uq_brand_domain": phrase("{domain} belongs to another brand.", domain=domain or ""),
            "uq_brand_reseller_id": phrase("This reseller has a brand already."),
        }.get(violated.diag.constraint_name or "")
        if taken is None:
            raise
        raise Conflict(taken, fix=phrase("Choose another, or change that one.")) from error
