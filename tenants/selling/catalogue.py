"""The catalogue of this deployment: the addons that are in it, and those that its registry has.

Everything comes from what is known here already: the addons that this process has loaded, and
the registry as it was verified last. It is put together once for each state of the two.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from packaging.version import Version
from sqlalchemy.orm import Session

from addon_registry.deployment import active
from addon_registry.deployment.active import Addons, Installed
from addon_registry.deployment.layout import Layout
from addon_registry.repository.client import Registry
from addon_registry.repository.index import Index, Release
from addon_registry.repository.refusals import RegistryNotTrusted, RegistryUnreachable
from core.addons.catalog import LoadedAddon
from core.addons.manifest import Manifest
from core.addons.states import KERNEL
from core.db.session import binding
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.shop import AuditNote, Edition, Listing, Listings, Picture, Signature

_MEDIA_TYPES: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
"""By how a file begins. Nothing else is a screenshot: an SVG, for one, could hold a script."""


@dataclass(frozen=True, slots=True)
class _Kept:
    records: object
    listings: Listings


class Catalogue:
    """The listings of a process; thread-safe. `place` is where the deployment keeps what was
    installed into it, and what it trusts."""

    def __init__(self, place: Layout) -> None:
        self._place = place
        self._registry: Registry | None = None
        self._kept: _Kept | None = None
        self._lock = threading.Lock()

    def listings(self, kernel: Kernel) -> Listings:
        """All of them; what was put together before, as long as the registry says the same."""
        index = self.index()
        records = None if index is None else index.records
        kept = self._kept
        if kept is None or kept.records is not records:
            with self._lock:
                kept = self._kept
                if kept is None or kept.records is not records:
                    found = _listings(kernel, index, self._installed())
                    kept = self._kept = _Kept(records, found)
        told_at = None if index is None else index.verified_at
        return replace(kept.listings, told_at=told_at)

    def index(self) -> Index | None:
        """What the registry said last; None where there is none, or it was never reached."""
        try:
            return self.registry().index()
        except (RegistryNotTrusted, RegistryUnreachable):
            return None

    def registry(self) -> Registry:
        """The registry that this deployment trusts; raises RegistryNotTrusted."""
        if self._registry is None:
            self._registry = Registry(self._place.trust)
        return self._registry

    def _installed(self) -> Addons:
        """What was installed from packages, each verified when this process was started."""
        try:
            return active.read(self._place).addons
        except (OSError, ValueError):
            return {}

    def picture(self, kernel: Kernel, name: str, number: int) -> Picture:
        """A screenshot, counted from 1; raises NotFound."""
        content = self._picture(kernel, name, number - 1) if number > 0 else None
        media_type = next(
            (t for begin, t in _MEDIA_TYPES if (content or b"").startswith(begin)), ""
        )
        if content is None or not media_type:
            raise NotFound(phrase("There is no such picture."))
        return Picture(content, media_type)

    def _picture(self, kernel: Kernel, name: str, place: int) -> bytes | None:
        addon = kernel.catalog.addons.get(name)
        if addon is not None and addon.manifest.screenshots:
            shots = addon.manifest.screenshots
            path = addon.folder / shots[place] if place < len(shots) else None
            return path.read_bytes() if path is not None and path.is_file() else None
        index = self.index()
        release = None if index is None else index.newest(name, core_version(kernel))
        if release is None or place >= len(release.screenshots):
            return None
        return self.registry().file(release.screenshots[place])


def core_version(kernel: Kernel) -> str:
    """The version of the platform that addons ask for."""
    return kernel.catalog.addons[KERNEL].manifest.version


def title_of(session: Session, name: str) -> str:
    """What an addon of the catalogue is called; raises InvalidInput if it has none of this name."""
    kernel: Kernel = binding(session).context["kernel"]
    listing = kernel.shop.listings(kernel).by_name.get(name)
    if listing is None:
        raise InvalidInput.of(
            "addon",
            phrase("There is no addon called {name}.", name=name),
            fix=phrase("Take its name from the catalogue."),
        )
    return listing.title


def _listings(kernel: Kernel, index: Index | None, installed: Addons) -> Listings:
    found = {listing.name: listing for listing in _all(kernel, index, installed)}
    ordered = sorted(found.values(), key=lambda listing: (listing.title.casefold(), listing.name))
    return Listings({listing.name: listing for listing in ordered})


def _all(kernel: Kernel, index: Index | None, installed: Addons) -> Iterator[Listing]:
    version = core_version(kernel)
    for name, addon in kernel.catalog.addons.items():
        if name != KERNEL and not addon.manifest.control:
            yield _in_deployment(addon, index, version, installed.get(name))
    if index is not None:
        others = (name for name in index.names if name not in kernel.catalog.addons)
        yield from (_in_registry(name, index, version) for name in others if index.releases(name))


def _in_deployment(
    addon: LoadedAddon, index: Index | None, core: str, package: Installed | None
) -> Listing:
    """An addon that is here, as it is here; the registry adds which other versions there are. One
    that lies in a folder of the operator's has no signature, whatever the registry has."""
    manifest = addon.manifest
    releases = () if index is None else index.releases(addon.name)
    here = next((r for r in releases if r.version == manifest.version), None)
    editions = tuple(_edition(release, core) for release in releases)
    if here is None:
        editions = (Edition(manifest.version, manifest.core, fits=True), *editions)
    listing = replace(
        _described(manifest, "shipped" if not addon.digest else "unsigned", here),
        installed=manifest.version,
        editions=editions,
        pictures=len(manifest.screenshots),
    )
    # Right after an upgrade, a process may still run the version before.
    if package is None or package.version != manifest.version:
        return listing
    newest = None if index is None else index.newest(addon.name, core)
    is_newer = newest is not None and newest.parsed_version > Version(manifest.version)
    return replace(
        listing,
        signature="revoked" if here is not None and here.revoked else "signed",
        publisher=package.publisher,
        key_id=package.key_id,
        version=newest.version if newest is not None and is_newer else manifest.version,
    )


def _in_registry(name: str, index: Index, core: str) -> Listing:
    """An addon that could be installed: as its newest version that runs here is described."""
    releases = index.releases(name)
    shown = index.newest(name, core) or releases[0]
    signature: Signature = "revoked" if shown.revoked else "signed"
    listing = _described(shown.manifest, signature, shown)
    editions = tuple(_edition(release, core) for release in releases)
    return replace(listing, editions=editions, pictures=len(shown.screenshots))


def _described(manifest: Manifest, signature: Signature, release: Release | None) -> Listing:
    publisher = release.publisher if release is not None else ""
    return Listing(
        name=manifest.name,
        title=manifest.title,
        summary=manifest.summary,
        category=manifest.category,
        version=manifest.version,
        installed="",
        free=manifest.licence == "free",
        signature=signature,
        tier=release.tier if release is not None else "none",
        publisher=publisher or manifest.publisher,
        key_id=release.key_id if release is not None else "",
        homepage=manifest.homepage,
        support=manifest.support,
        privacy=manifest.privacy,
        permissions=manifest.permissions,
        needs=manifest.needs,
        hosts=manifest.hosts,
        depends=tuple((name, manifest.ranges.get(name, "")) for name in manifest.depends),
        audit=tuple(
            AuditNote(note.severity, note.place, note.message, note.fix)
            for note in (release.audit if release is not None else ())
        ),
    )


def _edition(release: Release, core: str) -> Edition:
    return Edition(
        version=release.version,
        core=release.manifest.core,
        fits=release.offered and release.manifest.accepts_core(core),
        changelog=release.changelog,
        published_at=release.published_at,
        size=release.size,
        withdrawn=release.revoked or release.yanked,
    )
