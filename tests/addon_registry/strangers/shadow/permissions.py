"""Who may read the first words."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

SEE_FIRST_WORDS: Final = Permission(
    "shadow.first_words.see", msg("Read the first words of every notice")
)

ROLES: Final = (Role("shadow.reader", msg("Reader of first words"), (SEE_FIRST_WORDS.code,)),)
