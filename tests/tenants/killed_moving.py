"""A process of tests that moves a company back and forth, killed each time at another step."""

from __future__ import annotations

import os
from typing import Any

from core import config, log
from core.addons.catalog import Catalog
from core.config import Config
from core.kernel import Kernel
from tenants import organizations
from tenants.composition import kernel_on, load_catalog
from tenants.control import control, find_cluster
from tenants.fleet import registering
from tenants.moving import (
    arriving,
    carrying,
    clearing,
    copying,
    fence,
    replication,
    steps,
    switching,
)
from tests.tenants.killed_provisioning import dying

STEPS: dict[str, tuple[Any, str, bool]] = {
    "room-made": (copying, "make_room", True),
    "published": (replication, "publish", True),
    "copied": (copying, "fill", True),
    "followed": (replication, "follow", True),
    "looked-at": (copying, "look_at", True),
    "compared": (switching, "_compare", True),
    "renamed": (switching, "_take_into_use", True),
    "closed": (fence, "close", True),
    "switched": (switching, "_commit", True),
    "left": (clearing, "leave_source", False),
    "arrived": (arriving, "arrive", True),
}
"""Where in the code each step is, and whether the process dies after it or before."""


def move_and_be_killed(slug: str, there: str, back: str) -> None:
    """For each step: move the company and be killed there, then go on in another process. Prints
    how both ended."""
    log.configure()
    settings = config.from_environment()
    catalog = load_catalog(settings)
    for step in STEPS:
        killed = _in_a_child(lambda step=step, to=there: _die(step, slug, to, settings, catalog))
        ended = _in_a_child(lambda to=there: _go_on(slug, to, settings, catalog))
        print(step, killed, ended, flush=True)
        there, back = back, there


def _in_a_child(work: Any) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _die(step: str, slug: str, there: str, settings: Config, catalog: Catalog) -> None:
    module, name, after = STEPS[step]
    with kernel_on(settings, find_cluster(settings), catalog) as kernel:
        with kernel.session(control(kernel)) as session:
            organization = organizations.find(session, slug)
            server = registering.find(session, there)
            move_id = steps.begin(session, organization, server, confirmed=False).id
        setattr(module, name, dying(getattr(module, name), after=after))
        carrying.carry_out(kernel, move_id)


def _go_on(slug: str, there: str, settings: Config, catalog: Catalog) -> None:
    with kernel_on(settings, find_cluster(settings), catalog) as kernel:
        _finish(kernel, slug)
        found = kernel.directory.find_slug(slug)
        os._exit(0 if found is not None and found.server == there else 2)


def _finish(kernel: Kernel, slug: str) -> None:
    with kernel.session(control(kernel)) as session:
        move = steps.under_way(session, organizations.find(session, slug).id)
    if move is not None:
        carrying.carry_out(kernel, move.id)
