"""What the process has done from which others are forked: imported the command line with all that
its commands import and the addons that ship with the platform, and settled as who serves them."""

from __future__ import annotations

import tests.processes  # noqa: F401 - for those who start the whole platform
from tenants.cli import app
from tenants.composition import load_shipped
from tenants.processes.settling import settle_before_forking


def _everything(group: object) -> None:
    for command in getattr(group, "commands", {}).values():
        _everything(command)


_everything(app)
settle_before_forking(load_shipped(), serves=True)
