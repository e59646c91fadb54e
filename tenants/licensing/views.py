"""The control plane's pages about licences: who holds which, the resellers' certificates, and the
vendor's keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Job,
    MenuItem,
    Operations,
    OptionSet,
    Resource,
    Schedule,
    Section,
    Values,
    msg,
)
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing.models import LicenceCertificate, LicenceKey, OrganizationLicence
from tenants.licensing.renewal import JOB, renew_in_background, try_server
from tenants.licensing.server import LicenceServer
from tenants.licensing.watch import note_time
from tenants.permissions import MANAGE_LICENCES, SEE_LICENCES

_SECTION: Final = msg("Licences")
_REASON: Final = Field(
    "revoked_reason",
    msg("Reason"),
    required=False,
    help=msg("Why it is revoked, or will be. Whoever holds it is told."),
)


def keep_reason(session: Session, record: Any, values: Values) -> Any:
    """Write down why it will be revoked, as long as it is not."""
    if "revoked_reason" in values and record.revoked_at is None:
        record.revoked_reason = " ".join((values["revoked_reason"] or "").split())
        session.flush()
    return record


def _revoke_licence(session: Session, row: OrganizationLicence) -> str:
    licences.revoke(session, row, row.revoked_reason)
    return msg("It was taken back. Its addons can be read, and no longer changed.")


def _revoke_certificate(session: Session, row: LicenceCertificate) -> str:
    licence_keys.revoke_certificate(session, row, row.revoked_reason)
    return msg("Nothing more is issued under it. Licences that were keep their days of grace.")


def _revoke_key(session: Session, row: LicenceKey) -> str:
    licence_keys.revoke_key(session, row.key_id, row.revoked_reason)
    return msg("Nothing that it signs is accepted any more.")


def _not_revoked(record: Any) -> bool:
    return record.revoked_at is None


def _revoking(run: Callable[[Session, Any], str], question: str) -> Action:
    return Action(
        "revoke",
        msg("Revoke"),
        MANAGE_LICENCES,
        run,
        when=_not_revoked,
        confirm=question,
        style="danger",
    )


REVOKE_LICENCE: Final = _revoking(
    _revoke_licence, msg("Take this licence back, without days of grace?")
)
LICENCE_SECTION: Final = Section(
    msg("Licence"),
    (
        Field("serial", msg("Serial"), readonly=True),
        Field("starts_at", msg("From"), readonly=True),
        Field("until", msg("Until"), readonly=True),
        Field("grace_days", msg("Days of grace"), readonly=True),
        Field("seats", msg("Seats"), readonly=True),
        Field("revoked_at", msg("Revoked"), readonly=True),
        _REASON,
    ),
)
"""What the form of a licence shows, here and to those who sold it."""

LICENCES: Final = Resource(
    name="licences",
    model=OrganizationLicence,
    title=msg("Licences"),
    singular=msg("Licence"),
    help=msg("Issued with `aorabooks licence issue`, by resellers, or added as signed text."),
    access=Access(read=SEE_LICENCES, update=MANAGE_LICENCES),
    record_title=lambda row: row.serial[:12],
    columns=(
        Column("organization.title", msg("Organization")),
        Column("addons", msg("Addons")),
        Column("trial", msg("Trial")),
        Column("seats", msg("Seats")),
        Column("starts_at", msg("From")),
        Column("until", msg("Until")),
        Column("grace_days", msg("Days of grace"), optional=True),
        Column("revoked_at", msg("Revoked")),
        Column("serial", msg("Serial"), optional=True),
    ),
    search=("serial", "organization.title", "organization.slug"),
    filters=(
        Filter("organization_id", msg("Organization"), reference="tenants.organizations"),
        Filter("trial", msg("Trial")),
        Filter("until", msg("Until")),
        Filter("revoked_at", msg("Revoked")),
    ),
    order=("-id",),
    form=(LICENCE_SECTION,),
    actions=(REVOKE_LICENCE,),
    operations=Operations(update=keep_reason),
)

CERTIFICATES: Final = Resource(
    name="certificates",
    model=LicenceCertificate,
    title=msg("Resellers' certificates"),
    singular=msg("Certificate"),
    help=msg("What a reseller's key may license, and until when."),
    access=Access(read=SEE_LICENCES, update=MANAGE_LICENCES),
    record_title=lambda row: f"{row.holder} {row.serial[:8]}",
    columns=(
        Column("holder", msg("Reseller")),
        Column("addons", msg("Addons")),
        Column("max_seats", msg("Seats at the most")),
        Column("issued_at", msg("From")),
        Column("until", msg("Until")),
        Column("revoked_at", msg("Revoked")),
    ),
    search=("holder", "serial"),
    order=("-id",),
    form=(
        Section(
            msg("Certificate"),
            (
                Field("holder", msg("Reseller"), readonly=True),
                Field("max_seats", msg("Seats at the most"), readonly=True),
                Field("until", msg("Until"), readonly=True),
                Field("key_id", msg("Key"), readonly=True),
                Field("revoked_at", msg("Revoked"), readonly=True),
                _REASON,
            ),
        ),
    ),
    actions=(_revoking(_revoke_certificate, msg("Let nothing more be issued under it?")),),
    operations=Operations(update=keep_reason),
)

KEYS: Final = Resource(
    name="licence-keys",
    model=LicenceKey,
    title=msg("Keys for licences"),
    singular=msg("Key"),
    help=msg("The vendor's keys whose licences count: `aorabooks licence key add`."),
    access=Access(read=SEE_LICENCES, update=MANAGE_LICENCES),
    record_title=lambda row: row.name,
    columns=(
        Column("name", msg("Name")),
        Column("key_id", msg("Key")),
        Column("created_at", msg("Since")),
        Column("revoked_at", msg("Revoked")),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Key"),
            (
                Field("name", msg("Name"), readonly=True),
                Field("key_id", msg("Key"), readonly=True),
                Field("revoked_at", msg("Revoked"), readonly=True),
                _REASON,
            ),
        ),
    ),
    actions=(
        _revoking(
            _revoke_key,
            msg("Accept nothing more from this key? Renew what it signed with another one first."),
        ),
    ),
    operations=Operations(update=keep_reason),
)

RESOURCES: Final = (LICENCES, CERTIFICATES, KEYS)

MENU: Final = (
    MenuItem(msg("Licences"), "/tenants/licences", SEE_LICENCES, _SECTION, "patch-check", 60),
    MenuItem(msg("Certificates"), "/tenants/certificates", SEE_LICENCES, _SECTION, "file-lock", 61),
    MenuItem(msg("Keys"), "/tenants/licence-keys", SEE_LICENCES, _SECTION, "key", 62),
)

OPTIONS: Final = OptionSet(LicenceServer, msg("Licence server"), test=try_server)


def _note_time(session: Session) -> None:
    note_time(session)


JOBS: Final = (
    Job(
        "tenants.watch_clock",
        msg("Watch over the clock"),
        _note_time,
        schedule=Schedule("7 * * * *"),
    ),
    Job(JOB, msg("Renew licences"), renew_in_background, schedule=Schedule("23 */6 * * *")),
)
