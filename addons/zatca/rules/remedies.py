"""Remedies that several subjects share."""

from __future__ import annotations

from typing import Final

from core.api import msg

WRITTEN_ITSELF: Final = msg("Report this to your support: the program writes this field itself.")
ADDED_UP_ITSELF: Final = msg("Report this to your support: the program adds this up itself.")
BUILT_ITSELF: Final = msg("Report this to your support: the program builds the document itself.")
SHORTEN: Final = msg("Shorten it.")
