"""One process of the platform: what it is made of, put together once and passed down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.health_counts import HealthCounts
from core.addons.states import TenantStates
from core.auth.actor import SYSTEM, Actor
from core.auth.actors import ActorCache
from core.brand.values import Brands
from core.cache import TenantCache
from core.channels import Channels
from core.config import Config
from core.custom.registry import CustomFields
from core.db.engine import TenantEngine
from core.db.session import Role, tenant_session
from core.files import TenantFiles
from core.i18n import Languages
from core.jobs.board import WorkBoard
from core.live import changes as _changes  # noqa: F401  every session tells what it changes
from core.secrets import SecretBox
from core.shop import Shop
from core.tenancy.directory import TenantDirectory
from core.tenancy.fleet_health import FleetHealth
from core.tenancy.post import PostOffice
from core.tenancy.samples import SampleCompanies
from core.tenancy.tenant import Tenant
from core.tenancy.witness import Witness
from core.webhooks.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class Kernel:
    """The parts of a running process. Built by the composition root (`tenants.composition`)."""

    config: Config
    catalog: Catalog
    engine: TenantEngine
    directory: TenantDirectory
    states: TenantStates
    board: WorkBoard
    secrets: SecretBox
    languages: Languages
    cache: TenantCache
    files: TenantFiles
    channels: Channels
    samples: SampleCompanies
    post: PostOffice
    witness: Witness
    shop: Shop
    brands: Brands
    fleet_health: FleetHealth
    health: HealthCounts = field(default_factory=HealthCounts)
    actors: ActorCache = field(default_factory=ActorCache)
    custom_fields: CustomFields = field(default_factory=CustomFields)
    webhooks: Subscriptions = field(default_factory=Subscriptions)

    @contextmanager
    def session(
        self,
        tenant: Tenant,
        *,
        actor: Actor = SYSTEM,
        request_id: str = "",
        door: str = "",
        role: Role = "runtime",
        readonly: bool = False,
    ) -> Iterator[Session]:
        """A session bound to tenant, actor and kernel; commits when the block ends.

        The enabled addons are read within it, so `view(session)` is at most a second old.
        """
        context = {"kernel": self, "actor": actor}
        with tenant_session(
            self.engine,
            tenant,
            author=actor.author(request_id, door),
            role=role,
            readonly=readonly,
            context=context,
        ) as session:
            context["state"] = self.states.of(session)
            yield session
