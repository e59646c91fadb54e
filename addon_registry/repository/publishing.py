"""`aorabooks addon publish`: a signed wheel becomes a release of a registry."""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from packaging.version import Version
from pydantic import BaseModel, ValidationError
from tuf.api.metadata import TargetFile

from addon_registry.audit.auditing import audit
from addon_registry.audit.finding import Finding, Report
from addon_registry.errors import InvalidPackage
from addon_registry.package.archive import load, read_archive
from addon_registry.package.contents import manifest_data
from addon_registry.package.names import check_path, signature_path
from addon_registry.package.verifying import Verified, verify_wheel
from addon_registry.repository import grants, state
from addon_registry.repository.change import Change
from addon_registry.repository.index import AuditNote, File, Release, Tier, release_of
from addon_registry.repository.layout import release_path
from addon_registry.repository.release_files import README, changes_of, shown_files
from addon_registry.repository.signing_keys import SigningKeys
from core.clock import utc_now
from core.errors import Conflict, Forbidden, InvalidInput, Problem
from core.i18n import phrase


class _Check(BaseModel):
    """What is read of the file that `addon check` writes."""

    tier: Tier
    wheel_sha256: str


class AuditFailed(InvalidInput):
    """The audit found errors in a package; `problems` name each with its place."""

    code = "audit-failed"


def publish(
    folder: Path,
    wheel: Path,
    *,
    at_hand: SigningKeys,
    platform: Mapping[str, str],
    now: datetime | None = None,
) -> Release:
    """Publish the wheel, with its signature (and what `addon check` measured) from beside it.

    `platform` are the addons that come with the platform, titles by names. The same wheel again
    changes nothing. Raises UntrustedPackage or InvalidPackage for a package that does not hold,
    AuditFailed if the audit finds errors, Forbidden for a name that is not the publisher's,
    Conflict for a version that is there with other bytes, MissingKeys without those of `releases`,
    `snapshot` and `timestamp`. Killed anywhere, it leaves the registry as it was.
    """
    with state.held(folder) as current:
        verified = verify_wheel(wheel, signature_path(wheel), grants.keyring(current.publishers))
        _check_owner(current, verified)
        owners = {key.key_id: who.name for who in current.publishers for key in who.keys}
        known = _published(current, verified)
        if known is not None:
            return release_of(verified.manifest.name, known, owners)
        report = _audited(current, wheel, platform)
        change = Change(current, at_hand, now or utc_now())
        record = _record(change, wheel, verified, report, now or utc_now())
        name = verified.manifest.name
        change.put_records({**current.records, name: [*current.records.get(name, ()), record]})
        change.commit()
        return release_of(name, record, owners)


def _check_owner(current: state.State, verified: Verified) -> None:
    name = verified.manifest.name
    owner = grants.owner_of(current.publishers, name)
    if owner != verified.publisher.name:
        raise Forbidden(
            phrase(
                "{publisher} may not publish {name} here.",
                publisher=verified.publisher.name,
                name=name,
            ),
            fix=phrase("The registry's keeper grants names with aorabooks registry add-publisher."),
        )


def _audited(current: state.State, wheel: Path, platform: Mapping[str, str]) -> Report:
    """What the audit found; raises AuditFailed if that keeps the package out."""
    titles = {name: records[-1]["manifest"]["title"] for name, records in current.records.items()}
    found = audit(wheel, {**titles, **platform})
    if not found.passed:
        problems = tuple(
            Problem(str(each.place), f"{each.message} {each.mend}") for each in found.errors
        )
        raise AuditFailed(
            phrase(
                "The audit found errors in {name} {version}: {errors}",
                name=found.name,
                version=found.version,
                errors=" ".join(f"{each.field}: {each.message}" for each in problems),
            ),
            fix=phrase("Mend them, raise the version, and build, sign and publish again."),
            problems=problems,
        )
    return found


def _published(current: state.State, verified: Verified) -> dict[str, Any] | None:
    """The record of this very package; Conflict if its version is taken by other bytes."""
    manifest = verified.manifest
    for record in current.records.get(manifest.name, ()):
        if Version(record["version"]) != Version(manifest.version):
            continue
        if record["wheel"]["sha256"] == verified.statement.wheel_sha256:
            return record
        raise Conflict(
            phrase(
                "{name} {version} is published already, with other content.",
                name=manifest.name,
                version=manifest.version,
            ),
            fix=phrase("Releases are never replaced: raise the version, build and sign again."),
        )
    return None


def _record(
    change: Change, wheel: Path, verified: Verified, report: Report, now: datetime
) -> dict[str, Any]:
    """Add the files of the release; returns what the index says of it."""
    manifest = verified.manifest
    data = load(wheel)
    if hashlib.sha256(data).hexdigest() != verified.statement.wheel_sha256:
        raise Conflict(
            phrase("{path} was changed meanwhile.", path=str(wheel)), fix=phrase("Publish again.")
        )
    files = read_archive(wheel.name, data).files

    def put(file: str, content: bytes) -> dict[str, Any]:
        path = release_path(manifest.name, manifest.version, file)
        return _file(change.put_release_file(path, content))

    shown = {file: put(file, content) for file, content in shown_files(manifest, files)}
    return {
        "version": manifest.version,
        "manifest": manifest_data(manifest),
        "wheel": put(wheel.name, data),
        "signature": put(f"{wheel.name}.sig", signature_path(wheel).read_bytes()),
        "key_id": verified.publisher.key_id,
        "published_at": now.replace(microsecond=0).isoformat(),
        "tier": measured_tier(wheel, verified.statement.wheel_sha256),
        "audit": [asdict(_note(found)) for found in report.findings],
        "changelog": changes_of(manifest.version, files, manifest.name),
        "readme": shown.pop(README, None),
        "screenshots": list(shown.values()),
        "yanked": "",
    }


def measured_tier(wheel: Path, sha256: str) -> Tier:
    """What `addon check` measured of these bytes and wrote beside the wheel; "none" without it.

    Raises InvalidPackage for a file that says nothing of the kind, or speaks of another wheel.
    """
    path = check_path(wheel)
    if not path.is_file():
        return "none"
    try:
        said = _Check.model_validate_json(path.read_bytes())
        if said.wheel_sha256 == sha256:
            return said.tier
    except (OSError, ValidationError):
        pass
    raise InvalidPackage.of(
        "check",
        phrase("{path} does not speak of this wheel.", path=str(path)),
        fix=phrase("Run aorabooks addon check once more, or remove the file."),
    )


def _note(found: Finding) -> AuditNote:
    return AuditNote(found.severity, found.rule, str(found.place), found.message, found.mend)


def _file(info: TargetFile) -> dict[str, Any]:
    return asdict(File(info.path, info.length, info.hashes["sha256"]))
