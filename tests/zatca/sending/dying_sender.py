"""Who is killed while selling or sending, at a step that is named."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, Final

from addons.sales.models import Invoice
from addons.sales.services.posting import post_invoice
from addons.zatca.authority.client import Authority
from addons.zatca.services.chain import linking
from addons.zatca.services.sending import delivering, queueing, verdicts
from core.config import from_environment
from core.jobs.serving import work_off
from tenants.composition import running_kernel


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(owner: Any, name: str) -> None:
    """Let a function do its work, and the process die before it can tell."""
    done: Callable[..., Any] = getattr(owner, name)
    setattr(owner, name, lambda *given, **named: (done(*given, **named), _die()))


STEPS: Final[dict[str, Callable[[], None]]] = {
    "claimed, not committed": lambda: _after(queueing, "_claim"),
    "claimed and committed": lambda: setattr(delivering, "production_credential", _die),
    "before the call": lambda: setattr(Authority, "report", _die),
    "answered, not read": lambda: _after(Authority, "report"),
    "read, not committed": lambda: _after(verdicts, "apply"),
    "answers of a batch, not committed": lambda: setattr(delivering, "wake_later", _die),
}


SELLING_STEPS: Final[dict[str, Callable[[], None]]] = {
    "signed, not stored": lambda: _after(linking, "sign"),
    "stored, not committed": lambda: setattr(linking, "wake", _die),
    "committed": lambda: None,
}


def sell_and_die(slug: str, step: str, invoice_id: int) -> None:
    """Post an invoice of the company of this slug, and die at the step."""
    with running_kernel(from_environment()) as kernel:
        tenant = kernel.directory.find_slug(slug)
        assert tenant is not None
        SELLING_STEPS[step]()
        with kernel.session(tenant) as session:
            post_invoice(session, session.get_one(Invoice, invoice_id))
        _die()


def send_and_die(slug: str, step: str) -> None:
    """Do what is queued at the company of this slug, and die at the step."""
    with running_kernel(from_environment()) as kernel:
        tenant = kernel.directory.find_slug(slug)
        assert tenant is not None
        STEPS[step]()
        work_off(kernel, tenant)
