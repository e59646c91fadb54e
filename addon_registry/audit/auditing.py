"""Runs every rule over an addon, as a folder before it is built or as the wheel that was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from addon_registry.audit import imitation, pages, secrets
from addon_registry.audit.code import dynamic, hosts, imports, outside, readable, sql
from addon_registry.audit.finding import Finding, Report, report
from addon_registry.audit.migrations import rules as migrations
from addon_registry.audit.subject import Subject, subject_at


def audit(target: Path, known: Mapping[str, str]) -> Report:
    """What is wrong with the addon in this folder or wheel; nothing of it is run.

    `known` are the addons that there are, titles by names: whose api may be asked for, and whose
    names must not be imitated. Raises InvalidPackage if `target` is no addon at all.
    """
    subject = subject_at(target)
    manifest = subject.manifest
    return report(manifest.name, manifest.version, _findings(subject, known))


def _findings(subject: Subject, known: Mapping[str, str]) -> Iterator[Finding]:
    yield from readable.check(subject)
    yield from imports.check(subject, known)
    yield from outside.check(subject)
    yield from hosts.check(subject)
    yield from dynamic.check(subject)
    yield from sql.check(subject)
    yield from secrets.check(subject)
    yield from pages.check(subject)
    yield from migrations.check(subject)
    yield from imitation.check(subject, known)
