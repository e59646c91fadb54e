"""Looks tenants up in the control plane's database, for the directory that caches them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, select

from core.db.engine import TenantEngine
from core.secrets import SecretBox
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants.credentials import unseal
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
        """The tenant at `<slug>.<base>`, or at a verified domain of its own."""
        slug, suffix = host.removesuffix(self._suffix), host.endswith(self._suffix)
        if suffix:
            return self.by_slug(slug) if "." not in slug else None
        owner = select(Domain.organization_id).where(Domain.host == host, Domain.verified)
        return self._find(Organization.id == owner.scalar_subquery())

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

    def _find(self, which: ColumnElement[bool]) -> Tenant | None:
        statement = (
            select(
                *Organization.__table__.columns,
                DatabaseServer.host,
                DatabaseServer.port,
                DatabaseServer.name.label("server"),
                DatabaseServer.region,
            )
            .join(DatabaseServer, DatabaseServer.id == Organization.server_id)
            .where(which, Organization.status.in_(SERVED))
        )
        with self._engine.connect(self._control.runtime, autocommit=True) as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _as_tenant(row, self._box)


def _as_tenant(row: Row[Any], box: SecretBox) -> Tenant:
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
    )
