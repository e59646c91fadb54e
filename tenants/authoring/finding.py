"""What a check found, and the addon that it looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from core.addons.discovery import FoundAddon
from core.kernel import Kernel

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: which check saw it, where, and a sentence that says what to do."""

    check: str
    message: str
    place: str = ""
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Subject:
    """The addon under test, and a kernel that has it loaded."""

    addon: FoundAddon
    kernel: Kernel

    @property
    def name(self) -> str:
        return self.addon.name


def subject_of(kernel: Kernel, name: str) -> Subject:
    """One of the addons that this kernel has loaded."""
    loaded = kernel.catalog.addons[name]
    return Subject(FoundAddon(loaded.manifest, loaded.folder, loaded.package), kernel)


@dataclass(frozen=True, slots=True)
class Check:
    """A check by name; `run` yields its findings, as sentences with their places."""

    name: str
    run: Callable[[Subject], Iterable[Finding]]
