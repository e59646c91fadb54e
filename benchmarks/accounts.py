"""What the benchmarks' tenants hold: a chart of accounts, and somebody who may read it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from addons.accounting.models import Account, AccountType
from addons.accounting.permissions import VIEW_BOOKS
from addons.accounting.services import chart
from core.api import Permission
from core.auth import api_tokens, users
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant


def add_accounts(kernel: Kernel, tenant: Tenant, count: int) -> int:
    """Make accounts of all types; returns the id of one of them."""
    kinds: tuple[AccountType, ...] = ("asset", "expense")
    types: dict[str, AccountType] = {
        f"{kind.title()}:Bench {number:04}": kind for number in range(count) for kind in kinds
    }
    with kernel.session(tenant) as session:
        chart.create_accounts(session, types)
        return session.scalars(select(Account.id).order_by(Account.id).limit(1)).one()


def api_token(
    kernel: Kernel, tenant: Tenant, abilities: Sequence[Permission] = (VIEW_BOOKS,)
) -> str:
    """A token that may see the books, or what else is named, of a user with no other purpose."""
    with kernel.session(tenant) as session:
        email = f"bench-{secrets.token_hex(4)}@example.com"
        user = users.create_user(session, email=email, name="Bench", roles=[users.ADMIN_ROLE])
        token = api_tokens.create_token(
            session,
            user,
            name="benchmark",
            abilities=[one.code for one in abilities],
            expires_at=utc_now() + timedelta(hours=6),
        )
        return token.secret
