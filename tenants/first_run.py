"""The first start on a machine: a demo company with a year of made-up business to look around in,
one to begin afresh in, and who may sign in.

The operator's own account is made last. Until it is there the first run is not over, and one
that was killed half way is gone through again, with new passwords.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from core.auth import passwords, users
from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.sample import filling
from tenants.control import control
from tenants.provisioning.create import create_tenant
from tenants.provisioning.templates import Progress
from tenants.wishes import NewOrganization

ADMIN_EMAIL = "admin@example.com"
DEMO = (
    NewOrganization("demo", title="Demo Company"),
    NewOrganization("second", title="Second Company"),
)
FILLED = "demo"
"""The demo company that the addons fill, in the background, so that nobody waits for it."""


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """A way in: it works once, then a password of one's own must be chosen."""

    tenant: Tenant
    email: str
    one_time_password: str


def is_first_run(kernel: Kernel) -> bool:
    """Whether nobody can sign in to the control plane yet."""
    with kernel.session(control(kernel), readonly=True) as session:
        return session.scalar(select(User.id).limit(1)) is None


def set_up(kernel: Kernel, progress: Progress) -> Iterator[FirstAccount]:
    """Make the demo companies and an administrator for each and for the control plane."""
    for wish in DEMO:
        tenant = kernel.directory.find_slug(wish.slug)
        if tenant is None:
            progress(f"Making {wish.title}")
            tenant = create_tenant(kernel, wish)
        if wish.slug == FILLED and kernel.config.demo_data:
            with kernel.session(tenant) as session:
                enqueue(session, filling.JOB, key=filling.KEY, demo=True)
        yield _account(kernel, tenant)
    yield _account(kernel, control(kernel))


def _account(kernel: Kernel, tenant: Tenant) -> FirstAccount:
    password = users.one_time_password()
    with kernel.session(tenant) as session:
        user = users.find_by_email(session, ADMIN_EMAIL)
        if user is None:
            users.create_user(
                session,
                email=ADMIN_EMAIL,
                name="Administrator",
                password=password,
                roles=[ADMIN_ROLE],
                must_change_password=True,
            )
        else:
            user.password_hash = passwords.hash_password(password)
            user.must_change_password = True
    return FirstAccount(tenant, ADMIN_EMAIL, password)
