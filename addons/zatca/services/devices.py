"""Devices as somebody names them: before they are registered, and what may change afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.zatca.models import ENVIRONMENTS, INVOICE_KINDS, Device
from addons.zatca.services.onboarding.naming import new_serial
from core.api import Conflict, InvalidInput, phrase

_ALWAYS: Final = ("name",)
_UNTIL_REGISTERED: Final = ("branch_id", "register_id", "environment", "invoice_kinds")
"""What the certificate, or what was signed already, speaks for."""


def create_device(session: Session, values: Mapping[str, Any]) -> Device:
    """A device with a serial number of its own, to be registered next. Raises InvalidInput."""
    device = Device(
        name="",
        serial=new_serial(),
        state="draft",
        environment="production",
        invoice_kinds="1100",
        branch_id=None,
        register_id=None,
    )
    _fill(device, values)
    session.add(device)
    session.flush()
    return device


def update_device(session: Session, device: Device, values: Mapping[str, Any]) -> Device:
    """Change a device; after its registration began, its name alone. Raises Conflict."""
    if device.state != "draft":
        changed = [
            name
            for name in _UNTIL_REGISTERED
            if name in values and values[name] != getattr(device, name)
        ]
        if changed:
            raise Conflict(
                phrase("Its certificate speaks for what it was registered as."),
                fix=phrase("Revoke it and register another device."),
            )
    _fill(device, values)
    session.flush()
    return device


def delete_device(session: Session, device: Device) -> None:
    """Delete a device that nobody has begun to register. Raises Conflict for any other."""
    if device.state != "draft":
        raise Conflict(
            phrase("Its key was made already."), fix=phrase("Revoke it: its documents stay.")
        )
    session.delete(device)
    session.flush()


def _fill(device: Device, values: Mapping[str, Any]) -> None:
    for name in (*_ALWAYS, *_UNTIL_REGISTERED):
        if name in values:
            value = values[name]
            setattr(device, name, value.strip() if isinstance(value, str) else value)
    if not device.name or not device.name.isprintable():
        raise InvalidInput.of("name", phrase("Give the device a name, such as “Main office”."))
    if device.environment not in dict(ENVIRONMENTS):
        raise InvalidInput.of("environment", phrase("Choose where it is registered."))
    if device.invoice_kinds not in dict(INVOICE_KINDS):
        raise InvalidInput.of("invoice_kinds", phrase("Choose what it signs."))
