"""Switching an addon off in every company, when it is the addon that cannot be trusted any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.auth.actor import SYSTEM, Actor
from core.custody.records import record_access
from core.db.session import binding
from core.declare import Job, msg
from core.errors import AppError, Conflict
from core.i18n import phrase
from core.jobs.progress import report_progress
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.deployment import users

JOB: Final = "tenants.disable_everywhere"
_HOUR: Final = 3600
_DOOR: Final = "control plane"


@dataclass(frozen=True, slots=True)
class Disabled:
    """By slug of company: what was switched off there, and why it could not be."""

    off: dict[str, tuple[str, ...]]
    failed: dict[str, str]


def disable_everywhere(
    kernel: Kernel,
    name: str,
    *,
    operator: str,
    door: str,
    actor: Actor = SYSTEM,
    tell: Callable[[float, str], None] = lambda _fraction, _text: None,
) -> Disabled:
    """Switch the addon off wherever it is on, with what needs it; all data is kept.

    Each company is a transaction of its own: one that cannot be reached keeps nobody else's addon
    running. Said again, it goes on with those that are left. Each finds the `operator`, and
    the `door`, in its record of who was there.
    """
    off, failed = dict[str, tuple[str, ...]](), dict[str, str]()
    waiting = users.served_users(kernel, name)
    for place, tenant in enumerate(waiting):
        tell(place / len(waiting), tenant.slug)
        try:
            _record(kernel, tenant, name, operator, door)
            off[tenant.slug] = lifecycle.disable(
                kernel, tenant, name, with_dependants=True, actor=actor
            )
        except AppError as error:
            failed[tenant.slug] = error.message
        except SQLAlchemyError as error:
            failed[tenant.slug] = type(error).__name__
    return Disabled(off, failed)


def _record(kernel: Kernel, tenant: Tenant, name: str, operator: str, door: str) -> None:
    with kernel.session(tenant) as session:
        purpose = f"addon disable-everywhere {name}"
        record_access(session, operator=operator, purpose=purpose, door=door)


def _disable(session: Session, *, addon: str) -> None:
    """The same as a job, which is tried again while it fails anywhere."""
    bound = binding(session)
    done = disable_everywhere(
        bound.context["kernel"],
        addon,
        operator=bound.author.label,
        door=_DOOR,
        tell=lambda fraction, text: report_progress(session, fraction, text),
    )
    if done.failed:
        raise Conflict(
            phrase(
                "{name} is still on at {companies}: {reason}",
                name=addon,
                companies=", ".join(sorted(done.failed)),
                reason=next(iter(done.failed.values())),
            )
        )


JOBS: Final = (
    Job(JOB, msg("Switch an addon off in all companies"), _disable, timeout_seconds=_HOUR),
)
