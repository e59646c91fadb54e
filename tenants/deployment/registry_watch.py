"""Asks the registry each hour what is new, so that pages show releases and withdrawals of today."""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy.orm import Session

from addon_registry.deployment import layout
from addon_registry.repository.client import Registry
from addon_registry.repository.refusals import RegistryNotTrusted
from core import declare
from core.db.session import binding
from core.kernel import Kernel

log = structlog.get_logger(__name__)


def refresh_registry(session: Session) -> None:
    """Ask the registry that this deployment trusts, if it trusts one.

    One that cannot be reached is asked again in an hour. One that cannot be believed makes the
    job fail (RegistryRefused), so that the operator finds it among what is wrong.
    """
    kernel: Kernel = binding(session).context["kernel"]
    try:
        registry = Registry(layout.of(kernel.config.var).trust)
    except RegistryNotTrusted:
        return
    fresh = registry.refresh()
    if fresh.offline:
        log.warning("the registry was not reached", reason=fresh.offline)


JOBS: Final = (
    declare.Job(
        "tenants.refresh_registry",
        declare.msg("Ask the registry for new addons"),
        refresh_registry,
        schedule=declare.Schedule("26 * * * *"),
    ),
)
