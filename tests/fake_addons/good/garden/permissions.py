"""What one may do in the garden."""

from __future__ import annotations

from core.api import Permission, msg

READ = Permission("garden.plant.read", msg("See plants"))
WRITE = Permission("garden.plant.write", msg("Change plants"))
