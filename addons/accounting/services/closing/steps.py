"""Accounting's own steps of the closing checklist. Each stands beside what it is about; other
addons register theirs as extensions."""

from __future__ import annotations

from typing import Final

from addons.accounting.extension_points import Step

STEPS: Final[tuple[Step, ...]] = ()
