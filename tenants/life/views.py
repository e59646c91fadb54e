"""The operator's lists of what is in the bin, and of databases that stand ready."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Action,
    Column,
    Field,
    MenuItem,
    RecordRules,
    Resource,
    Section,
    msg,
)
from core.i18n import phrase
from tenants.life import steps
from tenants.life_models import Binned, StandbySet
from tenants.permissions import MANAGE, SEE


def _restore(session: Session, binned: Binned) -> str:
    steps.restore(session, steps.locked(session, binned.organization_id))
    return phrase("It is being restored.")


BIN: Final = Resource(
    name="bin",
    model=Binned,
    title=msg("Bin"),
    singular=msg("Deleted organization"),
    help=msg(
        "Deleted organizations. Their databases are kept, closed, until the day that is said."
    ),
    access=Access(read=SEE),
    rules=RecordRules(),
    record_title=lambda binned: binned.organization.title,
    columns=(
        Column("organization.slug", msg("Slug")),
        Column("organization.title", msg("Name")),
        Column("created_at", msg("Deleted")),
        Column("until", msg("Kept until")),
        Column("by", msg("By")),
    ),
    search=("organization.slug", "organization.title"),
    order=("until",),
    actions=(
        Action(
            "restore",
            msg("Restore"),
            MANAGE,
            _restore,
            when=lambda binned: binned.organization.status == "binned",
            style="primary",
        ),
    ),
    discussed=False,
    customizable=False,
)

STANDBY: Final = Resource(
    name="standby",
    model=StandbySet,
    title=msg("Ready databases"),
    singular=msg("Set of addons"),
    help=msg(
        "For each set of addons that organizations are made with. `aorabooks tenant standby` says"
        " how many are ready."
    ),
    access=Access(read=SEE, update=MANAGE),
    rules=RecordRules(),
    record_title=lambda each: ", ".join(each.addons),
    columns=(
        Column("server.name", msg("Database server")),
        Column("addons", msg("Addons")),
        Column("size", msg("How many")),
        Column("asked_at", msg("Last used")),
    ),
    order=("-asked_at",),
    form=(
        Section(
            msg("Ready databases"),
            (
                Field(
                    "size",
                    msg("How many"),
                    required=False,
                    help=msg("Empty: the number under Options. 0 to 100."),
                ),
                Field("asked_at", msg("Last used"), readonly=True),
            ),
        ),
    ),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(msg("Bin"), "/tenants/bin", SEE, icon="trash", order=15),
    MenuItem(msg("Ready databases"), "/tenants/standby", SEE, icon="database", order=31),
)
