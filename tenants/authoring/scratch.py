"""Where checks try an addon out: a platform and companies that are thrown away afterwards."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.addons.catalog import Catalog
from core.allowance import Allowance
from core.config import Config
from core.db.embedded import Embedded
from core.kernel import Kernel
from core.secrets import generate
from core.tenancy.tenant import Tenant
from tenants.authoring.finding import Subject
from tenants.composition import kernel_on, load_catalog
from tenants.control import embedded_cluster
from tenants.places import ROOT
from tenants.testing.cluster import scratch_folder, scratch_server
from tenants.testing.tenants import fresh_tenant

SHIPPED = ROOT / "addons"


def catalog_with(folder: Path) -> Catalog:
    """The shipped addons, and this one from wherever it lies."""
    return load_catalog(_config(folder, folder))


@contextmanager
def scratch_kernel(folder: Path, catalog: Catalog) -> Iterator[Kernel]:
    """A platform on a server of its own, for the addons of this catalog."""
    with scratch_server() as server, scratch_kernel_on(server, folder, catalog) as kernel:
        yield kernel


@contextmanager
def scratch_kernel_on(server: Embedded, folder: Path, catalog: Catalog) -> Iterator[Kernel]:
    """The same on a server that the caller throws away."""
    with (
        scratch_folder() as var,
        kernel_on(_config(folder, var), embedded_cluster(server), catalog) as kernel,
    ):
        yield kernel


@contextmanager
def scratch_tenant(subject: Subject, *, without: bool = False) -> Iterator[Tenant]:
    """A fresh company with the addon and what it needs; `without` it, only what it needs."""
    needed = subject.addon.manifest.depends
    wanted = needed if without else (*needed, subject.name)
    slug = f"check-{secrets.token_hex(4)}"
    with fresh_tenant(subject.kernel, slug, addons=wanted) as tenant:
        yield tenant


def _config(addon: Path, var: Path) -> Config:
    shipped = addon.parent == SHIPPED
    if not shipped and str(addon.parent) not in sys.path:
        sys.path.append(str(addon.parent))
    as_many_as_it_likes = Allowance(requests_per_second=0)
    config = Config(var=var, secret_key=generate(), allowance=as_many_as_it_likes)
    return config if shipped else replace(config, addon_path=addon.parent)
