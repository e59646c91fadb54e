"""Looks tenants up in the control plane's database, for the directory that caches them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, func, select
from sqlalchemy.orm import aliased

from core.brand.values import Brand
from core.db.engine import TenantEngine
from core.secrets import SecretBox
from core.tenancy.entitlements import Entitlement
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants.branding.models import KeptBrand
from tenants.branding.source import COLUMNS, brand_of
from tenants.credentials import unseal
from tenants.licensing.reading import entitlements_of
from tenants.life_models import FormerSlug
from tenants.models import DatabaseServer, Domain, Organization

SERVED = ("active", "suspended")
"""What is still being made, or being deleted, does not exist for anybody yet or any more."""


class ControlPlaneSource:
    """The `TenantSource` of a process; the control plane itself is one of its tenants."""

    def __init__(
        self, engine: TenantEngine, box: SecretBox, control: Tenant, base_domain: str
    ) -> None:
        self._engine = engine
        self._box = box
        self._control = control
        self._suffix = f".{base_domain}"

    def by_host(self, host: str) -> Tenant | None:
        """The tenant at `<slug>.<base>`, at a verified domain of its own, or at
        `<slug>.<domain of its brand>`."""
        slug, suffix = host.removesuffix(self._suffix), host.endswith(self._suffix)
        if suffix:
            return None if "." in slug else self.by_slug(slug) or self._formerly(slug)
        owner = select(Domain.organization_id).where(Domain.host == host, Domain.verified)
        found = self._find(Organization.id == owner.scalar_subquery())
        if found is not None:
            return found
        slug, _, domain = host.partition(".")
        return self._find(and_(Organization.slug == slug, KeptBrand.domain == domain))

    def brand_at(self, host: str) -> Brand | None:
        """The brand whose domain this host is, or lies directly below."""
        names = (host, host.partition(".")[2])
        statement = select(*COLUMNS).where(KeptBrand.domain.in_(names))
        with self._engine.connect(self._control.runtime, autocommit=True) as connection:
            rows = connection.execute(statement).all()
        brands = {brand.domain: brand for brand in (brand_of(row._mapping) for row in rows)}
        return next((brands[name] for name in names if name in brands), None)

    def by_id(self, tenant_id: str) -> Tenant | None:
        """The tenant with this id."""
        if tenant_id == self._control.id:
            return self._control
        return self._find(Organization.id == tenant_id)

    def by_slug(self, slug: str) -> Tenant | None:
        """The tenant with this slug."""
        if slug == self._control.slug:
            return self._control
        return self._find(Organization.slug == slug)

    def _formerly(self, slug: str) -> Tenant | None:
        """The tenant that had this slug until lately."""
        kept = and_(FormerSlug.slug == slug, FormerSlug.until > func.now())
        owner = select(FormerSlug.organization_id).where(kept)
        found = self._find(Organization.id == owner.scalar_subquery())
        return None if found is None else replace(found, former_slug=slug)

    def _find(self, which: ColumnElement[bool]) -> Tenant | None:
        statement = (
            select(
                *Organization.__table__.columns,
                DatabaseServer.host,
                DatabaseServer.port,
                DatabaseServer.name.label("server"),
                DatabaseServer.region,
                *COLUMNS,
            )
            .join(DatabaseServer, DatabaseServer.id == Organization.server_id)
            .outerjoin(KeptBrand, KeptBrand.id == _shown_brand())
            .where(which, Organization.status.in_(SERVED))
        )
        with self._engine.connect(self._control.runtime, autocommit=True) as connection:
            row = connection.execute(statement).one_or_none()
            if row is None:
                return None
            # A sample company, or a copy to try things in, has what the company has whose it is.
            copied = row.copy_of if row.staging else None
            licences, floor = entitlements_of(connection, row.sample_of or copied or row.id)
        return _as_tenant(row, self._box, licences, floor)


def _shown_brand() -> ScalarSelect[int]:
    """The brand that an organization shows: its own, or its reseller's; a sample company shows
    that of the company it was made for."""
    shown = aliased(Organization)
    of_reseller = select(KeptBrand.id).where(KeptBrand.reseller_id == shown.reseller_id)
    return (
        select(func.coalesce(shown.brand_id, of_reseller.scalar_subquery()))
        .where(shown.id == func.coalesce(Organization.sample_of, Organization.id))
        .correlate(Organization)
        .scalar_subquery()
    )


def _as_tenant(
    row: Row[*tuple[Any, ...]],
    box: SecretBox,
    licences: tuple[Entitlement, ...],
    floor: datetime | None,
) -> Tenant:
    def address(user: str, sealed: str) -> DatabaseAddress:
        password = unseal(box, row.id, user, sealed)
        return DatabaseAddress(row.host, row.port, row.database_name, user, password)

    return Tenant(
        id=row.id,
        slug=row.slug,
        title=row.title,
        status=row.status,
        runtime=address(row.runtime_role, row.runtime_secret),
        owner=address(row.owner_role, row.owner_secret),
        allowed=None if row.allowed_addons is None else frozenset(row.allowed_addons),
        timezone=row.timezone,
        locale=row.locale,
        server=row.server,
        region=row.region,
        sample_of=row.sample_of or "",
        staging=row.staging,
        held_until=row.held_until,
        entitlements=licences,
        time_floor=floor,
        brand=brand_of(row._mapping),
    )
