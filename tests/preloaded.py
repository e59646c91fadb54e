"""What the process has imported from which others are forked: the command line with all that
its commands import, and the addons that ship with the platform."""

from __future__ import annotations

import gc

import tests.processes  # noqa: F401 - for those who start the whole platform
from tenants.cli import app
from tenants.composition import load_shipped


def _everything(group: object) -> None:
    for command in getattr(group, "commands", {}).values():
        _everything(command)


_everything(app)
load_shipped()
gc.freeze()
