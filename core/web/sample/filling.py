"""Puts into a sample company what each addon brings to show itself."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.addons.containment import contained
from core.addons.states import TenantState
from core.db.session import binding
from core.errors import Conflict
from core.i18n import phrase
from core.jobs.progress import report_progress
from core.kernel import Kernel

JOB: Final = "core.fill_sample"
KEY: Final = JOB
"""A company is filled once."""


def fill_sample(session: Session, *, demo: bool = False) -> None:
    """Let the addons set the company up, and then fill it, those first that others build on. An
    addon that fails is left out. Raises Conflict in a company that is neither a sample nor, as
    the first start on a machine says of the one that it made, there to look around in."""
    bound = binding(session)
    if not (bound.tenant.sample_of or demo):
        raise Conflict(phrase("Sample data belongs into a sample company only."))
    kernel: Kernel = bound.context["kernel"]
    state: TenantState = bound.context["state"]
    steps = [
        (hook, name)
        for hook in ("sample_settings", "sample_data")
        for name in kernel.catalog.implementers(hook, state.enabled)
    ]
    for place, (hook, name) in enumerate(steps):
        report_progress(session, place / len(steps), kernel.catalog.addons[name].manifest.title)

        def fill(hook: str = hook, addon: str = name) -> bool:
            kernel.catalog.call(hook, addon, session=session)
            session.flush()
            return True

        contained(session, name, hook, fill)
