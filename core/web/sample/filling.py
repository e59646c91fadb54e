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


def fill_sample(session: Session) -> None:
    """Let the addons fill the company, those first that others build on. An addon that fails is
    left out. Raises Conflict in a company that is no sample."""
    bound = binding(session)
    if not bound.tenant.sample_of:
        raise Conflict(phrase("Sample data belongs into a sample company only."))
    kernel: Kernel = bound.context["kernel"]
    state: TenantState = bound.context["state"]
    names = kernel.catalog.implementers("sample_data", state.enabled)
    for place, name in enumerate(names):
        manifest = kernel.catalog.addons[name].manifest
        report_progress(session, place / len(names), manifest.title)

        def fill(addon: str = name) -> bool:
            kernel.catalog.call("sample_data", addon, session=session)
            session.flush()
            return True

        contained(session, name, "sample_data", fill)
