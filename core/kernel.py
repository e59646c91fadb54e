"""One process of the platform: what it is made of, put together once and passed down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.health_counts import HealthCounts
from core.addons.recorded import Compared, SchemaHeads
from core.addons.states import KERNEL, TenantStates
from core.addons.under_way import UnderWay
from core.auth.actor import SYSTEM, Actor
from core.auth.actors import ActorCache
from core.brand.values import Brands
from core.cache import TenantCache
from core.channels import Channels
from core.config import Config
from core.custom.registry import CustomFields
from core.db.cached import MEMORY
from core.db.engine import TenantEngine
from core.db.memory import Memory
from core.db.session import Role, tenant_session
from core.db.stamps import noticing_changes
from core.files import TenantFiles
from core.i18n import Languages
from core.jobs.board import WorkBoard
from core.live import changes as _changes  # noqa: F401  every session tells what it changes
from core.reviews import Reviews
from core.secrets import SecretBox
from core.shop import Shop
from core.tenancy.directory import TenantDirectory
from core.tenancy.domains import OwnDomains
from core.tenancy.fleet_health import FleetHealth
from core.tenancy.guest_book import GuestBook
from core.tenancy.post import PostOffice
from core.tenancy.safekeeping import Safekeeping
from core.tenancy.samples import SampleCompanies
from core.tenancy.tenant import Tenant
from core.tenancy.witness import Witness
from core.tracing.current import Tracer
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
    guest_book: GuestBook
    shop: Shop
    reviews: Reviews
    brands: Brands
    fleet_health: FleetHealth
    schema_heads: SchemaHeads
    safekeeping: Safekeeping
    domains: OwnDomains
    compared: Compared = field(default_factory=Compared)
    under_way: UnderWay[Any] = field(default_factory=UnderWay)
    health: HealthCounts = field(default_factory=HealthCounts)
    actors: ActorCache = field(default_factory=ActorCache)
    custom_fields: CustomFields = field(default_factory=CustomFields)
    webhooks: Subscriptions = field(default_factory=Subscriptions)
    memory: Memory = field(default_factory=Memory)
    tracer: Tracer | None = None

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
        context: dict[str, Any] = {"kernel": self, "actor": actor}
        with tenant_session(
            self.engine,
            tenant,
            author=actor.author(request_id, door),
            role=role,
            readonly=readonly,
            context=context,
        ) as session:
            state = context["state"] = self.states.of(session)
            if role == "owner" or KERNEL in state.behind:
                yield session  # its tables change as a whole: nothing read of them is kept
                return
            context[MEMORY] = self.memory
            with noticing_changes(session):
                yield session
