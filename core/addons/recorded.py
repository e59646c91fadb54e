"""What is known outside a tenant's database of the addons in it, so that an upgrade of the whole
fleet opens only the databases that have something to do.

The truth is in the tenant's own database. Before a change of it commits, the record is marked as
doubtful, and afterwards it is told what is there now: a process that is killed between the two
leaves a record that is doubted, and never one that is believed and wrong. A database that was
changed behind the platform's back, restored from a backup for instance, is noticed when somebody
looks at it, which workers do every hour.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.states import AddonRow
from core.db.session import binding

if TYPE_CHECKING:
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant

BELIEVED: Final = 600.0
"""Seconds for which a process does not compare again what it has compared."""
_REMEMBERED: Final = 10_000
_DATABASE: Final = text("SELECT oid::bigint FROM pg_database WHERE datname = current_database()")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a tenant's database: the addons, and which database it was. One that is
    restored under the same name is another one (`database` is PostgreSQL's own number for it)."""

    database: int
    addons: tuple[AddonRow, ...]

    @property
    def fingerprint(self) -> str:
        """The same for the same addons in the same states."""
        parts = ((row.name, row.state, row.version, row.head, row.digest) for row in self.addons)
        return sha256(repr((self.database, sorted(parts))).encode()).hexdigest()[:32]


class SchemaHeads(Protocol):
    """Where it is recorded; implemented by the control plane."""

    def doubt(self, tenant_id: str, token: str) -> None:
        """What is recorded of the tenant may be wrong from now on. Raises Unavailable if that
        cannot be written down."""
        ...

    def tell(self, tenant_id: str, token: str, found: Found) -> None:
        """This is what is there, unless somebody else has begun a change since `token`. Raises
        nothing: what could not be told stays in doubt."""
        ...

    def differs(self, tenant_id: str, fingerprint: str) -> bool:
        """Whether something else is recorded, or nothing; False where that cannot be asked."""
        ...


@dataclass(slots=True)
class Compared:
    """What this process has lately found to be recorded rightly, by tenant."""

    _known: dict[str, tuple[str, float]] = field(default_factory=dict)

    def holds(self, tenant_id: str, fingerprint: str) -> bool:
        """Whether this was compared within the last ten minutes."""
        known, at = self._known.get(tenant_id, ("", 0.0))
        return known == fingerprint and time.monotonic() - at < BELIEVED

    def note(self, tenant_id: str, fingerprint: str) -> None:
        """It was compared just now."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[tenant_id] = (fingerprint, time.monotonic())


@dataclass(frozen=True, slots=True)
class Telling:
    """A change that is about to be committed, and what is to be told of it afterwards."""

    token: str
    found: Found


def before_commit(session: Session, rows: Mapping[str, AddonRow]) -> Telling | None:
    """Mark the record as doubtful, in the transaction that holds the tenant's lifecycle lock. None
    for the control plane, which keeps no record of itself."""
    bound = binding(session)
    if bound.tenant.is_control:
        return None
    telling = Telling(secrets.token_hex(8), found_in(session, rows.values()))
    bound.context["kernel"].schema_heads.doubt(bound.tenant.id, telling.token)
    return telling


def after_commit(kernel: Kernel, tenant: Tenant, telling: Telling) -> None:
    """Say what is there now that the change has been made."""
    kernel.schema_heads.tell(tenant.id, telling.token, telling.found)
    kernel.compared.note(tenant.id, telling.found.fingerprint)


def is_recorded(session: Session, rows: Mapping[str, AddonRow]) -> bool:
    """Whether the record agrees with what the session has read; asked at most every ten minutes by
    one process, unless what it reads has changed."""
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]
    if bound.tenant.is_control:
        return True
    fingerprint = found_in(session, rows.values()).fingerprint
    if kernel.compared.holds(bound.tenant.id, fingerprint):
        return True
    if kernel.schema_heads.differs(bound.tenant.id, fingerprint):
        return False
    kernel.compared.note(bound.tenant.id, fingerprint)
    return True


def found_in(session: Session, rows: Iterable[AddonRow]) -> Found:
    """These addons in the session's database."""
    database = session.connection().execute(_DATABASE).scalar_one()
    return Found(database, tuple(sorted(rows, key=lambda row: row.name)))
