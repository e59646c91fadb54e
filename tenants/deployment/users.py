"""Which companies use an addon of this deployment.

Those in the bin count: what is restored from it works as it did before.
"""

from __future__ import annotations

from sqlalchemy import select

from core.addons.models import AddonRecord
from core.errors import Conflict
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.models import Organization
from tenants.source import SERVED
from tenants.upgrading.models import SchemaHead

_NAMED = 5
_ON = ("enabled", "suspended")
_IN_BIN = ("binning", "binned", "restoring")


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
            fix=phrase(
                "Disable it there first; its data is kept until it is purged. A company in the"
                " bin is restored for that, or removed for good."
            ),
        )


def users_of(kernel: Kernel, name: str) -> list[str]:
    """The companies that have the addon switched on, suspended or not: the slugs of those that
    are served, then of those in the bin, which are said to be there."""
    served = [tenant.slug for tenant in served_users(kernel, name)]
    return served + [phrase("{slug} (in the bin)", slug=slug) for slug in _in_bin(kernel, name)]


def served_users(kernel: Kernel, name: str) -> list[Tenant]:
    """The companies that are served and have the addon switched on, by slug."""
    with kernel.session(control(kernel), readonly=True) as session:
        ids = list(
            session.scalars(
                select(Organization.id)
                .where(Organization.status.in_(SERVED))
                .order_by(Organization.slug)
            )
        )
    tenants = (kernel.directory.find_id(each) for each in ids)
    return [each for each in tenants if each is not None and _has_on(kernel, each, name)]


def _in_bin(kernel: Kernel, name: str) -> list[str]:
    """As the control plane has recorded it: the database of a company in the bin is closed."""
    with kernel.session(control(kernel), readonly=True) as session:
        return list(
            session.scalars(
                select(Organization.slug)
                .join(SchemaHead, SchemaHead.organization_id == Organization.id)
                .where(
                    Organization.status.in_(_IN_BIN),
                    SchemaHead.addon == name,
                    SchemaHead.state.in_(_ON),
                )
                .order_by(Organization.slug)
            )
        )


def _has_on(kernel: Kernel, tenant: Tenant, name: str) -> bool:
    state = select(AddonRecord.state).where(AddonRecord.name == name)
    with kernel.session(tenant, readonly=True) as session:
        return session.scalar(state) in _ON
