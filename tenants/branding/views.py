"""The control plane's list of brands, and what their records hold; how they look is chosen on a
page of its own (`tenants.brand_pages`)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.session import binding
from core.declare import (
    Access,
    Column,
    Field,
    MenuItem,
    Operations,
    RecordRules,
    Resource,
    Section,
    Values,
    msg,
)
from core.errors import Forbidden
from core.i18n import phrase
from tenants.branding import brands
from tenants.branding.models import KeptBrand
from tenants.permissions import MANAGE_BRANDS, MANAGE_RESELLERS, SEE_BRANDS


def base_domain(session: Session) -> str:
    """The platform's own domain, which no brand can have."""
    return binding(session).context["kernel"].config.base_domain


def check_given(session: Session, brand: KeptBrand, values: Values) -> None:
    """Raise Forbidden where somebody gives what only the operator can: a domain, or a reseller."""
    given = {name: values[name] or None for name in ("domain", "reseller_id") if name in values}
    changes = any(getattr(brand, name) != value for name, value in given.items())
    if changes and not actor(session).may(MANAGE_RESELLERS.code):
        raise Forbidden(
            phrase("A brand's domain and reseller are the operator's to give."),
            fix=phrase("Ask whoever runs the platform."),
        )


def _create(session: Session, values: Values) -> KeptBrand:
    return brands.create(session, values, base=base_domain(session))


def _change(session: Session, brand: KeptBrand, values: Values) -> KeptBrand:
    check_given(session, brand, values)
    brands.change(session, brand, values, base=base_domain(session))
    return brand


def _remove(session: Session, brand: Any) -> None:
    brands.remove(session, brand)


BRANDS: Final = Resource(
    name="brands",
    model=KeptBrand,
    title=msg("Brands"),
    singular=msg("Brand"),
    help=msg("Under which name, colours and pictures organizations meet the platform."),
    access=Access(
        read=SEE_BRANDS, create=MANAGE_RESELLERS, update=MANAGE_BRANDS, delete=MANAGE_RESELLERS
    ),
    rules=RecordRules(team="reseller_id"),
    record_title=lambda brand: brand.name,
    columns=(
        Column("name", msg("Name")),
        Column("domain", msg("Domain")),
        Column("reseller.title", msg("Reseller")),
        Column("sender_address", msg("Sender")),
        Column("accent_light", msg("Colour on light"), optional=True),
        Column("accent_dark", msg("Colour on dark"), optional=True),
    ),
    search=("name", "domain"),
    order=("name",),
    form=(
        Section(
            msg("Brand"),
            (
                Field("name", msg("Name")),
                Field(
                    "short_name",
                    msg("Short name"),
                    required=False,
                    help=msg("Below the icon on a phone; up to 12 letters."),
                ),
                Field("accent_light", msg("Colour on light"), required=False),
                Field("accent_dark", msg("Colour on dark"), required=False),
                Field("login_text", msg("Text below signing in"), "multiline", required=False),
            ),
        ),
        Section(
            msg("Where it is met"),
            (
                Field(
                    "domain",
                    msg("Domain"),
                    required=False,
                    help=msg("Each organization is served at its slug below it, too."),
                ),
                Field(
                    "reseller_id",
                    msg("Reseller"),
                    reference="tenants.resellers",
                    required=False,
                    help=msg("All their customers show it who have no brand of their own."),
                ),
                Field("sender_name", msg("Sender's name"), required=False),
                Field("sender_address", msg("Sender's address"), "email", required=False),
                Field("docs_url", msg("Documentation"), required=False),
                Field("support_url", msg("Support"), required=False),
            ),
        ),
    ),
    operations=Operations(create=_create, update=_change, delete=_remove),
)

MENU: Final = (MenuItem(msg("Brands"), "/tenants/brands", SEE_BRANDS, icon="palette", order=60),)
