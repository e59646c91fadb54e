"""The one permission of the addon."""

from core.api import Permission, msg

MAKE = Permission("noise.mark.make", msg("Make noise"))
