"""Devices as somebody names them: before they are registered, and what may change afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import ENVIRONMENTS, HOLDERS, INVOICE_KINDS, Device
from addons.zatca.services.onboarding.naming import new_serial
from core.api import Conflict, InvalidInput, binding, phrase

_SIMPLIFIED: Final = "0100"
_ALWAYS: Final = ("name",)
_UNTIL_REGISTERED: Final = (
    "branch_id", "register_id", "held_by", "environment", "invoice_kinds",
)  # fmt: skip
"""What the certificate, or what was signed already, speaks for."""


def create_device(session: Session, values: Mapping[str, Any]) -> Device:
    """A device with a serial number of its own, to be registered next. Raises InvalidInput."""
    device = Device(
        name="",
        serial=new_serial(binding(session).tenant.brand.short_name),
        state="draft",
        environment="production",
        invoice_kinds="1100",
        branch_id=None,
        register_id=None,
        held_by="server",
    )
    _fill(device, values)
    _require_alone(session, device)
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
    before = {name: getattr(device, name) for name in _UNTIL_REGISTERED}
    with session.no_autoflush:
        _fill(device, values)
        _require_alone(session, device)
    if before != {name: getattr(device, name) for name in _UNTIL_REGISTERED}:
        device.public_key = device.asked = None
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
    if device.held_by not in dict(HOLDERS):
        raise InvalidInput.of("held_by", phrase("Choose who holds its key."))
    if device.of_till:
        if device.register_id is None:
            raise InvalidInput.of("register_id", phrase("Choose the till that signs by itself."))
        device.invoice_kinds = _SIMPLIFIED


def _require_alone(session: Session, device: Device) -> None:
    """A till signs by itself with one device: its documents are one chain."""
    if not device.of_till:
        return
    others = select(Device.id).where(
        Device.register_id == device.register_id,
        Device.held_by == device.held_by,
        Device.state != "revoked",
        Device.id.is_distinct_from(device.id),
    )
    if session.scalar(others.limit(1)) is not None:
        raise InvalidInput.of(
            "register_id",
            phrase("This till has a device already with which it signs by itself."),
            fix=phrase("Take that one out of use first."),
        )
