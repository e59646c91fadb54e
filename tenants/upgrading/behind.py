"""Which companies a release has something to do for, by what the control plane has recorded.

No company's database is opened for it. Those whose record is in doubt, or whose database is another
than the recorded one, count as behind: whoever brings them up looks into the database itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
_SERVERS: Final = text("""
SELECT server.id, server.host, server.port, min(organization.id)
  FROM tenants.organization AS organization
  JOIN tenants.database_server AS server ON server.id = organization.server_id
 WHERE organization.status = 'active'
 GROUP BY server.id
""")
# Doubted is also what has another database than the one that was recorded, as after a restore.
_STANDING: Final = """
WITH number (server_id, name, number) AS MATERIALIZED (
  SELECT * FROM unnest(cast(:servers AS bigint[]), cast(:databases AS text[]),
                       cast(:numbers AS bigint[]))
), standing AS MATERIALIZED (
  SELECT organization.id, organization.slug, organization.canary,
         record.organization_id IS NULL OR record.doubt IS NOT NULL
           OR (organization.server_id = ANY (cast(:compared AS bigint[]))
               AND number.number IS DISTINCT FROM record.database) AS doubtful
    FROM tenants.organization AS organization
    LEFT JOIN tenants.schema_record AS record ON record.organization_id = organization.id
    LEFT JOIN number ON number.server_id = organization.server_id
                    AND number.name = organization.database_name
   WHERE organization.status = 'active'
)
"""
_ALL: Final = text(f"""{_STANDING}
SELECT id, slug, canary, doubtful FROM standing ORDER BY slug
""")  # noqa: S608  constants alone
_SURE: Final = text(f"""{_STANDING}
SELECT id FROM standing WHERE NOT doubtful AND id = ANY (cast(:candidates AS text[]))
""")  # noqa: S608  constants alone
_COUNTED: Final = text(f"""{_STANDING}, late AS MATERIALIZED (
  SELECT slug, canary FROM standing WHERE doubtful OR id = ANY (cast(:behind AS text[]))
)
SELECT (SELECT count(*) FROM standing), (SELECT count(*) FROM late),
       (SELECT count(*) FROM late WHERE canary),
       ARRAY (SELECT slug FROM late ORDER BY slug COLLATE "C" LIMIT :most)
""")  # noqa: S608  constants alone
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
    numbers = _numbers(kernel)
    with kernel.session(control(kernel), readonly=True) as session:
        rows = session.execute(_ALL, numbers).all()
        candidates = _candidates(session, kernel.catalog)
        heads = _heads(session, candidates)
    return [
        Standing(
            tenant_id,
            slug,
            canary,
            look or doubtful or (tenant_id in candidates and _is_behind(kernel, tenant_id, heads)),
        )
        for tenant_id, slug, canary, doubtful in rows
    ]


class Counts(NamedTuple):
    """Of the companies that are served: all, those behind, of these the canaries, and the slugs of
    the first of these."""

    all: int
    behind: int
    canaries: int
    named: list[str]


def counts(kernel: Kernel, *, named: int) -> Counts:
    """The same in sums, which the database adds up."""
    numbers = _numbers(kernel)
    with kernel.session(control(kernel), readonly=True) as session:
        candidates = _candidates(session, kernel.catalog)
        sure = session.scalars(_SURE, {**numbers, "candidates": [*candidates]})
        heads = _heads(session, sure)
    behind = [tenant_id for tenant_id in heads if _is_behind(kernel, tenant_id, heads)]
    with kernel.session(control(kernel), readonly=True) as session:
        summed = session.execute(_COUNTED, {**numbers, "behind": behind, "most": named}).one()
    return Counts(*summed)


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


def _candidates(session: Session, catalog: Catalog) -> set[str]:
    return set(session.execute(_CANDIDATES, _wanted(catalog)).scalars())


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


def _numbers(kernel: Kernel) -> dict[str, list[Any]]:
    """PostgreSQL's numbers of all databases of each server, which each of its roles may read. A
    server that does not answer is not `compared`."""
    found: dict[str, list[Any]] = {"compared": [], "servers": [], "databases": [], "numbers": []}
    with kernel.session(control(kernel), readonly=True) as session:
        servers = session.execute(_SERVERS).all()
    for server_id, host, port, any_tenant in servers:
        try:
            numbers = _numbers_at(kernel, (host, port), any_tenant)
        except (Unavailable, SQLAlchemyError) as error:
            log.warning("databases not compared", server=host, reason=str(error))
            continue
        found["compared"].append(server_id)
        found["servers"] += [server_id] * len(numbers)
        found["databases"] += [name for name, _ in numbers]
        found["numbers"] += [number for _, number in numbers]
    return found


def _numbers_at(
    kernel: Kernel, place: tuple[str, int], any_tenant: str
) -> Sequence[tuple[str, int]]:
    here = control(kernel).runtime
    if (here.host, here.port) != place:
        tenant = kernel.directory.find_id(any_tenant)
        if tenant is None:
            return ()
        here = tenant.runtime
    with kernel.engine.connect(here, autocommit=True) as connection:
        return [(name, number) for name, number in connection.execute(_NUMBERS).all()]
