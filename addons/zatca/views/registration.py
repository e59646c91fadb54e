"""The page on which a device is registered: where it stands, what comes next, what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.extension_points import Tills
from addons.zatca.models import Device, Exchange
from addons.zatca.permissions import EDIT_DEVICES
from addons.zatca.services.onboarding import steps
from addons.zatca.services.onboarding.certifying import StepResult
from addons.zatca.services.sending.delivering import resume
from addons.zatca.services.sending.explaining import Explanation, explain_step
from addons.zatca.services.sending.words import OUTCOMES
from addons.zatca.services.tills.asking import is_waiting
from core.api import (
    AppError,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    extensions,
    msg,
    phrase,
    savepoint,
)

_LATEST: Final = 20
_TILL_IS_ASKED: Final = msg("The till is asked to sign. This page goes on when it has.")
STEPS: Final = (
    ("key", msg("Key and request"), ("draft",)),
    ("compliance", msg("One-time password"), ("csr",)),
    ("documents", msg("Documents shown"), ("compliance",)),
    ("production", msg("Certificate"), ("checked",)),
)
"""The steps in their order, each with the states in which it comes next."""


def registration(
    session: Session,
    request: Request,
    *,
    error: AppError | None = None,
    problems: tuple[Explanation, ...] = (),
) -> Page:
    """The device, the steps behind it and the one before it, and its latest exchanges."""
    device = _device(session, request)
    log = session.scalars(
        select(Exchange)
        .where(Exchange.device_id == device.id, Exchange.document_id.is_(None))
        .order_by(Exchange.id.desc())
        .limit(_LATEST)
    ).all()
    current = next((at for at, (_, _, now) in enumerate(STEPS) if device.state in now), len(STEPS))
    given = {
        "device": device,
        "steps": [(title, at < current, at == current) for at, (_, title, _) in enumerate(STEPS)],
        "log": log,
        "outcomes": OUTCOMES,
        "error": error,
        "problems": problems,
        "may_revoke": device.state in steps.REVOCABLE,
        "waits": is_waiting(device),
        "till": _till(session, device),
    }
    return Page("zatca/registration.html", given, status=200 if error is None else error.status)


def _step(
    do: Callable[[Session, Device, str], StepResult | None], done: str
) -> Callable[[Session, Request], Reply]:
    """A handler of one step. What the authority refuses is shown, and its log is kept."""

    def handle(session: Session, request: Request) -> Reply:
        device = _device(session, request)
        # Not FOR UPDATE, which would let documents wait that point at the device: no sale waits
        # for what the authority takes its time over.
        session.refresh(device, with_for_update={"key_share": True})
        try:
            with savepoint(session):
                result = do(session, device, request.form.get("otp", ""))
        except AppError as error:
            return registration(session, request, error=error)
        if result is not None and not result.done:
            return registration(session, request, problems=explain_step(result.problems))
        said = _TILL_IS_ASKED if is_waiting(device) else done
        return Redirect(f"/zatca/registration/{device.id}", phrase(said))

    return handle


def _till(session: Session, device: Device) -> str:
    """The till that holds the key, as people call it; empty where the server has it."""
    register_id = device.register_id
    if not device.of_till or register_id is None:
        return ""
    names = (one.name(session, register_id) for one in extensions(session, Tills).values())
    return next((name for name in names if name), device.name)


def _device(session: Session, request: Request) -> Device:
    device = session.get(Device, int(request.path_params["id"]))
    if device is None:
        raise NotFound(phrase("There is no such device."))
    return device


_DO: Final = {
    "key": _step(lambda s, d, _: steps.make_key(s, d), msg("The key is made.")),
    "compliance": _step(steps.request_compliance, msg("The compliance certificate is here.")),
    "documents": _step(
        lambda s, d, _: steps.show_documents(s, d), msg("All documents have passed.")
    ),
    "production": _step(
        lambda s, d, _: steps.request_production(s, d), msg("The device signs from now on.")
    ),
    "renew": _step(steps.renew, msg("The new certificate was asked for.")),
    "revoke": _step(lambda s, d, _: steps.revoke(s, d), msg("The device is out of use.")),
    "resume": _step(lambda s, d, _: resume(s, d), msg("What waits is sent.")),
}

# A till that signs stops when its certificate ends, so the next one is fetched whatever became of
# the licence.
ROUTES: Final = (
    Route("GET", "/registration/{id:int}", registration, EDIT_DEVICES),
    *(
        Route(
            "POST",
            f"/registration/{{id:int}}/{name}",
            handler,
            EDIT_DEVICES,
            never_blocked=True,
        )
        for name, handler in _DO.items()
    ),
)
