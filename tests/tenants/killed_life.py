"""A process of tests that carries out a step of a company's life, and is killed in the middle."""

from __future__ import annotations

import os
from typing import Any

from core import config, log
from core.addons.catalog import Catalog
from core.config import Config
from core.files import TenantFiles
from tenants import organizations
from tenants.composition import kernel_on, load_catalog
from tenants.control import control, find_cluster
from tenants.life import finishing, steps
from tenants.provisioning import binning, copying, create, roles, rotate, standby
from tests.tenants.killed_provisioning import dying

Place = tuple[str, Any, str, bool]
STEPS: dict[str, Place] = {
    "delete-begun": ("delete", binning, "put_away", False),
    "delete-closed": ("delete", standby, "rename", False),
    "delete-renamed": ("delete", standby, "rename", True),
    "purge-dropped": ("purge", TenantFiles, "remove_all", False),
    "purge-emptied": ("purge", TenantFiles, "remove_all", True),
    "restore-begun": ("restore", binning, "take_back", False),
    "restore-renamed": ("restore", standby, "rename", True),
    "restore-opened": ("restore", roles, "open_database", True),
    "copy-begun": ("copy", copying, "pour", False),
    "copy-poured": ("copy", copying, "pour", True),
    "copy-renamed": ("copy", standby, "rename", True),
    "copy-opened": ("copy", create, "_activate", False),
    "rotate-opened": ("rotate", roles, "open_database", True),
    "rotate-known": ("rotate", rotate, "_reseal", False),
    "rotate-retired": ("rotate", roles, "drop_login", True),
}
"""What is done, where in the code each step is, and whether the process dies after it or before."""


def be_killed(names: list[str]) -> None:
    """Print each step with how its process ended. The company of a step is called like it."""
    log.configure()
    settings = config.from_environment()
    catalog = load_catalog(settings)
    for name in names:
        child = os.fork()
        if child == 0:
            _die(name, settings, catalog)
        _, status = os.waitpid(child, 0)
        print(name, os.waitstatus_to_exitcode(status), flush=True)


def _die(name: str, settings: Config, catalog: Catalog) -> None:
    what, module, function, after = STEPS[name]
    with kernel_on(settings, find_cluster(settings), catalog) as kernel:
        setattr(module, function, dying(getattr(module, function), after=after))
        if what == "rotate":
            rotate.SETTLED_AFTER = 0.0
            rotate.rotate(kernel, name)
        with kernel.session(control(kernel)) as session:
            organization = steps.locked(session, organizations.find(session, name).id)
            match what:
                case "delete":
                    steps.put_into_bin(session, organization, name)
                case "restore":
                    steps.restore(session, organization)
                case "purge":
                    steps.purge(session, organization, name)
                case _:
                    organization, _ = steps.copy(session, organization, f"{name}-2", masked=True)
        finishing.finish(kernel, organization.id)
    os._exit(1)
