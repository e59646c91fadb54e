"""What a registry offers: the releases of every addon, as the client and the pages read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any, Literal

from packaging.version import InvalidVersion, Version

from addon_registry.repository.grants import Publisher, owner_of
from core.addons.manifest import Manifest

Tier = Literal["none", "bronze", "silver", "gold", "platinum"]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release in the registry: its target path, size in bytes and SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class AuditNote:
    """One finding of the audit that did not keep the release from being published."""

    severity: str
    rule: str
    place: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Release:
    """One version of an addon as it was published.

    `yanked` holds the reason why it is not chosen any more, `revoked` the reason why nobody may
    have it: both are empty for a release that is offered. `tier` is what the publisher measured
    with `addon check`; "none" where nothing was measured. `changelog` is the section of this
    version in the addon's CHANGELOG.md.
    """

    name: str
    version: str
    manifest: Manifest
    wheel: File
    signature: File
    publisher: str
    key_id: str
    published_at: datetime
    tier: Tier = "none"
    audit: tuple[AuditNote, ...] = ()
    changelog: str = ""
    readme: File | None = None
    screenshots: tuple[File, ...] = ()
    yanked: str = ""
    revoked: str = ""

    @property
    def size(self) -> int:
        """Bytes of the wheel."""
        return self.wheel.size

    @property
    def sha256(self) -> str:
        """Digest of the wheel, in hexadecimal."""
        return self.wheel.sha256

    @property
    def offered(self) -> bool:
        """Whether it may be chosen for somebody who does not have it."""
        return not (self.yanked or self.revoked)

    @property
    def parsed_version(self) -> Version:
        """The version as PEP 440 orders it."""
        return _version(self.version)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the records so far; the same for all who ask."""

    ordered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    releases: dict[tuple[str, str], Release | None] = field(default_factory=dict)
    newest: dict[tuple[str, str], Release | None] = field(default_factory=dict)
    owners: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Index:
    """All releases of a registry at one moment.

    `verified_at` is when this deployment last saw the registry say so, `expires` when the
    registry's word ends. Releases are read one by one, when they are asked for, and then kept: what
    was made for a newer platform and cannot be read here is passed over and named by `unreadable`.
    """

    version: int
    verified_at: datetime
    expires: datetime
    publishers: tuple[Publisher, ...]
    records: Mapping[str, list[dict[str, Any]]] = field(repr=False)
    _read: _Read = field(default_factory=_Read, repr=False, compare=False)

    @classmethod
    def of(cls, publishers: tuple[Publisher, ...], records: Mapping[str, list[Any]]) -> Index:
        """What these lists say, verified at no time yet."""
        never = datetime.min.replace(tzinfo=UTC)
        return cls(0, never, never, publishers, records)

    def as_of(self, version: int, verified_at: datetime, expires: datetime) -> Index:
        """The same, verified at this time; what was read already is shared."""
        return replace(self, version=version, verified_at=verified_at, expires=expires)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The addons, in alphabetical order."""
        return tuple(sorted(self.records))

    @cached_property
    def _key_owners(self) -> dict[str, str]:
        return {key.key_id: who.name for who in self.publishers for key in who.keys}

    @cached_property
    def _revocations(self) -> dict[str, str]:
        keys = [key for publisher in self.publishers for key in publisher.keys]
        return {key.key_id: key.reason for key in keys if key.revoked_at is not None}

    def why_revoked(self, key_id: str) -> str:
        """The reason for which this publisher's key was revoked, or nothing: of whatever release,
        be it in the index still or not."""
        return self._revocations.get(key_id, "")

    def releases(self, name: str) -> tuple[Release, ...]:
        """Every release of the addon, the newest first, yanked and revoked ones among them."""
        return tuple(self._each(name))

    def release(self, name: str, version: str) -> Release | None:
        """This very version, or None."""
        wanted = Version(version)
        return next((r for r in self._each(name) if r.parsed_version == wanted), None)

    def newest(self, name: str, core_version: str) -> Release | None:
        """The newest release that is offered and runs on this core; pre-releases only if there
        is nothing else."""
        asked = (name, core_version)
        if asked not in self._read.newest:
            self._read.newest[asked] = self._newest(*asked)
        return self._read.newest[asked]

    def newest_of_each(self, core_version: str) -> Iterator[Release]:
        """The newest compatible release of every addon that has one, by name."""
        for name in self.names:
            release = self.newest(name, core_version)
            if release is not None:
                yield release

    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """Name and version of what was published for a newer platform than this."""
        return tuple(
            (name, str(record.get("version", "")))
            for name in self.names
            for record in self._ordered(name)
            if self._release(name, record) is None
        )

    def age(self, now: datetime) -> float:
        """Seconds since this deployment saw the registry say so."""
        return max(0.0, (now - self.verified_at).total_seconds())

    def is_expired(self, now: datetime) -> bool:
        """Whether the registry's word has ended: what it says may be shown, but not installed."""
        return now >= self.expires

    def _newest(self, name: str, core_version: str) -> Release | None:
        early = None
        for release in self._each(name):
            if release.offered and release.manifest.accepts_core(core_version):
                if not release.parsed_version.is_prerelease:
                    return release
                early = early or release
        return early

    def _each(self, name: str) -> Iterator[Release]:
        """The releases that can be read, the newest first."""
        for record in self._ordered(name):
            release = self._release(name, record)
            if release is not None:
                yield release

    def _ordered(self, name: str) -> list[dict[str, Any]]:
        if name not in self._read.ordered:
            records = self.records.get(name, ())
            self._read.ordered[name] = sorted(records, key=_order, reverse=True)
        return self._read.ordered[name]

    def _release(self, name: str, record: dict[str, Any]) -> Release | None:
        key = (name, str(record.get("version")))
        if key not in self._read.releases:
            try:
                release = release_of(name, record, self._key_owners)
            except (AttributeError, KeyError, TypeError, ValueError):
                self._read.releases[key] = None
            else:
                reason = self._why_revoked(release)
                self._read.releases[key] = replace(release, revoked=reason) if reason else release
        return self._read.releases[key]

    def _why_revoked(self, release: Release) -> str:
        name, owners = release.name, self._read.owners
        if name not in owners:
            owners[name] = owner_of(self.publishers, name)
        if release.key_id in self._revocations:
            return self._revocations[release.key_id]
        if release.publisher != owners[name]:
            return f"its publisher may not publish under the name {name}"
        return ""


def release_of(name: str, record: Mapping[str, Any], key_owners: Mapping[str, str]) -> Release:
    """The release that this record of the index describes.

    Raises ValueError (pydantic's ValidationError is one), KeyError, TypeError or AttributeError if
    it describes none, or one of another name or version than its manifest.
    """
    manifest = Manifest.model_validate(record["manifest"])
    if (manifest.name, manifest.version) != (name, record["version"]):
        raise ValueError(f"{name} {record['version']}: the manifest is another release's")
    readme = record.get("readme")
    return Release(
        name=name,
        version=manifest.version,
        manifest=manifest,
        wheel=File(**record["wheel"]),
        signature=File(**record["signature"]),
        publisher=key_owners.get(record["key_id"], ""),
        key_id=record["key_id"],
        published_at=datetime.fromisoformat(record["published_at"]),
        tier=record.get("tier", "none"),
        audit=tuple(AuditNote(**note) for note in record.get("audit", ())),
        changelog=record.get("changelog", ""),
        readme=File(**readme) if readme else None,
        screenshots=tuple(File(**each) for each in record.get("screenshots", ())),
        yanked=record.get("yanked", ""),
    )


@lru_cache(maxsize=4096)
def _version(text: str) -> Version:
    """The version in this text; thousands of releases have the same few hundred."""
    return Version(text)


def _order(record: Mapping[str, Any]) -> Version:
    """By version; what has none that can be read comes last."""
    try:
        return _version(record["version"])
    except (InvalidVersion, KeyError, TypeError):
        return Version("0.dev0")
