"""Devices that sign: a list, a form, and the ways to their registration and their chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.zatca.models import DEVICE_STATES, ENVIRONMENTS, HOLDERS, INVOICE_KINDS, Device
from addons.zatca.permissions import EDIT_DEVICES, VIEW_DEVICES
from addons.zatca.services import devices
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Operations,
    Resource,
    Section,
    Slot,
    Tone,
    actor,
    msg,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("active", "good"),
    ("renewing", "warning"),
    ("revoked", "bad"),
    ("expired", "bad"),
)

DEVICES: Final = Resource(
    name="devices",
    model=Device,
    title=msg("Devices that sign"),
    singular=msg("Device"),
    help=msg(
        "E-invoice generation units (EGS): each signs with a certificate and a chain of its own."
    ),
    access=Access(VIEW_DEVICES, EDIT_DEVICES, EDIT_DEVICES, EDIT_DEVICES),
    columns=(
        Column("name", msg("Name")),
        Column("environment", msg("Registered at"), choices=ENVIRONMENTS),
        Column("invoice_kinds", msg("Signs"), choices=INVOICE_KINDS),
        Column("branch_id", msg("Branch")),
        Column("held_by", msg("Key held by"), choices=HOLDERS, optional=True),
        Column("state", msg("State"), choices=DEVICE_STATES, tones=_TONES),
        Column("expires_at", msg("Certificate ends")),
        Column("stopped_at", msg("Stopped"), optional=True),
    ),
    record_title=lambda device: device.name,
    search=("name", "serial"),
    filters=(
        Filter("state", msg("State"), choices=DEVICE_STATES),
        Filter("environment", msg("Registered at"), choices=ENVIRONMENTS),
        Filter("expires_at", msg("Certificate ends")),
    ),
    views=(ListView("active", msg("Active"), where=(("state", "active"),)),),
    order=("name",),
    form=(
        Section(
            msg("Device"),
            (
                Field("name", msg("Name")),
                Field("environment", msg("Registered at"), choices=ENVIRONMENTS),
                Field("invoice_kinds", msg("Signs"), choices=INVOICE_KINDS),
                Field(
                    "branch_id",
                    msg("Branch"),
                    reference="core.branches",
                    help=msg("Empty where it signs for every branch without one of its own."),
                ),
                Field(
                    "register_id",
                    msg("Till"),
                    reference="pos.registers",
                    help=msg("Where it signs the sales of one till alone."),
                ),
                Field(
                    "held_by",
                    msg("Key held by"),
                    choices=HOLDERS,
                    help=msg(
                        "A till that holds the key itself signs without a network, and simplified"
                        " tax invoices alone."
                    ),
                ),
            ),
        ),
        Section(
            msg("Certificate"),
            (
                Field("serial", msg("Serial number"), readonly=True),
                Field("state", msg("State"), choices=DEVICE_STATES, readonly=True),
                Field("expires_at", msg("Certificate ends"), readonly=True),
                Field("stopped_at", msg("Stopped"), readonly=True),
                Field("stopped_why", msg("Because"), readonly=True),
            ),
        ),
    ),
    operations=Operations(devices.create_device, devices.update_device, devices.delete_device),
    displays=Displays(board=False, calendar=False),
    customizable=False,
)


def _tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    device = given["record"]
    if not isinstance(device, Device):
        return None
    return {"device": device, "may_register": actor(session).may(EDIT_DEVICES.code)}


SLOTS: Final = (Slot("core.record.tools", "zatca/device_tools.html", _tools, VIEW_DEVICES),)
