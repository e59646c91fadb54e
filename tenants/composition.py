"""The composition root: puts a process together from configuration, and takes it apart again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

import psycopg

from addon_registry.deployment import layout as deployment_layout
from core.addons import graph
from core.addons.catalog import Catalog
from core.addons.discovery import AddonFolder, discover
from core.addons.health_counts import HealthCounts
from core.addons.loading import CatalogError, load
from core.addons.states import TenantStates
from core.cache import open_cache
from core.channels import Channels
from core.config import Config
from core.db.broker import ConnectionBroker
from core.db.engine import TenantEngine
from core.files import TenantFiles
from core.health.keeping import HealthKeeper
from core.i18n import Languages
from core.jobs import carrier as carriers
from core.jobs.carrier import Carrier
from core.kernel import Kernel
from core.mail import smtp
from core.secrets import SecretBox
from core.tenancy.directory import TenantDirectory
from core.tenancy.tenant import Tenant
from core.tracing.current import Tracer
from tenants import bootstrap
from tenants.backups.source import ControlSafekeeping
from tenants.branding.source import ControlBrands
from tenants.control import Cluster, control_tenant, find_cluster
from tenants.control_connection import ControlConnection
from tenants.deployment import active_addons
from tenants.domains.own import ControlDomains
from tenants.fleet.health import ControlFleetHealth
from tenants.garbage import without_collections
from tenants.guests.book import ControlGuestBook
from tenants.listener import DirectoryListener
from tenants.models import SCHEMA
from tenants.places import CONTROL_PLANE, REGISTRY, ROOT, SHIPPED
from tenants.post import ControlPost, ControlWitness
from tenants.reviewing.source import ControlReviews
from tenants.samples import ControlSamples
from tenants.schema_heads import ControlSchemaHeads
from tenants.selling.catalogue import Catalogue
from tenants.selling.shop import ControlShop
from tenants.source import ControlPlaneSource
from tenants.work_board import ControlWorkBoard

__all__ = [
    "CONTROL_PLANE",
    "ROOT",
    "SHIPPED",
    "build_kernel",
    "kernel_on",
    "languages_of",
    "load_catalog",
    "load_shipped",
    "refuse_wrong_keys",
    "running_kernel",
]


@contextmanager
def running_kernel(config: Config, tracer: Tracer | None = None) -> Iterator[Kernel]:
    """The kernel of this process over a server that is ready for it, until the block ends.

    Starts the embedded PostgreSQL if there is no other, makes the control plane if it is not
    there or not up to date, and listens to it. Raises ConfigError or EmbeddedError with the
    way out when that cannot be.
    """
    cluster = find_cluster(config)
    try:
        with kernel_on(config, cluster, tracer=tracer) as kernel:
            yield kernel
    finally:
        cluster.stop()


@contextmanager
def kernel_on(
    config: Config,
    cluster: Cluster,
    catalog: Catalog | None = None,
    tracer: Tracer | None = None,
) -> Iterator[Kernel]:
    """The same on a cluster that the caller holds; with a tracer, of processes that serve."""
    box = bootstrap.find_keys(config, cluster.admin)
    if config.smtp_url is not None:
        # Refused here and now, and not when the first mail is due.
        smtp.parse_url(config.smtp_url, base_domain=config.base_domain)
    control = control_tenant(config, box, cluster.admin)
    kernel = build_kernel(config, box, control, catalog or load_catalog(config), tracer)
    listener = DirectoryListener(control.runtime, kernel.directory, kernel.engine.broker)
    keeper = HealthKeeper(kernel)
    try:
        bootstrap.ensure(kernel, control, cluster.admin)
        listener.start()
        keeper.start()
        yield kernel
    finally:
        keeper.stop()
        listener.stop()
        kernel.engine.broker.close()
        if isinstance(kernel.board, ControlWorkBoard):
            kernel.board.close()
        if isinstance(kernel.post, ControlPost):
            kernel.post.close()


def refuse_wrong_keys(config: Config) -> None:
    """Raise ConfigError where the master keys cannot be had or do not fit the control plane. A
    server that cannot be reached now is waited for by whoever needs it."""
    cluster = find_cluster(config)
    try:
        bootstrap.find_keys(config, cluster.admin)
    finally:
        cluster.stop()


def build_kernel(
    config: Config,
    box: SecretBox,
    control: Tenant,
    catalog: Catalog,
    tracer: Tracer | None = None,
) -> Kernel:
    """The parts of a process, joined; nothing is connected to yet."""
    engine = TenantEngine(
        ConnectionBroker(budget=config.connection_budget, checkout_timeout=config.checkout_timeout)
    )
    health = HealthCounts()
    engine.watch_slow(health.slow)
    if tracer is not None:
        engine.trace()
    outside = ControlConnection(control.runtime)
    source = ControlPlaneSource(
        engine, box, control, config.base_domain, allowance=config.allowance
    )
    return Kernel(
        config=config,
        catalog=catalog,
        engine=engine,
        directory=TenantDirectory(source),
        states=TenantStates(catalog),
        board=ControlWorkBoard(ControlConnection(control.runtime), _carrier(config, box, control)),
        secrets=box,
        languages=languages_of(catalog),
        cache=open_cache(config.redis_url),
        files=TenantFiles(config.var / "files"),
        channels=Channels(config.redis_url),
        samples=ControlSamples(),
        post=ControlPost(outside, box),
        witness=ControlWitness(outside),
        guest_book=ControlGuestBook(outside),
        brands=ControlBrands(outside),
        fleet_health=ControlFleetHealth(outside),
        schema_heads=ControlSchemaHeads(outside),
        safekeeping=ControlSafekeeping(),
        domains=ControlDomains(),
        health=health,
        tracer=tracer,
        reviews=ControlReviews(outside),
        shop=ControlShop(outside, Catalogue(deployment_layout.of(config.var))),
    )


@lru_cache(maxsize=2)
def languages_of(catalog: Catalog) -> Languages:
    """What the addons and the registry say in other languages; shared by forked processes."""
    folders = (*(addon.folder for addon in catalog.addons.values()), REGISTRY)
    return Languages(folder / "locale" for folder in folders)


def load_catalog(config: Config, *, strict: bool = False, around_guests: bool = False) -> Catalog:
    """The addons that ship with the platform, those of an extra folder, and installed ones.

    In safe mode, those alone that ship with the platform. Only `around_guests`: of those that ship,
    what the others depend on or react to.
    """
    folders = [SHIPPED]
    if config.addon_path is not None and not config.safe_mode:
        folders.append(AddonFolder(config.addon_path))
        if str(config.addon_path) not in sys.path:
            sys.path.append(str(config.addon_path))
    installed = active_addons.of_deployment(config)
    found = discover(
        [*folders, *installed.folders], platform=[CONTROL_PLANE], installed=not config.safe_mode
    )
    found = replace(found, refused=(*found.refused, *installed.refused))
    if around_guests:
        found = graph.around_guests(found)
    with without_collections():
        catalog = load(found, strict=strict, later=installed.later)
    if CONTROL_PLANE.name not in catalog.addons:
        reasons = [f"- {refused.name}: {refused.reason}" for refused in catalog.refused]
        raise CatalogError("\n".join(["The control plane could not be loaded:", *reasons]))
    return catalog


def load_shipped() -> Catalog:
    """What ships with the platform and nothing else; any problem in it is an error."""
    return load(discover([SHIPPED], platform=[CONTROL_PLANE], installed=False), strict=True)


def _carrier(config: Config, box: SecretBox, control: Tenant) -> Carrier:
    signed_with = box.derivations("jobs")
    if config.redis_url is not None:
        return carriers.over_redis(config.redis_url, signed_with)
    return carriers.over_postgres(_queue_connection(control), signed_with)


def _queue_connection(control: Tenant) -> Callable[[], psycopg.Connection]:
    """huey's own connections, which find its tables without naming their schema."""

    def connect() -> psycopg.Connection:
        return psycopg.connect(
            **control.runtime.conninfo(),
            # A request that wakes a worker waits for this one, so not for long.
            connect_timeout=5,
            application_name="aorabooks-queue",
            options=f"-c search_path={SCHEMA} -c timezone=UTC",
        )

    return connect
