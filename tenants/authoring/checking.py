"""Runs the checks over one addon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.addons import manifest as manifests
from core.addons.catalog import Catalog
from core.addons.manifest import ManifestError
from core.errors import InvalidInput
from tenants.authoring.checks import ALL
from tenants.authoring.finding import Check, Finding, Subject, subject_of
from tenants.authoring.scratch import catalog_with, scratch_kernel
from tenants.authoring.tier import Tier, tier_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that was found, and the tier that follows."""

    name: str
    findings: tuple[Finding, ...]
    tier: Tier


def check_addon(folder: Path, tell: Callable[[str], None] = lambda _: None) -> Verdict:
    """Check the addon in this folder on a server of its own, which is gone afterwards.

    Raises InvalidInput if there is no addon in it.
    """
    folder = folder.absolute()
    if not (folder / manifests.FILE_NAME).is_file():
        raise InvalidInput.of(
            "path", f"{folder} holds no {manifests.FILE_NAME}.", fix="Name an addon's folder."
        )
    try:
        manifest = manifests.read(folder / manifests.FILE_NAME)
    except ManifestError as error:
        return _stopped(folder.name, "manifest", str(error))
    if manifest.name != folder.name:
        reason = f"the folder must bear the addon's name, {manifest.name!r}"
        return _stopped(folder.name, "manifest", reason)
    tell("Loading the addon")
    catalog = catalog_with(folder)
    refused = next((r for r in catalog.refused if r.name == manifest.name), None)
    if refused is not None:
        return _stopped(manifest.name, "loading", refused.reason)
    with _subject(folder, catalog, tell) as subject:
        findings = tuple(run_all(subject, tell))
        tell("Running its tests")
        return Verdict(subject.name, findings, tier_of(subject, findings))


def run_all(subject: Subject, tell: Callable[[str], None] = lambda _: None) -> Iterator[Finding]:
    """The findings of every check."""
    for check in ALL:
        tell(f"Checking {check.name}")
        yield from run_one(check, subject)


def run_one(check: Check, subject: Subject) -> Iterator[Finding]:
    """The findings of one check; one that the addon breaks is a finding itself."""
    try:
        yield from check.run(subject)
    except Exception as error:  # the addon's own code runs in here
        yield Finding(check.name, f"{type(error).__name__}: {error}")


@contextmanager
def _subject(folder: Path, catalog: Catalog, tell: Callable[[str], None]) -> Iterator[Subject]:
    tell("Starting a server to try it on")
    with scratch_kernel(folder, catalog) as kernel:
        yield subject_of(kernel, folder.name)


def _stopped(name: str, check: str, reason: str) -> Verdict:
    return Verdict(name, (Finding(check, reason, manifests.FILE_NAME),), "none")
