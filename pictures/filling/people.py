"""Who may sign in, and with which rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth import roles, users
from core.auth.acting import act_as
from core.auth.actor import Scope
from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from pictures.companies.company import Company, Person
from tests.fake_addons.showcase.shop import permissions

_SEES: dict[str, Scope] = {
    permissions.READ_PRODUCTS.code: "all",
    permissions.READ_ORDERS.code: "all",
    permissions.READ_CUSTOMERS.code: "all",
}
_SELLS: dict[str, Scope] = {
    **_SEES,
    permissions.WRITE_ORDERS.code: "own",
    permissions.CONFIRM_ORDERS.code: "own",
    permissions.WRITE_CUSTOMERS.code: "all",
}
_KEEPS_STORE: dict[str, Scope] = {**_SEES, permissions.CONFIRM_ORDERS.code: "all"}


def fill_people(session: Session, company: Company) -> None:
    """The four people and the two roles of the company's own."""
    own = {
        "shop.storekeeper": roles.create_role(session, title="Storekeeper", grants=_KEEPS_STORE),
        "shop.seller": roles.create_role(session, title="Salesperson", grants=_SELLS),
    }
    for person in company.people.all:
        known = own.get(person.role)
        codes = [known.code if known else person.role]
        if person.role == "accounting.accountant":
            codes.append(own["shop.storekeeper"].code)
        users.create_user(
            session,
            email=f"{person.login}@{company.slug}.example",
            name=person.name,
            roles=codes if person.role != "core.admin" else [ADMIN_ROLE],
            locale=company.locale,
        )


def user_of(session: Session, person: Person) -> int:
    """The id of one of them."""
    found = select(User.id).where(User.email.startswith(f"{person.login}@"))
    return session.scalars(found).one()


@contextmanager
def session_of(kernel: Kernel, tenant: Tenant, person: Person) -> Iterator[Session]:
    """A session in which this person works, as the audit trail sees it too."""
    with kernel.session(tenant) as session:
        who = act_as(session, user_of(session, person))
    with kernel.session(tenant, actor=who, door="web") as session:
        yield session
