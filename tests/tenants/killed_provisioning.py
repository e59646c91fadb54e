"""A process of tests: makes tenants and is killed, each time at another step.

For each step a child process creates the tenant `killed-STEP` and gets SIGKILL just when that step
begins or has just been done.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from core import config, log
from core.addons.catalog import Catalog
from core.config import Config
from tenants import names
from tenants.composition import kernel_on, load_catalog
from tenants.control import find_cluster
from tenants.provisioning import create, templates
from tenants.wishes import NewOrganization


def dying(action: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """The action, and the end of this process before or after it."""

    def run(*args: Any, **values: Any) -> None:
        if after:
            action(*args, **values)
        os.kill(os.getpid(), signal.SIGKILL)

    return run


STEPS: dict[str, tuple[Any, str, bool]] = {
    "recorded": (create, "finish", False),
    "template-begun": (templates, "install", False),
    "template-filled": (templates, "_seal", False),
    "template-sealed": (templates, "_seal", True),
    "cloned": (templates, "clone", True),
    "opened": (create, "_activate", False),
    "activated": (create, "_activate", True),
}
"""Where in the code each step is, and whether the process dies after it or before."""


def create_and_be_killed(steps: list[str]) -> None:
    """Print each step with how its process ended."""
    log.configure()
    settings = config.from_environment()
    catalog = load_catalog(settings)
    for step in steps:
        child = os.fork()
        if child == 0:
            create_and_die(step, settings, catalog)
        _, status = os.waitpid(child, 0)
        print(step, os.waitstatus_to_exitcode(status), flush=True)


def create_and_die(step: str, settings: Config, catalog: Catalog) -> None:
    # Templates that nobody else has built, so that the steps of building one come up.
    mark = "1" if step in ("template-begun", "template-filled") else "2"
    names.template_name = lambda digest: f"aorabooks_tpl_{mark * 8}{digest[:8]}"
    module, name, after = STEPS[step]
    with kernel_on(settings, find_cluster(settings), catalog) as kernel:
        # Not before: the control plane's own database is opened in the same way.
        setattr(module, name, dying(getattr(module, name), after=after))
        create.create_tenant(kernel, NewOrganization(f"killed-{step}", addons=()))
    os._exit(1)
