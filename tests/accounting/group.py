"""Companies of one owner for tests: each with books of its own, months to close, and post."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, CompanyDocument, CompanyLink, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.companies.exchange import exchange
from addons.accounting.services.companies.links import create_link
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from core.api import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

ADDONS = ("contacts", "accounting")


def keep_books(kernel: Kernel, tenant: Tenant, currency: str, *accounts: str) -> None:
    """Give a company its currency, its accounts (their names tell the type) and a year."""
    kinds = {"A": "asset", "L": "liability", "E": "equity", "I": "income", "X": "expense"}
    with kernel.session(tenant) as session:
        set_options(session, AccountingOptions, company_currency=currency)
        create_accounts(session, {a: kinds[a[0]] for a in accounts})  # type: ignore[misc]
        ensure_years(session, [date(2026, 1, 1)])


def enter(kernel: Kernel, tenant: Tenant, day: date, **amounts: str) -> int:
    """Post an entry: amounts by account, with `_` for the space in its code."""
    with kernel.session(tenant) as session:
        lines = tuple(
            LineDraft(code.replace("_", " "), Decimal(amount)) for code, amount in amounts.items()
        )
        return post(session, EntryDraft(day, lines, narration="By hand")).id


def link(kernel: Kernel, tenant: Tenant, other: Tenant, role: str, **values: object) -> int:
    """Agree for a company's side; an account is named by its code."""
    with kernel.session(tenant) as session:
        for name in ("account_id", "counterpart_id"):
            if name in values:
                code = values[name]
                values[name] = session.scalars(select(Account.id).where(Account.code == code)).one()
        return create_link(session, {"slug": other.slug, "role": role, **values}).id


def link_to(session: Session, other: Tenant, role: str) -> CompanyLink:
    """The link to another company."""
    return session.scalars(
        select(CompanyLink).where(CompanyLink.company_id == other.id, CompanyLink.role == role)
    ).one()


def close_month(kernel: Kernel, tenant: Tenant, end: date) -> None:
    """Close the month that ends on this day."""
    with kernel.session(tenant) as session:
        period = session.scalars(select(Period).where(Period.end_date == end)).one()
        period.state = "closed"


def forget_links(kernel: Kernel, *tenants: Tenant) -> None:
    """Take back all that was agreed, and what came of it. What was posted before a link is made
    is never proposed."""
    for tenant in tenants:
        for agreement in kernel.post.agreements(tenant.id):
            kernel.post.withdraw(tenant.id, agreement.company_id, agreement.purpose)
        with kernel.session(tenant) as session:
            session.execute(delete(CompanyDocument))
            session.execute(delete(CompanyLink))


def exchange_all(kernel: Kernel, *tenants: Tenant) -> None:
    """Run the job in each of them."""
    for tenant in tenants:
        with kernel.session(tenant) as session:
            exchange(session)
