"""Sample companies: organizations of their own, each bound for good to the one it was made for."""

from __future__ import annotations

import structlog
from sqlalchemy import select

from core.errors import Conflict, Forbidden, Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import names
from tenants.control import control
from tenants.models import DatabaseServer, Organization
from tenants.placement.rule import NoServerTakesIt
from tenants.provisioning.create import create_tenant
from tenants.provisioning.remove import remove
from tenants.wishes import NewOrganization

_LONGEST_SLUG = 40

log = structlog.get_logger(__name__)


class ControlSamples:
    """The `SampleCompanies` of a process, kept in the control plane like every organization."""

    def find(self, kernel: Kernel, company: Tenant) -> Tenant | None:
        """The sample company, if it has one that is ready."""
        found = _entry(kernel, company)
        if found is None or found[0].status != "active":
            return None
        return kernel.directory.find_id(found[0].id)

    def make(self, kernel: Kernel, company: Tenant, addons: tuple[str, ...]) -> Tenant:
        """Make it, with these addons, or find the one that is there."""
        if company.sample_of or company.is_control:
            raise Forbidden(phrase("Only a company of your own can have a sample company."))
        known = _entry(kernel, company)
        if known is not None and known[0].status == "deleting":
            raise Conflict(
                phrase("The sample company is being erased."), fix=phrase("Try again in a minute.")
            )
        ready = self.find(kernel, company)
        if ready is not None:
            return ready
        slug = _free_slug(kernel, company) if known is None else known[0].slug
        wish = NewOrganization(
            slug=slug,
            title=company.title,
            addons=addons,
            timezone=company.timezone,
            locale=company.locale,
            sample_of=company.id,
        )
        try:
            return create_tenant(kernel, wish)
        except NoServerTakesIt as error:
            # Which servers there are, and what is to be done about them, is the operator's.
            log.warning("no room for a sample company", tenant=company.slug, reason=error.message)
            raise Unavailable(
                phrase("There is no room for a sample company for the moment."),
                fix=phrase("Ask whoever looks after the system."),
            ) from error

    def erase(self, kernel: Kernel, company: Tenant) -> bool:
        """Drop it without a trace; says whether there was one."""
        found = _entry(kernel, company)
        if found is None:
            return False
        sample, server = found
        # The query says so, and the database keeps it so; a drop is worth asking twice.
        if sample.sample_of != company.id or sample.id == company.id:
            raise RuntimeError(f"{sample.slug} is no sample company of {company.slug}")
        remove(kernel, sample, server)
        return True


def _entry(kernel: Kernel, company: Tenant) -> tuple[Organization, DatabaseServer] | None:
    with kernel.session(control(kernel), readonly=True) as session:
        mine = Organization.sample_of == company.id
        found = session.scalar(select(Organization).where(mine))
        return None if found is None else (found, found.server)


def _free_slug(kernel: Kernel, company: Tenant) -> str:
    slug = f"{company.slug}-sample"
    with kernel.session(control(kernel), readonly=True) as session:
        taken = session.scalar(select(Organization.id).where(Organization.slug == slug))
    if taken is None and len(slug) <= _LONGEST_SLUG:
        return slug
    return f"sample-{names.new_id()}"
