"""Which companies use an addon of this deployment."""

from __future__ import annotations

from sqlalchemy import select

from core.addons.models import AddonRecord
from core.errors import Conflict
from core.i18n import phrase
from core.kernel import Kernel
from tenants.control import control
from tenants.models import Organization
from tenants.source import SERVED

_NAMED = 5


def refuse_while_used(kernel: Kernel, name: str) -> None:
    """Raise Conflict, naming them, while companies have the addon switched on."""
    users = users_of(kernel, name)
    if users:
        more = f" and {len(users) - _NAMED} more" if len(users) > _NAMED else ""
        raise Conflict(
            phrase(
                "{name} is switched on at {users}.",
                name=name,
                users=", ".join(users[:_NAMED]) + more,
            ),
            fix=phrase("Disable it there first; its data is kept until it is purged."),
        )


def users_of(kernel: Kernel, name: str) -> list[str]:
    """The slugs of the companies that have the addon switched on, suspended or not."""
    with kernel.session(control(kernel), readonly=True) as session:
        ids = list(
            session.scalars(
                select(Organization.id)
                .where(Organization.status.in_(SERVED))
                .order_by(Organization.slug)
            )
        )
    return [slug for each in ids if (slug := _slug_if_used(kernel, each, name))]


def _slug_if_used(kernel: Kernel, tenant_id: str, name: str) -> str:
    tenant = kernel.directory.find_id(tenant_id)
    if tenant is None:
        return ""
    state = select(AddonRecord.state).where(AddonRecord.name == name)
    with kernel.session(tenant, readonly=True) as session:
        used = session.scalar(state) in ("enabled", "suspended")
    return tenant.slug if used else ""
