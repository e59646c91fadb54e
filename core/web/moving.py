"""Requests to a company that is changing its database server just now.

For the moment that this takes nothing may be written: what would write waits, without a thread, and
is led to the new place. So is whoever was turned away at the old one on the way.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from psycopg.errors import AdminShutdown
from sqlalchemy.exc import DBAPIError

from core.db.breaker import OutOfReach
from core.errors import Unavailable
from core.i18n import phrase
from core.tenancy.directory import TenantDirectory
from core.tenancy.tenant import Tenant

PATIENCE: Final = 8.0
"""Seconds for which a request waits; then it is told to come back."""
_LOOK_EVERY: Final = 0.05
_RETRY_AFTER: Final = 3


async def writable(directory: TenantDirectory, tenant: Tenant) -> Tenant:
    """The company, once it may be written to. Raises Unavailable where that takes too long."""
    deadline = time.monotonic() + PATIENCE
    while tenant.held:
        if time.monotonic() > deadline:
            raise Unavailable(
                phrase("This company is moving to another server. Nothing was saved."),
                retry_after=_RETRY_AFTER,
                fix=phrase("You can read meanwhile. Please save again in a moment."),
            )
        await asyncio.sleep(_LOOK_EVERY)
        tenant = await asyncio.to_thread(directory.find_id, tenant.id) or tenant
    return tenant


def new_place(directory: TenantDirectory, tenant: Tenant, error: Unavailable) -> Tenant | None:
    """Where the company is now, if that is elsewhere and nothing can have come of the request at
    the old place; None where it has not moved. Waits for the end of a move that is under way."""
    if not _turned_away(error):
        return None
    deadline = time.monotonic() + PATIENCE
    gone = isinstance(error, OutOfReach) and error.since is not None
    while True:
        if not gone:  # what is known of a company whose server is gone need not be asked again
            directory.forget(tenant.id)
        now = directory.find_id(tenant.id)
        if now is None or now.runtime != tenant.runtime:
            return now
        if not now.held or time.monotonic() > deadline:
            return None
        time.sleep(_LOOK_EVERY)


def _turned_away(error: Unavailable) -> bool:
    """Whether the database let nobody in, or sent whoever was in away: then nothing was done. A
    connection that was lost in any other way may have been lost after the commit."""
    cause = error.__cause__
    original = cause.orig if isinstance(cause, DBAPIError) else cause
    return isinstance(error, OutOfReach) or isinstance(original, AdminShutdown)
