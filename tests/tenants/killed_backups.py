"""A process of tests: makes and restores backups and is killed, each time at another step."""

from __future__ import annotations

import os
from typing import Any

from core import config, log
from core.addons.catalog import Catalog
from core.config import Config
from core.kernel import Kernel
from tenants.backups import adopting, contents, making, restoring
from tenants.backups.spool import Spool
from tenants.composition import kernel_on, load_catalog
from tenants.control import control, find_cluster
from tests.tenants.killed_provisioning import dying

MAKING: dict[str, tuple[Any, str, bool]] = {
    "read": (contents, "moment_of", True),
    "dumped": (Spool, "seal", False),
    "sealed": (Spool, "seal", True),
    "uploaded": (Spool, "finish", True),
    "told": (making, "_tell_tenant", True),
}
RESTORING: dict[str, tuple[Any, str, bool]] = {
    "filled": (adopting, "prepare", True),
    "renamed": (restoring, "_build", True),
    "entered": (adopting, "reopen", False),
    "opened": (adopting, "reopen", True),
}
REPLACING: dict[str, tuple[Any, str, bool]] = {
    "closed": (restoring, "_rename", False),
    "replaced": (restoring, "_build", True),
}
"""Where in the code each step is, and whether the process dies after it or before."""


def work_and_be_killed(slug: str, steps: list[tuple[str, str, str]]) -> None:
    """For each step its table, its name, and for restores what is restored; print how it ended."""
    log.configure()
    settings = config.from_environment()
    catalog = load_catalog(settings)
    for table, step, restore_id in steps:
        child = os.fork()
        if child == 0:
            _work_and_die(slug, table, step, restore_id, settings, catalog)
        _, status = os.waitpid(child, 0)
        print(step, os.waitstatus_to_exitcode(status), flush=True)


def _work_and_die(
    slug: str, table: str, step: str, restore_id: str, settings: Config, catalog: Catalog
) -> None:
    place, name, after = globals()[table][step]
    with kernel_on(settings, find_cluster(settings), catalog) as kernel:
        setattr(place, name, dying(getattr(place, name), after=after))
        if restore_id:
            restoring.restore(kernel, restore_id)
        else:
            _make(kernel, slug)
    os._exit(1)


def _make(kernel: Kernel, slug: str) -> None:
    tenant = kernel.directory.find_slug(slug)
    assert tenant is not None
    with kernel.session(control(kernel)) as session:
        row = making.begin(session, tenant)
    making.make(kernel, row.id)
