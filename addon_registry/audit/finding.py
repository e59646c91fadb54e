"""What the audit found: which rule, where, how bad, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.i18n.phrases import phrase

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the addon, and a line of it where there is one."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. Errors keep a package from being published and installed."""

    rule: str
    severity: Severity
    place: Place
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one version of an addon, the worst first."""

    name: str
    version: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.severity == "warning")

    @property
    def passed(self) -> bool:
        """Whether nothing keeps it from being published and installed."""
        return not self.errors


def report(name: str, version: str, findings: Iterable[Finding]) -> Report:
    """The report of these findings, each once, sorted."""
    once = dict.fromkeys(findings)
    return Report(name, version, tuple(sorted(once, key=_order)))


def error(rule: str, place: Place, message: str, mend: str) -> Finding:
    """A finding that keeps the package out."""
    return Finding(rule, "error", place, message, mend)


def warning(rule: str, place: Place, message: str, mend: str) -> Finding:
    """A finding that whoever installs it should know of."""
    return Finding(rule, "warning", place, message, mend)


def unreadable(path: str, line: int, reason: str) -> Finding:
    """A source file that cannot be read, and so cannot be audited."""
    return error(
        "syntax",
        Place(path, line),
        phrase("The file cannot be read as Python: {reason}.", reason=reason),
        phrase("Mend it, or leave it out of the addon's folder."),
    )


def _order(found: Finding) -> tuple[bool, str, str, int, str]:
    place = found.place
    return found.severity != "error", found.rule, place.path, place.line, found.message
