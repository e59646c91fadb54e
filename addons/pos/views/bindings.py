"""Devices of the tills: which there are, when they last called, and how one is revoked."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.pos.models import Binding
from addons.pos.permissions import BIND_DEVICES, VIEW_SESSIONS
from addons.pos.services.devices.seen import revoke
from core.api import (
    Access,
    Action,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Resource,
    Section,
    msg,
    phrase,
)


def _revoke(session: Session, binding: Binding) -> str:
    revoke(session, binding)
    return phrase("The device is not bound any more. What it still holds comes by recovery file.")


DEVICES: Final = Resource(
    name="devices",
    model=Binding,
    title=msg("Devices"),
    singular=msg("Device"),
    help=msg("Tablets, phones and computers that sell at the tills."),
    access=Access(VIEW_SESSIONS),
    columns=(
        Column("register.code", msg("Till")),
        Column("ordinal", msg("Number")),
        Column("device", msg("Device")),
        Column("last_seen_at", msg("Last called")),
        Column("unsynced", msg("Not synced")),
        Column("persisted", msg("Storage promised")),
        Column("clock_skew_ms", msg("Clock ahead, ms"), optional=True),
        Column("app", msg("Version"), optional=True),
        Column("bound_at", msg("Bound"), optional=True),
        Column("bound_by", msg("Bound by"), optional=True),
        Column("revoked_at", msg("Revoked")),
    ),
    record_title=lambda one: f"{one.register.code}-{one.ordinal} {one.device}",
    search=("device",),
    filters=(
        Filter("register_id", msg("Till"), reference="pos.registers"),
        Filter("last_seen_at", msg("Last called")),
        Filter("unsynced", msg("Not synced")),
    ),
    views=(
        ListView("holding", msg("With sales not synced"), where=(("unsynced__gt", "0"),)),
    ),
    order=("register_id", "-ordinal"),
    form=(
        Section(
            msg("Device"),
            (
                Field("register_id", msg("Till"), reference="pos.registers", readonly=True),
                Field("ordinal", msg("Number"), readonly=True),
                Field("device", msg("Device"), readonly=True),
                Field("bound_at", msg("Bound"), readonly=True),
                Field("bound_by", msg("Bound by"), reference="core.users", readonly=True),
                Field("revoked_at", msg("Revoked"), readonly=True),
                Field("revoked_by", msg("Revoked by"), reference="core.users", readonly=True),
            ),
        ),
        Section(
            msg("What it last said"),
            (
                Field("last_seen_at", msg("Last called"), readonly=True),
                Field("app", msg("Version"), readonly=True),
                Field("unsynced", msg("Not synced"), readonly=True),
                Field("persisted", msg("Storage promised"), readonly=True,
                      help=msg("Whether its browser promised to keep what it holds.")),
                Field("clock_skew_ms", msg("Clock ahead, ms"), readonly=True),
                Field("next_seq", msg("Next operation"), readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "revoke",
            msg("Revoke"),
            BIND_DEVICES,
            _revoke,
            when=lambda binding: binding.revoked_at is None,
            confirm=msg(
                "The device can send nothing any more. What it has not synced has to be brought in"
                " as a recovery file. Revoke it?"
            ),
            style="danger",
        ),
    ),
    displays=Displays(board=False, calendar=False),
    customizable=False,
    # A tablet that was stolen is shut out whatever became of the licence.
    never_blocked=True,
)  # fmt: skip
