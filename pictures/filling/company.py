"""A company of the pictures, made and filled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
from sqlalchemy.orm import Session

from core.db.embedded import Embedded
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from pictures.companies.company import Company, Person
from pictures.filling.books import fill_books
from pictures.filling.clock import NOW, happening
from pictures.filling.people import fill_people, session_of
from pictures.filling.settings import fill_settings
from pictures.filling.shop import fill_shop
from pictures.filling.talk import answer, ask
from tenants.provisioning.create import create_tenant
from tenants.wishes import NewOrganization


def fill(kernel: Kernel, company: Company, server: Embedded) -> Tenant:
    """Make the company and everything in it, on this server."""
    wish = NewOrganization(
        company.slug, title=company.title, timezone=company.timezone, locale=company.locale
    )
    tenant = create_tenant(kernel, wish)
    people = company.people
    steps: tuple[tuple[Person, timedelta, Callable[[Session, Company], None]], ...] = (
        (people.accountant, timedelta(days=6, hours=3), fill_books),
        (people.seller, timedelta(days=6, hours=2), fill_shop),
        (people.manager, timedelta(days=1, hours=20), fill_settings),
        (people.seller, timedelta(hours=19), ask),
        (people.accountant, timedelta(minutes=25), answer),
    )
    url = server.url(tenant.runtime.database)
    with psycopg.connect(url, autocommit=True) as superuser:
        with happening(superuser, NOW - timedelta(days=170)), kernel.session(tenant) as session:
            fill_people(session, company)
        for person, ago, step in steps:
            with happening(superuser, NOW - ago), session_of(kernel, tenant, person) as session:
                step(session, company)
    return tenant
