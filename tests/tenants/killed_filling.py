"""A process of tests that fills up the databases that stand ready, and is killed at a step."""

from __future__ import annotations

import os
from typing import Any

from core import config, log
from core.addons.catalog import Catalog
from core.config import Config
from tenants.composition import kernel_on, load_catalog
from tenants.control import find_cluster
from tenants.provisioning import create, standby, templates
from tenants.wishes import NewOrganization
from tests.tenants.killed_provisioning import dying

FILLING: dict[str, tuple[Any, str, bool]] = {
    "noted": (templates, "clone", False),
    "copied": (templates, "clone", True),
}
CLAIMING: dict[str, tuple[Any, str, bool]] = {
    "claimed": (create, "finish", False),
    "before-renaming": (standby, "rename", False),
    "renamed": (standby, "rename", True),
    "ready-opened": (create, "_activate", False),
    "released": (create, "_activate", True),
}
"""Where in the code each step is, and whether the process dies after it or before."""


def be_killed(steps: list[str]) -> None:
    """Print each step with how its process ended. Steps of claiming enter `claims-STEP`."""
    log.configure()
    settings = config.from_environment()
    catalog = load_catalog(settings)
    for step in steps:
        child = os.fork()
        if child == 0:
            _die(step, settings, catalog)
        _, status = os.waitpid(child, 0)
        print(step, os.waitstatus_to_exitcode(status), flush=True)


def _die(step: str, settings: Config, catalog: Catalog) -> None:
    module, name, after = {**FILLING, **CLAIMING}[step]
    with kernel_on(settings, find_cluster(settings), catalog) as kernel:
        setattr(module, name, dying(getattr(module, name), after=after))
        if step in FILLING:
            standby.fill(kernel)
        else:
            create.create_tenant(kernel, NewOrganization(f"claims-{step}", addons=()))
    os._exit(1)
