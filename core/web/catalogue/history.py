"""What came to pass with addons, in sentences: what the module manager did, and what was asked
for and answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from core.addons.models import AddonLogEntry
from core.declare import msg
from core.shop import Happening

_DONE: Final[Mapping[str, str]] = {
    "enable": msg("It was switched on."),
    "disable": msg("It was switched off."),
    "upgrade": msg("It was upgraded."),
    "purge": msg("Its data was deleted."),
}
_FAILED: Final[Mapping[str, str]] = {
    "enable": msg("It could not be switched on."),
    "upgrade": msg("It could not be upgraded."),
}


def happenings(lines: Iterable[AddonLogEntry], others: Iterable[Happening]) -> list[Happening]:
    """Both kinds together, the newest first. A step that has no sentence here is named as it is
    recorded."""
    found = [*map(_step, lines), *others]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _step(line: AddonLogEntry) -> Happening:
    sentences = _DONE if line.outcome == "done" else _FAILED
    sentence = sentences.get(line.action, f"{line.action}: {line.outcome}")
    return Happening(line.at, line.addon, sentence, line.actor)
