"""Which companies a release has something to do for, by what the control plane has recorded.

No company's database is opened for it. Those whose record is in doubt, or whose database is another
than the recorded one, count as behind: whoever brings them up looks into the database itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.addons import states
from core.addons.catalog import Catalog
from core.addons.states import AddonRow
from core.errors import Unavailable
from core.kernel import Kernel
from core.secrets import SealError
from tenants.control import control
from tenants.models import Organization
from tenants.upgrading.models import SchemaHead

log = structlog.get_logger(__name__)

_NUMBERS: Final = text("SELECT datname, oid::bigint FROM pg_database WHERE datname ^@ 'ab_'")
_RECORDS: Final = text("""
SELECT organization.id, organization.slug, organization.canary, server.host, server.port,
       organization.database_name, coalesce(record.database, 0) AS database,
       record.organization_id IS NULL OR record.doubt IS NOT NULL AS doubtful
  FROM tenants.organization AS organization
  JOIN tenants.database_server AS server ON server.id = organization.server_id
  LEFT JOIN tenants.schema_record AS record ON record.organization_id = organization.id
 WHERE organization.status = 'active'
 ORDER BY organization.slug
""")
# More than are behind: what a package leaves out, and what a file's change forbids, is weighed
# afterwards by the rule itself.
_CANDIDATES: Final = text("""
SELECT DISTINCT have.organization_id
  FROM tenants.schema_head AS have
  JOIN unnest(cast(:names AS text[]), cast(:heads AS text[]), cast(:digests AS text[]),
              cast(:versions AS text[])) AS wanted (addon, head, digest, version)
    ON wanted.addon = have.addon
 WHERE have.state = 'enabled'
   AND (have.head IS DISTINCT FROM wanted.head OR have.digest <> wanted.digest
        OR have.version <> wanted.version)
UNION
SELECT have.organization_id
  FROM tenants.schema_head AS have
  JOIN unnest(cast(:needing AS text[]), cast(:needed AS text[])) AS wanted (addon, needs)
    ON wanted.addon = have.addon
  LEFT JOIN tenants.schema_head AS other
    ON other.organization_id = have.organization_id AND other.addon = wanted.needs
 WHERE have.state = 'enabled' AND coalesce(other.state, 'purged') IN ('purged', 'disabled')
""")


class Standing(NamedTuple):
    """A company that is served: by its slug, whether it is a canary, and whether this release has
    something to do for it."""

    id: str
    slug: str
    canary: bool
    behind: bool


def standings(kernel: Kernel, *, look: bool = False) -> list[Standing]:
    """Of every company that is served, by slug; with `look` all count as behind, so that each
    database is looked into whatever is recorded."""
    catalog = kernel.catalog
    with kernel.session(control(kernel), readonly=True) as session:
        records = [_Record(*row) for row in session.execute(_RECORDS)]
        candidates = set(session.execute(_CANDIDATES, _wanted(catalog)).scalars())
        heads = _heads(session, candidates)
    doubtful = {record.id for record in records if record.doubtful}
    doubtful |= _replaced(kernel, records)
    return [
        Standing(
            record.id,
            record.slug,
            record.canary,
            look
            or record.id in doubtful
            or (record.id in candidates and _is_behind(kernel, record.id, heads)),
        )
        for record in records
    ]


class _Record(NamedTuple):
    """What is recorded of a company, as `_RECORDS` asks; ten thousand of them are read at once."""

    id: str
    slug: str
    canary: bool
    host: str
    port: int
    database_name: str
    database: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Suspended:
    """An addon that failed in a company and rests there until somebody tries it again."""

    slug: str
    addon: str
    reason: str


def suspended(session: Session) -> list[Suspended]:
    """All of them, as is recorded, on a session of the control plane."""
    statement = (
        select(Organization.slug, SchemaHead.addon, SchemaHead.reason)
        .join(Organization, Organization.id == SchemaHead.organization_id)
        .where(SchemaHead.state == "suspended", Organization.status == "active")
        .order_by(Organization.slug, SchemaHead.addon)
    )
    return [Suspended(*row) for row in session.execute(statement)]


def _wanted(catalog: Catalog) -> dict[str, list[Any]]:
    addons = catalog.addons.values()
    pairs = [(addon.name, needed) for addon in addons for needed in addon.manifest.depends]
    return {
        "names": [addon.name for addon in addons],
        "heads": [addon.head for addon in addons],
        "digests": [addon.digest for addon in addons],
        # Another version without another migration asks for nothing, unless it is to be taken back.
        "versions": [addon.manifest.version if addon.later else None for addon in addons],
        "needing": [name for name, _ in pairs],
        "needed": [needed for _, needed in pairs],
    }


def _heads(session: Session, tenants: Iterable[str]) -> Mapping[str, dict[str, AddonRow]]:
    found: defaultdict[str, dict[str, AddonRow]] = defaultdict(dict)
    statement = select(SchemaHead).where(SchemaHead.organization_id.in_(list(tenants)))
    for head in session.scalars(statement):
        found[head.organization_id][head.addon] = AddonRow(
            head.addon,
            head.state,  # pyright: ignore[reportArgumentType]  as the record's writer had it
            version=head.version,
            head=head.head,
            reason=head.reason,
            digest=head.digest,
        )
    return found


def _is_behind(kernel: Kernel, tenant_id: str, heads: Mapping[str, dict[str, AddonRow]]) -> bool:
    try:
        tenant = kernel.directory.find_id(tenant_id)
    except SealError:
        return True  # whoever tries to bring it up says what is wrong with it
    if tenant is None:
        return False
    return bool(states.resolve(tenant, kernel.catalog, heads[tenant_id]).behind)


def _replaced(kernel: Kernel, records: Iterable[_Record]) -> set[str]:
    """Those whose database is another than the one that was recorded, as after a restore."""
    by_server: defaultdict[tuple[str, int], list[_Record]] = defaultdict(list)
    for record in records:
        by_server[record.host, record.port].append(record)
    found: set[str] = set()
    for place, mine in by_server.items():
        try:
            numbers = _numbers(kernel, place, mine[0].id)
        except (Unavailable, SQLAlchemyError) as error:
            log.warning("databases not compared", server=place[0], reason=str(error))
            continue
        found |= {
            record.id for record in mine if numbers.get(record.database_name) != record.database
        }
    return found


def _numbers(kernel: Kernel, place: tuple[str, int], any_tenant: str) -> dict[str, int]:
    """PostgreSQL's numbers of all databases of a server, which each of its roles may read."""
    here = control(kernel).runtime
    if (here.host, here.port) != place:
        tenant = kernel.directory.find_id(any_tenant)
        if tenant is None:
            return {}
        here = tenant.runtime
    with kernel.engine.connect(here, autocommit=True) as connection:
        return {row[0]: row[1] for row in connection.execute(_NUMBERS)}
