"""A process of tests that moves a company back and forth, killed each time at another step."""

from __future__ import annotations

import os
from typing import Any

from core import config, log
from core.kernel import Kernel
from tenants import organizations
from tenants.composition import kernel_on, load_catalog
from tenants.control import control, find_cluster
from tenants.fleet import registering
from tenants.moving import (
    carrying,
    copying,
    fence,
    replication,
    steps,
    switching,
)
from tests.tenants.killed_provisioning import dying

STEPS: dict[str, tuple[Any, str, bool]] = {
    "published": (replication, "publish", True),
    "copied": (copying, "fill", True),
    "followed": (replication, "follow", True),
    "renamed": (switching, "_take_into_use", True),
    "closed": (fence, "close", True),
    "switched": (switching, "_commit", True),
}
"""Where in the code each step is, and whether the process dies after it or before."""


def move_and_be_killed(slug: str, there: str, back: str) -> None:
    """For each step a process goes on with the move of the one before, begins one of its own, the
    other way, and is killed at the step; another ends the last one. Prints how each ended."""
    log.configure()
    settings = config.from_environment()
    catalog = load_catalog(settings)
    for step in (*STEPS, "ended"):
        child = os.fork()
        if child == 0:
            with kernel_on(settings, find_cluster(settings), catalog) as kernel:
                _go_on(kernel, slug)
                if step in STEPS:
                    _die(kernel, step, slug, there)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(step, os.waitstatus_to_exitcode(status), flush=True)
        there, back = back, there


def _go_on(kernel: Kernel, slug: str) -> None:
    with kernel.session(control(kernel)) as session:
        move = steps.under_way(session, organizations.find(session, slug).id)
    if move is not None:
        done = carrying.carry_out(kernel, move.id)
        assert (done.phase, done.problem) == ("kept", "")


def _die(kernel: Kernel, step: str, slug: str, there: str) -> None:
    module, name, after = STEPS[step]
    with kernel.session(control(kernel)) as session:
        organization = organizations.find(session, slug)
        server = registering.find(session, there)
        move_id = steps.begin(session, organization, server, confirmed=False).id
    setattr(module, name, dying(getattr(module, name), after=after))
    carrying.carry_out(kernel, move_id)
